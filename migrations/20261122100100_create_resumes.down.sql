drop table resumes;
