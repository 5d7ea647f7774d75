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
