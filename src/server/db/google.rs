//! Accounts in the table `users`, as Google knows their owners.

use super::{DbError, accounts::Account};
use sqlx::{PgConnection, PgPool};

/// Somebody whom Google knows.
#[derive(Clone, Debug)]
pub enum AtGoogle {
    /// They have no account here.
    Nobody,
    /// This one.
    Account(Account),
    /// One that is disabled.
    Disabled,
}

/// The account of somebody by Google's `sub`.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, google_id: &str) -> Result<AtGoogle, DbError> {
    let row = sqlx::query!(
        r#"select id, uid, email, password_hash, session_epoch, created_at, disabled_at is not null as "is_disabled!"
           from users where google_id = $1 and not is_guest"#,
        google_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => AtGoogle::Nobody,
        Some(row) if row.is_disabled => AtGoogle::Disabled,
        Some(row) => AtGoogle::Account(Account {
            id: row.id,
            uid: row.uid,
            email: row.email,
            password_hash: row.password_hash,
            google_id: Some(google_id.to_owned()),
            session_epoch: row.session_epoch,
            created_at: row.created_at,
        }),
    })
}

/// What became of adding Google to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It is added, and all sessions are ended; their new epoch.
    Yes(i32),
    /// This person at Google has another account here.
    Taken,
    /// The sessions of the epoch are over, or the account has somebody at Google already, which ended them, too.
    Over,
}

/// Adds Google to an account and ends all sessions, if those of `epoch` are not over.
///
/// # Errors
/// Those of the database.
pub async fn link(connection: &mut PgConnection, id: i32, epoch: i32, google_id: &str) -> Result<Linked, DbError> {
    let linked = sqlx::query_scalar!(
        "update users set google_id = $3, session_epoch = session_epoch + 1
         where id = $1 and session_epoch = $2 and google_id is null and not is_guest returning session_epoch",
        id,
        epoch,
        google_id
    )
    .fetch_optional(connection)
    .await;
    match linked {
        Ok(Some(epoch)) => Ok(Linked::Yes(epoch)),
        Ok(None) => Ok(Linked::Over),
        Err(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) => {
            Ok(Linked::Taken)
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes Google away from an account, whatever else there is to it; answers whether it was there.
///
/// # Errors
/// Those of the database.
pub async fn forget(connection: &mut PgConnection, id: i32) -> Result<bool, DbError> {
    let result = sqlx::query!("update users set google_id = null where id = $1 and google_id is not null", id)
        .execute(connection)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Takes Google away from an account that has a password and ends all sessions; answers their new epoch, or nothing if
/// Google is not there or the last way in, or the sessions of `epoch` are over.
///
/// # Errors
/// Those of the database.
pub async fn unlink(connection: &mut PgConnection, id: i32, epoch: i32) -> Result<Option<i32>, DbError> {
    let epoch = sqlx::query_scalar!(
        "update users set google_id = null, session_epoch = session_epoch + 1
         where id = $1 and session_epoch = $2 and google_id is not null and password_hash is not null
         returning session_epoch",
        id,
        epoch
    )
    .fetch_optional(connection)
    .await?;
    Ok(epoch)
}
