//! The versions of a CV in `resume_revisions`, read and brought back. The owner is in every `where`.

use super::{
    DbError,
    revisions::{KEPT, Kind, insert_revision},
    room, users,
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// A version of a CV.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub revision: i32,
    /// Why it was kept: `create`, `import`, `autosave`, `conflict`, `restore`, `archive`.
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

/// Bytes of a version of a CV of the owner.
///
/// # Errors
/// Those of the database.
pub async fn size(pool: &PgPool, owner: i32, id: i32, revision: i32) -> Result<Option<i32>, DbError> {
    let bytes = sqlx::query_scalar!(
        "select v.bytes from resume_revisions v join resumes r on r.id = v.resume_id
         where r.id = $1 and r.user_id = $2 and r.deleted_at is null and v.revision = $3",
        id,
        owner,
        revision
    )
    .fetch_optional(pool)
    .await?;
    Ok(bytes.flatten())
}

/// Makes an earlier version the newest; answers whether there was one. What the CV is until then stays a version, and so
/// does what is brought back; if the owner has too much for that, as any other autosave does.
///
/// # Errors
/// Those of the database.
pub async fn restore(
    connection: &mut PgConnection,
    owner: i32,
    id: i32,
    revision: i32,
    most: room::Most,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    // The owner before the CV, as whenever there are both.
    users::lock(&mut *connection, owner).await?;
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
    let stays = room::used(&mut *connection, owner).await? <= most.staying;
    let kind = if stays { Kind::Restore } else { Kind::Autosave };
    insert_revision(&mut *connection, id, restored.revision, &restored.document, kind, now).await?;
    room::keep(connection, owner, most.all).await?;
    Ok(true)
}
