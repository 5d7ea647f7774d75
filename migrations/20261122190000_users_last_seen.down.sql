alter table users drop column last_seen_on;
