-- vitae: loses data: the table users and all its rows
drop table users;
