-- vitae: loses data: the table sessions and all its rows
drop table sessions;
