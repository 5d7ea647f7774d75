//! Where somebody is signed in.

use super::{change, end_sessions, event, still_in};
use crate::{
    api::ApiError,
    server::{
        auth::{client::Client, session},
        db::{events::EventKind, sessions},
        hex,
        request::Caller,
    },
};
use time::OffsetDateTime;
use tower_sessions::Session;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Names the session and opens nothing.
    pub name: String,
    /// With what and from where.
    pub client: Client,
    /// Since when.
    pub since: OffsetDateTime,
    /// Whether it is the session that asks.
    pub this: bool,
}

/// Where the caller is signed in, the session that asks first.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller, session: &Session) -> Result<Vec<Device>, ApiError> {
    let epoch = session::own_epoch(session).await?;
    let this = session::id_hash(session);
    let rows = sessions::list(caller.state.db.pool(), caller.user.id, epoch, caller.state.clock.now()).await?;
    let device = |row: sessions::Device| Device {
        name: hex::encode(&row.id_hash),
        client: session::client(&row.data),
        since: row.created_at,
        this: this.as_ref().is_some_and(|this| this[..] == row.id_hash[..]),
    };
    let mut devices: Vec<Device> = rows.into_iter().map(device).collect();
    devices.sort_by_key(|device| !device.this);
    Ok(devices)
}

/// Ends one session, named as in [`list`].
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn end(caller: &Caller, name: &str) -> Result<(), ApiError> {
    let id_hash = hex::decode(name).ok_or(ApiError::NotFound)?;
    let ended = sessions::end(caller.state.db.pool(), caller.user.id, &id_hash).await?;
    if ended { Ok(()) } else { Err(ApiError::NotFound) }
}

/// Ends all sessions but this one.
///
/// # Errors
/// [`ApiError::Unauthenticated`] if this one was ended meanwhile, [`ApiError::Unavailable`] without a database.
pub async fn end_others(caller: &Caller, session: &Session, client: &Client) -> Result<(), ApiError> {
    let (user_id, epoch) = (caller.user.id, session::own_epoch(session).await?);
    let event = event(EventKind::SessionsEnded, caller.user.uid, client);
    let epoch = change(&caller.state, event, move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, user_id, epoch).await?;
            end_sessions(connection, user_id).await
        })
    })
    .await?;
    session::survive(session, epoch).await
}
