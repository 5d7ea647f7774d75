//! The table `users`.

use super::{DbError, archives, events::EventKind, resumes, room};
use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};
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
    /// Whether they look after this installation.
    pub is_admin: bool,
    /// The day of their last request before this one.
    pub last_seen_on: Date,
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
        r#"select id, uid, is_guest, role = 'admin' as "is_admin!", last_seen_on from users
           where id = $1 and session_epoch = $2 and disabled_at is null"#,
        id,
        session_epoch
    )
    .fetch_optional(pool)
    .await?;
    Ok(user)
}

/// Lets others who count what this user has wait until the transaction ends, so that two requests count one after the
/// other and what was counted stays true.
///
/// # Errors
/// [`DbError::NobodyThere`] for who is gone or on the way out since the request was let in; those of the database.
pub(super) async fn lock(connection: &mut PgConnection, id: i32) -> Result<(), DbError> {
    let user = sqlx::query!("select id from users where id = $1 and leaving_at is null for no key update", id);
    user.fetch_optional(connection).await?.map(|_| ()).ok_or(DbError::NobodyThere)
}

/// Lets nobody remove this user until the transaction ends. PostgreSQL asks for the same when a CV is changed twice in one
/// transaction; asked for here, before the CV is held, nobody waits for a user while they hold what is the user's.
///
/// # Errors
/// Those of the database.
pub(super) async fn keep(connection: &mut PgConnection, id: i32) -> Result<(), DbError> {
    sqlx::query!("select id from users where id = $1 for key share", id).fetch_optional(connection).await?;
    Ok(())
}

/// Notes that somebody was here on a day.
///
/// # Errors
/// Those of the database.
pub async fn see(pool: &PgPool, id: i32, today: Date) -> Result<(), DbError> {
    sqlx::query!("update users set last_seen_on = $2 where id = $1", id, today).execute(pool).await?;
    Ok(())
}

/// Gives everything a guest has to an account, removes the guest and notes who it was; answers how many CVs that were, or
/// nothing if it is no guest of this epoch, or the account would have more CVs, archived PDFs or bytes (`most`) than it may.
///
/// # Errors
/// Those of the database.
pub async fn adopt_guest(
    connection: &mut PgConnection,
    account: i32,
    guest: i32,
    epoch: i32,
    resume_limit: u32,
    archive_limit: u32,
    most: i64,
) -> Result<Option<u64>, DbError> {
    // In one order, so that two of them cannot wait for each other.
    sqlx::query!("select id from users where id in ($1, $2) order by id for update", account, guest)
        .fetch_all(&mut *connection)
        .await?;
    let fits = sqlx::query_scalar!(
        r#"select (select count(*) from resumes where user_id in ($1, $2) and deleted_at is null) <= $4
                  and (select count(*) <= $5 and coalesce(sum(size), 0)::bigint <= $6
                       from archives where user_id in ($1, $2)) as "fits!"
           from users where id = $2 and is_guest and session_epoch = $3 and disabled_at is null"#,
        account,
        guest,
        epoch,
        i64::from(resume_limit),
        i64::from(archive_limit),
        archives::most_bytes(archive_limit)
    )
    .fetch_optional(&mut *connection)
    .await?;
    if fits != Some(true) {
        return Ok(None);
    }
    let more = room::used(&mut *connection, guest).await?;
    if !room::make(&mut *connection, account, more, most).await? {
        return Ok(None);
    }
    let adopted = sqlx::query!("update resumes set user_id = $1 where user_id = $2", account, guest)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("update archives set user_id = $1 where user_id = $2", account, guest)
        .execute(&mut *connection)
        .await?;
    resumes::keep_newest_trashed(&mut *connection, account, resumes::TRASHED_OF_ACCOUNT).await?;
    // Who deletes the account asks to be forgotten as that guest, too: older backups know them as such.
    sqlx::query!(
        "with gone as (delete from users where id = $1 and is_guest returning uid)
         insert into events (kind, subject, actor)
         select $3::text, gone.uid, users.uid from gone, users where users.id = $2",
        guest,
        account,
        EventKind::GuestAdopted.as_str()
    )
    .execute(connection)
    .await?;
    Ok(Some(adopted.rows_affected()))
}

/// Guests whose sessions are all over and who changed nothing since `before`: nobody can open what they had. They stay
/// as they are until the transaction ends.
///
/// # Errors
/// Those of the database.
pub async fn idle_guests(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    now: OffsetDateTime,
    most: i64,
) -> Result<Vec<i32>, DbError> {
    let ids = sqlx::query_scalar!(
        "select id from users
         where is_guest and leaving_at is null and created_at < $1
           and not exists (select from sessions where user_id = users.id and expires_at > $2)
           and not exists (select from resumes where user_id = users.id and updated_at >= $1)
         order by id limit $3
         for update",
        before,
        now,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
