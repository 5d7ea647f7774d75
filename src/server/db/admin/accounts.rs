//! One account, as an admin sees it, and what an admin can do to it.

use crate::server::db::DbError;
use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// An account, disabled ones too.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `users.id`.
    pub id: i32,
    /// `users.uid`.
    pub uid: Uuid,
    /// The address.
    pub email: String,
    /// Whether it is that of an admin.
    pub is_admin: bool,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<OffsetDateTime>,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it can be entered with Google.
    pub has_google: bool,
    /// Since when it asks for a second step, if it does.
    pub two_step_since: Option<OffsetDateTime>,
    /// Sessions of an earlier epoch are over.
    pub session_epoch: i32,
    /// The day of its last request.
    pub last_seen_on: Date,
    /// When the row was made, as a guest perhaps.
    pub created_at: Option<OffsetDateTime>,
}

/// How much an account has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sizes {
    /// CVs that are not in the trash.
    pub resumes: i64,
    /// CVs in the trash.
    pub trashed: i64,
    /// Bytes of CVs and their history, as they are stored.
    pub resume_bytes: i64,
    /// Archived PDFs.
    pub archives: i64,
    /// Their bytes.
    pub archive_bytes: i64,
}

/// An account by what it is named outside the database, unless it is on its way out.
///
/// # Errors
/// Those of the database.
pub async fn find(connection: &mut PgConnection, uid: Uuid) -> Result<Option<Subject>, DbError> {
    let subject = sqlx::query_as!(
        Subject,
        r#"select id, uid, email, role = 'admin' as "is_admin!", disabled_at,
                  password_hash is not null as "has_password!", google_id is not null as "has_google!",
                  (select confirmed_at from two_step where user_id = users.id) as two_step_since,
                  session_epoch, last_seen_on, created_at
           from users where uid = $1 and not is_guest and leaving_at is null"#,
        uid
    )
    .fetch_optional(connection)
    .await?;
    Ok(subject)
}

/// The name outside the database of the account with this address, disabled or not.
///
/// # Errors
/// Those of the database.
pub async fn find_uid(pool: &PgPool, email: &str) -> Result<Option<Uuid>, DbError> {
    let uid = sqlx::query_scalar!("select uid from users where lower(email) = lower($1) and not is_guest", email)
        .fetch_optional(pool)
        .await?;
    Ok(uid)
}

/// The address of an account.
///
/// # Errors
/// Those of the database.
pub async fn find_email(pool: &PgPool, uid: Uuid) -> Result<Option<String>, DbError> {
    let email = sqlx::query_scalar!("select email from users where uid = $1 and not is_guest", uid)
        .fetch_optional(pool)
        .await?;
    Ok(email)
}

/// How much an account has.
///
/// # Errors
/// Those of the database.
pub async fn sizes(connection: &mut PgConnection, id: i32) -> Result<Sizes, DbError> {
    let sizes = sqlx::query_as!(
        Sizes,
        r#"select r.live as "resumes!", r.trashed as "trashed!", r.bytes as "resume_bytes!",
                  a.count as "archives!", a.bytes as "archive_bytes!"
           from (
               select count(*) filter (where deleted_at is null) as live,
                      count(*) filter (where deleted_at is not null) as trashed,
                      coalesce(sum(document_bytes + history_bytes), 0)::bigint as bytes
               from resumes where user_id = $1
           ) as r,
           (
               select count(*) as count, coalesce(sum(size), 0)::bigint as bytes from archives where user_id = $1
           ) as a"#,
        id
    )
    .fetch_one(connection)
    .await?;
    Ok(sizes)
}

/// The admins who can do something, and nobody can change who they are before the transaction ends: of two who take
/// each other's role away at once, the second finds one admin left.
///
/// # Errors
/// Those of the database.
pub async fn lock_admins(connection: &mut PgConnection) -> Result<Vec<Uuid>, DbError> {
    let uids = sqlx::query_scalar!(
        "select uid from users where role = 'admin' and disabled_at is null and not is_guest order by id for no key update"
    )
    .fetch_all(connection)
    .await?;
    Ok(uids)
}

/// Disables an account and ends its sessions.
///
/// # Errors
/// Those of the database.
pub async fn disable(connection: &mut PgConnection, id: i32, now: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!(
        "update users set disabled_at = coalesce(disabled_at, $2), session_epoch = session_epoch + 1 where id = $1",
        id,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Enables an account again.
///
/// # Errors
/// Those of the database.
pub async fn enable(connection: &mut PgConnection, id: i32) -> Result<(), DbError> {
    sqlx::query!("update users set disabled_at = null where id = $1", id).execute(connection).await?;
    Ok(())
}

/// Makes an account that of an admin, or no longer, and ends its sessions: a session must not grow.
///
/// # Errors
/// Those of the database.
pub async fn set_admin(connection: &mut PgConnection, id: i32, is_admin: bool) -> Result<(), DbError> {
    let role = if is_admin { "admin" } else { "user" };
    sqlx::query!("update users set role = $2, session_epoch = session_epoch + 1 where id = $1", id, role)
        .execute(connection)
        .await?;
    Ok(())
}
