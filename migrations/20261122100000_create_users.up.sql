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
