//! The table `resumes`, but for saving. The owner is in every `where`.

use super::{
    DbError,
    revisions::{Kind, insert_revision},
    users,
};
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
    if is_full(connection, owner, limit).await? {
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

/// Whether the owner has `limit` CVs or more, those in the trash not counted. It stays true until the transaction ends.
pub(super) async fn is_full(connection: &mut PgConnection, owner: i32, limit: u32) -> Result<bool, DbError> {
    users::lock(connection, owner).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from resumes where user_id = $1 and deleted_at is null"#,
        owner
    )
    .fetch_one(connection)
    .await?;
    Ok(count >= i64::from(limit))
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

/// One CV of the owner, not one in the trash; it stays as it is until the transaction ends.
///
/// # Errors
/// Those of the database.
pub async fn hold(connection: &mut PgConnection, owner: i32, id: i32) -> Result<Option<ResumeRow>, DbError> {
    // The owner before the CV, as in `trash`: otherwise two could wait for each other.
    users::lock(connection, owner).await?;
    let row = sqlx::query_as!(
        ResumeRow,
        "select id, name, json_content as document, revision, updated_at
         from resumes where id = $1 and user_id = $2 and deleted_at is null for no key update",
        id,
        owner
    )
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

/// Which state of a CV is saved.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Counts the saves.
    pub revision: i32,
    /// Of the last save.
    pub updated_at: OffsetDateTime,
}

/// Which state of a CV of the owner is saved, unless it is in the trash.
///
/// # Errors
/// Those of the database.
pub async fn stamp(pool: &PgPool, owner: i32, id: i32) -> Result<Option<Stamp>, DbError> {
    let stamp = sqlx::query_as!(
        Stamp,
        "select revision, updated_at from resumes where id = $1 and user_id = $2 and deleted_at is null",
        id,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(stamp)
}

/// What the owner calls a CV that is not in the trash.
///
/// # Errors
/// Those of the database.
pub async fn name(pool: &PgPool, owner: i32, id: i32) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "select name from resumes where id = $1 and user_id = $2 and deleted_at is null",
        id,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(name)
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

/// CVs that stay in the trash of a guest.
pub const TRASHED_OF_GUEST: i64 = 20;

/// CVs that stay in the trash of an account.
pub const TRASHED_OF_ACCOUNT: i64 = 100;

/// Puts a CV of the owner into the trash, where the newest `most` stay; answers its name, if there is such a CV.
///
/// # Errors
/// Those of the database.
pub async fn trash(
    connection: &mut PgConnection,
    owner: i32,
    id: i32,
    most: i64,
    now: OffsetDateTime,
) -> Result<Option<String>, DbError> {
    users::lock(connection, owner).await?;
    let name = sqlx::query_scalar!(
        "update resumes set deleted_at = $3 where id = $1 and user_id = $2 and deleted_at is null returning name",
        id,
        owner,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    keep_newest_trashed(connection, owner, most).await?;
    Ok(name)
}

/// Removes all CVs in the trash of the owner but the newest `most`.
pub(super) async fn keep_newest_trashed(connection: &mut PgConnection, owner: i32, most: i64) -> Result<(), DbError> {
    sqlx::query!(
        "delete from resumes where user_id = $1 and deleted_at is not null and id not in (
             select id from resumes where user_id = $1 and deleted_at is not null
             order by deleted_at desc, id desc limit $2
         )",
        owner,
        most
    )
    .execute(connection)
    .await?;
    Ok(())
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
    let full = is_full(connection, owner, limit).await?;
    let found = sqlx::query_scalar!(
        "update resumes set deleted_at = case when $3 then deleted_at end
         where id = $1 and user_id = $2 and deleted_at is not null returning id",
        id,
        owner,
        full
    )
    .fetch_optional(connection)
    .await?;
    Ok(match found {
        None => Restored::Missing,
        Some(_) if full => Restored::Full,
        Some(_) => Restored::Yes,
    })
}

/// Removes the CVs that went into the trash before `before`; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn purge(pool: &PgPool, before: OffsetDateTime) -> Result<u64, DbError> {
    // In the order in which those of one person are held when their versions are thinned out.
    let result = sqlx::query!(
        "delete from resumes where id in (select id from resumes where deleted_at < $1 order by id for update)",
        before
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected())
}
