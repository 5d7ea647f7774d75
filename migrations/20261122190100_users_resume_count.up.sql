alter table users add column resume_count integer not null default 0;

create function resumes_are_counted() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.deleted_at is null then
        update users set resume_count = resume_count - 1 where id = old.user_id;
    end if;
    if tg_op <> 'DELETE' and new.deleted_at is null then
        update users set resume_count = resume_count + 1 where id = new.user_id;
    end if;
    return null;
end
$$;

-- A save changes neither column and so does not count.
create trigger resumes_are_counted after insert or delete or update of user_id, deleted_at on resumes
    for each row execute function resumes_are_counted();

update users set resume_count = counted.resumes
from (select user_id, count(*) as resumes from resumes where deleted_at is null group by user_id) as counted
where counted.user_id = users.id;

create index users_resume_count_idx on users (resume_count desc, id desc) where not is_guest;
create index users_guests_idx on users (last_seen_on, id) include (resume_count) where is_guest;

comment on column users.resume_count is 'CVs that are not in the trash; kept by a trigger on resumes';
