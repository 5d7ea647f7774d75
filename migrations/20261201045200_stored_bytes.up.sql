-- vitae: locks: writes the whole table resumes anew, while nobody else can use it
alter table resumes
    add column document_bytes integer generated always as (coalesce(octet_length(json_content::text), 0)) stored,
    add column history_bytes bigint not null default 0;
-- vitae: locks: writes the whole table resume_revisions anew, while nobody else can use it
alter table resume_revisions
    add column bytes integer generated always as (octet_length(document::text)) stored;

create function history_is_measured() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update resumes set history_bytes = history_bytes + changed.bytes
        from (select resume_id, sum(bytes) as bytes from come group by resume_id) as changed
        where resumes.id = changed.resume_id;
    elsif tg_op = 'DELETE' then
        update resumes set history_bytes = history_bytes - changed.bytes
        from (select resume_id, sum(bytes) as bytes from gone group by resume_id) as changed
        where resumes.id = changed.resume_id;
    else
        update resumes set history_bytes = history_bytes + changed.bytes
        from (
            select resume_id, sum(bytes) as bytes
            from (select resume_id, bytes from come union all select resume_id, -bytes from gone) as both_ways
            group by resume_id having sum(bytes) <> 0
        ) as changed
        where resumes.id = changed.resume_id;
    end if;
    return null;
end
$$;

create trigger history_is_measured_on_insert after insert on resume_revisions
    referencing new table as come for each statement execute function history_is_measured();
create trigger history_is_measured_on_update after update on resume_revisions
    referencing old table as gone new table as come for each statement execute function history_is_measured();
create trigger history_is_measured_on_delete after delete on resume_revisions
    referencing old table as gone for each statement execute function history_is_measured();

update resumes set history_bytes = counted.bytes
from (select resume_id, sum(bytes) as bytes from resume_revisions group by resume_id) as counted
where counted.resume_id = resumes.id;

comment on column resumes.document_bytes is 'what json_content takes as text, as in a dump';
comment on column resumes.history_bytes is 'what its versions take as text; kept by triggers on resume_revisions';
comment on column resume_revisions.bytes is 'what document takes as text, as in a dump';
