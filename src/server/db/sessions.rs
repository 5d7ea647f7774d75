//! The table `sessions`.

use super::DbError;
use serde_json::Value;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A stored session.
#[derive(Debug)]
pub struct SessionRow {
    /// What the session holds.
    pub data: Value,
    /// When it is over.
    pub expires_at: OffsetDateTime,
}

/// Adds a session; answers whether the id was free.
///
/// # Errors
/// Those of the database.
pub async fn insert(pool: &PgPool, id_hash: &[u8], user_id: Option<i32>, row: &SessionRow) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "insert into sessions (id_hash, user_id, data, expires_at) values ($1, $2, $3, $4) on conflict do nothing",
        id_hash,
        user_id,
        row.data,
        row.expires_at
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Changes a session. One that is gone stays gone: a request that was under way when somebody signed out must not
/// bring the session back.
///
/// # Errors
/// Those of the database.
pub async fn update(pool: &PgPool, id_hash: &[u8], user_id: Option<i32>, row: &SessionRow) -> Result<(), DbError> {
    sqlx::query!(
        "update sessions set user_id = $2, data = $3, expires_at = $4 where id_hash = $1",
        id_hash,
        user_id,
        row.data,
        row.expires_at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// The session, unless it is over.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, id_hash: &[u8], now: OffsetDateTime) -> Result<Option<SessionRow>, DbError> {
    let row = sqlx::query_as!(
        SessionRow,
        "select data, expires_at from sessions where id_hash = $1 and expires_at > $2",
        id_hash,
        now
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Ends a session.
///
/// # Errors
/// Those of the database.
pub async fn delete(pool: &PgPool, id_hash: &[u8]) -> Result<(), DbError> {
    sqlx::query!("delete from sessions where id_hash = $1", id_hash).execute(pool).await?;
    Ok(())
}

/// Removes the sessions that are over; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn delete_expired(pool: &PgPool, now: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from sessions where expires_at <= $1", now).execute(pool).await?;
    Ok(result.rows_affected())
}

/// A session in the list of its owner.
#[derive(Debug)]
pub struct Device {
    /// SHA-256 of the id in the cookie.
    pub id_hash: Vec<u8>,
    /// What the session holds.
    pub data: Value,
    /// When it began.
    pub created_at: OffsetDateTime,
}

/// The sessions of somebody that are not over, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn list(pool: &PgPool, user_id: i32, epoch: i32, now: OffsetDateTime) -> Result<Vec<Device>, DbError> {
    let rows = sqlx::query_as!(
        Device,
        "select id_hash, data, created_at from sessions
         where user_id = $1 and expires_at > $3 and data -> 'epoch' = to_jsonb($2::integer) order by created_at desc",
        user_id,
        epoch,
        now
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Ends one session of somebody; answers whether there was such a one.
///
/// # Errors
/// Those of the database.
pub async fn end(pool: &PgPool, user_id: i32, id_hash: &[u8]) -> Result<bool, DbError> {
    let result = sqlx::query!("delete from sessions where user_id = $1 and id_hash = $2", user_id, id_hash)
        .execute(pool)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Takes one thing out of what a session holds; answers whether it was there: of two who ask at once, one is told so.
///
/// # Errors
/// Those of the database.
pub async fn take(pool: &PgPool, id_hash: &[u8], key: &str) -> Result<bool, DbError> {
    let result =
        sqlx::query!("update sessions set data = data - $2::text where id_hash = $1 and data ? $2::text", id_hash, key)
            .execute(pool)
            .await?;
    Ok(result.rows_affected() == 1)
}
