//! The table `users`.

use super::DbError;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
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

/// An account, as signing in needs it.
#[derive(Clone, Debug)]
pub struct Account {
    /// `users.id`.
    pub id: i32,
    /// `users.uid`.
    pub uid: Uuid,
    /// The password, hashed; none for those who come by other ways.
    pub password_hash: Option<String>,
    /// Sessions of an earlier epoch are over.
    pub session_epoch: i32,
}

/// The account with this address, unless it is disabled.
///
/// # Errors
/// Those of the database.
pub async fn find_by_email(pool: &PgPool, email: &str) -> Result<Option<Account>, DbError> {
    let account = sqlx::query_as!(
        Account,
        "select id, uid, password_hash, session_epoch from users
         where lower(email) = lower($1) and not is_guest and disabled_at is null",
        email
    )
    .fetch_optional(pool)
    .await?;
    Ok(account)
}

/// The account of somebody signed in.
///
/// # Errors
/// Those of the database.
pub async fn find_account(pool: &PgPool, id: i32) -> Result<Option<(Account, String)>, DbError> {
    let row = sqlx::query!(
        "select id, uid, password_hash, session_epoch, email from users
         where id = $1 and not is_guest and disabled_at is null",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let (id, uid, password_hash, session_epoch) = (row.id, row.uid, row.password_hash, row.session_epoch);
        (Account { id, uid, password_hash, session_epoch }, row.email)
    }))
}

/// Makes an account; answers its id, or nothing if there is one with this address.
///
/// # Errors
/// Those of the database.
pub async fn insert_account(
    connection: &mut PgConnection,
    uid: Uuid,
    email: &str,
    password_hash: &str,
) -> Result<Option<i32>, DbError> {
    let id = sqlx::query_scalar!(
        "insert into users (uid, email, password_hash) values ($1, $2, $3) on conflict do nothing returning id",
        uid,
        email,
        password_hash
    )
    .fetch_optional(connection)
    .await?;
    Ok(id)
}

/// What became of making an account of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgraded {
    /// It is one, and its sessions are of this epoch.
    Yes(i32),
    /// There is an account with this address.
    Taken,
    /// It is no guest, or no longer one.
    NoGuest,
}

/// Makes an account of a guest, in the same row, so that everything stays theirs.
///
/// # Errors
/// Those of the database.
pub async fn upgrade_guest(
    connection: &mut PgConnection,
    id: i32,
    email: &str,
    password_hash: &str,
) -> Result<Upgraded, DbError> {
    let guest =
        sqlx::query_scalar!("select id from users where id = $1 and is_guest and disabled_at is null for update", id)
            .fetch_optional(&mut *connection)
            .await?;
    if guest.is_none() {
        return Ok(Upgraded::NoGuest);
    }
    let updated = sqlx::query_scalar!(
        "update users set is_guest = false, email = $2, password_hash = $3, session_epoch = session_epoch + 1
         where id = $1 returning session_epoch",
        id,
        email,
        password_hash
    )
    .fetch_one(connection)
    .await;
    match updated {
        Ok(epoch) => Ok(Upgraded::Yes(epoch)),
        Err(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) => {
            Ok(Upgraded::Taken)
        }
        Err(error) => Err(error.into()),
    }
}

/// Keeps another password and ends all sessions; answers their new epoch.
///
/// # Errors
/// Those of the database.
pub async fn change_password(connection: &mut PgConnection, id: i32, password_hash: &str) -> Result<i32, DbError> {
    let epoch = sqlx::query_scalar!(
        "update users set password_hash = $2, session_epoch = session_epoch + 1 where id = $1 returning session_epoch",
        id,
        password_hash
    )
    .fetch_one(connection)
    .await?;
    Ok(epoch)
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

/// Ends all sessions; answers their new epoch.
///
/// # Errors
/// Those of the database.
pub async fn end_sessions(connection: &mut PgConnection, id: i32) -> Result<i32, DbError> {
    let epoch = sqlx::query_scalar!(
        "update users set session_epoch = session_epoch + 1 where id = $1 returning session_epoch",
        id
    )
    .fetch_one(connection)
    .await?;
    Ok(epoch)
}

/// Gives everything a guest has to an account and removes the guest; answers how many CVs that were, or nothing if it
/// is no guest of this epoch, or the account would have more than `limit`.
///
/// # Errors
/// Those of the database.
pub async fn adopt_guest(
    connection: &mut PgConnection,
    account: i32,
    guest: i32,
    epoch: i32,
    limit: u32,
) -> Result<Option<u64>, DbError> {
    // In one order, so that two of them cannot wait for each other.
    sqlx::query!("select id from users where id in ($1, $2) order by id for update", account, guest)
        .fetch_all(&mut *connection)
        .await?;
    let fits = sqlx::query_scalar!(
        r#"select (select count(*) from resumes where user_id in ($1, $2) and deleted_at is null) <= $4 as "fits!"
           from users where id = $2 and is_guest and session_epoch = $3 and disabled_at is null"#,
        account,
        guest,
        epoch,
        i64::from(limit)
    )
    .fetch_optional(&mut *connection)
    .await?;
    if fits != Some(true) {
        return Ok(None);
    }
    let resumes = sqlx::query!("update resumes set user_id = $1 where user_id = $2", account, guest)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("update archives set user_id = $1 where user_id = $2", account, guest)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from users where id = $1 and is_guest", guest).execute(connection).await?;
    Ok(Some(resumes.rows_affected()))
}

/// Guests whose sessions are all over and who changed nothing since `before`: nobody can open what they had.
///
/// # Errors
/// Those of the database.
pub async fn idle_guests(
    pool: &PgPool,
    before: OffsetDateTime,
    now: OffsetDateTime,
    most: i64,
) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        "select id from users
         where is_guest and created_at < $1
           and not exists (select from sessions where user_id = users.id and expires_at > $2)
           and not exists (select from resumes where user_id = users.id and updated_at >= $1)
         order by id limit $3",
        before,
        now,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(ids)
}

/// Removes a guest and everything that belongs to them in the database.
///
/// # Errors
/// Those of the database.
pub async fn delete_guest(pool: &PgPool, id: i32) -> Result<(), DbError> {
    sqlx::query!("delete from users where id = $1 and is_guest", id).execute(pool).await?;
    Ok(())
}
