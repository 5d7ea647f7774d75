alter table users drop column leaving_at;
