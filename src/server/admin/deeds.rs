//! What is done to an account by somebody who looks after the installation.

use super::Admin;
use crate::{
    api::ApiError,
    server::{
        accounts::change,
        db::{
            accounts::end_sessions,
            admin::accounts::{self, Subject},
            events::EventKind,
            tokens,
        },
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
    let now = state.clock.now();
    change(state, admin.event(deed.event(), Some(uid)), move |connection| {
        Box::pin(async move { apply(connection, Some(actor), uid, deed, now).await })
    })
    .await
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
) -> Result<(), ApiError> {
    let subject = lock(&mut *connection, actor, uid, matches!(deed, Deed::Disable | Deed::RevokeAdmin)).await?;
    match deed {
        Deed::Disable if actor == Some(uid) => Err(yourself("disable")),
        Deed::Disable => {
            tokens::take_all(&mut *connection, subject.id).await?;
            Ok(accounts::disable(connection, subject.id, now).await?)
        }
        Deed::Enable => Ok(accounts::enable(connection, subject.id).await?),
        Deed::EndSessions => {
            end_sessions(connection, subject.id).await?;
            Ok(())
        }
        Deed::GrantAdmin if subject.disabled_at.is_some() => {
            Err(ApiError::Limit("This account is disabled. Enable it first.".into()))
        }
        Deed::GrantAdmin => Ok(accounts::set_admin(connection, subject.id, true).await?),
        Deed::RevokeAdmin => Ok(accounts::set_admin(connection, subject.id, false).await?),
    }
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
