-- The whole schema, as it is now. Change it here, then let `vitae migrate generate "What changed"` write the migration;
-- `vitae migrate check` says whether both agree.

-- Finds addresses by any part of them. What pg_trgm does, in the core of PostgreSQL: not every server has its extensions.
create function address_pieces(address text) returns text[]
    language sql immutable strict parallel safe cost 1000
    return (
        select coalesce(array_agg(distinct substr(address, start, 3)), '{}')
        from generate_series(1, length(address) - 2) as start
    );

comment on function address_pieces is 'all runs of three characters';

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
    last_seen_on date not null default current_date,
    resume_count integer not null default 0,
    leaving_at timestamptz,
    constraint users_pkey primary key (id),
    constraint users_email_key unique (email),
    constraint users_google_id_key unique (google_id),
    constraint users_uid_key unique (uid),
    constraint users_role_check check (role in ('user', 'admin'))
);

create unique index users_lower_email_key on users (lower(email));
create index users_address_pieces_idx on users using gin (address_pieces(lower(email))) where not is_guest;
create index users_address_idx on users (lower(email)) where not is_guest;
create index users_newest_idx on users (id desc) where not is_guest;
create index users_created_at_idx on users (created_at) where not is_guest;
create index users_disabled_idx on users (id) where disabled_at is not null and not is_guest;
create index users_admins_idx on users (id) where role = 'admin';
create index users_google_idx on users (id) where google_id is not null and not is_guest;
create index users_last_seen_on_idx on users (last_seen_on desc, id desc) where not is_guest;
create index users_resume_count_idx on users (resume_count desc, id desc) where not is_guest;
create index users_guests_idx on users (last_seen_on, id) include (resume_count) where is_guest;
create index users_leaving_at_idx on users (leaving_at) where leaving_at is not null;

comment on column users.uid is 'names the user outside the database: object keys, ledgers';
comment on column users.session_epoch is 'sessions of an earlier epoch are over';
comment on column users.last_seen_on is 'the day of the last request of a session of theirs';
comment on column users.resume_count is 'CVs that are not in the trash; kept by a trigger on resumes';
comment on column users.leaving_at is 'when its owner deleted the account: it is disabled, and what is left of it is being removed';

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
    refused_at timestamptz,
    document_bytes integer generated always as (coalesce(octet_length(json_content::text), 0)) stored,
    history_bytes bigint not null default 0,
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
comment on column resumes.refused_at is 'when a save was last refused because another had come before it: what other tabs saved since stays a version';
comment on column resumes.document_bytes is 'what json_content takes as text, as in a dump';
comment on column resumes.history_bytes is 'what its versions take as text; kept by triggers on resume_revisions';

create function resumes_are_counted() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.deleted_at is null then
        update users set resume_count = resume_count - 1 where id = old.user_id;
    end if;
    if tg_op <> 'DELETE' and new.deleted_at is null then
        update users set resume_count = resume_count + 1 where id = new.user_id;
    end if;
    return null;
end
$$;

-- A save changes neither column and so does not count.
create trigger resumes_are_counted after insert or delete or update of user_id, deleted_at on resumes
    for each row execute function resumes_are_counted();

create table resume_revisions (
    resume_id integer not null,
    revision integer not null,
    document jsonb not null,
    kind text not null,
    created_at timestamptz not null default now(),
    bytes integer generated always as (octet_length(document::text)) stored,
    constraint resume_revisions_pkey primary key (resume_id, revision),
    constraint resume_revisions_resume_id_fkey foreign key (resume_id) references resumes (id) on delete cascade,
    constraint resume_revisions_kind_check check (
        kind in ('create', 'import', 'autosave', 'conflict', 'restore', 'archive')
    )
);

comment on column resume_revisions.created_at is 'when the first of the autosaves that became this row was made';
comment on column resume_revisions.bytes is 'what document takes as text, as in a dump';

create function history_is_measured() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update resumes set history_bytes = history_bytes + changed.bytes
        from (select resume_id, sum(bytes) as bytes from come group by resume_id) as changed
        where resumes.id = changed.resume_id;
    elsif tg_op = 'DELETE' then
        update resumes set history_bytes = history_bytes - changed.bytes
        from (select resume_id, sum(bytes) as bytes from gone group by resume_id) as changed
        where resumes.id = changed.resume_id;
    else
        update resumes set history_bytes = history_bytes + changed.bytes
        from (
            select resume_id, sum(bytes) as bytes
            from (select resume_id, bytes from come union all select resume_id, -bytes from gone) as both_ways
            group by resume_id having sum(bytes) <> 0
        ) as changed
        where resumes.id = changed.resume_id;
    end if;
    return null;
end
$$;

create trigger history_is_measured_on_insert after insert on resume_revisions
    referencing new table as come for each statement execute function history_is_measured();
create trigger history_is_measured_on_update after update on resume_revisions
    referencing old table as gone new table as come for each statement execute function history_is_measured();
create trigger history_is_measured_on_delete after delete on resume_revisions
    referencing old table as gone for each statement execute function history_is_measured();

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
create index events_kind_idx on events (kind, at desc);
create index events_actor_idx on events (actor, at desc);

comment on table events is 'what happened to accounts; rows are added, never changed, and removed after twelve months';
comment on column events.subject is 'users.uid of whom it happened to; it outlives the account';
comment on column events.actor is 'users.uid of who did it';
comment on column events.address is 'where from, roughly: the network of the address';

create function events_are_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_level = 'ROW' then
        if old.at < now() - interval '12 months' then
            return old;
        end if;
    end if;
    raise exception 'rows of events are never changed, and removed after twelve months only'
        using errcode = 'insufficient_privilege';
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

create table tokens (
    token_hash bytea not null,
    purpose text not null,
    user_id integer,
    data jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint tokens_pkey primary key (token_hash),
    constraint tokens_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint tokens_token_hash_check check (octet_length(token_hash) = 32)
);

create index tokens_user_id_idx on tokens (user_id);
create index tokens_expires_at_idx on tokens (expires_at);

comment on table tokens is 'links in mails that were not followed yet';
comment on column tokens.token_hash is 'SHA-256 of what stands in the link: what is stored here opens nothing';
comment on column tokens.data is 'what following the link does, with the purpose';

create table mails (
    id bigint generated always as identity,
    user_id integer,
    recipient text not null,
    letter jsonb not null,
    created_at timestamptz not null,
    next_try_at timestamptz not null,
    tries integer not null default 0,
    failed_at timestamptz,
    problem text,
    constraint mails_pkey primary key (id),
    constraint mails_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);

create index mails_user_id_idx on mails (user_id);
create index mails_next_try_at_idx on mails (next_try_at) where failed_at is null;
create index mails_failed_at_idx on mails (id) where failed_at is not null;

comment on table mails is 'mails to be sent; a row goes when its mail is sent';
comment on column mails.letter is 'which letter, and what it says; links in it are made when it is sent';
comment on column mails.failed_at is 'when it was given up';

create table two_step (
    user_id integer not null,
    secret bytea not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    last_step bigint,
    constraint two_step_pkey primary key (user_id),
    constraint two_step_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint two_step_secret_check check (octet_length(secret) = 20)
);

comment on table two_step is 'codes of an app as the second step of signing in';
comment on column two_step.secret is 'what codes are made of; docs/security.md says why it is not encrypted';
comment on column two_step.confirmed_at is 'since when it is asked for; before, it is being set up';
comment on column two_step.last_step is 'the 30 seconds of the last code that was used: each code works once';

create table recovery_codes (
    user_id integer not null,
    code_hash bytea not null,
    created_at timestamptz not null,
    constraint recovery_codes_pkey primary key (user_id, code_hash),
    constraint recovery_codes_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint recovery_codes_code_hash_check check (octet_length(code_hash) = 32)
);

comment on table recovery_codes is 'in place of the second step, once each: a row goes when its code is used';
comment on column recovery_codes.code_hash is 'SHA-256; the codes are random enough to need no more';
