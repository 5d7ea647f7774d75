//! Guests, counted by how long ago they were here, and removed.

use crate::server::db::DbError;
use sqlx::{PgConnection, PgPool};
use time::Date;

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

/// Guests who were not here since `before`, those who are away longest first, at most so many. They stay guests until the
/// transaction ends: none of them can make an account of what is about to go.
///
/// # Errors
/// Those of the database.
pub async fn not_here_since(connection: &mut PgConnection, before: Date, most: i64) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        "select id from users where is_guest and leaving_at is null and last_seen_on < $1
         order by last_seen_on, id limit $2 for update",
        before,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
