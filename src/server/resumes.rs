//! What can be done with a CV. Each use-case takes the caller, and the caller's id is in every statement.

pub mod pages;
pub mod room;

use super::{
    db::{
        self,
        resumes::{self as table, NewResume, Restored, ResumeRow, ResumeSummary},
        revisions::{self, Kind, Save, Saved},
    },
    fault::internal,
    request::Caller,
};
use crate::{
    api::{
        ApiError, ResumeId,
        resumes::{LoadedResume, SaveRequest},
    },
    domain::{
        document::Document,
        jsonb, sample,
        template::TEMPLATES,
        text::{MAX_DOCUMENT_BYTES, ResumeName},
        validate::validate,
        version,
    },
};
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
    insert_stored(connection, owner, draft, &stored, limit, now).await
}

async fn insert_stored(
    connection: &mut PgConnection,
    owner: i32,
    draft: &Draft,
    stored: &Stored,
    limit: u32,
    now: OffsetDateTime,
) -> Result<ResumeId, ApiError> {
    let resume = NewResume {
        name: draft.name.as_str(),
        document: &stored.document,
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
    create_instead(caller, draft, None).await
}

/// Adds a CV in place of one in which nothing is written, which goes to the trash: both, or nothing at all. One in which
/// something is written stays, and so does another's; then this is [`create`].
///
/// # Errors
/// As [`insert`]; [`ApiError::Limit`] if the owner has no room for what a file or another CV held,
/// [`ApiError::RateLimited`].
pub async fn create_instead(caller: &Caller, draft: Draft, instead: Option<ResumeId>) -> Result<ResumeId, ApiError> {
    let (owner, limit, most, now) =
        (caller.user.id, caller.resume_limit(), caller.trash_limit(), caller.state.clock.now());
    let stored = to_stored(&draft.document)?;
    caller.writes(stored.bytes)?;
    let (bytes, most_bytes) = (stored.twice(), caller.most().all);
    caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                if let Some(blank) = instead {
                    trash_blank(connection, owner, blank, most, now).await?;
                }
                // Somebody who has no room left may still begin a CV and write.
                if draft.kind == Kind::Import && !db::room::make(connection, owner, bytes, most_bytes).await? {
                    return Err(ApiError::Limit(room::none(most_bytes)));
                }
                insert_stored(connection, owner, &draft, &stored, limit, now).await
            })
        })
        .await
}

/// Puts a CV of the owner into the trash if nothing is written in it, in a transaction that is under way.
pub(super) async fn trash_blank(
    connection: &mut PgConnection,
    owner: i32,
    id: ResumeId,
    most: i64,
    now: OffsetDateTime,
) -> Result<(), ApiError> {
    // Held, because another tab may just be saving what was written in it.
    let held = table::hold(connection, owner, id).await?;
    if held.is_some_and(nothing_written) {
        table::trash(connection, owner, id, most, now).await?;
    }
    Ok(())
}

/// Whether a CV is one of the caller's in which nothing is written, so that another may take its place.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn is_blank(caller: &Caller, id: ResumeId) -> Result<bool, ApiError> {
    let row = table::find(caller.state.db.pool(), caller.user.id, id).await?;
    Ok(row.is_some_and(nothing_written))
}

/// What cannot be read is no empty CV.
fn nothing_written(row: ResumeRow) -> bool {
    row.document.is_none_or(|stored| version::read(stored).is_ok_and(|document| document.is_blank()))
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
    Ok(LoadedResume { id: row.id, name: row.name, revision: row.revision, document: read(row.document)? })
}

/// Saves a CV; answers the new revision.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Conflict`] if it was changed elsewhere, [`ApiError::Invalid`],
/// [`ApiError::RateLimited`] if the caller wrote too much just now.
pub async fn save(caller: &Caller, request: SaveRequest) -> Result<i32, ApiError> {
    let save_id = &request.save_id;
    if save_id.is_empty() || save_id.len() > 64 || save_id.contains(char::is_control) {
        return Err(ApiError::at("save_id", "A save needs a name of 1 to 64 characters."));
    }
    let stored = to_stored(&request.document)?;
    caller.writes(stored.bytes)?;
    room::make(caller, stored.twice()).await;
    let (owner, most, now) = (caller.user.id, caller.most(), caller.state.clock.now());
    let saved = caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let save = Save {
                    id: request.id,
                    base_revision: request.base_revision,
                    save_id: &request.save_id,
                    document: &stored.document,
                    schema_version: schema_version(&request.document),
                    most,
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
    let (owner, most, now) = (caller.user.id, caller.trash_limit(), caller.state.clock.now());
    let trash = caller.state.db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::trash(connection, owner, id, most, now).await?) })
    });
    trash.await?.ok_or(ApiError::NotFound)
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

/// A CV of the caller.
async fn find(caller: &Caller, id: ResumeId) -> Result<ResumeRow, ApiError> {
    table::find(caller.state.db.pool(), caller.user.id, id).await?.ok_or(ApiError::NotFound)
}

/// A document that was stored; `null` is an empty one.
pub(super) fn read(stored: Option<Value>) -> Result<Document, ApiError> {
    match stored {
        None => Ok(Document::empty("en")),
        Some(stored) => version::read(stored).map_err(|error| internal(&error)),
    }
}

/// A document as it is stored.
#[derive(Debug)]
pub(super) struct Stored {
    /// As JSON.
    pub(super) document: Value,
    /// What that takes in the database.
    pub(super) bytes: usize,
}

impl Stored {
    /// What it takes in the database, as the database counts.
    pub(super) fn size(&self) -> i64 {
        i64::try_from(self.bytes).unwrap_or(i64::MAX)
    }

    /// What it takes as a CV and as its newest version.
    pub(super) fn twice(&self) -> i64 {
        self.size().saturating_mul(2)
    }
}

/// The document as it is stored, if it may be.
///
/// # Errors
/// [`ApiError::Invalid`], [`ApiError::TooLarge`].
pub(super) fn to_stored(document: &Document) -> Result<Stored, ApiError> {
    validate(document).map_err(ApiError::Invalid)?;
    let bytes = jsonb::size(document, MAX_DOCUMENT_BYTES).ok_or_else(|| ApiError::larger_than(MAX_DOCUMENT_BYTES))?;
    let document = serde_json::to_value(document).map_err(|error| internal(&error))?;
    Ok(Stored { document, bytes })
}

/// `resumes.schema_version`.
pub(super) fn schema_version(document: &Document) -> i32 {
    i32::try_from(document.schema_version).unwrap_or(i32::MAX)
}

fn too_many(limit: u32) -> ApiError {
    ApiError::Limit(format!("There is room for {limit} CVs. Move one to the trash to make place for another."))
}
