//! The table `attempts`: leaking buckets that all processes share.

use super::DbError;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Pours one try into the bucket of a key, unless it is full; answers its level, at most `size` + 1.
///
/// `leak` is how many tries leak away in a second. A clock that was ahead holds nobody up once it is right again.
///
/// # Errors
/// Those of the database.
pub async fn pour(pool: &PgPool, key_hash: &[u8], size: f64, leak: f64, now: OffsetDateTime) -> Result<f64, DbError> {
    let level = sqlx::query_scalar!(
        "insert into attempts (key_hash, level, updated_at) values ($1, 1, $4)
         on conflict (key_hash) do update set
             level = least(
                 greatest(
                     attempts.level
                         - greatest(extract(epoch from $4 - attempts.updated_at)::double precision, 0) * $3::double precision,
                     0
                 ) + 1,
                 $2::double precision + 1
             ),
             updated_at = $4
         returning level",
        key_hash,
        size,
        leak,
        now
    )
    .fetch_one(pool)
    .await?;
    Ok(level)
}

/// Empties a bucket.
///
/// # Errors
/// Those of the database.
pub async fn empty(pool: &PgPool, key_hash: &[u8]) -> Result<(), DbError> {
    sqlx::query!("delete from attempts where key_hash = $1", key_hash).execute(pool).await?;
    Ok(())
}

/// Removes the buckets that nobody poured into since `before`; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn purge(pool: &PgPool, before: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from attempts where updated_at < $1", before).execute(pool).await?;
    Ok(result.rows_affected())
}
