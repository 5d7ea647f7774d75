-- vitae: loses data: the table archives and all its rows
drop table archives;
