//! Archived PDFs: the exact bytes that were sent, kept until their owner deletes them.
//!
//! The order is: row `pending` with the bytes → put → read back and compare → row `ready`. A crash at any point leaves
//! either nothing or a pending row, and the sweeper brings that to its end; so a `ready` row has its object. Only a
//! deletion that broke off leaves one without: it takes the object first, and the row stays to ask again.

use super::{
    clock::moment,
    db::{
        Database,
        archives::{self as table, ArchiveRow, NewArchive},
        resumes::ResumeRow,
        revisions,
    },
    fault::chain,
    request::Caller,
    resumes::{self, pages},
    storage::{Storage, StorageKey, sha256_hex},
};
use crate::api::{ApiError, ResumeId, archives::Archive};
use bytes::Bytes;
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long this process has for an archive before the sweeper takes it up.
const LEASE: Duration = Duration::seconds(60);

/// Archives the PDF of a saved CV. If the store is away the archive is pending and the sweeper tries again.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Render`], [`ApiError::Limit`] if the caller has as many as are allowed,
/// [`ApiError::Unavailable`] without a database.
pub async fn create(caller: &Caller, id: ResumeId) -> Result<Archive, ApiError> {
    let (resume, pdf) = pages::pdf(caller, id).await?;
    let (uuid, now) = (Uuid::new_v4(), caller.state.clock.now());
    let pending = insert_pending(caller, resume, pdf.bytes, uuid, now).await?;
    match finish(&caller.state.db, &caller.state.storage, &pending, now).await {
        Ok(()) | Err(ApiError::Unavailable) => {}
        Err(error) => return Err(error),
    }
    let row = table::find(caller.state.db.pool(), caller.user.id, uuid).await?;
    let warning = pdf.warning.unwrap_or_default();
    row.map(|row| Archive { warning, ..to_archive(row) }).ok_or(ApiError::NotFound)
}

/// The archived PDFs of a CV, the newest first.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(caller: &Caller, id: ResumeId) -> Result<Vec<Archive>, ApiError> {
    let rows = table::list(caller.state.db.pool(), caller.user.id, id).await?;
    Ok(rows.into_iter().map(to_archive).collect())
}

/// All archived PDFs of the caller, those of CVs that are gone too, the newest first.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list_all(caller: &Caller) -> Result<Vec<Archive>, ApiError> {
    let rows = table::list_all(caller.state.db.pool(), caller.user.id).await?;
    Ok(rows.into_iter().map(to_archive).collect())
}

/// Deletes an archived PDF for good. The object goes first: if it breaks off there, the row is still in the list, and
/// asking again does the rest; the other way round the bytes would stay with nobody knowing of them. One that is still
/// pending is not deleted, because it may be on its way into the store at this moment.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] without a database or while the store is away; it stays then.
pub async fn delete(caller: &Caller, uuid: Uuid) -> Result<(), ApiError> {
    let (db, storage, owner) = (&caller.state.db, &caller.state.storage, caller.user.id);
    let key = table::find_object(db.pool(), owner, uuid).await?.ok_or(ApiError::NotFound)?;
    storage.delete(&key).await?;
    let store_url = storage.url_of("");
    let remove = db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::remove(connection, owner, uuid, &store_url).await?) })
    });
    if remove.await? { Ok(()) } else { Err(ApiError::NotFound) }
}

/// How many archived PDFs there is room for, in words.
pub fn room(limit: u32) -> String {
    format!("{limit} archived PDFs, and {limit} MB of them")
}

/// The bytes of an archived PDF.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Unavailable`] if the store does not answer or what it has is not what was
/// archived.
pub async fn content(caller: &Caller, uuid: Uuid) -> Result<Bytes, ApiError> {
    let (pool, owner) = (caller.state.db.pool(), caller.user.id);
    let stored = table::find_content(pool, owner, uuid).await?.ok_or(ApiError::NotFound)?;
    let content = match stored.pending {
        Some(content) => Bytes::from(content),
        None => caller.state.storage.get(&stored.object_key).await?,
    };
    if sha256_hex(&content) != stored.sha256 {
        return Err(super::storage::StorageError::Corrupt.into());
    }
    Ok(content)
}

/// Brings one pending archive that is due to its end; answers whether there was one.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database or while the store is away.
pub async fn sweep(db: &Database, storage: &Storage, now: OffsetDateTime) -> Result<bool, ApiError> {
    let Some(pending) = table::take_due(db.pool(), now).await? else { return Ok(false) };
    match finish(db, storage, &pending, now).await {
        Ok(()) => tracing::info!(archive.uuid = %pending.uuid, "finished a pending archive"),
        // It was deleted meanwhile: that is its end as well.
        Err(ApiError::NotFound) => {}
        Err(error) => return Err(error),
    }
    Ok(true)
}

async fn insert_pending(
    caller: &Caller,
    resume: ResumeRow,
    content: Bytes,
    uuid: Uuid,
    now: OffsetDateTime,
) -> Result<table::Pending, ApiError> {
    let sha256 = sha256_hex(&content);
    let key = StorageKey::Pdf { owner: caller.user.uid, archive: uuid, sha256: sha256.clone() }.path();
    let pending = table::Pending { uuid, object_key: key.clone(), sha256: sha256.clone(), content: content.clone() };
    let (owner, limit, most) = (caller.user.id, caller.archive_limit(), caller.most().all);
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let archive = NewArchive {
                    uuid,
                    resume_id: Some(resume.id),
                    resume_name: &resume.name,
                    revision: resume.revision,
                    sha256: &sha256,
                    content: &content,
                    object_key: &key,
                    created_at: now,
                    due: now + LEASE,
                };
                if !super::db::room::make(connection, owner, size, most).await? {
                    return Err(ApiError::Limit(resumes::room::none(most)));
                }
                if !table::insert_pending(connection, owner, &archive, limit).await? {
                    let room = room(limit);
                    return Err(ApiError::Limit(format!(
                        "There is room for {room}. Delete one to make place for another."
                    )));
                }
                let document = resume.document.clone().unwrap_or(Value::Null);
                revisions::keep_revision(connection, &resume, &document, now).await?;
                Ok(())
            })
        })
        .await?;
    Ok(pending)
}

/// Put, verify, ready. Doing it twice does no harm: the key holds the hash. If the row is gone by then, because its owner
/// is on the way out, nobody would know of the object, and it goes again.
///
/// # Errors
/// [`ApiError::NotFound`] for that; [`ApiError::Unavailable`].
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
    let mark = db.transaction(move |connection| {
        Box::pin(async move { Ok::<_, ApiError>(table::mark_ready(connection, uuid, &url, now).await?) })
    });
    if mark.await? {
        return Ok(());
    }
    storage.delete(&pending.object_key).await?;
    Err(ApiError::NotFound)
}

fn to_archive(row: ArchiveRow) -> Archive {
    Archive {
        uuid: row.uuid.to_string(),
        name: row.resume_name,
        revision: row.revision,
        created_at: moment(row.created_at),
        size_bytes: row.size,
        sha256: row.sha256,
        ready: row.ready_at.is_some(),
        warning: String::new(),
    }
}
