//! Accounts of people whom Google knows.
//!
//! Somebody at Google is their `sub` and nothing else. The address that Google confirms is good for one thing: an account
//! that nobody has yet. If somebody has it, they log in to it first and then say themselves that Google is to be added;
//! two accounts are never made one because of an address (CVE-2024-25618, CVE-2026-47164).

mod linking;

pub use linking::{link, unlink, waiting};

use super::{
    entry::{Entry, enter},
    sign_up::{New, guest_of, make},
};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            google::{
                GoogleError, Identity,
                flow::{self, Flow, Purpose, Waiting},
            },
            limits::Limit,
            session,
        },
        db::{
            accounts::{self, Proofs},
            google::{self, AtGoogle},
        },
        request::Caller,
        state::AppState,
    },
};
use tower_sessions::Session;

/// Why somebody does not come further with Google.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Google, or what it says.
    #[error(transparent)]
    Google(#[from] GoogleError),
    /// Nobody began this in this browser, or too long ago, or it is done.
    #[error("not begun here")]
    NotBegun,
    /// They turned back at Google.
    #[error("turned back")]
    TurnedBack(Purpose),
    /// Google does not say that the address is theirs.
    #[error("no confirmed address")]
    Unconfirmed,
    /// They have no account, and none are made here.
    #[error("no account")]
    NoAccount,
    /// Their account is disabled.
    #[error("disabled")]
    Disabled,
    /// They have another account here.
    #[error("another account")]
    OtherAccount,
    /// They are not who the account knows at Google.
    #[error("another person")]
    OtherPerson,
    /// It is the only way into the account.
    #[error("the last way in")]
    LastWayIn,
    /// Anything else.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// What became of somebody who came back from Google.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// They are in, and go on there.
    In(String),
    /// Their account asks for a code, too; then they go on there.
    HalfWay(String),
    /// They have a new account.
    SignedUp,
    /// The guest has an account.
    Upgraded,
    /// There is an account with their address: they are to show that it is theirs.
    ProveFirst,
    /// They are to say whether Google is to be added to their account.
    Ask,
    /// They showed once more who they are, and go on there.
    Confirmed(String),
}

/// Sends somebody to Google; answers where.
///
/// # Errors
/// [`Refusal::Google`], [`ApiError::NotFound`] where Google is not set up, [`ApiError::RateLimited`].
pub async fn begin(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    (purpose, next): (Purpose, &str),
) -> Result<String, Refusal> {
    let provider = state.google.as_ref().ok_or(ApiError::NotFound)?;
    Limit::GoogleHere.count(state, client.key()).await?;
    let now = state.clock.now();
    let (url, secrets) = provider.begin(purpose == Purpose::Confirm, now).await?;
    let user_id = visitor.map(|caller| caller.user.id);
    let flow = Flow { secrets, purpose, user_id, next: next.to_owned(), begun_at: now.unix_timestamp() };
    flow::begin(session, flow).await?;
    Ok(url)
}

/// What comes back from Google in the address.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What went there.
    pub state: String,
    /// What is changed for who it is.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub issuer: Option<String>,
}

/// Takes somebody back from Google.
///
/// # Errors
/// [`Refusal`].
pub async fn finish(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    answer: Answer,
) -> Result<Arrival, Refusal> {
    let provider = state.google.as_ref().ok_or(ApiError::NotFound)?;
    let user_id = visitor.map(|caller| caller.user.id);
    let flow = flow::take(state, session, &answer.state, user_id).await?.ok_or(Refusal::NotBegun)?;
    if !provider.is_issuer(answer.issuer.as_deref()) {
        return Err(Refusal::NotBegun);
    }
    let code = match (answer.code, answer.error.as_deref()) {
        (Some(code), None) => code,
        (None, Some("access_denied")) => return Err(Refusal::TurnedBack(flow.purpose)),
        _ => return Err(GoogleError::Away("it answers with an error".into()).into()),
    };
    let anew = flow.purpose == Purpose::Confirm;
    let identity = provider.finish(code, flow.secrets, anew, state.clock.now()).await?;
    match (flow.purpose, visitor) {
        (Purpose::Enter, _) => arrive(state, session, visitor, client, identity, flow.next).await,
        (Purpose::Link, Some(caller)) => ask(caller, session, identity).await,
        (Purpose::Confirm, Some(caller)) => confirm(caller, session, &identity, flow.next).await,
        (Purpose::Link | Purpose::Confirm, None) => Err(ApiError::Unauthenticated.into()),
    }
}

/// Signs somebody in, or makes an account, of the guest if they are one.
async fn arrive(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    identity: Identity,
    next: String,
) -> Result<Arrival, Refusal> {
    match google::find(state.db.pool(), &identity.sub).await.map_err(ApiError::from)? {
        AtGoogle::Account(account) => {
            return Ok(match enter(state, session, visitor, client, &account).await? {
                Entry::In => Arrival::In(next),
                Entry::CodeNeeded => Arrival::HalfWay(next),
            });
        }
        AtGoogle::Disabled => return Err(Refusal::Disabled),
        AtGoogle::Nobody => {}
    }
    let email = identity.email.ok_or(Refusal::Unconfirmed)?;
    if !state.settings.server.signups {
        let account = accounts::find_by_email(state.db.pool(), email.as_str()).await.map_err(ApiError::from)?;
        account.ok_or(Refusal::NoAccount)?;
        return prove_first(state, session, identity.sub, &email).await;
    }
    Limit::SignUp.count(state, client.key()).await?;
    let guest = guest_of(session, visitor).await?;
    let proofs = Proofs { password_hash: None, google_id: Some(identity.sub.clone()) };
    match make(state, session, client, New { guest, email: email.clone(), proofs, token: None }).await {
        Ok(()) if guest.is_some() => Ok(Arrival::Upgraded),
        Ok(()) => Ok(Arrival::SignedUp),
        Err(ApiError::Invalid(_)) => prove_first(state, session, identity.sub, &email).await,
        Err(error) => Err(error.into()),
    }
}

async fn prove_first(
    state: &AppState,
    session: &Session,
    sub: String,
    email: &EmailAddress,
) -> Result<Arrival, Refusal> {
    flow::wait(session, Waiting::new(sub, email, None, state.clock.now())).await?;
    Ok(Arrival::ProveFirst)
}

/// Nothing is linked yet: what a page elsewhere can begin, its owner must still agree to.
async fn ask(caller: &Caller, session: &Session, identity: Identity) -> Result<Arrival, Refusal> {
    let known = google::find(caller.state.db.pool(), &identity.sub).await.map_err(ApiError::from)?;
    let AtGoogle::Nobody = known else { return Err(Refusal::OtherAccount) };
    let email = &identity.email.ok_or(Refusal::Unconfirmed)?;
    let waiting = Waiting::new(identity.sub, email, Some(caller.user.id), caller.state.clock.now());
    flow::wait(session, waiting).await?;
    Ok(Arrival::Ask)
}

async fn confirm(caller: &Caller, session: &Session, identity: &Identity, next: String) -> Result<Arrival, Refusal> {
    let account = super::account(caller).await?;
    if account.google_id.as_ref() != Some(&identity.sub) {
        return Err(Refusal::OtherPerson);
    }
    session::prove(session, caller.state.clock.now()).await?;
    Ok(Arrival::Confirmed(next))
}
