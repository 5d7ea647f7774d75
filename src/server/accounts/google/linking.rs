//! Google as a way into an account that is there: added to it, and taken away.

use super::{
    super::{account, change, end_sessions, event, still_in},
    Refusal,
};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            google::flow::{self, Waiting},
            session,
        },
        db::{accounts::Account, events::EventKind, google},
        mail::{self, Letter},
        request::Caller,
    },
};
use tower_sessions::Session;

/// The account of the caller, and who waits to be added to it.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn waiting(caller: &Caller, session: &Session) -> Result<Option<(Account, Waiting)>, ApiError> {
    let account = account(caller).await?;
    let waiting = flow::waiting(session, caller.state.clock.now()).await?;
    Ok(waiting.filter(|waiting| waiting.is_for(&account)).map(|waiting| (account, waiting)))
}

/// Adds Google to the account of somebody who has shown that it is theirs, and agrees.
///
/// All that somebody else may have prepared in the account ends here (pre-hijacking, arXiv 2205.10174): its other
/// sessions, and links in mails that were not followed.
///
/// # Errors
/// [`ApiError::NotFound`] if nobody waits, [`Refusal::OtherAccount`], [`ApiError::Unauthenticated`] if the session was
/// ended meanwhile.
pub async fn link(caller: &Caller, session: &Session, client: &Client) -> Result<(), Refusal> {
    let state = &caller.state;
    let (account, waiting) = waiting(caller, session).await?.ok_or(ApiError::NotFound)?;
    if account.google_id.is_some() {
        flow::forget(session).await?;
        return Err(Refusal::OtherAccount);
    }
    let epoch = session::own_epoch(session).await?;
    let event = event(EventKind::GoogleLinked, account.uid, client);
    let (mails, now) = (state.mailer.is_on(), state.clock.now());
    let linked = change(state, event, move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, account.id, epoch).await?;
            let epoch = end_sessions(&mut *connection, account.id).await?;
            if !google::link(&mut *connection, account.id, &waiting.sub).await? {
                return Err(ApiError::NotFound);
            }
            if mails {
                let email = EmailAddress::parse(&account.email)?;
                mail::put(connection, Some(account.id), &email, &Letter::GoogleLinked, now).await?;
            }
            Ok(epoch)
        })
    })
    .await;
    flow::forget(session).await?;
    state.mailer.wake();
    match linked {
        Ok(epoch) => Ok(session::survive(session, epoch).await?),
        Err(ApiError::NotFound) => Err(Refusal::OtherAccount),
        Err(error) => Err(error.into()),
    }
}

/// Takes Google away from an account and ends its other sessions: whoever came by Google is out.
///
/// # Errors
/// [`Refusal::LastWayIn`], [`ApiError::Unauthenticated`] if the session was ended meanwhile.
pub async fn unlink(caller: &Caller, session: &Session, client: &Client) -> Result<(), Refusal> {
    let (state, account) = (&caller.state, account(caller).await?);
    if account.google_id.is_none() || account.password_hash.is_none() {
        return Err(Refusal::LastWayIn);
    }
    let epoch = session::own_epoch(session).await?;
    let event = event(EventKind::GoogleUnlinked, account.uid, client);
    let (mails, now) = (state.mailer.is_on(), state.clock.now());
    let epoch = change(state, event, move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, account.id, epoch).await?;
            let epoch = end_sessions(&mut *connection, account.id).await?;
            google::forget(&mut *connection, account.id).await?;
            if mails {
                let email = EmailAddress::parse(&account.email)?;
                mail::put(connection, Some(account.id), &email, &Letter::GoogleUnlinked, now).await?;
            }
            Ok(epoch)
        })
    })
    .await?;
    state.mailer.wake();
    Ok(session::survive(session, epoch).await?)
}
