-- vitae: loses data: the table resume_revisions and all its rows
drop table resume_revisions;
