create or replace function events_are_kept() returns trigger language plpgsql as $$
begin
    raise exception 'rows of events are never changed or removed' using errcode = 'insufficient_privilege';
end
$$;

comment on table events is 'what happened to accounts; rows are added and never changed';
