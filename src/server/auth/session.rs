//! The session of a request: the only place that knows its keys.

use super::{
    client::Client,
    session_store::{PostgresSessionStore, USER_ID, hash},
};
use crate::{
    api::ApiError,
    server::{
        db::{
            Database,
            users::{self, User},
        },
        fault::internal,
        hex,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Key of `users.session_epoch` at the time of signing in.
const EPOCH: &str = "epoch";

/// Key of the day on which the session was last used.
const LAST_DAY: &str = "last_day";

/// Key of the day on which its user signed in.
const FIRST_DAY: &str = "first_day";

/// Key of the browser and the network from which its user signed in.
const CLIENT: &str = "client";

/// Key of the second at which its user last showed who they are, by more than the cookie.
const PROVED_AT: &str = "proved_at";

/// Key of what names the browser in which somebody asked for an account.
const BROWSER: &str = "browser";

/// Key of the guest whose CVs may be taken into the account: id and epoch.
const GUEST: &str = "guest";

/// Key of somebody who has shown the first half of who they are.
const HALF_WAY: &str = "half_way";

/// The longest time for the second half.
const SECOND_HALF: Duration = Duration::minutes(10);

/// A guest who does not come back for so long is gone.
pub const GUEST_IDLE: Duration = Duration::days(30);

/// Days after which somebody with an account who did not come back signs in again.
pub const USER_IDLE: i32 = 14;

/// Days after which somebody with an account signs in again, whatever they did.
pub const USER_LONGEST: i32 = 90;

/// Whether something that was shown at `at`, in seconds since 1970, still holds. What lies in the future was never shown: a
/// clock was ahead, and would let it hold for as long as it was.
pub(super) fn holds(at: i64, within: Duration, now: OffsetDateTime) -> bool {
    (0..=within.whole_seconds()).contains(&now.unix_timestamp().saturating_sub(at))
}

/// The layer that gives every request its session. Browsers keep a `Secure` cookie for certain only if it comes by https.
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

/// Somebody who has shown who they are.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn<'a> {
    /// Who.
    pub user_id: i32,
    /// `users.session_epoch`.
    pub epoch: i32,
    /// With what and from where.
    pub client: &'a Client,
    /// When.
    pub now: OffsetDateTime,
}

/// Makes this the session of a user, under a new id.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn sign_in(session: &Session, signed_in: &SignedIn<'_>) -> Result<(), ApiError> {
    let today = signed_in.now.to_julian_day();
    session.cycle_id().await.map_err(store_fault)?;
    session.insert(USER_ID, signed_in.user_id).await.map_err(store_fault)?;
    session.insert(EPOCH, signed_in.epoch).await.map_err(store_fault)?;
    session.remove::<HalfWay>(HALF_WAY).await.map_err(store_fault)?;
    session.insert(CLIENT, signed_in.client).await.map_err(store_fault)?;
    session.insert(FIRST_DAY, today).await.map_err(store_fault)?;
    prove(session, signed_in.now).await?;
    session.insert(LAST_DAY, today).await.map_err(store_fault)
}

/// Somebody who has shown the first half of who they are. The session is not theirs yet.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct HalfWay {
    /// Whose account it is to be.
    pub user_id: i32,
    /// `users.session_epoch` at that time.
    pub epoch: i32,
    /// That time, in seconds since 1970.
    at: i64,
}

/// Remembers whose session this is to be after the second half.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn stop_half_way(session: &Session, user_id: i32, epoch: i32, now: OffsetDateTime) -> Result<(), ApiError> {
    session.insert(HALF_WAY, HalfWay { user_id, epoch, at: now.unix_timestamp() }).await.map_err(store_fault)
}

/// Whose session this is to be after the second half; nobody's ten minutes after the first.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn half_way(session: &Session, now: OffsetDateTime) -> Result<Option<HalfWay>, ApiError> {
    let half_way: Option<HalfWay> = session.get(HALF_WAY).await.map_err(store_fault)?;
    Ok(half_way.filter(|half_way| holds(half_way.at, SECOND_HALF, now)))
}

/// Goes on with this session alone, under a new id, after all sessions of its user were ended.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn survive(session: &Session, epoch: i32) -> Result<(), ApiError> {
    session.cycle_id().await.map_err(store_fault)?;
    session.insert(EPOCH, epoch).await.map_err(store_fault)
}

/// Notes that its user has just shown who they are.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn prove(session: &Session, now: OffsetDateTime) -> Result<(), ApiError> {
    session.insert(PROVED_AT, now.unix_timestamp()).await.map_err(store_fault)
}

/// Whether its user has shown who they are lately.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn is_proved(session: &Session, within: Duration, now: OffsetDateTime) -> Result<bool, ApiError> {
    let at: Option<i64> = session.get(PROVED_AT).await.map_err(store_fault)?;
    Ok(at.is_some_and(|at| holds(at, within, now)))
}

/// Names the browser, for a link in a mail to be followed in it; `random` if it has no name yet.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn browser(session: &Session, random: [u8; 16]) -> Result<String, ApiError> {
    if let Some(name) = session.get(BROWSER).await.map_err(store_fault)? {
        return Ok(name);
    }
    let name = hex::encode(&random);
    session.insert(BROWSER, &name).await.map_err(store_fault)?;
    Ok(name)
}

/// Whether the browser has this name.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn is_browser(session: &Session, name: &str) -> Result<bool, ApiError> {
    let own: Option<String> = session.get(BROWSER).await.map_err(store_fault)?;
    Ok(own.as_deref() == Some(name))
}

/// The guest of the session: id and epoch.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn guest_of(session: &Session) -> Result<Option<(i32, i32)>, ApiError> {
    let id: Option<i32> = session.get(USER_ID).await.map_err(store_fault)?;
    Ok(id.zip(epoch(session).await?))
}

/// Remembers the guest who signed in to an account, or forgets one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn remember_guest(session: &Session, guest: Option<(i32, i32)>) -> Result<(), ApiError> {
    match guest {
        Some(guest) => session.insert(GUEST, guest).await.map_err(store_fault),
        None => session.remove::<(i32, i32)>(GUEST).await.map(|_| ()).map_err(store_fault),
    }
}

/// The guest who signed in to the account and whose CVs are still apart: id and epoch.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn remembered_guest(session: &Session) -> Result<Option<(i32, i32)>, ApiError> {
    session.get(GUEST).await.map_err(store_fault)
}

/// The epoch that the session is of.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn epoch(session: &Session) -> Result<Option<i32>, ApiError> {
    session.get(EPOCH).await.map_err(store_fault)
}

/// The epoch with which the caller was let in. What they do to their account is done only while it is the account's: a
/// new password may have ended the session meanwhile.
///
/// # Errors
/// [`ApiError::Unauthenticated`] without one, [`ApiError::Unavailable`] without a database.
pub async fn own_epoch(session: &Session) -> Result<i32, ApiError> {
    epoch(session).await?.ok_or(ApiError::Unauthenticated)
}

/// What names the session in the table.
pub fn id_hash(session: &Session) -> Option<[u8; 32]> {
    session.id().map(hash)
}

/// From where the user of a stored session signed in.
pub fn client(data: &Value) -> Client {
    data.get(CLIENT).and_then(|client| Client::deserialize(client).ok()).unwrap_or_default()
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
    let Some(user) = users::find_active(db.pool(), user_id, epoch).await? else { return Ok(None) };
    if !is_fresh(session, &user, now).await? {
        return Ok(None);
    }
    // Of several sessions the first one of a day does this.
    if user.last_seen_on != now.date() {
        users::see(db.pool(), user.id, now.date()).await?;
    }
    Ok(Some(user))
}

/// Whether a session may still be used; notes the day, at most once: a write for every request would be a waste.
async fn is_fresh(session: &Session, user: &User, now: OffsetDateTime) -> Result<bool, ApiError> {
    let today = now.to_julian_day();
    let day = |day: Option<i32>| day.unwrap_or(today);
    let last = day(session.get(LAST_DAY).await.map_err(store_fault)?);
    let first = day(session.get(FIRST_DAY).await.map_err(store_fault)?);
    // Clocks may say two different days at midnight; days to come are none on which somebody was here.
    let is_ahead = first.max(last) > today + 1;
    if is_ahead || !user.is_guest && (today - last > USER_IDLE || today - first > USER_LONGEST) {
        return Ok(false);
    }
    if last != today {
        session.insert(LAST_DAY, today).await.map_err(store_fault)?;
    }
    Ok(true)
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
