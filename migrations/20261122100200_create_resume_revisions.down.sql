drop table resume_revisions;
