//! The password of an account.

use super::{account, change, end_sessions, event, still_in};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            passwords::Verdict,
            session::{self, SignedIn},
        },
        db::{
            accounts::{self, Account},
            events::EventKind,
        },
        mail::{self, Letter},
        request::Caller,
        state::AppState,
    },
};
use tower_sessions::Session;

/// Changes the password of an account, ends its other sessions and keeps this one.
///
/// # Errors
/// [`ApiError::Invalid`] at `current` or `password`, [`ApiError::RateLimited`], [`ApiError::Unauthenticated`] if the
/// session was ended meanwhile: who knows the old password must not undo a new one.
pub async fn change_password(
    caller: &Caller,
    session: &Session,
    client: &Client,
    current: &str,
    new: &str,
) -> Result<(), ApiError> {
    let (user_id, account) = (caller.user.id, account(caller).await?);
    let was_in = session::own_epoch(session).await?;
    prove(&caller.state, &account, current).await?;
    let epoch = keep(caller, account, was_in, client, new).await?;
    session::sign_in(session, &SignedIn { user_id, epoch, client, now: caller.state.clock.now() }).await
}

/// Gives an account its first password, ends its other sessions and keeps this one. There is no password to ask for: its
/// owner must have shown lately by other means who they are.
///
/// # Errors
/// [`ApiError::Invalid`] at `password`, [`ApiError::NotFound`] if the account has a password,
/// [`ApiError::Unauthenticated`] if the session was ended meanwhile.
pub async fn set_password(caller: &Caller, session: &Session, client: &Client, new: &str) -> Result<(), ApiError> {
    let account = account(caller).await?;
    if account.password_hash.is_some() {
        return Err(ApiError::NotFound);
    }
    let was_in = session::own_epoch(session).await?;
    let epoch = keep(caller, account, was_in, client, new).await?;
    session::survive(session, epoch).await
}

/// Keeps a new password, if the sessions of the epoch `was_in` are not over; answers the next epoch.
async fn keep(caller: &Caller, account: Account, was_in: i32, client: &Client, new: &str) -> Result<i32, ApiError> {
    let state = &caller.state;
    let email = EmailAddress::parse(&account.email)?;
    let hash = state.passwords.hash(state.passwords.judge(new, &email).await?, rand::random()).await?;
    let event = event(EventKind::PasswordChanged, account.uid, client);
    let (mails, now) = (state.mailer.is_on(), state.clock.now());
    let epoch = change(state, event, move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, account.id, was_in).await?;
            accounts::set_password(&mut *connection, account.id, &hash).await?;
            let epoch = end_sessions(&mut *connection, account.id).await?;
            if mails {
                mail::put(connection, Some(account.id), &email, &Letter::PasswordChanged, now).await?;
            }
            Ok(epoch)
        })
    })
    .await?;
    state.mailer.wake();
    Ok(epoch)
}

/// Checks the password of an account whose owner is signed in.
///
/// # Errors
/// [`ApiError::Invalid`] at `current`, [`ApiError::RateLimited`].
pub async fn prove(state: &AppState, account: &Account, current: &str) -> Result<(), ApiError> {
    let whose = account.uid.to_string();
    Limit::LogIn.count(state, &whose).await?;
    let verdict = state.passwords.check(current.to_owned(), account.password_hash.clone()).await?;
    if verdict == Verdict::Wrong {
        return Err(ApiError::at("current", "This is not your password."));
    }
    Limit::LogIn.forget(state, &whose).await
}
