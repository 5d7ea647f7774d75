-- vitae: loses data: the table tokens and all its rows
drop table tokens;
