create or replace function events_are_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_level = 'ROW' then
        if old.at < now() - interval '12 months' then
            return old;
        end if;
    end if;
    raise exception 'rows of events are never changed, and removed after twelve months only'
        using errcode = 'insufficient_privilege';
end
$$;

comment on table events is 'what happened to accounts; rows are added, never changed, and removed after twelve months';
