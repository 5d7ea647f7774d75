//! The versions of a CV: every one that was saved can be looked at and brought back.

use super::{
    db::history::{self as table, Version},
    request::Caller,
    resumes::{self, pages::Pdf},
};
use crate::api::{ApiError, ResumeId};

/// The versions of a CV of the caller, the newest first.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller, id: ResumeId) -> Result<Vec<Version>, ApiError> {
    Ok(table::list(caller.state.db.pool(), caller.user.id, id).await?)
}

/// The PDF of a version of a CV, set now.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`].
pub async fn pdf(caller: &Caller, id: ResumeId, revision: i32) -> Result<Pdf, ApiError> {
    let content = table::find(caller.state.db.pool(), caller.user.id, id, revision).await?;
    let content = content.ok_or(ApiError::NotFound)?;
    Pdf::of(caller, id, resumes::read(Some(content.document))?, content.created_at).await
}

/// Makes an earlier version the newest. An editor that is open elsewhere notices with its next save, and asks.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::RateLimited`], [`ApiError::Unavailable`] without a database.
pub async fn restore(caller: &Caller, id: ResumeId, revision: i32) -> Result<(), ApiError> {
    let (owner, most, now) = (caller.user.id, caller.most(), caller.state.clock.now());
    let bytes = table::size(caller.state.db.pool(), owner, id, revision).await?.ok_or(ApiError::NotFound)?;
    caller.writes(usize::try_from(bytes).unwrap_or_default())?;
    let restore = caller.state.db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::restore(connection, owner, id, revision, most, now).await?) })
    });
    if restore.await? { Ok(()) } else { Err(ApiError::NotFound) }
}
