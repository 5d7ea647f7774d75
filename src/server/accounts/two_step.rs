//! The second step of signing in: codes of an app, and recovery codes for when the app is lost.

use super::{account, change, end_sessions, entry, event, note, still_in, while_in};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            session,
            two_step::{self as codes, Enrolment, Typed},
        },
        db::{
            accounts::{self, Account},
            events::EventKind,
            two_step as table,
        },
        mail::{self, Letter},
        request::Caller,
        state::AppState,
    },
};
use sqlx::PgConnection;
use time::OffsetDateTime;
use tower_sessions::Session;

/// How it stands with the second step of an account.
#[derive(Clone)]
pub enum Status {
    /// It has none.
    Off,
    /// It is being set up: what the app is given.
    SettingUp(Enrolment),
    /// It is asked for.
    On {
        /// Since when.
        since: OffsetDateTime,
        /// Recovery codes that were not used.
        codes: i64,
    },
}

/// Whether an account asks for a second step.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn is_on(state: &AppState, user_id: i32) -> Result<bool, ApiError> {
    Ok(table::is_on(state.db.pool(), user_id).await?)
}

/// How it stands with the caller's.
///
/// # Errors
/// [`ApiError::NotFound`] for guests.
pub async fn status(caller: &Caller) -> Result<Status, ApiError> {
    let account = account(caller).await?;
    Ok(match table::find(caller.state.db.pool(), account.id).await? {
        None => Status::Off,
        Some(row) => match row.confirmed_at {
            None => Status::SettingUp(codes::enrolment(&row.secret, &account.email)?),
            Some(since) => Status::On { since, codes: row.codes },
        },
    })
}

/// Begins to set it up, with a new secret.
///
/// # Errors
/// [`ApiError::Unauthenticated`] if the session was ended meanwhile, [`ApiError::Unavailable`] without a database.
pub async fn begin(caller: &Caller, session: &Session) -> Result<(), ApiError> {
    let (user_id, epoch, now) = (caller.user.id, session::own_epoch(session).await?, caller.state.clock.now());
    let secret: [u8; codes::SECRET_BYTES] = rand::random();
    while_in(&caller.state, user_id, epoch, move |connection| {
        Box::pin(async move { Ok(table::begin(connection, user_id, &secret, now).await?) })
    })
    .await
}

/// Gives setting it up up.
///
/// # Errors
/// As [`begin`].
pub async fn cancel(caller: &Caller, session: &Session) -> Result<(), ApiError> {
    let (user_id, epoch) = (caller.user.id, session::own_epoch(session).await?);
    while_in(&caller.state, user_id, epoch, move |connection| {
        Box::pin(async move { Ok(table::cancel(connection, user_id).await?) })
    })
    .await
}

/// Turns on what was set up, by a code that shows that the app has it, and ends all other sessions: nobody showed the
/// second step there. Answers the recovery codes, which are never shown again.
///
/// # Errors
/// [`ApiError::Invalid`] at `code`, [`ApiError::RateLimited`], [`ApiError::NotFound`] if nothing is being set up,
/// [`ApiError::Unauthenticated`] if the session was ended meanwhile.
pub async fn turn_on(
    caller: &Caller,
    session: &Session,
    client: &Client,
    typed: &str,
) -> Result<Vec<String>, ApiError> {
    let (state, user, letter) = (&caller.state, &caller.user, letter(caller, Letter::TwoStepOn).await?);
    let epoch = session::own_epoch(session).await?;
    let waiting = table::find(state.db.pool(), user.id).await?.filter(|row| row.confirmed_at.is_none());
    let waiting = waiting.ok_or(ApiError::NotFound)?;
    let whose = user.uid.to_string();
    Limit::Code.count(state, &whose).await?;
    let step = match Typed::read(typed) {
        Typed::Code(code) => codes::step_of(&waiting.secret, &code, state.clock.now())?,
        Typed::Recovery(_) => None,
    };
    let step = step.ok_or_else(wrong)?;
    let (user_id, now) = (user.id, state.clock.now());
    let (shown, hashes) = codes::recovery_codes(rand::random());
    let epoch = change(state, event(EventKind::TwoStepOn, user.uid, client), move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, user_id, epoch).await?;
            if !table::confirm(connection, user_id, &waiting.secret, step, now).await? {
                return Err(ApiError::NotFound);
            }
            table::replace_codes(connection, user_id, &hashes, now).await?;
            put(&mut *connection, letter, now).await?;
            end_sessions(connection, user_id).await
        })
    })
    .await?;
    state.mailer.wake();
    Limit::Code.forget(state, &whose).await?;
    session::survive(session, epoch).await?;
    Ok(shown)
}

/// Takes it away, by a code of the app or a recovery code.
///
/// # Errors
/// [`ApiError::Invalid`] at `code`, [`ApiError::RateLimited`], [`ApiError::Unauthenticated`] if the session was ended
/// meanwhile.
pub async fn turn_off(caller: &Caller, session: &Session, client: &Client, typed: &str) -> Result<(), ApiError> {
    let (state, account) = (&caller.state, account(caller).await?);
    let epoch = session::own_epoch(session).await?;
    let (letter, now) = (letter(caller, Letter::TwoStepOff).await?, state.clock.now());
    check(state, &account, client, &Typed::read(typed)).await?;
    change(state, event(EventKind::TwoStepOff, account.uid, client), move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, account.id, epoch).await?;
            put(&mut *connection, letter, now).await?;
            Ok(table::remove(connection, account.id).await?)
        })
    })
    .await?;
    state.mailer.wake();
    Ok(())
}

/// A letter to the owner of an account.
type Addressed = (i32, EmailAddress, Letter);

/// What the owner is told by mail, where mail is sent: it may be somebody else who did it.
async fn letter(caller: &Caller, letter: Letter) -> Result<Option<Addressed>, ApiError> {
    let account = account(caller).await?;
    let email = EmailAddress::parse(&account.email)?;
    Ok(caller.state.mailer.is_on().then_some((account.id, email, letter)))
}

async fn put(connection: &mut PgConnection, letter: Option<Addressed>, now: OffsetDateTime) -> Result<(), ApiError> {
    match letter {
        Some((user_id, email, letter)) => mail::put(connection, Some(user_id), &email, &letter, now).await,
        None => Ok(()),
    }
}

/// Makes new recovery codes; the old ones are worth nothing any more.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no second step, [`ApiError::Unauthenticated`] if the session was ended meanwhile.
pub async fn renew_codes(caller: &Caller, session: &Session, client: &Client) -> Result<Vec<String>, ApiError> {
    let (state, user_id, now) = (&caller.state, caller.user.id, caller.state.clock.now());
    let epoch = session::own_epoch(session).await?;
    if !is_on(state, user_id).await? {
        return Err(ApiError::NotFound);
    }
    let (shown, hashes) = codes::recovery_codes(rand::random());
    change(state, event(EventKind::RecoveryCodesMade, caller.user.uid, client), move |connection| {
        Box::pin(async move {
            still_in(&mut *connection, user_id, epoch).await?;
            Ok(table::replace_codes(connection, user_id, &hashes, now).await?)
        })
    })
    .await?;
    Ok(shown)
}

/// Lets somebody in who is half way, by a code of the app or a recovery code.
///
/// # Errors
/// [`ApiError::Unauthenticated`] if nobody is half way, or no longer; [`ApiError::Invalid`] at `code`;
/// [`ApiError::RateLimited`].
pub async fn come_in(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    typed: &Typed,
) -> Result<(), ApiError> {
    let half_way = session::half_way(session, state.clock.now()).await?.ok_or(ApiError::Unauthenticated)?;
    let account = accounts::find(state.db.pool(), half_way.user_id).await?;
    let account = account.filter(|account| account.session_epoch == half_way.epoch);
    let account = account.ok_or(ApiError::Unauthenticated)?;
    check(state, &account, client, typed).await?;
    entry::let_in(state, session, visitor, client, &account).await
}

/// Whether somebody has come as far as the second step.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn is_half_way(state: &AppState, session: &Session) -> Result<bool, ApiError> {
    Ok(session::half_way(session, state.clock.now()).await?.is_some())
}

/// Uses a code up. Recovery codes are not counted as tries: nobody guesses one, and whoever uses the tries up must not
/// keep the owner out.
async fn check(state: &AppState, account: &Account, client: &Client, typed: &Typed) -> Result<(), ApiError> {
    let whose = account.uid.to_string();
    let right = match typed {
        Typed::Code(code) => {
            Limit::Code.count(state, &whose).await?;
            use_code_of_app(state, account.id, code).await?
        }
        Typed::Recovery(hash) => {
            Limit::LogInHere.count(state, client.key()).await?;
            use_recovery_code(state, account, client, *hash).await?
        }
    };
    if !right {
        note(state, &event(EventKind::SignInFailed, account.uid, client)).await?;
        return Err(match typed {
            Typed::Code(_) => wrong(),
            Typed::Recovery(_) => {
                ApiError::at("code", "This is none of your recovery codes, or it was used before. Try another.")
            }
        });
    }
    Limit::Code.forget(state, &whose).await
}

async fn use_code_of_app(state: &AppState, user_id: i32, code: &str) -> Result<bool, ApiError> {
    let row = table::find(state.db.pool(), user_id).await?.filter(|row| row.confirmed_at.is_some());
    let Some(row) = row else { return Ok(false) };
    match codes::step_of(&row.secret, code, state.clock.now())? {
        Some(step) => Ok(table::use_step(state.db.pool(), user_id, step).await?),
        None => Ok(false),
    }
}

async fn use_recovery_code(
    state: &AppState,
    account: &Account,
    client: &Client,
    hash: [u8; 32],
) -> Result<bool, ApiError> {
    let (user_id, used) = (account.id, event(EventKind::RecoveryCodeUsed, account.uid, client));
    let found = change(state, used, move |connection| {
        Box::pin(async move {
            let found = table::use_code(connection, user_id, &hash).await?;
            if found { Ok(()) } else { Err(ApiError::NotFound) }
        })
    });
    match found.await {
        Ok(()) => Ok(true),
        Err(ApiError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn wrong() -> ApiError {
    ApiError::at("code", "This code is not right, or was used before. Wait for the next one and type that.")
}
