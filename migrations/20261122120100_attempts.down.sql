-- vitae: loses data: the table attempts and all its rows
drop table attempts;
