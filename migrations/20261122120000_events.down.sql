drop table events;
drop function events_are_kept();
