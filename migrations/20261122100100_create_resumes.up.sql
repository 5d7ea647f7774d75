create table resumes (
    id integer generated always as identity,
    user_id integer not null,
    name varchar(255) not null,
    json_content jsonb,
    s3_url text,
    created_at timestamptz not null default now(),
    revision integer not null default 1,
    schema_version integer not null default 1,
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    last_save_id text,
    constraint resumes_pkey primary key (id),
    constraint resumes_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint resumes_revision_check check (revision > 0),
    constraint resumes_last_save_id_check check (length(last_save_id) <= 64)
);

create index resumes_user_id_idx on resumes (user_id);
create index resumes_deleted_at_idx on resumes (deleted_at) where deleted_at is not null;

comment on column resumes.json_content is 'the whole CV';
comment on column resumes.s3_url is 'store URL and key of the latest ready archived PDF';
comment on column resumes.deleted_at is 'in the trash since; purged after 30 days';
comment on column resumes.last_save_id is 'what the browser called its last save, so that a repeated one gets the same answer';
