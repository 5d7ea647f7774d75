create table resume_revisions (
    resume_id integer not null,
    revision integer not null,
    document jsonb not null,
    kind text not null,
    created_at timestamptz not null default now(),
    constraint resume_revisions_pkey primary key (resume_id, revision),
    constraint resume_revisions_resume_id_fkey foreign key (resume_id) references resumes (id) on delete cascade,
    constraint resume_revisions_kind_check check (kind in ('create', 'import', 'autosave', 'restore', 'archive'))
);

comment on column resume_revisions.created_at is 'when the first of the autosaves that became this row was made';
