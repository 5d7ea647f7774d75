//! The table `archives`. The owner is in every `where`, but for the sweeper's.

use super::{DbError, users};
use bytes::Bytes;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// An archived PDF, ready or on its way.
#[derive(Clone, Debug)]
pub struct ArchiveRow {
    /// Names it.
    pub uuid: Uuid,
    /// Name of the CV at the time.
    pub resume_name: String,
    /// The revision that it shows.
    pub revision: i32,
    /// Of the bytes, hexadecimal.
    pub sha256: String,
    /// Of the bytes.
    pub size: i64,
    /// Where in the object store.
    pub object_key: String,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// Since when the object store is known to have it.
    pub ready_at: Option<OffsetDateTime>,
}

/// A PDF to be archived.
#[derive(Debug)]
pub struct NewArchive<'a> {
    /// Names it.
    pub uuid: Uuid,
    /// The CV, if it is still there.
    pub resume_id: Option<i32>,
    /// Its name.
    pub resume_name: &'a str,
    /// The revision that it shows.
    pub revision: i32,
    /// Of the bytes, hexadecimal.
    pub sha256: &'a str,
    /// The bytes.
    pub content: &'a [u8],
    /// Where in the object store.
    pub object_key: &'a str,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When the sweeper may try to store it, if nobody has done so by then.
    pub due: OffsetDateTime,
}

/// Bytes that so many archived PDFs may have, all together: 1 MB each. One that was imported may be larger.
pub(super) fn most_bytes(limit: u32) -> i64 {
    i64::from(limit).saturating_mul(1_000_000)
}

/// Whether one more PDF of `size` bytes is too much for an owner who may have `limit`. It stays true until the
/// transaction ends.
pub(super) async fn is_full(connection: &mut PgConnection, owner: i32, size: i64, limit: u32) -> Result<bool, DbError> {
    users::lock(connection, owner).await?;
    let full = sqlx::query_scalar!(
        r#"select count(*) >= $2 or coalesce(sum(size), 0)::bigint + $3 > $4 as "full!" from archives where user_id = $1"#,
        owner,
        i64::from(limit),
        size,
        most_bytes(limit)
    )
    .fetch_one(connection)
    .await?;
    Ok(full)
}

/// Adds a pending archive, unless the owner has `limit` already; answers whether it was added. It is one without a CV if
/// that was removed meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn insert_pending(
    connection: &mut PgConnection,
    owner: i32,
    archive: &NewArchive<'_>,
    limit: u32,
) -> Result<bool, DbError> {
    let size = i64::try_from(archive.content.len()).unwrap_or(i64::MAX);
    if is_full(connection, owner, size, limit).await? {
        return Ok(false);
    }
    sqlx::query!(
        "insert into archives (uuid, user_id, resume_id, resume_name, revision, sha256, size, object_key, state,
                               pending_content, created_at, next_attempt_at)
         values ($1, $2, (select id from resumes where id = $3 and user_id = $2), $4, $5, $6, $7, $8, 'pending', $9, $10,
                 $11)",
        archive.uuid,
        owner,
        archive.resume_id,
        archive.resume_name,
        archive.revision,
        archive.sha256,
        size,
        archive.object_key,
        archive.content,
        archive.created_at,
        archive.due
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// The object store has it: marks it ready, and as the latest of its CV if it is. Answers whether it is still there,
/// ready now or before.
///
/// # Errors
/// Those of the database.
pub async fn mark_ready(
    connection: &mut PgConnection,
    uuid: Uuid,
    object_url: &str,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    lock_resume_of(connection, uuid).await?;
    let row = sqlx::query!(
        "update archives set state = 'ready', pending_content = null, ready_at = $2
         where uuid = $1 and state = 'pending' returning resume_id, created_at",
        uuid,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else {
        let there = sqlx::query_scalar!(r#"select exists (select from archives where uuid = $1) as "there!""#, uuid);
        return Ok(there.fetch_one(connection).await?);
    };
    sqlx::query!(
        "update resumes set s3_url = $2
         where id = $1 and not exists (
             select from archives where resume_id = $1 and state = 'ready' and created_at > $3
         )",
        row.resume_id,
        object_url,
        row.created_at
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// Lets others who ask which archived PDF of this one's CV is the latest wait until the transaction ends. The CV is
/// locked before its PDFs, as it is when it is removed, so that two of them cannot wait for each other.
async fn lock_resume_of(connection: &mut PgConnection, uuid: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "select id from resumes where id = (select resume_id from archives where uuid = $1) for no key update",
        uuid
    )
    .fetch_optional(connection)
    .await?;
    Ok(())
}

/// One archived PDF of the owner.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, owner: i32, uuid: Uuid) -> Result<Option<ArchiveRow>, DbError> {
    let row = sqlx::query_as!(
        ArchiveRow,
        "select uuid, resume_name, revision, sha256, size, object_key, created_at, ready_at
         from archives where uuid = $1 and user_id = $2",
        uuid,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Where the bytes of an archived PDF are.
#[derive(Debug)]
pub struct Stored {
    /// Of the bytes, hexadecimal.
    pub sha256: String,
    /// Where in the object store.
    pub object_key: String,
    /// The bytes, as long as the object store does not have them.
    pub pending: Option<Vec<u8>>,
}

/// Where the bytes of an archived PDF of the owner are.
///
/// # Errors
/// Those of the database.
pub async fn find_content(pool: &PgPool, owner: i32, uuid: Uuid) -> Result<Option<Stored>, DbError> {
    let row = sqlx::query_as!(
        Stored,
        "select sha256, object_key, pending_content as pending
         from archives where uuid = $1 and user_id = $2",
        uuid,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// The archived PDFs of a CV of the owner, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn list(pool: &PgPool, owner: i32, resume_id: i32) -> Result<Vec<ArchiveRow>, DbError> {
    let rows = sqlx::query_as!(
        ArchiveRow,
        "select uuid, resume_name, revision, sha256, size, object_key, created_at, ready_at
         from archives where resume_id = $1 and user_id = $2 order by created_at desc, uuid",
        resume_id,
        owner
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// All archived PDFs of the owner, those of CVs that are gone too, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn list_all(pool: &PgPool, owner: i32) -> Result<Vec<ArchiveRow>, DbError> {
    let rows = sqlx::query_as!(
        ArchiveRow,
        "select uuid, resume_name, revision, sha256, size, object_key, created_at, ready_at
         from archives where user_id = $1 order by created_at desc, uuid",
        owner
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Where the object store has an archived PDF of the owner; nothing while it is pending.
///
/// # Errors
/// Those of the database.
pub async fn find_object(pool: &PgPool, owner: i32, uuid: Uuid) -> Result<Option<String>, DbError> {
    let key = sqlx::query_scalar!(
        "select object_key from archives where uuid = $1 and user_id = $2 and state = 'ready'",
        uuid,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(key)
}

/// Removes an archived PDF of the owner that is ready; answers whether there was one. If it was the latest of its CV, the
/// one before it is now. `store_url` is the address of the object store, with a slash at the end.
///
/// # Errors
/// Those of the database.
pub async fn remove(connection: &mut PgConnection, owner: i32, uuid: Uuid, store_url: &str) -> Result<bool, DbError> {
    lock_resume_of(connection, uuid).await?;
    let row = sqlx::query!(
        "delete from archives where uuid = $1 and user_id = $2 and state = 'ready' returning resume_id, object_key",
        uuid,
        owner
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(false) };
    sqlx::query!(
        "update resumes set s3_url = (
             select $4 || object_key from archives
             where resume_id = $1 and state = 'ready' order by created_at desc, uuid limit 1
         )
         where id = $1 and user_id = $2 and right(s3_url, length($3)) = $3",
        row.resume_id,
        owner,
        row.object_key,
        store_url
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// A pending archive that the sweeper took.
#[derive(Debug)]
pub struct Pending {
    /// Names it.
    pub uuid: Uuid,
    /// Where in the object store.
    pub object_key: String,
    /// Of the bytes, hexadecimal.
    pub sha256: String,
    /// The bytes.
    pub content: Bytes,
}

/// Takes one pending archive that is due and puts its next attempt off, longer each time, so that of several
/// processes only one tries it.
///
/// # Errors
/// Those of the database.
pub async fn take_due(pool: &PgPool, now: OffsetDateTime) -> Result<Option<Pending>, DbError> {
    let row = sqlx::query!(
        r#"update archives
           set attempts = attempts + 1,
               next_attempt_at = $1 + least(interval '30 seconds' * power(2, least(attempts, 7)), interval '1 hour')
           where uuid = (
               select uuid from archives where state = 'pending' and next_attempt_at <= $1
               order by next_attempt_at for update skip locked limit 1
           )
           returning uuid, object_key, sha256, pending_content as "content!""#,
        now
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Pending {
        uuid: row.uuid,
        object_key: row.object_key,
        sha256: row.sha256,
        content: row.content.into(),
    }))
}
