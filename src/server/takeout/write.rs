//! Taking everything out.

use super::{ABOUT, ARCHIVE, About, DOCUMENT, Earlier, FORMAT, Kept, MANIFEST, Manifest, VERSION, stream::ZipStream};
use crate::{
    api::ApiError,
    domain::{document::Document, json_resume, version},
    server::{
        accounts::{self, devices, two_step},
        auth::{client::Client, limits::Limit},
        db::{
            archives,
            events::{self, EventKind},
            takeout::{self as table, ArchiveHead, ResumeHead},
        },
        fault,
        file_name::FileName,
        request::Caller,
        storage::sha256_hex,
    },
};
use bytes::Bytes;
use futures::Stream;
use serde::Serialize;
use serde_json::{Value, json};
use std::io;
use time::{OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use tower_sessions::Session;

/// Lines of the log: more than a person makes in the twelve months that it is kept.
const ALL: i64 = 100_000;

/// Begins to take everything of the caller's out; answers the ZIP, which is made while it is sent. If something goes
/// wrong on the way it breaks off.
///
/// # Errors
/// [`ApiError::RateLimited`], [`ApiError::Unavailable`] while the object store is away.
pub async fn take_out(
    caller: &Caller,
    session: &Session,
    client: &Client,
) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + 'static, ApiError> {
    Limit::Export.count(&caller.state, &caller.user.uid.to_string()).await?;
    caller.state.storage.answers().await?;
    let devices = devices::list(caller, session).await?;
    accounts::note(&caller.state, &accounts::event(EventKind::Exported, caller.user.uid, client)).await?;
    let (mut zip, pieces) = ZipStream::new(caller.state.clock.now());
    let caller = caller.clone();
    tokio::spawn(fault::as_of_now(async move {
        match write(&caller, devices, &mut zip).await {
            // If nobody is there any more to take the end, so be it.
            Ok(()) => drop(zip.end().await),
            Err(error) => {
                tracing::warn!(request.id = fault::request_id(), %error, "an export broke off");
                zip.break_off(error).await;
            }
        }
    }));
    Ok(pieces)
}

async fn write(caller: &Caller, devices: Vec<devices::Device>, zip: &mut ZipStream) -> io::Result<()> {
    let pool = caller.state.db.pool();
    zip.file("README.txt", include_bytes!("README.txt")).await?;
    let manifest = Manifest { format: FORMAT.into(), version: VERSION, exported_at: caller.state.clock.now() };
    zip.file(MANIFEST, &pretty(&manifest)?).await?;
    zip.file("account.json", &pretty(&account(caller, devices).await?)?).await?;
    zip.file("sign-ins.json", &pretty(&log(caller).await?)?).await?;
    let archives = table::archives(pool, caller.user.id).await.map_err(io::Error::other)?;
    let resumes = table::resumes(pool, caller.user.id).await.map_err(io::Error::other)?;
    for (index, resume) in resumes.iter().enumerate() {
        let folder = write_resume(caller, zip, index + 1, resume).await?;
        let theirs = archives.iter().filter(|archive| archive.resume_id == Some(resume.id));
        write_archives(caller, zip, &folder, theirs).await?;
    }
    let left = archives.iter().filter(|archive| resumes.iter().all(|resume| archive.resume_id != Some(resume.id)));
    write_archives(caller, zip, "", left).await
}

/// Writes a CV into a folder of its own, and answers which. As all files that leave, folders and PDFs are called after
/// the person and not as the owner calls the CV; the number in front tells them apart.
async fn write_resume(caller: &Caller, zip: &mut ZipStream, number: usize, resume: &ResumeHead) -> io::Result<String> {
    let (pool, owner) = (caller.state.db.pool(), caller.user.id);
    let stored = table::document(pool, owner, resume.id).await.map_err(io::Error::other)?;
    let stored = match stored {
        Some(stored) => stored,
        None => serde_json::to_value(Document::empty("en"))?,
    };
    // What cannot be read by this build is taken out all the same, as it is stored.
    let document = version::read(stored.clone()).ok();
    let name = document.as_ref().map_or_else(FileName::of_nobody, FileName::of);
    let folder = format!("resumes/{number:02} {}/", name.as_str());
    let about = About {
        name: resume.name.clone(),
        revision: resume.revision,
        created_at: resume.created_at,
        updated_at: resume.updated_at,
        in_trash: resume.in_trash,
    };
    zip.file(&format!("{folder}{ABOUT}"), &pretty(&about)?).await?;
    zip.file(&format!("{folder}{DOCUMENT}"), &pretty(&stored)?).await?;
    if let Some(document) = document {
        zip.file(&format!("{folder}resume.json"), &pretty(&json_resume::write(&document))?).await?;
    }
    let mut last = 0;
    while let Some(revision) = table::next_revision(pool, owner, resume.id, last).await.map_err(io::Error::other)? {
        last = revision.revision;
        let path = format!("{folder}revisions/{:05}-{}.json", revision.revision, revision.kind);
        let earlier = Earlier {
            revision: revision.revision,
            kind: revision.kind,
            created_at: revision.created_at,
            document: revision.document,
        };
        zip.file(&path, &pretty(&earlier)?).await?;
    }
    Ok(folder)
}

async fn write_archives<'a>(
    caller: &Caller,
    zip: &mut ZipStream,
    folder: &str,
    archives: impl Iterator<Item = &'a ArchiveHead> + Send,
) -> io::Result<()> {
    let mut list = Vec::new();
    for (index, archive) in archives.enumerate() {
        let date = archive.created_at.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
        let mut file = None;
        if let Some(content) = content(caller, archive).await? {
            let name = format!("archive/{:02} {date} {}.pdf", index + 1, FileName::of_pdf(&content).as_str());
            zip.file(&format!("{folder}{name}"), &content).await?;
            file = Some(name);
        }
        list.push(Kept {
            file,
            name: archive.resume_name.clone(),
            revision: archive.revision,
            created_at: archive.created_at,
            sha256: archive.sha256.clone(),
            bytes: archive.size,
        });
    }
    if list.is_empty() { Ok(()) } else { zip.file(&format!("{folder}{ARCHIVE}"), &pretty(&list)?).await }
}

/// The bytes of an archived PDF; nothing if the object store has lost or changed them, which must not keep the rest in.
async fn content(caller: &Caller, archive: &ArchiveHead) -> io::Result<Option<Bytes>> {
    let stored = archives::find_content(caller.state.db.pool(), caller.user.id, archive.uuid).await;
    let Some(stored) = stored.map_err(io::Error::other)? else { return Ok(None) };
    let content = match stored.pending {
        Some(content) => content.into(),
        None => match caller.state.storage.get(&stored.object_key).await {
            Ok(content) => content,
            Err(error) if error.is_missing() => return Ok(None),
            Err(error) => return Err(io::Error::other(error)),
        },
    };
    Ok((sha256_hex(&content) == archive.sha256).then_some(content))
}

async fn account(caller: &Caller, devices: Vec<devices::Device>) -> io::Result<Value> {
    let devices: Vec<Value> = devices
        .into_iter()
        .map(|device| {
            json!({
                "browser": device.client.browser,
                "network": device.client.network,
                "since": rfc3339(device.since),
            })
        })
        .collect();
    if caller.user.is_guest {
        return Ok(json!({ "guest": true, "signed_in": devices }));
    }
    let account = accounts::account(caller).await.map_err(io::Error::other)?;
    let two_step = match two_step::status(caller).await.map_err(io::Error::other)? {
        two_step::Status::On { since, .. } => Some(rfc3339(since)),
        _ => None,
    };
    Ok(json!({
        "email": account.email,
        "made_at": account.created_at.map(rfc3339),
        "has_password": account.password_hash.is_some(),
        "google_account": account.google_id,
        "two_step_since": two_step,
        "looks_after_this_installation": caller.user.is_admin,
        "signed_in": devices,
    }))
}

async fn log(caller: &Caller) -> io::Result<Vec<Value>> {
    let events = events::latest(caller.state.db.pool(), caller.user.uid, ALL).await.map_err(io::Error::other)?;
    let line = |event: events::Happened| json!({ "at": rfc3339(event.at), "what": event.kind, "network": event.address, "by_an_admin": event.by_another });
    Ok(events.into_iter().map(line).collect())
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

fn pretty(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
