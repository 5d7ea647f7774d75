//! What a form did, told on the next page: kept in the session, so that nothing of it stands in an address.

use super::super::auth::session::store_fault;
use crate::{
    api::{ApiError, ResumeId},
    ui::components::NoticeKind,
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// Key in the session.
const FLASH: &str = "flash";

/// What a form did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Flash {
    /// A CV went to the trash.
    Deleted {
        /// Which one.
        id: ResumeId,
        /// What it is called.
        name: String,
    },
    /// A file became a CV.
    Imported {
        /// Which one.
        id: ResumeId,
        /// What it is called.
        name: String,
        /// What was changed on the way in, a sentence each.
        changes: Vec<String>,
    },
    /// An export was put in.
    PutIn {
        /// How much of it, in a sentence.
        sentence: String,
        /// What was left out, a sentence each.
        left: Vec<String>,
    },
    /// Anything else that worked, in a sentence.
    Done(String),
    /// Something that did not work, in a sentence.
    Failed(String),
}

/// Tells it on the next page.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub(super) async fn set(session: &Session, flash: Flash) -> Result<(), ApiError> {
    session.insert(FLASH, flash).await.map_err(store_fault)
}

/// What is to be told, once, on a page that tells only whether something worked.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub(super) async fn notice(session: &Session) -> Result<Option<(NoticeKind, String)>, ApiError> {
    Ok(match take(session).await? {
        Some(Flash::Done(sentence)) => Some((NoticeKind::Good, sentence)),
        Some(Flash::Failed(sentence)) => Some((NoticeKind::Warning, sentence)),
        _ => None,
    })
}

/// What is to be told, once.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub(super) async fn take(session: &Session) -> Result<Option<Flash>, ApiError> {
    session.remove(FLASH).await.map_err(store_fault)
}
