//! Signing in. Every way in ends at [`enter`].

use super::{Credentials, event, note, two_step};
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
            events::{self, EventKind},
        },
        request::Caller,
        state::AppState,
    },
};
use tower_sessions::Session;

/// How far somebody has come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Entry {
    /// They are in.
    In,
    /// They are half way: the account asks for a code as well ([`two_step::come_in`]).
    CodeNeeded,
}

/// Signs somebody in by password. If it was a guest who did, their CVs wait to be taken along ([`super::guest::adopt`]).
///
/// # Errors
/// [`ApiError::WrongCredentials`], the same and as late whether there is such an account or not;
/// [`ApiError::RateLimited`].
pub async fn log_in(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    typed: Credentials<'_>,
) -> Result<Entry, ApiError> {
    let email = typed.email.trim();
    let here = [email, "\0", client.key()].concat();
    Limit::LogInHere.count(state, client.key()).await?;
    Limit::LogIn.count(state, &here).await?;
    let account = match EmailAddress::parse(email) {
        Ok(email) => accounts::find_by_email(state.db.pool(), email.as_str()).await?,
        Err(_) => None,
    };
    if !has_been_here(state, account.as_ref(), client).await? {
        Limit::LogInFromStrangers.count(state, email).await?;
    }
    let kept = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = state.passwords.check(typed.password.to_owned(), kept).await?;
    let Some(account) = account else { return Err(ApiError::WrongCredentials) };
    if verdict == Verdict::Wrong {
        note(state, &event(EventKind::SignInFailed, account.uid, client)).await?;
        return Err(ApiError::WrongCredentials);
    }
    if verdict == Verdict::RightButOld {
        renew(state, &account, typed.password).await?;
    }
    Limit::LogIn.forget(state, &here).await?;
    Limit::LogInFromStrangers.forget(state, email).await?;
    enter(state, session, visitor, client, &account).await
}

/// Makes this the session of somebody who has shown that the account is theirs, or asks for the second step if the
/// account has one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn enter(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    account: &Account,
) -> Result<Entry, ApiError> {
    if two_step::is_on(state, account.id).await? {
        session::stop_half_way(session, account.id, account.session_epoch, state.clock.now()).await?;
        return Ok(Entry::CodeNeeded);
    }
    let_in(state, session, visitor, client, account).await?;
    Ok(Entry::In)
}

/// Makes this the session of somebody who has shown all that the account asks for.
pub(super) async fn let_in(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    account: &Account,
) -> Result<(), ApiError> {
    note(state, &event(EventKind::SignedIn, account.uid, client)).await?;
    let guest = match visitor.filter(|caller| caller.user.is_guest) {
        Some(_) => session::guest_of(session).await?,
        None => None,
    };
    let (user_id, epoch, now) = (account.id, account.session_epoch, state.clock.now());
    session::sign_in(session, &SignedIn { user_id, epoch, client, now }).await?;
    session::remember_guest(session, guest).await
}

/// Whether the owner of an account has signed in from this network before.
async fn has_been_here(state: &AppState, account: Option<&Account>, client: &Client) -> Result<bool, ApiError> {
    match (account, &client.network) {
        (Some(account), Some(network)) => Ok(events::has_been_in(state.db.pool(), account.uid, network).await?),
        _ => Ok(false),
    }
}

/// Keeps a password that was hashed with parameters of an earlier day in the form of today.
async fn renew(state: &AppState, account: &Account, password: &str) -> Result<(), ApiError> {
    let (Ok(email), Some(old)) = (EmailAddress::parse(&account.email), &account.password_hash) else { return Ok(()) };
    if let Ok(password) = state.passwords.judge(password, &email).await {
        let new = state.passwords.hash(password, rand::random()).await?;
        accounts::rehash(state.db.pool(), account.id, old, &new).await?;
    }
    Ok(())
}
