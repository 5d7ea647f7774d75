//! Mail: letters wait in PostgreSQL and are sent from there, so that nobody waits for a mail server.

mod letter;
mod transport;

pub use self::letter::{Letter, Link, PendingSignUp};

use self::{
    letter::Content,
    transport::{Problem, Transport},
};
use super::{
    auth::tokens::{Purpose, Secret, reset_token},
    config::Settings,
    db::{
        accounts,
        events::{self, Event, EventKind},
        mails::{self, Mail},
        tokens::{self, Token},
    },
    fault::internal,
    state::AppState,
};
use crate::{api::ApiError, domain::account::EmailAddress};
use sqlx::PgExecutor;
use std::{sync::Arc, time::Duration};
use time::{Duration as Span, OffsetDateTime};
use tokio::sync::Notify;
use uuid::Uuid;

/// Between two looks for mails that another process has put there, or whose time has come.
const LOOK: Duration = Duration::from_secs(5);

/// A process that sends a mail has so long for it; then another one tries.
const TURN: Span = Span::minutes(2);

/// After so many tries, about a day, a mail is given up.
const TRIES: i32 = 14;

/// Sends mail, if this installation does.
#[derive(Clone)]
pub struct Mailer {
    transport: Arc<Transport>,
    waiting: Arc<Notify>,
}

impl Mailer {
    /// The mailer of these settings.
    ///
    /// # Errors
    /// A setting is wrong.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self { transport: Arc::new(Transport::new(settings)?), waiting: Arc::default() })
    }

    /// Whether this installation sends mail.
    pub fn is_on(&self) -> bool {
        !matches!(*self.transport, Transport::Off)
    }

    /// Says hello to the mail server, and sends nothing.
    ///
    /// # Errors
    /// It does not answer, or does not take us.
    pub async fn greet(&self) -> anyhow::Result<()> {
        self.transport.greet().await
    }

    /// Looks for mails at once, and not at the next look.
    pub fn wake(&self) {
        self.waiting.notify_one();
    }
}

/// Puts a letter into the queue. Wake the mailer when the transaction is committed.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn put(
    executor: impl PgExecutor<'_>,
    user_id: Option<i32>,
    recipient: &EmailAddress,
    letter: &Letter,
    now: OffsetDateTime,
) -> Result<(), ApiError> {
    let letter = serde_json::to_value(letter).map_err(|error| internal(&error))?;
    Ok(mails::insert(executor, user_id, recipient.as_str(), &letter, now).await?)
}

/// Sends what waits, until it is dropped. Any number of processes may do this on one database.
pub async fn run(state: AppState) {
    if !state.mailer.is_on() {
        return;
    }
    loop {
        while matches!(send_next(&state).await, Ok(true)) {}
        let _ = tokio::time::timeout(LOOK, state.mailer.waiting.notified()).await;
    }
}

/// Sends the mail whose turn it is; answers whether there was one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn send_next(state: &AppState) -> Result<bool, ApiError> {
    let (pool, now) = (state.db.pool(), state.clock.now());
    let Some(mail) = mails::claim(pool, now, now + TURN).await? else { return Ok(false) };
    match send(state, &mail, now).await? {
        Ok(()) => {
            mails::delete(pool, mail.id).await?;
        }
        Err(problem) if problem.is_final || mail.tries >= TRIES => {
            tracing::warn!(mail.id = mail.id, "a mail was given up; see the queue in the admin pages");
            mails::give_up(pool, mail.id, &problem.what, now).await?;
        }
        Err(problem) => {
            tracing::warn!(mail.id = mail.id, tries = mail.tries, "a mail could not be sent and will be tried again");
            mails::put_off(pool, mail.id, &problem.what, now + pause(mail.tries)).await?;
        }
    }
    Ok(true)
}

/// Before the next try: half a minute, then twice as long each time, up to six hours.
fn pause(tries: i32) -> Span {
    let doublings = u32::try_from(tries.clamp(1, 12) - 1).unwrap_or_default();
    Span::seconds(30 * 2_i64.pow(doublings)).min(Span::hours(6))
}

async fn send(state: &AppState, mail: &Mail, now: OffsetDateTime) -> Result<Result<(), Problem>, ApiError> {
    let Ok(letter) = serde_json::from_value::<Letter>(mail.letter.clone()) else {
        return Ok(Err(Problem::last("This build does not know this letter.")));
    };
    let lead = lead(state, mail, &letter, now).await?;
    // The link is made now: until it is sent, nobody who reads the database finds one in it.
    let secret = match &lead {
        Lead::NotToBeSent => return Ok(Ok(())),
        Lead::Nowhere => None,
        Lead::To(purpose, token) => {
            let secret = Secret::new(rand::random());
            if !tokens::insert_for_mail(state.db.pool(), mail.id, &secret.hash(), token, now).await? {
                return Ok(Ok(()));
            }
            Some((*purpose, secret))
        }
    };
    let public_url = state.settings.public_url();
    let link = secret.as_ref().map(|(purpose, secret)| Link::new(&public_url, *purpose, secret));
    let content = Content::of(&letter, &public_url, link);
    // Another one with each try, as the link is another one.
    let sent = state.mailer.transport.send(Uuid::new_v4(), &mail.recipient, &content).await;
    if let (Err(_), Some((_, secret))) = (&sent, &secret) {
        tokens::take(state.db.pool(), &secret.hash()).await?;
    }
    Ok(sent)
}

/// Where a letter leads.
enum Lead {
    /// To a link with this token.
    To(Purpose, Token),
    /// It holds no link.
    Nowhere,
    /// It is not to be sent.
    NotToBeSent,
}

/// Where a letter leads. Whether there is an account is found out here and not when the letter was asked for, so that
/// asking takes as long either way.
async fn lead(state: &AppState, mail: &Mail, letter: &Letter, now: OffsetDateTime) -> Result<Lead, ApiError> {
    let to = |purpose: Purpose, user_id, data| {
        let (expires_at, name) = (now + purpose.lifetime(), purpose.as_str().into());
        Lead::To(purpose, Token { purpose: name, user_id, data, expires_at })
    };
    Ok(match letter {
        Letter::SignUp { pending } => {
            if accounts::find_by_email(state.db.pool(), &mail.recipient).await?.is_some() {
                return Ok(Lead::Nowhere);
            }
            to(Purpose::SignUp, None, serde_json::to_value(pending).map_err(|error| internal(&error))?)
        }
        Letter::ResetPassword { network } => {
            let Some(account) = accounts::find_by_email(state.db.pool(), &mail.recipient).await? else {
                return Ok(Lead::NotToBeSent);
            };
            let (subject, address) = (Some(account.uid), network.clone());
            let event = Event { kind: EventKind::ResetRequested, subject, actor: None, address };
            events::insert(state.db.pool(), &event, now).await?;
            Lead::To(Purpose::ResetPassword, reset_token(&account, now + Purpose::ResetPassword.lifetime()))
        }
        Letter::ChangeEmail => {
            to(Purpose::ChangeEmail, mail.user_id, serde_json::Value::String(mail.recipient.clone()))
        }
        Letter::EmailChanged
        | Letter::PasswordChanged
        | Letter::TwoStepOn
        | Letter::TwoStepOff
        | Letter::GoogleLinked
        | Letter::GoogleUnlinked => Lead::Nowhere,
    })
}

/// Mails that were sent while nobody looked, for tests: sends all that waits.
///
/// # Errors
/// As [`send_next`].
pub async fn send_all(state: &AppState) -> Result<(), ApiError> {
    while send_next(state).await? {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_go_on_for_about_a_day() {
        let all: Span = (1..TRIES).map(pause).sum();
        assert!(all > Span::hours(16) && all < Span::hours(36), "{all}");
        assert_eq!(pause(1), Span::seconds(30));
        assert_eq!(pause(i32::MAX), Span::hours(6));
    }
}
