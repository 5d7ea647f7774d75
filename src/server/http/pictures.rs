//! Pictures of the templates, set with the sample: each once in the life of the process, because they never change.

use super::{super::state::AppState, pages::Failure};
use crate::{
    api::ApiError,
    domain::{
        sample,
        sheet::Sheet,
        template::{TEMPLATES, Template},
    },
};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::sync::OnceCell;

/// Names the sample in the typesetter's queue; CVs have positive ids.
const SAMPLE: i64 = 0;

/// The pictures that are there already, in the order of [`TEMPLATES`].
#[derive(Default)]
pub struct TemplatePictures([OnceCell<Bytes>; TEMPLATES.len()]);

/// A picture of a template.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`].
pub async fn template(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Failure> {
    let position = TEMPLATES.iter().position(|template| template.id == id).ok_or(ApiError::NotFound)?;
    let picture = state.template_pictures.0[position].get_or_try_init(|| draw(&state, &TEMPLATES[position])).await?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, picture.clone()).into_response())
}

async fn draw(state: &AppState, template: &Template) -> Result<Bytes, ApiError> {
    let mut document = sample::sample();
    document.design.template = template.id.into();
    document.design.template_version = template.version;
    Ok(state.typesetter.svg(SAMPLE, &Sheet::of(&document), &document.design, 0).await?.into())
}
