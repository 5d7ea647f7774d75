-- vitae: loses data: the column last_seen_on of users
alter table users drop column last_seen_on;
