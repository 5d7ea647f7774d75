//! The table `mails`: what waits to be sent.

use super::DbError;
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;

/// A mail that waits.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Names it.
    pub id: i64,
    /// To whom it concerns; nobody while there is no account.
    pub user_id: Option<i32>,
    /// The address.
    pub recipient: String,
    /// Which letter, and what it says.
    pub letter: Value,
    /// How often it was tried, this time included.
    pub tries: i32,
}

/// Has a mail sent as soon as may be.
///
/// # Errors
/// Those of the database.
pub async fn insert(
    executor: impl PgExecutor<'_>,
    user_id: Option<i32>,
    recipient: &str,
    letter: &Value,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into mails (user_id, recipient, letter, created_at, next_try_at) values ($1, $2, $3, $4, $4)",
        user_id,
        recipient,
        letter,
        now
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// A mail whose turn it is, and for which nobody else has a turn before `until`.
///
/// # Errors
/// Those of the database.
pub async fn claim(pool: &PgPool, now: OffsetDateTime, until: OffsetDateTime) -> Result<Option<Mail>, DbError> {
    let mail = sqlx::query_as!(
        Mail,
        "update mails set tries = tries + 1, next_try_at = $2
         where id = (
             select id from mails where failed_at is null and next_try_at <= $1
             order by next_try_at, id limit 1 for update skip locked
         )
         returning id, user_id, recipient, letter, tries",
        now,
        until
    )
    .fetch_optional(pool)
    .await?;
    Ok(mail)
}

/// Removes a mail: it is sent, or not wanted any more. Answers whether it was there.
///
/// # Errors
/// Those of the database.
pub async fn delete(executor: impl PgExecutor<'_>, id: i64) -> Result<bool, DbError> {
    let result = sqlx::query!("delete from mails where id = $1", id).execute(executor).await?;
    Ok(result.rows_affected() == 1)
}

/// Removes the mails to somebody that would have a link in them, but for those that anybody may ask for.
///
/// # Errors
/// Those of the database.
pub async fn delete_asked(executor: impl PgExecutor<'_>, user_id: i32) -> Result<(), DbError> {
    sqlx::query!("delete from mails where user_id = $1 and letter ->> 'letter' = 'change-email'", user_id)
        .execute(executor)
        .await?;
    Ok(())
}

/// Has a mail wait for its next turn.
///
/// # Errors
/// Those of the database.
pub async fn put_off(pool: &PgPool, id: i64, problem: &str, next_try_at: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!("update mails set problem = $2, next_try_at = $3 where id = $1", id, problem, next_try_at)
        .execute(pool)
        .await?;
    Ok(())
}

/// Removes the mails that were given up before a time; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn purge(pool: &PgPool, before: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from mails where failed_at < $1", before).execute(pool).await?;
    Ok(result.rows_affected())
}

/// Gives a mail up: it waits for an admin to send it once more or to drop it.
///
/// # Errors
/// Those of the database.
pub async fn give_up(pool: &PgPool, id: i64, problem: &str, now: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!("update mails set problem = $2, failed_at = $3 where id = $1", id, problem, now).execute(pool).await?;
    Ok(())
}
