-- A crowd for the pages of admins: 100,000 users and 20,000 guests, their CVs and PDFs, 300,000 events, 2,000 mails.
-- What stands in the CVs does not matter there.
insert into users (email, is_guest, created_at, last_seen_on, disabled_at, google_id)
select case when n % 6 = 0 then gen_random_uuid() || '@guest.invalid' else
    (array['ada', 'grace', 'linus', 'alan', 'barbara', 'edsger', 'donald', 'margaret', 'katherine', 'dennis', 'ken',
           'radia', 'anita', 'john', 'mary', 'peter', 'anna', 'ali', 'wei', 'sofia'])[1 + n % 20] || '.' ||
    (array['lovelace', 'hopper', 'turing', 'liskov', 'knuth', 'hamilton', 'johnson', 'ritchie', 'thompson', 'perlman',
           'borg', 'smith', 'meyer', 'schmidt', 'garcia', 'rossi', 'ivanov', 'tanaka', 'nguyen', 'olsen'])[1 + n / 20 % 20]
    || n || '@' || (array['example.org', 'example.com', 'mail.example.net', 'uni.example.edu'])[1 + n / 7 % 4] end,
    n % 6 = 0, now() - n * interval '20 minutes', current_date - (n % 30 + n % 7 * (n % 40)),
    case when n % 500 = 1 then now() end, case when n % 5 = 2 then 'google-' || n end
from generate_series(1, 120000) as n;

-- Counted at once, and not one by one.
alter table resumes disable trigger resumes_are_counted;
insert into resumes (user_id, name, json_content)
select users.id, 'CV', '{}' from users cross join generate_series(1, 3) as n where users.id % 4 > n - 1;
alter table resumes enable trigger resumes_are_counted;
update users set resume_count = id % 4;

insert into archives (uuid, user_id, resume_id, resume_name, revision, sha256, size, object_key, state, ready_at)
select gen_random_uuid(), user_id, id, name, 1, repeat('0', 64), 50000 + id % 50000, 'pdf/' || id, 'ready', now()
from resumes where id % 3 = 0;

insert into events (at, kind, subject, actor, address)
select now() - n * interval '2 minutes',
       (array['signed-in', 'signed-in', 'signed-in', 'sign-in-failed', 'exported'])[1 + n % 5], uid, uid, '192.0.2.0/24'
from generate_series(1, 300000) as n join users on users.id = 1 + n % 100000;

insert into mails (recipient, letter, created_at, next_try_at, failed_at, problem)
select 'user' || n || '@example.org', '{}', now(), now() + interval '1 year', case when n % 20 = 0 then now() end, '550'
from generate_series(1, 2000) as n;

-- As the server's own housekeeping would, in time.
vacuum (full, analyze) users;
vacuum (analyze) users, resumes, archives, events, mails;
