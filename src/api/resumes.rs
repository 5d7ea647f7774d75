//! The functions of the editor.

use super::{ApiError, ResumeId};
use crate::domain::{document::Document, validate::FieldError};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// A CV as the editor loads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedResume {
    /// Which one.
    pub id: ResumeId,
    /// What the owner calls it.
    pub name: String,
    /// The revision that a save is based on.
    pub revision: i32,
    /// The CV.
    pub document: Document,
}

/// What a save sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveRequest {
    /// Which one.
    pub id: ResumeId,
    /// The revision that the text is based on; any other is a conflict.
    pub base_revision: i32,
    /// Made by the browser for each new text, the same for each retry: at most 64 characters.
    pub save_id: String,
    /// The whole CV.
    pub document: Document,
}

/// What a preview sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// Which one; the same CV goes to the same worker.
    pub id: ResumeId,
    /// The CV as it stands in the editor, saved or not; nothing for what is saved.
    pub document: Option<Document>,
    /// [`PreviewPage::hash`] of the pages that are on the screen.
    pub known: Vec<String>,
}

/// The pages of a CV.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// In order.
    pub pages: Vec<PreviewPage>,
    /// Characters that no font has, which the page shows as boxes.
    pub missing: String,
    /// Fields that look half typed or mistaken.
    pub warnings: Vec<FieldError>,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewPage {
    /// Hash of the drawing.
    pub hash: String,
    /// Width in tenths of a point: near enough for the eye.
    pub width: u32,
    /// Height in tenths of a point.
    pub height: u32,
    /// The drawing: `<svg>…</svg>`; absent if the browser said that it has it.
    pub svg: Option<String>,
}

/// Loads a CV that the caller owns.
#[server(prefix = "/api", endpoint = "load_resume", input = Json)]
pub async fn load_resume(
    /// Which one.
    id: ResumeId,
) -> Result<LoadedResume, ApiError> {
    use crate::server::{request::Caller, resumes};
    let caller = Caller::signed_in().await?;
    caller.respond(resumes::load(&caller, id).await)
}

/// Saves a CV that the caller owns; answers the new revision.
#[server(prefix = "/api", endpoint = "save_resume", input = Json)]
pub async fn save_resume(
    /// What to save.
    request: SaveRequest,
) -> Result<i32, ApiError> {
    use crate::server::{request::Caller, resumes};
    let caller = Caller::signed_in().await?;
    caller.respond(resumes::save(&caller, request).await)
}

/// Names a CV that the caller owns.
#[server(prefix = "/api", endpoint = "rename_resume", input = Json)]
pub async fn rename_resume(
    /// Which one.
    id: ResumeId,
    /// Its new name.
    name: String,
) -> Result<(), ApiError> {
    use crate::server::{request::Caller, resumes};
    let caller = Caller::signed_in().await?;
    caller.respond(resumes::rename(&caller, id, &name).await)
}

/// Sets the pages of a CV that the caller owns, as it stands in the editor.
#[server(prefix = "/api", endpoint = "preview_resume", input = Json)]
pub async fn preview_resume(
    /// What to set.
    request: PreviewRequest,
) -> Result<Preview, ApiError> {
    use crate::server::{request::Caller, resumes};
    let caller = Caller::signed_in().await?;
    caller.respond(resumes::pages::preview(&caller, request).await)
}
