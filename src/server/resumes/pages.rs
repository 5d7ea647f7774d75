//! A CV as pages: in the editor, as a PDF, as a picture.

use super::{find, name, read, table};
use crate::{
    api::{
        ApiError, ResumeId,
        resumes::{Preview, PreviewPage, PreviewRequest},
    },
    domain::{
        document::Document,
        sheet::Sheet,
        validate::{validate, warnings},
    },
    server::{
        db::resumes::ResumeRow,
        file_name::FileName,
        request::Caller,
        typesetting::{Pages, RenderError, Typesetter},
    },
};
use bytes::Bytes;
use time::OffsetDateTime;

/// The pages of a CV as it stands in the editor, or as it is saved.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Invalid`], [`ApiError::Render`].
pub async fn preview(caller: &Caller, request: PreviewRequest) -> Result<Preview, ApiError> {
    let PreviewRequest { id, document, known } = request;
    let Some(document) = document else {
        return pages(caller, id, &read(find(caller, id).await?.document)?, &known).await;
    };
    name(caller, id).await?;
    validate(&document).map_err(ApiError::Invalid)?;
    pages(caller, id, &document, &known).await
}

/// The pages of a CV that is the caller's.
///
/// # Errors
/// [`ApiError::Render`].
pub async fn pages(caller: &Caller, id: ResumeId, document: &Document, known: &[String]) -> Result<Preview, ApiError> {
    let sheet = Sheet::of(document);
    let Pages { pages, missing } = typesetter(caller).preview(id.into(), &sheet, &document.design, known).await?;
    let pages = pages
        .into_iter()
        .map(|page| PreviewPage { hash: page.hash, width: page.width, height: page.height, svg: page.svg })
        .collect();
    Ok(Preview { pages, missing, warnings: warnings(document) })
}

/// A PDF of a CV.
#[derive(Debug)]
pub struct Pdf {
    /// What its file is called.
    pub name: FileName,
    /// The bytes.
    pub bytes: Bytes,
    /// What its owner should know about it, in a sentence.
    pub warning: Option<String>,
}

impl Pdf {
    /// The PDF of a document of the caller's, as of the time at which it was written.
    ///
    /// # Errors
    /// [`ApiError::Render`].
    pub(in crate::server) async fn of(
        caller: &Caller,
        id: ResumeId,
        document: Document,
        written_at: OffsetDateTime,
    ) -> Result<Self, ApiError> {
        let at = written_at.unix_timestamp();
        let pdf = typesetter(caller).pdf(id.into(), &Sheet::of(&document), &document.design, at).await?;
        Ok(Self { name: FileName::of(&document), bytes: pdf.bytes, warning: pdf.warning })
    }
}

/// A saved CV and its PDF.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`].
pub async fn pdf(caller: &Caller, id: ResumeId) -> Result<(ResumeRow, Pdf), ApiError> {
    let resume = find(caller, id).await?;
    let document = read(resume.document.clone())?;
    let pdf = Pdf::of(caller, id, document, resume.updated_at).await?;
    Ok((resume, pdf))
}

/// A picture of a saved CV.
#[derive(Debug)]
pub struct Picture {
    /// As long as this is the same, so is the picture.
    pub tag: String,
    /// The bytes (PNG).
    pub png: Bytes,
}

/// A picture of the first page of a saved CV, `pixels_per_point` large. A list asks for all of its pictures at once:
/// those of one person are made a few at a time.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`], [`ApiError::Unavailable`] if the typesetter is busy.
pub async fn thumbnail(caller: &Caller, id: ResumeId, pixels_per_point: f32) -> Result<Picture, ApiError> {
    let _turn = caller.state.picture_turns.take(caller.user.id).await;
    let resume = find(caller, id).await?;
    let document = read(resume.document)?;
    let sheet = Sheet::of(&document);
    let png = typesetter(caller).png(id.into(), &sheet, &document.design, 0, pixels_per_point).await?;
    Ok(Picture { tag: picture_tag(resume.revision, resume.updated_at), png })
}

/// [`Picture::tag`] of a saved CV as it is now, without its picture.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn thumbnail_tag(caller: &Caller, id: ResumeId) -> Result<String, ApiError> {
    let stamp = table::stamp(caller.state.db.pool(), caller.user.id, id).await?.ok_or(ApiError::NotFound)?;
    Ok(picture_tag(stamp.revision, stamp.updated_at))
}

/// The revision says it all, design and template with its version too. But a restored backup counts on from an earlier
/// one, and another release may set the same a little differently.
fn picture_tag(revision: i32, updated_at: OffsetDateTime) -> String {
    format!("{}-{revision}-{:x}", env!("CARGO_PKG_VERSION"), updated_at.unix_timestamp_nanos())
}

/// The typesetter, with few places in its queue for what the caller asks for.
fn typesetter(caller: &Caller) -> Typesetter {
    caller.state.typesetter.of(caller.user.id)
}

impl From<RenderError> for ApiError {
    fn from(error: RenderError) -> Self {
        match error {
            // Nothing is wrong with the CV: whoever asked may ask again by itself.
            RenderError::Busy => Self::Unavailable,
            error => Self::Render(error.to_string()),
        }
    }
}
