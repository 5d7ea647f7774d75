//! Accounts: each use-case once, for forms and for server functions.

use super::{
    auth::{
        client::Client,
        limits::Limit,
        passwords::{NewPassword, Verdict},
        session::{self, SignedIn},
    },
    db::{
        events::{self, Event, EventKind},
        sessions,
        users::{self, Account, Upgraded},
    },
    hex,
    request::Caller,
    state::AppState,
};
use crate::{
    api::ApiError,
    domain::{account::EmailAddress, validate::FieldError},
};
use time::OffsetDateTime;
use tower_sessions::Session;
use uuid::Uuid;

/// What somebody who wants an account has typed.
pub struct SignUp<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
}

/// Makes an account and signs its owner in. A guest keeps everything: it becomes the account.
///
/// # Errors
/// [`ApiError::Invalid`] at `email` or `password`, [`ApiError::RateLimited`].
pub async fn sign_up(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    typed: SignUp<'_>,
) -> Result<(), ApiError> {
    let now = state.clock.now();
    let email = EmailAddress::parse(typed.email).map_err(|error| ApiError::Invalid(vec![error]))?;
    let password = NewPassword::parse(typed.password, &email).map_err(|error| ApiError::Invalid(vec![error]))?;
    Limit::SignUp.count(state, client.key()).await?;
    let hash = state.passwords.hash(password, rand::random()).await?;
    let (user_id, epoch) = match visitor.filter(|caller| caller.user.is_guest) {
        Some(guest) => upgrade(state, guest, email, hash, client, now).await?,
        None => insert(state, email, hash, client, now).await?,
    };
    session::sign_in(session, &SignedIn { user_id, epoch, client, now }).await
}

async fn upgrade(
    state: &AppState,
    guest: &Caller,
    email: EmailAddress,
    hash: String,
    client: &Client,
    now: OffsetDateTime,
) -> Result<(i32, i32), ApiError> {
    let id = guest.user.id;
    let event = event(EventKind::Upgraded, guest.user.uid, client);
    let upgraded = state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let upgraded = users::upgrade_guest(connection, id, email.as_str(), &hash).await?;
                match upgraded {
                    Upgraded::Yes(epoch) => {
                        events::insert(connection, &event, now).await?;
                        Ok(epoch)
                    }
                    Upgraded::Taken => Err(taken()),
                    Upgraded::NoGuest => Err(ApiError::Unauthenticated),
                }
            })
        })
        .await?;
    Ok((id, upgraded))
}

async fn insert(
    state: &AppState,
    email: EmailAddress,
    hash: String,
    client: &Client,
    now: OffsetDateTime,
) -> Result<(i32, i32), ApiError> {
    let uid = Uuid::new_v4();
    let event = event(EventKind::SignedUp, uid, client);
    let id = state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let id = users::insert_account(connection, uid, email.as_str(), &hash).await?.ok_or_else(taken)?;
                events::insert(connection, &event, now).await?;
                Ok::<_, ApiError>(id)
            })
        })
        .await?;
    Ok((id, 0))
}

/// Signs somebody in. If it was a guest who did, their CVs wait to be taken along ([`adopt`]).
///
/// # Errors
/// [`ApiError::WrongCredentials`], the same and as late whether there is such an account or not;
/// [`ApiError::RateLimited`].
pub async fn log_in(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    email: &str,
    password: &str,
) -> Result<(), ApiError> {
    let (now, email) = (state.clock.now(), email.trim());
    let here = [email, "\0", client.key()].concat();
    Limit::LogInHere.count(state, client.key()).await?;
    Limit::LogIn.count(state, &here).await?;
    let account = match EmailAddress::parse(email) {
        Ok(email) => users::find_by_email(state.db.pool(), email.as_str()).await?,
        Err(_) => None,
    };
    if !has_been_here(state, account.as_ref(), client).await? {
        Limit::LogInFromStrangers.count(state, email).await?;
    }
    let kept = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = state.passwords.check(password.to_owned(), kept).await?;
    let Some(account) = account else { return Err(ApiError::WrongCredentials) };
    if verdict == Verdict::Wrong {
        note(state, event(EventKind::SignInFailed, account.uid, client), now).await?;
        return Err(ApiError::WrongCredentials);
    }
    if verdict == Verdict::RightButOld {
        renew(state, &account, email, password).await?;
    }
    Limit::LogIn.forget(state, &here).await?;
    note(state, event(EventKind::SignedIn, account.uid, client), now).await?;
    let guest = match visitor.filter(|caller| caller.user.is_guest) {
        Some(_) => session::guest_of(session).await?,
        None => None,
    };
    let (user_id, epoch) = (account.id, account.session_epoch);
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
async fn renew(state: &AppState, account: &Account, email: &str, password: &str) -> Result<(), ApiError> {
    let accepted = EmailAddress::parse(email).and_then(|email| NewPassword::parse(password, &email));
    if let (Ok(password), Some(old)) = (accepted, &account.password_hash) {
        let new = state.passwords.hash(password, rand::random()).await?;
        users::rehash(state.db.pool(), account.id, old, &new).await?;
    }
    Ok(())
}

/// Takes the CVs of the guest who signed in into the account; answers how many.
///
/// # Errors
/// [`ApiError::NotFound`] if no guest waits, [`ApiError::Limit`].
pub async fn adopt(caller: &Caller, session: &Session, client: &Client) -> Result<u64, ApiError> {
    let (guest, epoch) = session::remembered_guest(session).await?.ok_or(ApiError::NotFound)?;
    let (account, limit, now) = (caller.user.id, caller.resume_limit(), caller.state.clock.now());
    let event = event(EventKind::GuestAdopted, caller.user.uid, client);
    let adopted = caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let adopted = users::adopt_guest(connection, account, guest, epoch, limit).await?;
                if adopted.is_some() {
                    events::insert(connection, &event, now).await?;
                }
                Ok::<_, ApiError>(adopted)
            })
        })
        .await?;
    let adopted = adopted.ok_or_else(|| {
        ApiError::Limit(format!("There is room for {limit} CVs. Delete some to take those of the guest along."))
    })?;
    session::remember_guest(session, None).await?;
    Ok(adopted)
}

/// Changes the password of an account, ends its other sessions and keeps this one.
///
/// # Errors
/// [`ApiError::Invalid`] at `current` or `password`, [`ApiError::RateLimited`].
pub async fn change_password(
    caller: &Caller,
    session: &Session,
    client: &Client,
    current: &str,
    new: &str,
) -> Result<(), ApiError> {
    let (state, now) = (&caller.state, caller.state.clock.now());
    let (account, email) = account(caller).await?;
    let email = EmailAddress::parse(&email).map_err(|error| ApiError::Invalid(vec![error]))?;
    Limit::LogIn.count(state, &account.uid.to_string()).await?;
    let verdict = state.passwords.check(current.to_owned(), account.password_hash).await?;
    if verdict == Verdict::Wrong {
        return Err(invalid("current", "This is not your password."));
    }
    let new = NewPassword::parse(new, &email).map_err(|error| ApiError::Invalid(vec![error]))?;
    let hash = state.passwords.hash(new, rand::random()).await?;
    let event = event(EventKind::PasswordChanged, account.uid, client);
    let epoch = state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                events::insert(connection, &event, now).await?;
                Ok::<_, ApiError>(users::change_password(connection, account.id, &hash).await?)
            })
        })
        .await?;
    session::sign_in(session, &SignedIn { user_id: account.id, epoch, client, now }).await
}

/// Ends all sessions but this one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn end_other_sessions(caller: &Caller, session: &Session, client: &Client) -> Result<(), ApiError> {
    let (user_id, now) = (caller.user.id, caller.state.clock.now());
    let event = event(EventKind::SessionsEnded, caller.user.uid, client);
    let epoch = caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                events::insert(connection, &event, now).await?;
                Ok::<_, ApiError>(users::end_sessions(connection, user_id).await?)
            })
        })
        .await?;
    session::sign_in(session, &SignedIn { user_id, epoch, client, now }).await
}

/// Ends one session, named as in [`devices`].
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn end_session(caller: &Caller, name: &str) -> Result<(), ApiError> {
    let id_hash = hex::decode(name).ok_or(ApiError::NotFound)?;
    let ended = sessions::end(caller.state.db.pool(), caller.user.id, &id_hash).await?;
    if ended { Ok(()) } else { Err(ApiError::NotFound) }
}

/// Where somebody is signed in.
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

/// Where the caller is signed in.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn devices(caller: &Caller, session: &Session) -> Result<Vec<Device>, ApiError> {
    let epoch = session::epoch(session).await?.ok_or(ApiError::Unauthenticated)?;
    let this = session::id_hash(session);
    let rows = sessions::list(caller.state.db.pool(), caller.user.id, epoch, caller.state.clock.now()).await?;
    let device = |row: sessions::Device| Device {
        name: hex::encode(&row.id_hash),
        client: session::client(&row.data),
        since: row.created_at,
        this: this.as_ref().is_some_and(|this| this[..] == row.id_hash[..]),
    };
    Ok(rows.into_iter().map(device).collect())
}

/// The account of the caller and its address.
///
/// # Errors
/// [`ApiError::NotFound`] for guests.
pub async fn account(caller: &Caller) -> Result<(Account, String), ApiError> {
    users::find_account(caller.state.db.pool(), caller.user.id).await?.ok_or(ApiError::NotFound)
}

async fn note(state: &AppState, event: Event, now: OffsetDateTime) -> Result<(), ApiError> {
    state
        .db
        .transaction(move |connection| {
            Box::pin(async move { Ok::<_, ApiError>(events::insert(connection, &event, now).await?) })
        })
        .await
}

fn event(kind: EventKind, subject: Uuid, client: &Client) -> Event {
    Event { kind, subject, address: client.network.clone() }
}

fn taken() -> ApiError {
    invalid("email", "There is an account with this address. Log in instead.")
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
}
