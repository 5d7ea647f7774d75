-- The whole schema, as it is now. Change it here, then let `vitae migrate generate "What changed"` write the migration;
-- `vitae migrate check` says whether both agree.

create table users (
    id integer generated always as identity,
    email varchar(255) not null,
    password_hash varchar(255),
    google_id varchar(255),
    is_guest boolean not null default false,
    created_at timestamptz default now(),
    uid uuid not null default gen_random_uuid(),
    role text not null default 'user',
    session_epoch integer not null default 0,
    disabled_at timestamptz,
    constraint users_pkey primary key (id),
    constraint users_email_key unique (email),
    constraint users_google_id_key unique (google_id),
    constraint users_uid_key unique (uid),
    constraint users_role_check check (role in ('user', 'admin'))
);

create unique index users_lower_email_key on users (lower(email));

comment on column users.uid is 'names the user outside the database: object keys, ledgers';
comment on column users.session_epoch is 'sessions of an earlier epoch are over';

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

create table resume_revisions (
    resume_id integer not null,
    revision integer not null,
    document jsonb not null,
    kind text not null,
    created_at timestamptz not null default now(),
    constraint resume_revisions_pkey primary key (resume_id, revision),
    constraint resume_revisions_resume_id_fkey foreign key (resume_id) references resumes (id) on delete cascade,
    constraint resume_revisions_kind_check check (kind in ('create', 'import', 'autosave', 'restore', 'archive'))
);

comment on column resume_revisions.created_at is 'when the first of the autosaves that became this row was made';

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

create table sessions (
    id_hash bytea not null,
    user_id integer,
    data jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (id_hash),
    constraint sessions_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint sessions_id_hash_check check (octet_length(id_hash) = 32)
);

create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

comment on column sessions.id_hash is 'SHA-256 of the id in the cookie: what is stored here opens nothing';

create table events (
    id bigint generated always as identity,
    at timestamptz not null default now(),
    kind text not null,
    subject uuid,
    actor uuid,
    address text,
    constraint events_pkey primary key (id)
);

create index events_subject_idx on events (subject, at desc);
create index events_at_idx on events (at desc);

comment on table events is 'what happened to accounts; rows are added and never changed';
comment on column events.subject is 'users.uid of whom it happened to; it outlives the account';
comment on column events.actor is 'users.uid of who did it';
comment on column events.address is 'where from, roughly: the network of the address';

create function events_are_kept() returns trigger language plpgsql as $$
begin
    raise exception 'rows of events are never changed or removed' using errcode = 'insufficient_privilege';
end
$$;

create trigger events_are_kept before update or delete on events
    for each row execute function events_are_kept();
create trigger events_are_not_truncated before truncate on events
    for each statement execute function events_are_kept();

create table attempts (
    key_hash bytea not null,
    level double precision not null,
    updated_at timestamptz not null,
    constraint attempts_pkey primary key (key_hash),
    constraint attempts_key_hash_check check (octet_length(key_hash) = 32)
);

create index attempts_updated_at_idx on attempts (updated_at);

comment on table attempts is 'how often something was tried lately: leaking buckets, one for each thing and account';
comment on column attempts.key_hash is 'SHA-256 of what is tried and of whom';
comment on column attempts.level is 'tries that have not leaked away at updated_at';
