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
