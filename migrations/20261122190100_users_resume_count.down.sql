drop trigger resumes_are_counted on resumes;
drop function resumes_are_counted();
-- vitae: loses data: the column resume_count of users
alter table users drop column resume_count;
