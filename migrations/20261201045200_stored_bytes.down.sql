drop trigger history_is_measured_on_delete on resume_revisions;
drop trigger history_is_measured_on_update on resume_revisions;
drop trigger history_is_measured_on_insert on resume_revisions;
drop function history_is_measured();
-- vitae: loses data: the column bytes of resume_revisions
alter table resume_revisions drop column bytes;
-- vitae: loses data: the columns document_bytes and history_bytes of resumes
alter table resumes drop column history_bytes, drop column document_bytes;
