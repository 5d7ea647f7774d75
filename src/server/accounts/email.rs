//! The address of an account.

use super::{account, change, end_links, event, still_in, while_in};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            session,
            tokens::{Purpose, Secret},
        },
        db::{
            accounts::{self, Account},
            events::EventKind,
            tokens,
        },
        mail::{self, Letter},
        request::Caller,
        state::AppState,
    },
};
use sqlx::PgConnection;
use tower_sessions::Session;

/// What became of the wish for another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is the address of the account.
    Changed,
    /// A link was sent to it.
    Mailed,
}

/// Changes the address of an account; where mail is sent, only when the link in a mail to the new one is followed.
///
/// # Errors
/// [`ApiError::Invalid`] at `email`, [`ApiError::RateLimited`], [`ApiError::Unauthenticated`] if the session was ended
/// meanwhile.
pub async fn ask(caller: &Caller, session: &Session, client: &Client, email: &str) -> Result<Asked, ApiError> {
    let (state, account) = (&caller.state, account(caller).await?);
    let (epoch, now) = (session::own_epoch(session).await?, state.clock.now());
    let email = EmailAddress::parse(email)?;
    if email.as_str() == account.email {
        return Err(ApiError::at("email", "This is the address that your account has now."));
    }
    if !state.mailer.is_on() {
        let event = event(EventKind::EmailChanged, account.uid, client);
        change(state, event, move |connection| {
            Box::pin(async move {
                still_in(&mut *connection, account.id, epoch).await?;
                replace(connection, account.id, &email).await
            })
        })
        .await?;
        return Ok(Asked::Changed);
    }
    Limit::AddressChange.count(state, &account.uid.to_string()).await?;
    Limit::AddressMail.count(state, email.as_str()).await?;
    while_in(state, account.id, epoch, move |connection| {
        Box::pin(async move { mail::put(connection, Some(account.id), &email, &Letter::ChangeEmail, now).await })
    })
    .await?;
    state.mailer.wake();
    Ok(Asked::Mailed)
}

/// The new address of a link that was followed, and the account that asked for it. Changes nothing.
///
/// # Errors
/// [`ApiError::NotFound`] if the link is used up or too old.
pub async fn follow(state: &AppState, secret: &Secret) -> Result<(Account, EmailAddress), ApiError> {
    let pool = state.db.pool();
    let token = secret.find(pool, Purpose::ChangeEmail, state.clock.now()).await?.ok_or(ApiError::NotFound)?;
    let email = token.data.as_str().and_then(|email| EmailAddress::parse(email).ok()).ok_or(ApiError::NotFound)?;
    let user_id = token.user_id.ok_or(ApiError::NotFound)?;
    Ok((accounts::find(pool, user_id).await?.ok_or(ApiError::NotFound)?, email))
}

/// Changes the address of the account that a link is for, and tells the old one.
///
/// # Errors
/// [`ApiError::NotFound`] if the link is used up, [`ApiError::Invalid`] at `email` if another account has the address.
pub async fn confirm(state: &AppState, client: &Client, secret: &Secret) -> Result<(), ApiError> {
    let (account, email) = follow(state, secret).await?;
    let event = event(EventKind::EmailChanged, account.uid, client);
    let (token, now) = (secret.hash(), state.clock.now());
    change(state, event, move |connection| {
        Box::pin(async move {
            replace(&mut *connection, account.id, &email).await?;
            if !tokens::take(&mut *connection, &token).await? {
                return Err(ApiError::NotFound);
            }
            end_links(&mut *connection, account.id).await?;
            let old = EmailAddress::parse(&account.email)?;
            mail::put(connection, Some(account.id), &old, &Letter::EmailChanged, now).await
        })
    })
    .await?;
    state.mailer.wake();
    Ok(())
}

async fn replace(connection: &mut PgConnection, user_id: i32, email: &EmailAddress) -> Result<(), ApiError> {
    if accounts::change_email(connection, user_id, email.as_str()).await? {
        Ok(())
    } else {
        Err(ApiError::at("email", "Another account has this address."))
    }
}
