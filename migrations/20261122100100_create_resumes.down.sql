-- vitae: loses data: the table resumes and all its rows
drop table resumes;
