-- vitae: loses data: the table events and all its rows
drop table events;
drop function events_are_kept();
