create table archives (
    uuid uuid not null,
    user_id integer not null,
    resume_id integer,
    resume_name varchar(255) not null,
    revision integer not null,
    sha256 text not null,
    size bigint not null,
    object_key text not null,
    state text not null,
    pending_content bytea,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    ready_at timestamptz,
    constraint archives_pkey primary key (uuid),
    constraint archives_object_key_key unique (object_key),
    constraint archives_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint archives_resume_id_fkey foreign key (resume_id) references resumes (id) on delete set null,
    constraint archives_sha256_check check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint archives_size_check check (size > 0),
    constraint archives_state_check check (
        state = 'pending' and pending_content is not null and ready_at is null
        or state = 'ready' and pending_content is null and ready_at is not null
    )
);

create index archives_user_id_idx on archives (user_id);
create index archives_resume_id_idx on archives (resume_id);
create index archives_pending_idx on archives (next_attempt_at) where state = 'pending';

comment on column archives.pending_content is 'the exact bytes, until the object store is known to have them';
