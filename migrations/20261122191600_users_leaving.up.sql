alter table users add column leaving_at timestamptz;

create index users_leaving_at_idx on users (leaving_at) where leaving_at is not null;

comment on column users.leaving_at is 'when its owner deleted the account: it is disabled, and what is left of it is being removed';
