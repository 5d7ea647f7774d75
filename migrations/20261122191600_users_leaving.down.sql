-- vitae: loses data: the column leaving_at of users
alter table users drop column leaving_at;
