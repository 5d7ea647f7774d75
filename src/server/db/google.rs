//! Accounts in the table `users`, as Google knows their owners.

use super::{
    DbError,
    accounts::{Account, is_taken},
};
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

/// Adds Google to an account; answers whether it could be: this person at Google may have another account here.
///
/// # Errors
/// Those of the database.
pub async fn link(connection: &mut PgConnection, id: i32, google_id: &str) -> Result<bool, DbError> {
    let updated =
        sqlx::query!("update users set google_id = $2 where id = $1", id, google_id).execute(connection).await;
    match updated {
        Ok(_) => Ok(true),
        Err(error) if is_taken(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes Google away from an account; answers whether it was there.
///
/// # Errors
/// Those of the database.
pub async fn forget(connection: &mut PgConnection, id: i32) -> Result<bool, DbError> {
    let result = sqlx::query!("update users set google_id = null where id = $1 and google_id is not null", id)
        .execute(connection)
        .await?;
    Ok(result.rows_affected() == 1)
}
