drop trigger resumes_are_counted on resumes;
drop function resumes_are_counted();
alter table users drop column resume_count;
