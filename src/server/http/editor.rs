//! The page of the editor.

use super::{
    super::{request::Caller, resumes},
    pages::{Failure, render},
    site::who,
};
use crate::ui::pages::{editor::EditorPage, frame::Head};
use axum::{extract::Path, http::StatusCode, response::Response};
use leptos::prelude::*;

/// A CV in the editor, with its pages, if the typesetter can set them now.
pub(super) async fn show(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let resume = resumes::load(&caller, id).await?;
    let pages = resumes::pages::pages(&caller, id, &resume.document, &[]).await.ok();
    let who = who(&caller);
    let head = Head::editor(resume.name.clone());
    Ok(render(&caller.state, StatusCode::OK, head, || view! { <EditorPage resume pages who/> }))
}
