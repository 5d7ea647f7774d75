//! The versions of a CV in `resume_revisions`, read and brought back. The owner is in every `where`.

use super::{
    DbError,
    revisions::{KEPT, Kind, insert_revision},
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// A version of a CV.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub revision: i32,
    /// Why it was kept: `create`, `import`, `autosave`, `restore`, `archive`.
    pub kind: String,
    /// When; of several autosaves, the first.
    pub created_at: OffsetDateTime,
    /// Whether it is what the CV is now.
    pub is_current: bool,
}

/// The newest versions of a CV of the owner that is not in the trash, the newest first, [`KEPT`] at most.
///
/// # Errors
/// Those of the database.
pub async fn list(pool: &PgPool, owner: i32, id: i32) -> Result<Vec<Version>, DbError> {
    let versions = sqlx::query_as!(
        Version,
        r#"select v.revision, v.kind, v.created_at, v.revision = r.revision as "is_current!"
           from resume_revisions v join resumes r on r.id = v.resume_id
           where r.id = $1 and r.user_id = $2 and r.deleted_at is null
           order by v.revision desc limit $3"#,
        id,
        owner,
        KEPT
    )
    .fetch_all(pool)
    .await?;
    Ok(versions)
}

/// What a version held.
#[derive(Clone, Debug)]
pub struct Content {
    /// The document.
    pub document: Value,
    /// When it was kept.
    pub created_at: OffsetDateTime,
}

/// What a version of a CV of the owner held.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, owner: i32, id: i32, revision: i32) -> Result<Option<Content>, DbError> {
    let content = sqlx::query_as!(
        Content,
        "select v.document, v.created_at
         from resume_revisions v join resumes r on r.id = v.resume_id
         where r.id = $1 and r.user_id = $2 and r.deleted_at is null and v.revision = $3",
        id,
        owner,
        revision
    )
    .fetch_optional(pool)
    .await?;
    Ok(content)
}

/// Makes an earlier version the newest; answers whether there was one. What the CV is until then stays a version.
///
/// # Errors
/// Those of the database.
pub async fn restore(
    connection: &mut PgConnection,
    owner: i32,
    id: i32,
    revision: i32,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let restored = sqlx::query!(
        "update resumes r
         set json_content = v.document, schema_version = coalesce((v.document ->> 'schema_version')::integer, r.schema_version),
             last_save_id = null, updated_at = $4, revision = r.revision + 1
         from resume_revisions v
         where r.id = $1 and r.user_id = $2 and r.deleted_at is null and v.resume_id = r.id and v.revision = $3
         returning r.revision, v.document",
        id,
        owner,
        revision,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(restored) = restored else { return Ok(false) };
    insert_revision(connection, id, restored.revision, &restored.document, Kind::Restore, now).await?;
    Ok(true)
}
