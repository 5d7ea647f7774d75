//! What a browser began at Google, and what it may go on with afterwards. Both belong to the session, and so to the one
//! browser that has its cookie; a login that somebody else began cannot be finished in it.

use super::Secrets;
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::session::{holds, id_hash, store_fault},
        db::{accounts::Account, sessions},
        state::AppState,
    },
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::Session;

/// Key of what was begun.
const FLOW: &str = "google";

/// Key of who somebody was at Google, while it is not known yet who they are here.
const WAITING: &str = "google_waiting";

/// How long somebody may take at Google.
pub(super) const LIFETIME: Duration = Duration::minutes(10);

/// How long somebody may take to show that an account is theirs, by a link out of a mail perhaps.
const PATIENCE: Duration = Duration::minutes(30);

/// What somebody goes to Google for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To come in, with or without an account.
    Enter,
    /// To add Google to their account.
    Link,
    /// To show once more who they are.
    Confirm,
}

/// What was begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// What must come back.
    pub secrets: Secrets,
    /// What for.
    pub purpose: Purpose,
    /// Who was signed in.
    pub user_id: Option<i32>,
    /// Where to go on afterwards.
    pub next: String,
    /// When, in seconds since 1970.
    pub begun_at: i64,
}

/// Remembers what is begun; what was begun before is over.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn begin(session: &Session, flow: Flow) -> Result<(), ApiError> {
    session.insert(FLOW, flow).await.map_err(store_fault)
}

/// What was begun with this state, by whoever is signed in now and not too long ago. It is given out once: of two
/// requests at the same moment, one has it.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn take(
    state: &AppState,
    session: &Session,
    returned: &str,
    user_id: Option<i32>,
) -> Result<Option<Flow>, ApiError> {
    let begun: Option<Flow> = session.get(FLOW).await.map_err(store_fault)?;
    let (Some(flow), Some(id_hash)) = (begun.filter(|flow| flow.secrets.state == returned), id_hash(session)) else {
        return Ok(None);
    };
    let taken = sessions::take(state.db.pool(), &id_hash, FLOW).await?;
    session.remove::<Flow>(FLOW).await.map_err(store_fault)?;
    let now = state.clock.now();
    Ok(Some(flow).filter(|flow| taken && flow.user_id == user_id && holds(flow.begun_at, LIFETIME, now)))
}

/// Somebody whom Google knows, and who is to show which account here is theirs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// `sub`.
    pub sub: String,
    /// Their confirmed address.
    pub email: String,
    /// Who went to Google from their account; nobody: the account is the one with the address.
    user_id: Option<i32>,
    since: i64,
}

impl Waiting {
    /// Somebody who waits from now on.
    pub fn new(sub: String, email: &EmailAddress, user_id: Option<i32>, now: OffsetDateTime) -> Self {
        Self { sub, email: email.as_str().into(), user_id, since: now.unix_timestamp() }
    }

    /// Whether this account is the one that is to be shown. Nobody else who logs in at the same browser may have
    /// somebody's Google added to an account of their own.
    pub fn is_for(&self, account: &Account) -> bool {
        match self.user_id {
            Some(user_id) => user_id == account.id,
            None => self.email.to_lowercase() == account.email.to_lowercase(),
        }
    }
}

/// Keeps who somebody is at Google until they have shown which account is theirs.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn wait(session: &Session, waiting: Waiting) -> Result<(), ApiError> {
    session.insert(WAITING, waiting).await.map_err(store_fault)
}

/// Who waits.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn waiting(session: &Session, now: OffsetDateTime) -> Result<Option<Waiting>, ApiError> {
    let waiting: Option<Waiting> = session.get(WAITING).await.map_err(store_fault)?;
    Ok(waiting.filter(|waiting| holds(waiting.since, PATIENCE, now)))
}

/// Nobody waits any more.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn forget(session: &Session) -> Result<(), ApiError> {
    session.remove::<Waiting>(WAITING).await.map(|_| ()).map_err(store_fault)
}
