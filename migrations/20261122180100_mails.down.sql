-- vitae: loses data: the table mails and all its rows
drop table mails;
