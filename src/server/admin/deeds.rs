//! What is done to an account by somebody who looks after the installation.

use super::Admin;
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        accounts::{change, end_links, end_sessions},
        db::{
            admin::accounts::{self, Subject},
            events::EventKind,
            two_step,
        },
        mail::{self, Letter},
    },
};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Something that is done to an account and can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Shuts its owner out, at once and everywhere.
    Disable,
    /// Lets them in again.
    Enable,
    /// Has them sign in again.
    EndSessions,
    /// Takes the second step of signing in away, for an owner who lost the app and the recovery codes.
    EndTwoStep,
    /// Makes it that of an admin.
    GrantAdmin,
    /// Makes it one like all others.
    RevokeAdmin,
}

impl Deed {
    /// As what it stands in the log.
    pub fn event(self) -> EventKind {
        match self {
            Self::Disable => EventKind::Disabled,
            Self::Enable => EventKind::Enabled,
            Self::EndSessions => EventKind::SessionsEnded,
            Self::EndTwoStep => EventKind::TwoStepOff,
            Self::GrantAdmin => EventKind::AdminGranted,
            Self::RevokeAdmin => EventKind::AdminRevoked,
        }
    }
}

/// Does something to an account.
///
/// # Errors
/// [`ApiError::NotFound`]; [`ApiError::Limit`] with the reason if it must not be done.
pub async fn perform(admin: &Admin, uid: Uuid, deed: Deed) -> Result<(), ApiError> {
    let (state, actor) = (&admin.caller.state, admin.caller.user.uid);
    let (now, mails) = (state.clock.now(), state.mailer.is_on());
    change(state, admin.event(deed.event(), Some(uid)), move |connection| {
        Box::pin(async move {
            let subject = apply(&mut *connection, Some(actor), uid, deed, now).await?;
            if deed == Deed::EndTwoStep && mails {
                let email = EmailAddress::parse(&subject.email)?;
                mail::put(connection, Some(subject.id), &email, &Letter::TwoStepOff, now).await?;
            }
            Ok(())
        })
    })
    .await?;
    state.mailer.wake();
    Ok(())
}

/// Does something to an account, in a transaction of the caller's, who notes it; `actor` is nobody for the command line.
///
/// # Errors
/// As [`perform`].
pub(in crate::server) async fn apply(
    connection: &mut PgConnection,
    actor: Option<Uuid>,
    uid: Uuid,
    deed: Deed,
    now: OffsetDateTime,
) -> Result<Subject, ApiError> {
    let subject = lock(&mut *connection, actor, uid, matches!(deed, Deed::Disable | Deed::RevokeAdmin)).await?;
    match deed {
        Deed::Disable if actor == Some(uid) => return Err(yourself("disable")),
        Deed::Disable => {
            // The row of the account first, as everywhere: who comes the other way round waits for us, and we for them.
            accounts::disable(&mut *connection, subject.id, now).await?;
            end_links(connection, subject.id).await?;
        }
        Deed::Enable => accounts::enable(connection, subject.id).await?,
        Deed::EndSessions => drop(end_sessions(connection, subject.id).await?),
        Deed::EndTwoStep if actor == Some(uid) => {
            return Err(ApiError::Limit("Turn your own off in your account, with a code of your app.".into()));
        }
        Deed::EndTwoStep if subject.two_step_since.is_none() => {
            return Err(ApiError::Limit("This account has no two-step verification.".into()));
        }
        Deed::EndTwoStep => two_step::remove(connection, subject.id).await?,
        Deed::GrantAdmin if subject.disabled_at.is_some() => {
            return Err(ApiError::Limit("This account is disabled. Enable it first.".into()));
        }
        Deed::GrantAdmin => accounts::set_admin(connection, subject.id, true).await?,
        Deed::RevokeAdmin => accounts::set_admin(connection, subject.id, false).await?,
    }
    Ok(subject)
}

/// The account to which something is to be done. Until the transaction ends, nobody else can change who is an admin.
/// Whoever does it must still be one; and if it `removes` an admin, another one must be left.
///
/// # Errors
/// As [`perform`].
pub(super) async fn lock(
    connection: &mut PgConnection,
    actor: Option<Uuid>,
    uid: Uuid,
    removes: bool,
) -> Result<Subject, ApiError> {
    let admins = accounts::lock_admins(&mut *connection).await?;
    if actor.is_some_and(|actor| !admins.contains(&actor)) {
        return Err(ApiError::NotFound);
    }
    let subject = accounts::find(connection, uid).await?.ok_or(ApiError::NotFound)?;
    if removes && admins == [uid] {
        return Err(ApiError::Limit(
            "This is the only admin. Make another account that of an admin first, so that somebody can look after this installation."
                .into(),
        ));
    }
    Ok(subject)
}

/// Refuses what nobody may do to themselves here.
pub(super) fn yourself(verb: &str) -> ApiError {
    ApiError::Limit(format!("You cannot {verb} your own account here. Another admin can."))
}
