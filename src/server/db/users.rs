//! The table `users`.

use super::DbError;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// `users.id`.
    pub id: i32,
    /// `users.uid`: names them outside the database.
    pub uid: Uuid,
    /// Whether they have no account yet.
    pub is_guest: bool,
}

/// Makes a guest; answers the id.
///
/// # Errors
/// Those of the database.
pub async fn insert_guest(connection: &mut PgConnection, uid: Uuid) -> Result<i32, DbError> {
    let email = format!("{uid}@guest.invalid");
    let id =
        sqlx::query_scalar!("insert into users (uid, email, is_guest) values ($1, $2, true) returning id", uid, email)
            .fetch_one(connection)
            .await?;
    Ok(id)
}

/// The user of a session, unless they are disabled or the session is of an earlier epoch.
///
/// # Errors
/// Those of the database.
pub async fn find_active(pool: &PgPool, id: i32, session_epoch: i32) -> Result<Option<User>, DbError> {
    let user = sqlx::query_as!(
        User,
        "select id, uid, is_guest from users where id = $1 and session_epoch = $2 and disabled_at is null",
        id,
        session_epoch
    )
    .fetch_optional(pool)
    .await?;
    Ok(user)
}
