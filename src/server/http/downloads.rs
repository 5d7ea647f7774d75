//! PDFs and pictures.

use super::{
    super::{archives, request::Caller, resumes, state::AppState},
    pages::Failure,
};
use crate::{
    api::ApiError,
    domain::{json_resume, sample, sheet::Sheet, template::TEMPLATES},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// Pixels of a thumbnail for a point of the page: 297 wide for A4, shown at half of that on fine screens.
const THUMBNAIL_SCALE: f32 = 0.75;

/// Names the sample in the typesetter's queue; CVs have positive ids.
const SAMPLE: i64 = 0;

/// The PDF of the saved CV, now.
pub async fn pdf(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let saved = resumes::pdf(&caller, id).await?;
    Ok(attachment(saved.pdf, "application/pdf", &saved.person, &saved.resume.name, "pdf"))
}

/// The saved CV as JSON Resume.
pub async fn json(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let resume = resumes::load(&caller, id).await?;
    let json = format!("{:#}\n", json_resume::write(&resume.document));
    Ok(attachment(json.into(), "application/json", &resume.document.basics.name, &resume.name, "json"))
}

/// A picture of the first page of the saved CV; its address changes with the revision.
pub async fn thumbnail(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let png = resumes::thumbnail(&caller, id, THUMBNAIL_SCALE).await?;
    Ok(picture(png, "image/png", "private, max-age=31536000, immutable"))
}

/// One archived PDF, byte for byte.
pub async fn archived(caller: Caller, Path(uuid): Path<String>) -> Result<Response, Failure> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| ApiError::NotFound)?;
    let (name, content) = archives::content(&caller, uuid).await?;
    Ok(attachment(content, "application/pdf", "", &name, "pdf"))
}

/// A picture of a template, set with the sample.
pub async fn template(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Failure> {
    let template = TEMPLATES.iter().find(|template| template.id == id).ok_or(ApiError::NotFound)?;
    let mut document = sample::sample();
    document.design.template = template.id.into();
    document.design.template_version = template.version;
    let svg = state.typesetter.svg(SAMPLE, &Sheet::of(&document), &document.design, 0).await.map_err(ApiError::from)?;
    Ok(picture(svg.into(), "image/svg+xml", "public, max-age=3600"))
}

fn picture(content: Bytes, content_type: &'static str, cache_control: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache_control)];
    (headers, content).into_response()
}

/// A file to be saved as "Person - CV.pdf" (RFC 6266: ASCII for old browsers, UTF-8 for the rest).
fn attachment(content: Bytes, content_type: &'static str, person: &str, resume: &str, ending: &str) -> Response {
    let name = [person.trim(), resume].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" - ");
    let encoded = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"resume.{ending}\"; filename*=UTF-8''{encoded}.{ending}");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    (headers, content).into_response()
}
