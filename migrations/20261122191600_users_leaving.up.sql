alter table users add column leaving_at timestamptz;
alter table users add constraint users_leaving_at_check check (leaving_at is null or disabled_at is not null);

create index users_leaving_at_idx on users (leaving_at) where leaving_at is not null;

comment on column users.leaving_at is 'when its owner deleted the account: it is disabled for good, and what is left of it is being removed';
