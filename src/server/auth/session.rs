//! The session of a request: the only place that knows its keys.

use super::session_store::{PostgresSessionStore, USER_ID};
use crate::{
    api::ApiError,
    server::{
        db::{
            Database,
            users::{self, User},
        },
        fault::internal,
    },
};
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Key of `users.session_epoch` at the time of signing in.
const EPOCH: &str = "epoch";

/// Key of the day on which the session was last used.
const LAST_DAY: &str = "last_day";

/// A guest who does not come back for so long is gone.
pub const GUEST_IDLE: Duration = Duration::days(30);

/// The layer that gives every request its session.
pub fn layer(store: PostgresSessionStore, secure: bool) -> SessionManagerLayer<PostgresSessionStore> {
    SessionManagerLayer::new(store)
        // Browsers take a __Host- cookie only with Secure, for this host alone and the path /.
        .with_name(if secure { "__Host-vitae" } else { "vitae" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(GUEST_IDLE))
}

/// Makes this the session of a user, under a new id.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn sign_in(session: &Session, user_id: i32, epoch: i32) -> Result<(), ApiError> {
    session.cycle_id().await.map_err(store_fault)?;
    session.insert(USER_ID, user_id).await.map_err(store_fault)?;
    session.insert(EPOCH, epoch).await.map_err(store_fault)
}

/// Ends the session, here and in the browser.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn sign_out(session: &Session) -> Result<(), ApiError> {
    session.flush().await.map_err(store_fault)
}

/// The user of the session, if it has one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn current_user(session: &Session, db: &Database, now: OffsetDateTime) -> Result<Option<User>, ApiError> {
    let user_id: Option<i32> = session.get(USER_ID).await.map_err(store_fault)?;
    let epoch: Option<i32> = session.get(EPOCH).await.map_err(store_fault)?;
    let (Some(user_id), Some(epoch)) = (user_id, epoch) else { return Ok(None) };
    let user = users::find_active(db.pool(), user_id, epoch).await?;
    if user.is_some() {
        keep_alive(session, now).await?;
    }
    Ok(user)
}

/// Moves the end of the session on, once a day: a write for every request would be a waste.
async fn keep_alive(session: &Session, now: OffsetDateTime) -> Result<(), ApiError> {
    let today = now.to_julian_day();
    let last: Option<i32> = session.get(LAST_DAY).await.map_err(store_fault)?;
    if last != Some(today) {
        session.insert(LAST_DAY, today).await.map_err(store_fault)?;
    }
    Ok(())
}

/// A store that does not answer never means "nobody is signed in".
pub fn store_fault(error: tower_sessions::session::Error) -> ApiError {
    match error {
        tower_sessions::session::Error::Store(tower_sessions::session_store::Error::Backend(reason)) => {
            tracing::warn!(reason, "sessions cannot be reached");
            ApiError::Unavailable
        }
        other => internal(&other),
    }
}
