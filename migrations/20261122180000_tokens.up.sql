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
