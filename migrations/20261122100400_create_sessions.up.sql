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
