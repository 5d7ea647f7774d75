//! A new password for somebody who forgot theirs.

use super::{change, end_sessions, event};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            passwords::Passwords,
            tokens::{Purpose, Secret, reset_token},
        },
        db::{
            accounts::{self, Account},
            events::{self, EventKind},
            google, tokens,
        },
        mail::{self, Letter},
        state::AppState,
    },
};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

/// Has a link sent to the address of an account. It is not found out here whether there is one: that is not to be told.
///
/// # Errors
/// [`ApiError::Invalid`] at `email`, [`ApiError::RateLimited`], [`ApiError::NotFound`] where no mail is sent.
pub async fn ask(state: &AppState, client: &Client, email: &str) -> Result<(), ApiError> {
    if !state.mailer.is_on() {
        return Err(ApiError::NotFound);
    }
    let email = EmailAddress::parse(email)?;
    Limit::Recover.count(state, client.key()).await?;
    Limit::RecoverMail.count(state, email.as_str()).await?;
    send(state, None, &email, client.network.clone()).await
}

/// Has a link sent to the owner of an account, whoever wants it; `network` is where it was asked for.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn send(
    state: &AppState,
    user_id: Option<i32>,
    email: &EmailAddress,
    network: Option<String>,
) -> Result<(), ApiError> {
    let letter = Letter::ResetPassword { network };
    mail::put(state.db.pool(), user_id, email, &letter, state.clock.now()).await?;
    state.mailer.wake();
    Ok(())
}

/// A link with which the owner of an account sets a new password, for somebody who hands it over themselves; good once,
/// for `lifetime`. `random` is what makes it secret.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn link(
    pool: &PgPool,
    public_url: &str,
    account: &Account,
    random: [u8; 16],
    lifetime: Duration,
    now: OffsetDateTime,
) -> Result<String, ApiError> {
    let secret = Secret::new(random);
    let token = reset_token(account, now + lifetime);
    tokens::insert(pool, &secret.hash(), &token, now).await?;
    Ok(mail::Link::new(public_url, Purpose::ResetPassword, &secret).into_url())
}

/// The account that a link is for. Changes nothing.
///
/// # Errors
/// [`ApiError::NotFound`] if the link is used up or too old.
pub async fn follow(state: &AppState, secret: &Secret) -> Result<Account, ApiError> {
    let pool = state.db.pool();
    let token = secret.find(pool, Purpose::ResetPassword, state.clock.now()).await?.ok_or(ApiError::NotFound)?;
    let user_id = token.user_id.ok_or(ApiError::NotFound)?;
    let account = accounts::find(pool, user_id).await?;
    account.filter(|account| token.data.as_str() == Some(&account.email)).ok_or(ApiError::NotFound)
}

/// Sets a new password. All that somebody else may have prepared is over with it: sessions, other links, addresses to be
/// confirmed, and Google, which could be somebody else's there (pre-hijacking by a trojan identifier, arXiv 2205.10174).
///
/// # Errors
/// [`ApiError::Invalid`] at `password`, [`ApiError::NotFound`] if the link is used up.
pub async fn reset(state: &AppState, client: &Client, secret: &Secret, password: &str) -> Result<(), ApiError> {
    let account = follow(state, secret).await?;
    let email = EmailAddress::parse(&account.email)?;
    let hash = hash(&state.passwords, password, &email).await?;
    let (token, now) = (secret.hash(), state.clock.now());
    let unlinked = event(EventKind::GoogleUnlinked, account.uid, client);
    let mails = state.mailer.is_on();
    change(state, event(EventKind::PasswordReset, account.uid, client), move |connection| {
        Box::pin(async move {
            // The account first: what was begun in its sessions is done and seen by now, or finds them ended.
            accounts::set_password(&mut *connection, account.id, &hash).await?;
            if !tokens::take(&mut *connection, &token).await? {
                return Err(ApiError::NotFound);
            }
            end_sessions(&mut *connection, account.id).await?;
            if google::forget(&mut *connection, account.id).await? {
                events::insert(&mut *connection, &unlinked, now).await?;
            }
            if mails {
                mail::put(connection, Some(account.id), &email, &Letter::PasswordChanged, now).await?;
            }
            Ok(())
        })
    })
    .await?;
    state.mailer.wake();
    Ok(())
}

async fn hash(passwords: &Passwords, password: &str, email: &EmailAddress) -> Result<String, ApiError> {
    passwords.hash(passwords.judge(password, email).await?, rand::random()).await
}
