alter table resume_revisions drop constraint resume_revisions_kind_check;
-- vitae: locks: reads the whole table resume_revisions, while nobody else can use it
alter table resume_revisions add constraint resume_revisions_kind_check
    check (kind in ('create', 'import', 'autosave', 'conflict', 'restore', 'archive'));

alter table resumes add column refused_at timestamptz;

comment on column resumes.refused_at is 'when a save was last refused because another had come before it: what other tabs saved since stays a version';
