//! PDFs and pictures.

use super::{
    super::{
        archives,
        file_name::FileName,
        request::Caller,
        resumes::{self, pages},
    },
    pages::Failure,
};
use crate::{api::ApiError, domain::json_resume};
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use uuid::Uuid;

/// Pixels of a thumbnail for a point of the page: 297 wide for A4, shown at half of that on fine screens.
const THUMBNAIL_SCALE: f32 = 0.75;

/// The PDF of the saved CV, now.
pub(super) async fn pdf(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let (_, pdf) = pages::pdf(&caller, id).await?;
    Ok(attachment(pdf.bytes, "application/pdf", &pdf.name, "pdf"))
}

/// The saved CV as JSON Resume.
pub(super) async fn json(caller: Caller, Path(id): Path<i32>) -> Result<Response, Failure> {
    let resume = resumes::load(&caller, id).await?;
    let json = format!("{:#}\n", json_resume::write(&resume.document));
    Ok(attachment(json.into(), "application/json", &FileName::of(&resume.document), "json"))
}

/// A picture of the first page of the saved CV. A browser that has it asks each time whether it may still show it: it
/// must not outlive the session. The picture is made only if it is another one.
pub(super) async fn thumbnail(caller: Caller, Path(id): Path<i32>, asked: HeaderMap) -> Result<Response, Failure> {
    if let Some(known) = asked.get(header::IF_NONE_MATCH) {
        let tag = quoted(&pages::thumbnail_tag(&caller, id).await?);
        if is_among(known, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, kept_by_its_owner(tag)).into_response());
        }
    }
    let picture = pages::thumbnail(&caller, id, THUMBNAIL_SCALE).await?;
    let content_type = [(header::CONTENT_TYPE, "image/png")];
    Ok((content_type, kept_by_its_owner(quoted(&picture.tag)), picture.png).into_response())
}

/// For what a browser may keep and must ask about each time.
fn kept_by_its_owner(tag: String) -> [(HeaderName, String); 2] {
    [(header::CACHE_CONTROL, "private, no-cache".into()), (header::ETAG, tag)]
}

fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

/// Whether one of the tags that a browser names is this one; a proxy may have made a weak one of it.
fn is_among(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// One archived PDF, byte for byte.
pub(super) async fn archived(caller: Caller, Path(uuid): Path<String>) -> Result<Response, Failure> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| ApiError::NotFound)?;
    let content = archives::content(&caller, uuid).await?;
    let name = FileName::of_pdf(&content);
    Ok(attachment(content, "application/pdf", &name, "pdf"))
}

/// A file to be saved under this name.
pub(super) fn attachment(content: Bytes, content_type: &'static str, name: &FileName, ending: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&name.disposition(ending)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    (headers, content).into_response()
}
