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

comment on table mails is 'mails to be sent; a row goes when its mail is sent';
comment on column mails.letter is 'which letter, and what it says; links in it are made when it is sent';
comment on column mails.failed_at is 'when it was given up';
