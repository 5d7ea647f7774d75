//! Archived PDFs: the exact bytes that were sent, kept for good.
//!
//! The order is: row `pending` with the bytes → put → read back and compare → row `ready`. A crash at any point leaves
//! either nothing or a pending row, and the sweeper brings that to its end; so a `ready` row always has its object.

use super::{
    db::{
        Database,
        archives::{self as table, ArchiveRow, NewArchive},
        revisions,
    },
    fault::chain,
    request::Caller,
    resumes::{SavedPdf, pdf},
    storage::{Storage, StorageKey, sha256_hex},
};
use crate::api::{ApiError, ResumeId, archives::Archive};
use bytes::Bytes;
use serde_json::Value;
use time::{Duration, OffsetDateTime, macros::format_description};
use uuid::Uuid;

/// How long this process has for an archive before the sweeper takes it up.
const LEASE: Duration = Duration::seconds(60);

/// Archives the PDF of a saved CV. If the store is away the archive is pending and the sweeper tries again.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`], [`ApiError::Unavailable`] without a database.
pub async fn create(caller: &Caller, id: ResumeId) -> Result<Archive, ApiError> {
    let saved = pdf(caller, id).await?;
    let (uuid, now) = (Uuid::new_v4(), caller.state.clock.now());
    let pending = insert_pending(caller, saved, uuid, now).await?;
    match finish(&caller.state.db, &caller.state.storage, &pending, now).await {
        Ok(()) | Err(ApiError::Unavailable) => {}
        Err(error) => return Err(error),
    }
    let row = table::find(caller.state.db.pool(), caller.user.id, uuid).await?;
    row.map(to_archive).ok_or(ApiError::NotFound)
}

/// The archived PDFs of a CV, the newest first.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller, id: ResumeId) -> Result<Vec<Archive>, ApiError> {
    let rows = table::list(caller.state.db.pool(), caller.user.id, id).await?;
    Ok(rows.into_iter().map(to_archive).collect())
}

/// The bytes of an archived PDF and the name of the CV at the time.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] if the store does not answer or what it has is not what was
/// archived.
pub async fn content(caller: &Caller, uuid: Uuid) -> Result<(String, Bytes), ApiError> {
    let (pool, owner) = (caller.state.db.pool(), caller.user.id);
    let stored = table::find_content(pool, owner, uuid).await?.ok_or(ApiError::NotFound)?;
    let content = match stored.pending {
        Some(content) => Bytes::from(content),
        None => caller.state.storage.get(&stored.object_key).await?,
    };
    if sha256_hex(&content) != stored.sha256 {
        return Err(super::storage::StorageError::Corrupt.into());
    }
    Ok((stored.resume_name, content))
}

/// Brings one pending archive that is due to its end; answers whether there was one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database or while the store is away.
pub async fn sweep(db: &Database, storage: &Storage, now: OffsetDateTime) -> Result<bool, ApiError> {
    let Some(pending) = table::take_due(db.pool(), now).await? else { return Ok(false) };
    finish(db, storage, &pending, now).await?;
    tracing::info!(archive.uuid = %pending.uuid, "finished a pending archive");
    Ok(true)
}

async fn insert_pending(
    caller: &Caller,
    saved: SavedPdf,
    uuid: Uuid,
    now: OffsetDateTime,
) -> Result<table::Pending, ApiError> {
    let sha256 = sha256_hex(&saved.pdf);
    let key = StorageKey::Pdf { owner: caller.user.uid, archive: uuid, sha256: sha256.clone() }.path();
    let pending = table::Pending { uuid, object_key: key.clone(), sha256: sha256.clone(), content: saved.pdf.clone() };
    let owner = caller.user.id;
    caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let archive = NewArchive {
                    uuid,
                    resume_id: saved.resume.id,
                    resume_name: &saved.resume.name,
                    revision: saved.resume.revision,
                    sha256: &sha256,
                    content: &saved.pdf,
                    object_key: &key,
                };
                table::insert_pending(connection, owner, &archive, now, now + LEASE).await?;
                let document = saved.resume.document.clone().unwrap_or(Value::Null);
                revisions::keep_revision(connection, &saved.resume, &document, now).await?;
                Ok::<_, ApiError>(())
            })
        })
        .await?;
    Ok(pending)
}

/// Put, verify, ready. Doing it twice does no harm: the key holds the hash.
async fn finish(
    db: &Database,
    storage: &Storage,
    pending: &table::Pending,
    now: OffsetDateTime,
) -> Result<(), ApiError> {
    let content = pending.content.clone();
    if let Err(error) = storage.put_verified(&pending.object_key, content, &pending.sha256).await {
        tracing::warn!(archive.uuid = %pending.uuid, error = chain(&error), "an archive could not be stored yet");
        return Err(ApiError::Unavailable);
    }
    let (uuid, url) = (pending.uuid, storage.url_of(&pending.object_key));
    db.transaction(move |connection| Box::pin(async move { Ok(table::mark_ready(connection, uuid, &url, now).await?) }))
        .await
}

fn to_archive(row: ArchiveRow) -> Archive {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    Archive {
        uuid: row.uuid.to_string(),
        name: row.resume_name,
        revision: row.revision,
        created_at: row.created_at.format(format).unwrap_or_default(),
        size_bytes: row.size,
        sha256: row.sha256,
        ready: row.ready_at.is_some(),
    }
}
