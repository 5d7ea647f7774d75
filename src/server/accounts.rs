//! Accounts: each use-case once, for forms and for server functions.

pub mod devices;
pub mod email;
pub mod entry;
pub mod erase;
pub mod google;
pub mod guest;
pub mod password;
pub mod recovery;
pub mod sign_up;
pub mod two_step;

use super::{
    auth::client::Client,
    db::{
        accounts::{self, Account},
        events::{self, Event, EventKind},
        mails, tokens,
    },
    request::Caller,
    state::AppState,
};
use crate::api::ApiError;
use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

/// An address and a password, as somebody typed them.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
}

/// The account of the caller.
///
/// # Errors
/// [`ApiError::NotFound`] for guests.
pub async fn account(caller: &Caller) -> Result<Account, ApiError> {
    accounts::find(caller.state.db.pool(), caller.user.id).await?.ok_or(ApiError::NotFound)
}

/// Something that somebody did themselves.
pub(super) fn event(kind: EventKind, subject: Uuid, client: &Client) -> Event {
    Event { kind, subject: Some(subject), actor: Some(subject), address: client.network.clone() }
}

/// Notes something that changed nothing else.
pub(super) async fn note(state: &AppState, event: &Event) -> Result<(), ApiError> {
    Ok(events::insert(state.db.pool(), event, state.clock.now()).await?)
}

/// Changes something and notes it: both, or neither.
pub(super) async fn change<T, F>(state: &AppState, event: Event, verb: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut PgConnection) -> BoxFuture<'t, Result<T, ApiError>> + Send + 'static,
{
    let now = state.clock.now();
    state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let value = verb(&mut *connection).await?;
                events::insert(connection, &event, now).await?;
                Ok(value)
            })
        })
        .await
}

/// Changes something that is not noted, for whoever was let in with this epoch; answers what `verb` does.
///
/// # Errors
/// [`ApiError::Unauthenticated`] if their session was ended meanwhile, and those of `verb`; nothing is changed then.
pub(super) async fn while_in<T, F>(state: &AppState, user_id: i32, epoch: i32, verb: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut PgConnection) -> BoxFuture<'t, Result<T, ApiError>> + Send + 'static,
{
    state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                still_in(&mut *connection, user_id, epoch).await?;
                verb(connection).await
            })
        })
        .await
}

/// Lets go on who was let in with this epoch, if nothing has ended their session since; nothing does until the
/// transaction ends. The account is held: what was read of it while that epoch was its own is still so.
pub(super) async fn still_in(connection: &mut PgConnection, user_id: i32, epoch: i32) -> Result<(), ApiError> {
    if accounts::hold_epoch(connection, user_id, epoch).await? { Ok(()) } else { Err(ApiError::Unauthenticated) }
}

/// Ends all sessions of an account, and the links that were asked for in them; answers the epoch with which the session
/// of whoever wants that goes on. Before Google is changed, which is a key of the row: whoever just stores the token of a
/// letter holds that letter and needs the row to be there, so they and we would wait for each other.
pub(super) async fn end_sessions(connection: &mut PgConnection, user_id: i32) -> Result<i32, ApiError> {
    let epoch = accounts::next_epoch(&mut *connection, user_id).await?;
    end_links(connection, user_id).await?;
    Ok(epoch)
}

/// Ends the links that somebody may have prepared in an account: those in mails, and those in mails that still wait.
pub(super) async fn end_links(connection: &mut PgConnection, user_id: i32) -> Result<(), ApiError> {
    mails::delete_asked(&mut *connection, user_id).await?;
    Ok(tokens::take_all(connection, user_id).await?)
}
