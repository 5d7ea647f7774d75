//! Guests, counted by how long ago they were here, and removed.

use crate::server::db::DbError;
use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};

/// The guests who were here last on one day.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The day.
    pub last_seen_on: Date,
    /// How many.
    pub guests: i64,
    /// Their CVs, without those in the trash.
    pub resumes: i64,
}

/// How many guests there are, by the day on which they were here last.
///
/// # Errors
/// Those of the database.
pub async fn by_day(pool: &PgPool) -> Result<Vec<Day>, DbError> {
    let days = sqlx::query_as!(
        Day,
        r#"select last_seen_on, count(*) as "guests!", coalesce(sum(resume_count), 0)::bigint as "resumes!"
           from users where is_guest group by last_seen_on order by last_seen_on desc"#
    )
    .fetch_all(pool)
    .await?;
    Ok(days)
}

/// Archived PDFs of the guests who were not here since `before`.
///
/// # Errors
/// Those of the database.
pub async fn archives(pool: &PgPool, before: Date) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from archives
           where user_id in (select id from users where is_guest and last_seen_on < $1)"#,
        before
    )
    .fetch_one(pool)
    .await?;
    Ok(count)
}

/// Shuts guests out who were not here since `before`, so that none of them can make an account of what is about to
/// go, and marks them as on their way out, so that it is finished if it breaks off; answers at most so many of them.
///
/// # Errors
/// Those of the database.
pub async fn shut_out(
    connection: &mut PgConnection,
    before: Date,
    now: OffsetDateTime,
    most: i64,
) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        "update users set leaving_at = coalesce(leaving_at, $3), disabled_at = coalesce(disabled_at, $3),
             session_epoch = session_epoch + 1
         where id in (
             select id from users where is_guest and last_seen_on < $1 order by last_seen_on, id limit $2 for update
         )
         returning id",
        before,
        most,
        now
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// Where the archived PDFs of these users are in the object store.
///
/// # Errors
/// Those of the database.
pub async fn keys(pool: &PgPool, ids: &[i32]) -> Result<Vec<String>, DbError> {
    let keys =
        sqlx::query_scalar!("select object_key from archives where user_id = any($1)", ids).fetch_all(pool).await?;
    Ok(keys)
}

/// Removes guests and everything that belongs to them in the database; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn delete(pool: &PgPool, ids: &[i32]) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from users where id = any($1) and is_guest", ids).execute(pool).await?;
    Ok(result.rows_affected())
}
