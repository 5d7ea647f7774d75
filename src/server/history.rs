//! The versions of a CV: every one that was saved can be looked at and brought back.

use super::{
    db::history::{self as table, Version},
    fault::internal,
    request::Caller,
};
use crate::{
    api::{ApiError, ResumeId},
    domain::{sheet::Sheet, version},
};
use bytes::Bytes;

/// The versions of a CV of the caller, the newest first.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller, id: ResumeId) -> Result<Vec<Version>, ApiError> {
    Ok(table::list(caller.state.db.pool(), caller.user.id, id).await?)
}

/// A version as a PDF.
#[derive(Debug)]
pub struct VersionPdf {
    /// What the CV is called.
    pub name: String,
    /// The person's name, for the file's name.
    pub person: String,
    /// The bytes.
    pub pdf: Bytes,
}

/// The PDF of a version, set now.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`].
pub async fn pdf(caller: &Caller, id: ResumeId, revision: i32) -> Result<VersionPdf, ApiError> {
    let content = table::find(caller.state.db.pool(), caller.user.id, id, revision).await?;
    let content = content.ok_or(ApiError::NotFound)?;
    let document = version::read(content.document).map_err(|error| internal(&error))?;
    let typesetter = caller.state.typesetter.of(caller.user.id);
    let at = content.created_at.unix_timestamp();
    let pdf = typesetter.pdf(id.into(), &Sheet::of(&document), &document.design, at).await?;
    Ok(VersionPdf { name: content.name, person: document.basics.name, pdf: pdf.bytes })
}

/// Makes an earlier version the newest. An editor that is open elsewhere notices with its next save, and asks.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] without a database.
pub async fn restore(caller: &Caller, id: ResumeId, revision: i32) -> Result<(), ApiError> {
    let (owner, now) = (caller.user.id, caller.state.clock.now());
    let restore = caller.state.db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::restore(connection, owner, id, revision, now).await?) })
    });
    if restore.await? { Ok(()) } else { Err(ApiError::NotFound) }
}
