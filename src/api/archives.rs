//! The functions of the archive.

use super::{ApiError, ResumeId};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// An archived PDF.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Archive {
    /// Names it in `/archive/{uuid}/resume.pdf`.
    pub uuid: String,
    /// Name of the CV when it was archived.
    pub name: String,
    /// The revision that it shows.
    pub revision: i32,
    /// When, as "2026-11-22 10:31 UTC".
    pub created_at: String,
    /// Size in bytes; 0 while it is pending.
    pub size_bytes: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Whether the bytes are safely stored.
    pub ready: bool,
    /// What its owner should know about the PDF, when it is made: that it shows boxes, for one. Empty: nothing.
    pub warning: String,
}

/// Archives the PDF of the saved CV; answers the archive, which is pending if the storage does not answer.
#[server(prefix = "/api", endpoint = "archive_resume", input = Json)]
pub async fn archive_resume(
    /// Which one.
    id: ResumeId,
) -> Result<Archive, ApiError> {
    use crate::server::{archives, request::Caller};
    let caller = Caller::signed_in().await?;
    caller.respond(archives::create(&caller, id).await)
}
