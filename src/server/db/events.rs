//! The table `events`: what happened to accounts, and what admins did. Rows are added, never changed, and removed after twelve
//! months.

use super::DbError;
use sqlx::{PgExecutor, PgPool};
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
    /// A password, or a code, was wrong.
    SignInFailed,
    /// The password was changed.
    PasswordChanged,
    /// The password was set by a link out of a mail.
    PasswordReset,
    /// Somebody asked for such a link.
    ResetRequested,
    /// The address was changed.
    EmailChanged,
    /// Sessions were ended from another one.
    SessionsEnded,
    /// The CVs of a guest were taken into the account.
    GuestAdopted,
    /// Signing in with Google was added.
    GoogleLinked,
    /// Signing in with Google was taken away.
    GoogleUnlinked,
    /// A second step was added to signing in.
    TwoStepOn,
    /// The second step was taken away.
    TwoStepOff,
    /// One of the recovery codes was used in place of the second step.
    RecoveryCodeUsed,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// Everything was taken out in one file.
    Exported,
    /// Such a file was put in.
    Imported,
    /// The account was deleted.
    Deleted,
    /// An admin looked at the account.
    Viewed,
    /// An admin disabled the account.
    Disabled,
    /// An admin enabled it again.
    Enabled,
    /// The account was made that of an admin.
    AdminGranted,
    /// It is no longer that of an admin.
    AdminRevoked,
    /// An admin looked at the list of users.
    UsersListed,
    /// An admin removed guests who did not come back.
    GuestsPurged,
    /// An admin sent a mail once more, or dropped it.
    MailHandled,
    /// An admin looked at this log.
    LogViewed,
    /// An admin took this log out as a file.
    LogExported,
    /// An admin looked at how much there is of everything.
    OverviewViewed,
    /// An admin looked at how many guests there are.
    GuestsCounted,
    /// An admin looked at the mails that wait.
    MailsListed,
}

/// Each kind, and as what it is stored.
const KINDS: [(EventKind, &str); 32] = [
    (EventKind::SignedUp, "signed-up"),
    (EventKind::Upgraded, "upgraded"),
    (EventKind::SignedIn, "signed-in"),
    (EventKind::SignInFailed, "sign-in-failed"),
    (EventKind::PasswordChanged, "password-changed"),
    (EventKind::PasswordReset, "password-reset"),
    (EventKind::ResetRequested, "reset-requested"),
    (EventKind::EmailChanged, "email-changed"),
    (EventKind::SessionsEnded, "sessions-ended"),
    (EventKind::GuestAdopted, "guest-adopted"),
    (EventKind::GoogleLinked, "google-linked"),
    (EventKind::GoogleUnlinked, "google-unlinked"),
    (EventKind::TwoStepOn, "two-step-on"),
    (EventKind::TwoStepOff, "two-step-off"),
    (EventKind::RecoveryCodeUsed, "recovery-code-used"),
    (EventKind::RecoveryCodesMade, "recovery-codes-made"),
    (EventKind::Exported, "exported"),
    (EventKind::Imported, "imported"),
    (EventKind::Deleted, "deleted"),
    (EventKind::Viewed, "viewed"),
    (EventKind::Disabled, "disabled"),
    (EventKind::Enabled, "enabled"),
    (EventKind::AdminGranted, "admin-granted"),
    (EventKind::AdminRevoked, "admin-revoked"),
    (EventKind::UsersListed, "users-listed"),
    (EventKind::GuestsPurged, "guests-purged"),
    (EventKind::MailHandled, "mail-handled"),
    (EventKind::LogViewed, "log-viewed"),
    (EventKind::LogExported, "log-exported"),
    (EventKind::OverviewViewed, "overview-viewed"),
    (EventKind::GuestsCounted, "guests-counted"),
    (EventKind::MailsListed, "mails-listed"),
];

/// Kinds after which a network is one that the owner of an account has been in.
const BEEN_IN: [EventKind; 3] = [EventKind::SignedUp, EventKind::Upgraded, EventKind::SignedIn];

impl EventKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// What is stored as this; nothing if a later Vitae has stored it.
    pub fn parse(name: &str) -> Option<Self> {
        KINDS.iter().find(|(_, stored)| *stored == name).map(|(kind, _)| *kind)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, _)| *kind)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// To whom: `users.uid`; nobody in particular for what concerns the whole installation.
    pub subject: Option<Uuid>,
    /// Who did it: `users.uid`; nobody for the command line.
    pub actor: Option<Uuid>,
    /// Where from, roughly.
    pub address: Option<String>,
}

/// Notes that something happened.
///
/// # Errors
/// Those of the database.
pub async fn insert(executor: impl PgExecutor<'_>, event: &Event, now: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!(
        "insert into events (at, kind, subject, actor, address) values ($1, $2, $3, $4, $5)",
        now,
        event.kind.as_str(),
        event.subject,
        event.actor,
        event.address
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Removes what happened before `before`; answers how many lines. The database lets go of none that is younger than
/// twelve months, by its own clock.
///
/// # Errors
/// Those of the database.
pub async fn purge(pool: &PgPool, before: OffsetDateTime) -> Result<u64, DbError> {
    let result = sqlx::query!("delete from events where at < least($1, now() - interval '12 months')", before)
        .execute(pool)
        .await?;
    Ok(result.rows_affected())
}

/// Whether somebody has signed in, or made their account, from a network.
///
/// # Errors
/// Those of the database.
pub async fn has_been_in(pool: &PgPool, subject: Uuid, network: &str) -> Result<bool, DbError> {
    let kinds = BEEN_IN.map(|kind| kind.as_str().to_owned());
    let found = sqlx::query_scalar!(
        r#"select exists (
               select from events where subject = $1 and address = $2 and kind = any($3)
           ) as "found!""#,
        subject,
        network,
        &kinds
    )
    .fetch_one(pool)
    .await?;
    Ok(found)
}

/// A line of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: OffsetDateTime,
    /// What, as it is stored.
    pub kind: String,
    /// Where from, roughly.
    pub address: Option<String>,
    /// Whether somebody else did it: an admin.
    pub by_another: bool,
}

/// What happened to somebody lately, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn latest(pool: &PgPool, subject: Uuid, most: i64) -> Result<Vec<Happened>, DbError> {
    let rows = sqlx::query_as!(
        Happened,
        r#"select at, kind, address,
           actor is distinct from subject and (actor is not null or address is null) as "by_another!" from events
           where subject = $1 order by at desc, id desc limit $2"#,
        subject,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_stored() {
        for kind in EventKind::all() {
            assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(EventKind::parse("of a later Vitae"), None);
    }
}
