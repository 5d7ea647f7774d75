//! The table `events`: what happened to accounts. It can only be added to.

use super::DbError;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Somebody made an account.
    SignedUp,
    /// A guest made an account of what they had.
    Upgraded,
    /// Somebody signed in.
    SignedIn,
    /// A password was wrong.
    SignInFailed,
    /// The password was changed.
    PasswordChanged,
    /// Sessions were ended from another one.
    SessionsEnded,
    /// The CVs of a guest were taken into the account.
    GuestAdopted,
}

impl EventKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedUp => "signed-up",
            Self::Upgraded => "upgraded",
            Self::SignedIn => "signed-in",
            Self::SignInFailed => "sign-in-failed",
            Self::PasswordChanged => "password-changed",
            Self::SessionsEnded => "sessions-ended",
            Self::GuestAdopted => "guest-adopted",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// To whom: `users.uid`.
    pub subject: Uuid,
    /// Where from, roughly.
    pub address: Option<String>,
}

/// Notes that something happened, done by the one it happened to.
///
/// # Errors
/// Those of the database.
pub async fn insert(connection: &mut PgConnection, event: &Event, now: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!(
        "insert into events (at, kind, subject, actor, address) values ($1, $2, $3, $3, $4)",
        now,
        event.kind.as_str(),
        event.subject,
        event.address
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether somebody has signed in, or made their account, from a network.
///
/// # Errors
/// Those of the database.
pub async fn has_been_in(pool: &PgPool, subject: Uuid, network: &str) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select from events
               where subject = $1 and address = $2 and kind in ('signed-up', 'upgraded', 'signed-in')
           ) as "found!""#,
        subject,
        network
    )
    .fetch_one(pool)
    .await?;
    Ok(found)
}

/// What happened to somebody lately, the newest first: when, what, where from.
///
/// # Errors
/// Those of the database.
pub async fn latest(
    pool: &PgPool,
    subject: Uuid,
    most: i64,
) -> Result<Vec<(OffsetDateTime, String, Option<String>)>, DbError> {
    let rows = sqlx::query!(
        "select at, kind, address from events where subject = $1 order by at desc, id desc limit $2",
        subject,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.at, row.kind, row.address)).collect())
}
