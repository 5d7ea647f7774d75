alter table users add column last_seen_on date not null default current_date;

-- Until now only sessions knew: each is kept for 30 days after it was last used.
update users set last_seen_on = coalesce(
    (select max(expires_at) from sessions where user_id = users.id) - interval '30 days',
    created_at,
    now()
)::date;

create index users_last_seen_on_idx on users (last_seen_on desc, id desc) where not is_guest;

comment on column users.last_seen_on is 'the day of the last request of a session of theirs';
