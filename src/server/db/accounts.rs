//! Accounts in the table `users`: those who are no guests.

use super::DbError;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// An account, as its owner's own doings need it.
#[derive(Clone, Debug)]
pub struct Account {
    /// `users.id`.
    pub id: i32,
    /// `users.uid`.
    pub uid: Uuid,
    /// The address it is known by.
    pub email: String,
    /// The password, hashed; none for those who come by other ways.
    pub password_hash: Option<String>,
    /// The `sub` by which Google knows its owner.
    pub google_id: Option<String>,
    /// Sessions of an earlier epoch are over.
    pub session_epoch: i32,
    /// When the row was made, as a guest perhaps.
    pub created_at: Option<OffsetDateTime>,
}

/// The account with this address, unless it is disabled.
///
/// # Errors
/// Those of the database.
pub async fn find_by_email(pool: &PgPool, email: &str) -> Result<Option<Account>, DbError> {
    let account = sqlx::query_as!(
        Account,
        "select id, uid, email, password_hash, google_id, session_epoch, created_at from users
         where lower(email) = lower($1) and not is_guest and disabled_at is null",
        email
    )
    .fetch_optional(pool)
    .await?;
    Ok(account)
}

/// The account of this id, unless it is disabled.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, id: i32) -> Result<Option<Account>, DbError> {
    let account = sqlx::query_as!(
        Account,
        "select id, uid, email, password_hash, google_id, session_epoch, created_at from users
         where id = $1 and not is_guest and disabled_at is null",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(account)
}

/// How the owner of an account shows who they are: a password, Google, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// The password, hashed.
    pub password_hash: Option<String>,
    /// Google's `sub`.
    pub google_id: Option<String>,
}

/// What became of making an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is there: its id and the epoch of its sessions.
    Yes {
        /// `users.id`.
        id: i32,
        /// `users.session_epoch`.
        epoch: i32,
    },
    /// There is one with this address, or of this person at Google.
    Taken,
    /// The guest that it was to be made of is none, or no longer one.
    NoGuest,
}

/// Makes an account.
///
/// # Errors
/// Those of the database.
pub async fn insert(connection: &mut PgConnection, uid: Uuid, email: &str, proofs: &Proofs) -> Result<Made, DbError> {
    let id = sqlx::query_scalar!(
        "insert into users (uid, email, password_hash, google_id) values ($1, $2, $3, $4)
         on conflict do nothing returning id",
        uid,
        email,
        proofs.password_hash,
        proofs.google_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map_or(Made::Taken, |id| Made::Yes { id, epoch: 0 }))
}

/// Makes an account of a guest of this epoch, in the same row, so that everything stays theirs.
///
/// # Errors
/// Those of the database.
pub async fn upgrade_guest(
    connection: &mut PgConnection,
    id: i32,
    epoch: i32,
    email: &str,
    proofs: &Proofs,
) -> Result<Made, DbError> {
    let guest = sqlx::query_scalar!(
        "select id from users where id = $1 and session_epoch = $2 and is_guest and disabled_at is null for update",
        id,
        epoch
    )
    .fetch_optional(&mut *connection)
    .await?;
    if guest.is_none() {
        return Ok(Made::NoGuest);
    }
    let updated = sqlx::query_scalar!(
        "update users set is_guest = false, email = $2, password_hash = $3, google_id = $4,
             session_epoch = session_epoch + 1
         where id = $1 returning session_epoch",
        id,
        email,
        proofs.password_hash,
        proofs.google_id
    )
    .fetch_one(connection)
    .await;
    match updated {
        Ok(epoch) => Ok(Made::Yes { id, epoch }),
        Err(error) if is_taken(&error) => Ok(Made::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Changes the address of an account; answers whether it could be: another account may have it.
///
/// # Errors
/// Those of the database.
pub async fn change_email(connection: &mut PgConnection, id: i32, email: &str) -> Result<bool, DbError> {
    let updated =
        sqlx::query!("update users set email = $2 where id = $1 and not is_guest", id, email).execute(connection).await;
    match updated {
        Ok(result) => Ok(result.rows_affected() == 1),
        Err(error) if is_taken(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Keeps another password.
///
/// # Errors
/// Those of the database.
pub async fn set_password(connection: &mut PgConnection, id: i32, password_hash: &str) -> Result<(), DbError> {
    sqlx::query!("update users set password_hash = $2 where id = $1", id, password_hash).execute(connection).await?;
    Ok(())
}

/// Whether the sessions of `epoch` are not over. That, and the account, stay so until the transaction ends.
///
/// # Errors
/// Those of the database.
pub async fn hold_epoch(connection: &mut PgConnection, id: i32, epoch: i32) -> Result<bool, DbError> {
    let held = sqlx::query_scalar!(
        "select id from users where id = $1 and session_epoch = $2 and disabled_at is null for no key update",
        id,
        epoch
    )
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Keeps the same password in another form, unless it was changed meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn rehash(pool: &PgPool, id: i32, old: &str, new: &str) -> Result<(), DbError> {
    sqlx::query!("update users set password_hash = $3 where id = $1 and password_hash = $2", id, old, new)
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends all sessions; answers the epoch of those to come.
///
/// # Errors
/// Those of the database.
pub async fn next_epoch(connection: &mut PgConnection, id: i32) -> Result<i32, DbError> {
    let epoch = sqlx::query_scalar!(
        "update users set session_epoch = session_epoch + 1 where id = $1 returning session_epoch",
        id
    )
    .fetch_one(connection)
    .await?;
    Ok(epoch)
}

/// Whether somebody else has what was to be unique.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
