//! The tables `resumes` and `resume_revisions`. The owner is in every `where`.

use super::DbError;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// A CV as it is stored.
#[derive(Clone, Debug)]
pub struct ResumeRow {
    /// `resumes.id`.
    pub id: i32,
    /// What the owner calls it.
    pub name: String,
    /// The document; `null` for an empty one.
    pub document: Option<Value>,
    /// Counts the saves.
    pub revision: i32,
    /// Of the last save.
    pub updated_at: OffsetDateTime,
}

/// A line of the list of CVs.
#[derive(Clone, Debug)]
pub struct ResumeSummary {
    /// `resumes.id`.
    pub id: i32,
    /// What the owner calls it.
    pub name: String,
    /// Counts the saves.
    pub revision: i32,
    /// Of the last save.
    pub updated_at: OffsetDateTime,
    /// In the trash since.
    pub deleted_at: Option<OffsetDateTime>,
    /// Archived PDFs.
    pub archives: i64,
}

/// Why a row of history was written; `resume_revisions.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The CV was made.
    Create,
    /// It came from a file or another CV.
    Import,
    /// The editor saved it. Those within [`COALESCE`] of the first become one row.
    Autosave,
    /// A PDF of it was archived.
    Archive,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::Autosave => "autosave",
            Self::Archive => "archive",
        }
    }
}

/// Autosaves this close to the first of a row of history belong to that row.
pub const COALESCE: time::Duration = time::Duration::minutes(5);

/// What a new CV starts with.
#[derive(Debug)]
pub struct NewResume<'a> {
    /// What the owner calls it.
    pub name: &'a str,
    /// The document.
    pub document: &'a Value,
    /// `Document::schema_version`.
    pub schema_version: i32,
    /// Where it comes from.
    pub kind: Kind,
}

/// Adds a CV with its first row of history, unless the owner has `limit` already (`None`).
///
/// # Errors
/// Those of the database.
pub async fn insert(
    connection: &mut PgConnection,
    owner: i32,
    resume: &NewResume<'_>,
    limit: u32,
    now: OffsetDateTime,
) -> Result<Option<i32>, DbError> {
    // The lock makes two requests of one owner count one after the other.
    sqlx::query!("select id from users where id = $1 for update", owner).fetch_optional(&mut *connection).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from resumes where user_id = $1 and deleted_at is null"#,
        owner
    )
    .fetch_one(&mut *connection)
    .await?;
    if count >= i64::from(limit) {
        return Ok(None);
    }
    let id = sqlx::query_scalar!(
        "insert into resumes (user_id, name, json_content, schema_version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5) returning id",
        owner,
        resume.name,
        resume.document,
        resume.schema_version,
        now
    )
    .fetch_one(&mut *connection)
    .await?;
    insert_revision(connection, id, 1, resume.document, resume.kind, now).await?;
    Ok(Some(id))
}

/// One CV of the owner, not one in the trash.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, owner: i32, id: i32) -> Result<Option<ResumeRow>, DbError> {
    let row = sqlx::query_as!(
        ResumeRow,
        "select id, name, json_content as document, revision, updated_at
         from resumes where id = $1 and user_id = $2 and deleted_at is null",
        id,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Whether the owner has this CV.
///
/// # Errors
/// Those of the database.
pub async fn exists(pool: &PgPool, owner: i32, id: i32) -> Result<bool, DbError> {
    let exists = sqlx::query_scalar!(
        r#"select exists (select from resumes where id = $1 and user_id = $2 and deleted_at is null) as "exists!""#,
        id,
        owner
    )
    .fetch_one(pool)
    .await?;
    Ok(exists)
}

/// All CVs of the owner, those in the trash too, the last edited first.
///
/// # Errors
/// Those of the database.
pub async fn list(pool: &PgPool, owner: i32) -> Result<Vec<ResumeSummary>, DbError> {
    let rows = sqlx::query_as!(
        ResumeSummary,
        r#"select id, name, revision, updated_at, deleted_at,
                  (select count(*) from archives where resume_id = resumes.id and archives.user_id = $1) as "archives!"
           from resumes where user_id = $1 order by updated_at desc, id desc"#,
        owner
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// What a save changes.
#[derive(Debug)]
pub struct Save<'a> {
    /// Which one.
    pub id: i32,
    /// The revision that it is based on.
    pub base_revision: i32,
    /// What the browser calls this save.
    pub save_id: &'a str,
    /// The document.
    pub document: &'a Value,
    /// `Document::schema_version`.
    pub schema_version: i32,
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is this revision now, or was already when the same save came before.
    Revision(i32),
    /// It was changed elsewhere: this is the revision that is stored.
    Conflict(i32),
    /// The owner has no such CV.
    Missing,
}

/// Saves a CV of the owner and writes history.
///
/// # Errors
/// Those of the database.
pub async fn save(
    connection: &mut PgConnection,
    owner: i32,
    save: &Save<'_>,
    now: OffsetDateTime,
) -> Result<Saved, DbError> {
    let revision = sqlx::query_scalar!(
        "update resumes set json_content = $4, schema_version = $5, last_save_id = $6, updated_at = $7,
                            revision = revision + 1
         where id = $1 and user_id = $2 and revision = $3 and deleted_at is null
           and last_save_id is distinct from $6
         returning revision",
        save.id,
        owner,
        save.base_revision,
        save.document,
        save.schema_version,
        save.save_id,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(revision) = revision {
        insert_revision(connection, save.id, revision, save.document, Kind::Autosave, now).await?;
        return Ok(Saved::Revision(revision));
    }
    let stored = sqlx::query!(
        "select revision, last_save_id from resumes where id = $1 and user_id = $2 and deleted_at is null",
        save.id,
        owner
    )
    .fetch_optional(&mut *connection)
    .await?;
    Ok(match stored {
        None => Saved::Missing,
        Some(row) if row.last_save_id.as_deref() == Some(save.save_id) => Saved::Revision(row.revision),
        Some(row) => Saved::Conflict(row.revision),
    })
}

/// Writes a row of history; an autosave soon after another replaces it.
async fn insert_revision(
    connection: &mut PgConnection,
    id: i32,
    revision: i32,
    document: &Value,
    kind: Kind,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    if kind == Kind::Autosave {
        let coalesced = sqlx::query!(
            "update resume_revisions set revision = $2, document = $3
             where resume_id = $1 and kind = 'autosave' and created_at > $4
               and revision = (select max(revision) from resume_revisions where resume_id = $1)",
            id,
            revision,
            document,
            now - COALESCE
        )
        .execute(&mut *connection)
        .await?;
        if coalesced.rows_affected() == 1 {
            return Ok(());
        }
    }
    sqlx::query!(
        "insert into resume_revisions (resume_id, revision, document, kind, created_at) values ($1, $2, $3, $4, $5)
         on conflict (resume_id, revision) do update set kind = excluded.kind",
        id,
        revision,
        document,
        kind.as_str(),
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the saved revision of a CV as one that was archived, so that no later autosave replaces it.
///
/// # Errors
/// Those of the database.
pub async fn keep_revision(
    connection: &mut PgConnection,
    resume: &ResumeRow,
    document: &Value,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    insert_revision(connection, resume.id, resume.revision, document, Kind::Archive, now).await
}

/// Gives a CV of the owner another name; answers whether there is such a CV.
///
/// # Errors
/// Those of the database.
pub async fn rename(pool: &PgPool, owner: i32, id: i32, name: &str) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "update resumes set name = $3 where id = $1 and user_id = $2 and deleted_at is null",
        id,
        owner,
        name
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Puts a CV of the owner into the trash; answers whether there is such a CV.
///
/// # Errors
/// Those of the database.
pub async fn trash(pool: &PgPool, owner: i32, id: i32, now: OffsetDateTime) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "update resumes set deleted_at = $3 where id = $1 and user_id = $2 and deleted_at is null",
        id,
        owner,
        now
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// What became of taking a CV out of the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It is back.
    Yes,
    /// The owner has as many CVs as are allowed.
    Full,
    /// The owner has no such CV in the trash.
    Missing,
}

/// Takes a CV of the owner out of the trash, unless that would be one too many.
///
/// # Errors
/// Those of the database.
pub async fn restore(connection: &mut PgConnection, owner: i32, id: i32, limit: u32) -> Result<Restored, DbError> {
    sqlx::query!("select id from users where id = $1 for update", owner).fetch_optional(&mut *connection).await?;
    let row = sqlx::query!(
        r#"select (select count(*) from resumes where user_id = $2 and deleted_at is null) as "count!"
           from resumes where id = $1 and user_id = $2 and deleted_at is not null"#,
        id,
        owner
    )
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        None => return Ok(Restored::Missing),
        Some(row) if row.count >= i64::from(limit) => return Ok(Restored::Full),
        Some(_) => {}
    }
    sqlx::query!("update resumes set deleted_at = null where id = $1 and user_id = $2", id, owner)
        .execute(connection)
        .await?;
    Ok(Restored::Yes)
}

/// Removes the CVs that went into the trash before `before`; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn purge(pool: &PgPool, before: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from resumes where deleted_at < $1", before).execute(pool).await?;
    Ok(result.rows_affected())
}
