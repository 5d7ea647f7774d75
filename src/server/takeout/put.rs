//! Putting in what was taken out.

use super::{
    MOST_REVISION,
    open::{Cv, Export, Found, Pdf},
};
use crate::{
    api::{ApiError, ResumeId},
    domain::text::ResumeName,
    server::{
        accounts, archives,
        auth::{client::Client, limits::Limit},
        db::{
            archives::{NewArchive, insert_pending},
            events::EventKind,
            room,
            takeout::{self as table, NewResume, NewRevision, ResumeHead},
        },
        fault::internal,
        request::Caller,
        resumes,
        storage::StorageKey,
        told::Told,
    },
};
use std::{collections::HashMap, fs::File, sync::Arc};
use time::OffsetDateTime;
use tokio::sync::mpsc::channel;
use uuid::Uuid;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutIn {
    /// CVs that are here now, those in the trash too.
    pub resumes: u32,
    /// Archived PDFs that are.
    pub archives: u32,
    /// What was left out, a sentence each.
    pub left: Told,
}

/// Puts in what an export holds, beside what the caller has. Each CV comes with all its history or not at all; what
/// comes first stays if the rest breaks off. The first that comes in and not into the trash takes the place of the CV
/// `instead`, if that is one of the caller's in which nothing is written.
///
/// # Errors
/// [`ApiError::Invalid`] at `file` for what is no export, [`ApiError::RateLimited`], [`ApiError::Unavailable`] without
/// a database.
pub async fn put_in(
    caller: &Caller,
    client: &Client,
    file: File,
    instead: Option<ResumeId>,
) -> Result<PutIn, ApiError> {
    Limit::Import.count(&caller.state, client.key()).await?;
    // They are never closed, so there is always a turn. It goes with the reader, who may outlive this request a little.
    let turn = Arc::clone(&caller.state.imports).acquire_owned().await.ok();
    let (to, mut from) = channel(1);
    let reader = tokio::task::spawn_blocking(move || {
        let read = Export::open(file, to).map(|export| {
            export.read();
        });
        (read, turn)
    });
    let now = caller.state.clock.now();
    let mut putting = Putting { caller, now, instead, put: PutIn::default(), ids: HashMap::new() };
    while let Some(found) = from.recv().await {
        putting.take(found).await?;
    }
    let put = putting.put;
    match reader.await {
        Ok((Ok(()), _)) => {}
        Ok((Err(error), _)) => return Err(ApiError::at("file", &error.to_string())),
        Err(error) => return Err(internal(&error)),
    }
    accounts::note(&caller.state, &accounts::event(EventKind::Imported, caller.user.uid, client)).await?;
    Ok(put)
}

/// An import under way.
struct Putting<'a> {
    caller: &'a Caller,
    now: OffsetDateTime,
    /// The CV whose place the first is to take.
    instead: Option<ResumeId>,
    put: PutIn,
    /// The CVs that are here now, by their folders.
    ids: HashMap<String, i32>,
}

impl Putting<'_> {
    async fn take(&mut self, found: Found) -> Result<(), ApiError> {
        match found {
            Found::Cv(cv) => self.resume(*cv).await,
            Found::Pdf(pdf) => self.archive(pdf).await,
            Found::Left(sentence) => {
                self.put.left.add(&sentence);
                Ok(())
            }
        }
    }

    async fn resume(&mut self, cv: Cv) -> Result<(), ApiError> {
        let (owner, limit, now) = (self.caller.user.id, self.caller.resume_limit(), self.now);
        let (trash, bytes, most) = (self.caller.trash_limit(), cv.bytes, self.caller.most().all);
        let name = ResumeName::parse(&cv.name).or_else(|_| ResumeName::parse("Imported CV"))?;
        let head = ResumeHead {
            id: 0,
            name: name.as_str().into(),
            revision: cv.revision,
            created_at: possible(cv.created_at, now),
            updated_at: possible(cv.updated_at, now),
            in_trash: cv.in_trash,
        };
        let history = cv.history.into_iter().map(|version| NewRevision {
            revision: version.revision,
            kind: version.kind,
            created_at: possible(version.created_at, now),
            document: version.document,
        });
        let (history, document, schema_version) = (history.collect::<Vec<_>>(), cv.document, cv.schema_version);
        // What goes to the trash itself takes the place of nothing.
        let instead = if head.in_trash { None } else { self.instead };
        let insert = self.caller.state.db.transaction(move |connection| {
            Box::pin(async move {
                if let Some(blank) = instead {
                    resumes::trash_blank(connection, owner, blank, trash, now).await?;
                }
                if !room::make(connection, owner, bytes, most).await? {
                    return Err(ApiError::Limit(format!("“{}”: {}", head.name, resumes::room::none(most))));
                }
                let resume = NewResume { head: &head, document: &document, schema_version, revisions: &history };
                let id = table::insert_resume(connection, owner, &resume, limit, trash, now).await?;
                // An error, so that the empty CV stays where it was if nothing comes in its place.
                id.ok_or_else(|| ApiError::Limit(format!("“{}”: there is room for {limit} CVs.", head.name)))
            })
        });
        match insert.await {
            Ok(id) => {
                self.put.resumes += 1;
                self.ids.insert(cv.folder, id);
                if instead.is_some() {
                    self.instead = None;
                }
                Ok(())
            }
            Err(ApiError::Limit(sentence)) => {
                self.put.left.add(&sentence);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn archive(&mut self, pdf: Pdf) -> Result<(), ApiError> {
        let resume_id = self.ids.get(&pdf.folder).copied();
        if resume_id.is_none() && !pdf.folder.is_empty() {
            self.put.left.add(&format!("An archived PDF of “{}”, because its CV is not here.", pdf.name));
            return Ok(());
        }
        let name = ResumeName::parse(&pdf.name).or_else(|_| ResumeName::parse("Imported CV"))?;
        let (owner, limit, most, now) =
            (self.caller.user.id, self.caller.archive_limit(), self.caller.most().all, self.now);
        let size = i64::try_from(pdf.content.len()).unwrap_or(i64::MAX);
        let (uuid, resume_name, sha256) = (Uuid::new_v4(), name.as_str().to_owned(), pdf.sha256.clone());
        let key = StorageKey::Pdf { owner: self.caller.user.uid, archive: uuid, sha256 }.path();
        let insert = self.caller.state.db.transaction(move |connection| {
            Box::pin(async move {
                if !room::make(connection, owner, size, most).await? {
                    return Err(ApiError::Limit(resumes::room::none(most)));
                }
                let archive = NewArchive {
                    uuid,
                    resume_id,
                    resume_name: &resume_name,
                    revision: pdf.revision.clamp(1, MOST_REVISION),
                    sha256: &pdf.sha256,
                    content: &pdf.content,
                    object_key: &key,
                    created_at: possible(pdf.created_at, now),
                    due: now,
                };
                let inserted = insert_pending(connection, owner, &archive, limit).await?;
                let full = || ApiError::Limit(format!("there is room for {}.", archives::room(limit)));
                inserted.then_some(()).ok_or_else(full)
            })
        });
        match insert.await {
            Ok(()) => self.put.archives += 1,
            Err(ApiError::Limit(why)) => {
                self.put.left.add(&format!("An archived PDF of “{}”: {why}", name.as_str()));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// A time of the file; if it cannot be that of a CV, the nearest that can.
fn possible(at: OffsetDateTime, now: OffsetDateTime) -> OffsetDateTime {
    at.min(now).max(OffsetDateTime::UNIX_EPOCH)
}
