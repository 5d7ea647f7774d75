//! The table `tokens`: links in mails that were not followed yet.

use super::DbError;
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;

/// A token, but for the secret in its link.
#[derive(Clone, Debug)]
pub struct Token {
    /// What following the link does.
    pub purpose: String,
    /// Whose it is; nobody's while there is no account.
    pub user_id: Option<i32>,
    /// What following the link does it with.
    pub data: Value,
    /// When it is no longer of use.
    pub expires_at: OffsetDateTime,
}

/// Adds a token.
///
/// # Errors
/// Those of the database.
pub async fn insert(
    executor: impl PgExecutor<'_>,
    token_hash: &[u8],
    token: &Token,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into tokens (token_hash, purpose, user_id, data, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        token_hash,
        token.purpose,
        token.user_id,
        token.data,
        now,
        token.expires_at
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Adds the token of a mail that is about to be sent; answers whether the mail is still to be: it may have been taken
/// back since it was claimed. Whoever takes the mail back after this finds the token, too.
///
/// # Errors
/// Those of the database.
pub async fn insert_for_mail(
    pool: &PgPool,
    mail_id: i64,
    token_hash: &[u8],
    token: &Token,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "insert into tokens (token_hash, purpose, user_id, data, created_at, expires_at)
         select $2, $3, $4, $5, $6, $7 from mails where id = $1 for key share",
        mail_id,
        token_hash,
        token.purpose,
        token.user_id,
        token.data,
        now,
        token.expires_at
    )
    .execute(pool)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// The token, if it is still of use.
///
/// # Errors
/// Those of the database.
pub async fn find(
    pool: &PgPool,
    token_hash: &[u8],
    purpose: &str,
    now: OffsetDateTime,
) -> Result<Option<Token>, DbError> {
    let token = sqlx::query_as!(
        Token,
        "select purpose, user_id, data, expires_at from tokens
         where token_hash = $1 and purpose = $2 and expires_at > $3",
        token_hash,
        purpose,
        now
    )
    .fetch_optional(pool)
    .await?;
    Ok(token)
}

/// Takes a token out; answers whether it was still there: of two who follow a link at once, one does.
///
/// # Errors
/// Those of the database.
pub async fn take(executor: impl PgExecutor<'_>, token_hash: &[u8]) -> Result<bool, DbError> {
    let result = sqlx::query!("delete from tokens where token_hash = $1", token_hash).execute(executor).await?;
    Ok(result.rows_affected() == 1)
}

/// Takes all tokens of somebody out.
///
/// # Errors
/// Those of the database.
pub async fn take_all(executor: impl PgExecutor<'_>, user_id: i32) -> Result<(), DbError> {
    sqlx::query!("delete from tokens where user_id = $1", user_id).execute(executor).await?;
    Ok(())
}

/// Removes the tokens that are no longer of use; answers how many.
///
/// # Errors
/// Those of the database.
pub async fn delete_expired(pool: &PgPool, now: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from tokens where expires_at <= $1", now).execute(pool).await?;
    Ok(result.rows_affected())
}
