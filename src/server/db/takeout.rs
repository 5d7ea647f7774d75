//! Everything that somebody has, read for a file, and put in again as it was. The owner is in every `where`.

use super::{DbError, resumes};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// A CV, but for what is in it.
#[derive(Clone, Debug)]
pub struct ResumeHead {
    /// `resumes.id`.
    pub id: i32,
    /// What the owner calls it.
    pub name: String,
    /// Counts the saves.
    pub revision: i32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Of the last save.
    pub updated_at: OffsetDateTime,
    /// Whether it is in the trash.
    pub in_trash: bool,
}

/// The CVs of the owner, those in the trash too, the first first.
///
/// # Errors
/// Those of the database.
pub async fn resumes(pool: &PgPool, owner: i32) -> Result<Vec<ResumeHead>, DbError> {
    let rows = sqlx::query_as!(
        ResumeHead,
        r#"select id, name, revision, created_at, updated_at, deleted_at is not null as "in_trash!"
           from resumes where user_id = $1 order by created_at, id"#,
        owner
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// What is in a CV of the owner, one in the trash too; nothing if it is gone or was never saved.
///
/// # Errors
/// Those of the database.
pub async fn document(pool: &PgPool, owner: i32, id: i32) -> Result<Option<Value>, DbError> {
    let document = sqlx::query_scalar!("select json_content from resumes where id = $1 and user_id = $2", id, owner)
        .fetch_optional(pool)
        .await?;
    Ok(document.flatten())
}

/// An earlier version of a CV.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its number.
    pub revision: i32,
    /// Why it was kept: `resume_revisions.kind`.
    pub kind: String,
    /// When the first of the saves that became it was made.
    pub created_at: OffsetDateTime,
    /// What was in it.
    pub document: Value,
}

/// The first version of a CV of the owner after number `after`.
///
/// # Errors
/// Those of the database.
pub async fn next_revision(pool: &PgPool, owner: i32, id: i32, after: i32) -> Result<Option<Revision>, DbError> {
    let row = sqlx::query_as!(
        Revision,
        "select revision, kind, created_at, document from resume_revisions
         where resume_id = $1 and revision > $3
           and exists (select from resumes where id = $1 and user_id = $2)
         order by revision limit 1",
        id,
        owner,
        after
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// An archived PDF, but for its bytes.
#[derive(Clone, Debug)]
pub struct ArchiveHead {
    /// Names it.
    pub uuid: Uuid,
    /// The CV, if it is still there.
    pub resume_id: Option<i32>,
    /// Name of the CV at the time.
    pub resume_name: String,
    /// The revision that it shows.
    pub revision: i32,
    /// Of the bytes, hexadecimal.
    pub sha256: String,
    /// Of the bytes.
    pub size: i64,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
}

/// The archived PDFs of the owner, the first first.
///
/// # Errors
/// Those of the database.
pub async fn archives(pool: &PgPool, owner: i32) -> Result<Vec<ArchiveHead>, DbError> {
    let rows = sqlx::query_as!(
        ArchiveHead,
        "select uuid, resume_id, resume_name, revision, sha256, size, created_at
         from archives where user_id = $1 order by created_at, uuid",
        owner
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// An earlier version of a CV to be put in.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// Its number.
    pub revision: i32,
    /// Why it was kept: `resume_revisions.kind`.
    pub kind: String,
    /// When the first of the saves that became it was made.
    pub created_at: OffsetDateTime,
    /// What was in it, as JSON.
    pub document: String,
}

/// A CV to be put in as it was.
#[derive(Debug)]
pub struct NewResume<'a> {
    /// All but what is in it; the id does not count.
    pub head: &'a ResumeHead,
    /// What is in it.
    pub document: &'a Value,
    /// `Document::schema_version`.
    pub schema_version: i32,
    /// Its earlier versions, this one among them or not.
    pub revisions: &'a [NewRevision],
}

/// Puts a CV in as it was, with its history, unless the owner has `limit` already (`None`). One that was in the trash
/// comes into the trash, as of now; there the newest `trash` stay.
///
/// # Errors
/// Those of the database.
pub async fn insert_resume(
    connection: &mut PgConnection,
    owner: i32,
    resume: &NewResume<'_>,
    limit: u32,
    trash: i64,
    now: OffsetDateTime,
) -> Result<Option<i32>, DbError> {
    if resumes::is_full(connection, owner, limit).await? {
        return Ok(None);
    }
    let head = resume.head;
    let id = sqlx::query_scalar!(
        "insert into resumes (user_id, name, json_content, schema_version, revision, created_at, updated_at, deleted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        owner,
        head.name,
        resume.document,
        resume.schema_version,
        head.revision,
        head.created_at,
        head.updated_at,
        head.in_trash.then_some(now)
    )
    .fetch_one(&mut *connection)
    .await?;
    for revision in resume.revisions {
        insert_revision(connection, id, revision).await?;
    }
    let current = NewRevision {
        revision: head.revision,
        kind: "import".into(),
        created_at: head.updated_at,
        document: resume.document.to_string(),
    };
    insert_revision(connection, id, &current).await?;
    if head.in_trash {
        resumes::keep_newest_trashed(connection, owner, trash).await?;
    }
    Ok(Some(id))
}

/// Adds an earlier version; the first of one number counts.
async fn insert_revision(connection: &mut PgConnection, id: i32, revision: &NewRevision) -> Result<(), DbError> {
    sqlx::query!(
        "insert into resume_revisions (resume_id, revision, document, kind, created_at)
         values ($1, $2, $3::text::jsonb, $4, $5)
         on conflict do nothing",
        id,
        revision.revision,
        revision.document,
        revision.kind,
        revision.created_at
    )
    .execute(connection)
    .await?;
    Ok(())
}
