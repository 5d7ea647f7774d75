//! PDFs and pictures.

use super::{
    super::{archives, request::Caller, resumes},
    pages::Failure,
};
use crate::{api::ApiError, domain::json_resume};
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// Pixels of a thumbnail for a point of the page: 297 wide for A4, shown at half of that on fine screens.
const THUMBNAIL_SCALE: f32 = 0.75;

/// The PDF of the saved CV, now.
pub(super) async fn pdf(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let saved = resumes::pdf(&caller, id).await?;
    Ok(attachment(saved.pdf, "application/pdf", &saved.person, &saved.resume.name, "pdf"))
}

/// The saved CV as JSON Resume.
pub(super) async fn json(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let resume = resumes::load(&caller, id).await?;
    let json = format!("{:#}\n", json_resume::write(&resume.document));
    Ok(attachment(json.into(), "application/json", &resume.document.basics.name, &resume.name, "json"))
}

/// A picture of the first page of the saved CV; its address changes with the revision.
pub(super) async fn thumbnail(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let png = resumes::thumbnail(&caller, id, THUMBNAIL_SCALE).await?;
    let headers =
        [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((headers, png).into_response())
}

/// One archived PDF, byte for byte.
pub(super) async fn archived(caller: Caller, Path(uuid): Path<String>) -> Result<Response, Failure> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| ApiError::NotFound)?;
    let (name, content) = archives::content(&caller, uuid).await?;
    Ok(attachment(content, "application/pdf", "", &name, "pdf"))
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
