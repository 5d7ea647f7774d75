//! What can be done with a CV. Each use-case takes the caller, and the caller's id is in every statement.

use super::{
    db::{
        resumes::{self as table, NewResume, Restored, ResumeRow, ResumeSummary},
        revisions::{self, Kind, Save, Saved},
    },
    fault::internal,
    request::Caller,
    typesetting::{Pages, RenderError, Typesetter},
};
use crate::{
    api::{
        ApiError, ResumeId,
        resumes::{LoadedResume, Preview, PreviewPage, PreviewRequest, SaveRequest},
    },
    domain::{
        document::Document,
        sample,
        sheet::Sheet,
        template::TEMPLATES,
        text::{MAX_DOCUMENT_BYTES, ResumeName},
        validate::{validate, warnings},
        version,
    },
};
use bytes::Bytes;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// What a new CV starts with.
#[derive(Clone, Debug)]
pub struct Draft {
    name: ResumeName,
    document: Document,
    kind: Kind,
}

impl Draft {
    /// An empty CV.
    pub fn empty(name: ResumeName) -> Self {
        Self { name, document: Document::empty("en"), kind: Kind::Create }
    }

    /// A sample to be written over.
    pub fn sample(name: ResumeName) -> Self {
        Self { name, document: sample::sample(), kind: Kind::Create }
    }

    /// What a file or another CV held.
    pub fn imported(name: ResumeName, document: Document) -> Self {
        Self { name, document, kind: Kind::Import }
    }

    /// Sets the template, if there is one of this name.
    #[must_use]
    pub fn with_template(mut self, id: &str) -> Self {
        if let Some(template) = TEMPLATES.iter().find(|template| template.id == id) {
            self.document.design.template = template.id.into();
            self.document.design.template_version = template.version;
        }
        self
    }
}

/// Adds a CV in a transaction that is under way.
///
/// # Errors
/// [`ApiError::Limit`] if the owner has as many as are allowed, [`ApiError::Invalid`] for a document that cannot be
/// kept.
pub async fn insert(
    connection: &mut PgConnection,
    owner: i32,
    draft: &Draft,
    limit: u32,
    now: OffsetDateTime,
) -> Result<ResumeId, ApiError> {
    let stored = to_stored(&draft.document)?;
    let resume = NewResume {
        name: draft.name.as_str(),
        document: &stored,
        schema_version: schema_version(&draft.document),
        kind: draft.kind,
    };
    match table::insert(connection, owner, &resume, limit, now).await? {
        Some(id) => Ok(id),
        None => Err(too_many(limit)),
    }
}

/// Adds a CV.
///
/// # Errors
/// As [`insert`].
pub async fn create(caller: &Caller, draft: Draft) -> Result<ResumeId, ApiError> {
    let (owner, limit, now) = (caller.user.id, caller.resume_limit(), caller.state.clock.now());
    caller
        .state
        .db
        .transaction(move |connection| Box::pin(async move { insert(connection, owner, &draft, limit, now).await }))
        .await
}

/// Adds a copy of a CV.
///
/// # Errors
/// [`ApiError::NotFound`], and as [`insert`].
pub async fn duplicate(caller: &Caller, id: ResumeId) -> Result<ResumeId, ApiError> {
    let original = load(caller, id).await?;
    let name =
        ResumeName::parse(&format!("{} (copy)", original.name)).or_else(|_| ResumeName::parse(&original.name))?;
    create(caller, Draft::imported(name, original.document)).await
}

/// All CVs of the caller, those in the trash too.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller) -> Result<Vec<ResumeSummary>, ApiError> {
    Ok(table::list(caller.state.db.pool(), caller.user.id).await?)
}

/// A CV for the editor.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn load(caller: &Caller, id: ResumeId) -> Result<LoadedResume, ApiError> {
    let row = find(caller, id).await?;
    let document = from_stored(&row)?;
    Ok(LoadedResume { id: row.id, name: row.name, revision: row.revision, document })
}

/// Saves a CV; answers the new revision.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Conflict`] if it was changed elsewhere, [`ApiError::Invalid`].
pub async fn save(caller: &Caller, request: SaveRequest) -> Result<i32, ApiError> {
    let save_id = &request.save_id;
    if save_id.is_empty() || save_id.len() > 64 || save_id.contains(char::is_control) {
        return Err(ApiError::at("save_id", "A save needs a name of 1 to 64 characters."));
    }
    let stored = to_stored(&request.document)?;
    let (owner, now) = (caller.user.id, caller.state.clock.now());
    let saved = caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let save = Save {
                    id: request.id,
                    base_revision: request.base_revision,
                    save_id: &request.save_id,
                    document: &stored,
                    schema_version: schema_version(&request.document),
                };
                Ok::<_, ApiError>(revisions::save(connection, owner, &save, now).await?)
            })
        })
        .await?;
    match saved {
        Saved::Revision(revision) => Ok(revision),
        Saved::Conflict(current) => Err(ApiError::Conflict { current }),
        Saved::Missing => Err(ApiError::NotFound),
    }
}

/// Gives a CV another name.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Invalid`] for a name that is none.
pub async fn rename(caller: &Caller, id: ResumeId, name: &str) -> Result<(), ApiError> {
    let name = ResumeName::parse(name)?;
    let found = table::rename(caller.state.db.pool(), caller.user.id, id, name.as_str()).await?;
    if found { Ok(()) } else { Err(ApiError::NotFound) }
}

/// Puts a CV into the trash; answers its name. What is in it longest goes, if that is too much.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn trash(caller: &Caller, id: ResumeId) -> Result<String, ApiError> {
    let (owner, most, now) = (caller.user.id, trash_limit(caller), caller.state.clock.now());
    let trash = caller.state.db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::trash(connection, owner, id, most, now).await?) })
    });
    trash.await?.ok_or(ApiError::NotFound)
}

/// CVs that stay in the trash of the caller.
pub(super) fn trash_limit(caller: &Caller) -> i64 {
    if caller.user.is_guest { table::TRASHED_OF_GUEST } else { table::TRASHED_OF_ACCOUNT }
}

/// What the caller calls a CV.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn name(caller: &Caller, id: ResumeId) -> Result<String, ApiError> {
    table::name(caller.state.db.pool(), caller.user.id, id).await?.ok_or(ApiError::NotFound)
}

/// Takes a CV out of the trash.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Limit`] if that would be one too many.
pub async fn restore(caller: &Caller, id: ResumeId) -> Result<(), ApiError> {
    let (owner, limit) = (caller.user.id, caller.resume_limit());
    let restored = caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move { Ok::<_, ApiError>(table::restore(connection, owner, id, limit).await?) })
        })
        .await?;
    match restored {
        Restored::Yes => Ok(()),
        Restored::Full => Err(too_many(limit)),
        Restored::Missing => Err(ApiError::NotFound),
    }
}

/// The pages of a CV as it stands in the editor.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Invalid`], [`ApiError::Render`].
pub async fn preview(caller: &Caller, request: PreviewRequest) -> Result<Preview, ApiError> {
    name(caller, request.id).await?;
    validate(&request.document).map_err(ApiError::Invalid)?;
    pages(caller, request.id, &request.document, &request.known).await
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

/// A CV as it is saved, and its PDF.
#[derive(Debug)]
pub struct SavedPdf {
    /// The CV.
    pub resume: ResumeRow,
    /// The person's name, for the file's name.
    pub person: String,
    /// The bytes.
    pub pdf: Bytes,
    /// What its owner should know about it, in a sentence.
    pub warning: Option<String>,
}

/// The PDF of a saved CV.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`].
pub async fn pdf(caller: &Caller, id: ResumeId) -> Result<SavedPdf, ApiError> {
    let resume = find(caller, id).await?;
    let document = from_stored(&resume)?;
    let pdf = typesetter(caller)
        .pdf(id.into(), &Sheet::of(&document), &document.design, resume.updated_at.unix_timestamp())
        .await?;
    Ok(SavedPdf { resume, person: document.basics.name, pdf: pdf.bytes, warning: pdf.warning })
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
    let document = from_stored(&resume)?;
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

/// A CV of the caller.
async fn find(caller: &Caller, id: ResumeId) -> Result<ResumeRow, ApiError> {
    table::find(caller.state.db.pool(), caller.user.id, id).await?.ok_or(ApiError::NotFound)
}

fn from_stored(row: &ResumeRow) -> Result<Document, ApiError> {
    match &row.document {
        None => Ok(Document::empty("en")),
        Some(stored) => version::read(stored.clone()).map_err(|error| internal(&error)),
    }
}

/// The document as it is stored, if it may be.
///
/// # Errors
/// [`ApiError::Invalid`], [`ApiError::TooLarge`].
pub(super) fn to_stored(document: &Document) -> Result<Value, ApiError> {
    validate(document).map_err(ApiError::Invalid)?;
    let stored = serde_json::to_value(document).map_err(|error| internal(&error))?;
    if stored.to_string().len() > MAX_DOCUMENT_BYTES {
        return Err(ApiError::TooLarge { max: u32::try_from(MAX_DOCUMENT_BYTES).unwrap_or(u32::MAX) });
    }
    Ok(stored)
}

/// `resumes.schema_version`.
pub(super) fn schema_version(document: &Document) -> i32 {
    i32::try_from(document.schema_version).unwrap_or(i32::MAX)
}

fn too_many(limit: u32) -> ApiError {
    ApiError::Limit(format!("There is room for {limit} CVs. Delete one to make place for another."))
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
