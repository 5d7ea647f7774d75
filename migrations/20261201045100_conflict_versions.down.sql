-- vitae: loses data: the column refused_at of resumes
alter table resumes drop column refused_at;

-- The release before knows them as what they were when they were saved.
update resume_revisions set kind = 'autosave' where kind = 'conflict';
alter table resume_revisions drop constraint resume_revisions_kind_check;
-- vitae: locks: reads the whole table resume_revisions, while nobody else can use it
alter table resume_revisions add constraint resume_revisions_kind_check
    check (kind in ('create', 'import', 'autosave', 'restore', 'archive'));
