//! A file that becomes a CV, or everything that an export holds.

use super::{
    super::{
        auth::client::Client,
        request::Caller,
        resumes::{self, Draft},
        takeout,
        told::Told,
    },
    flash::{self, Flash},
    forms::{InsteadQuery, data_instead, page, refuse_in_words},
    pages::Failure,
    refused::Refused,
    uploads::{Sent, Upload},
    words,
};
use crate::{
    api::{ApiError, ResumeId},
    domain::{text::ResumeName, version},
    ui::{
        pages::resumes::{Imported, ResumesData},
        paths,
    },
};
use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use std::{fs::File, sync::Arc};
use tower_sessions::Session;

/// Makes a CV from a file; opens it, or tells first what was changed on the way in.
pub(super) async fn submit(
    session: Session,
    client: Client,
    Query(asked): Query<InsteadQuery>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    let caller = sent.caller.clone();
    let upload = sent.file(&caller.state.settings.server.data_dir).await;
    let import = Import { caller, session, instead: asked.id() };
    match upload {
        Ok(Upload::Plain { name, content }) => import.cv(&name, content).await,
        Ok(Upload::Zip(file)) => import.everything(&client, file).await,
        Err(error) => import.refuse(&error.to_string(), vec![]).await,
    }
}

/// What a file was sent for.
struct Import {
    /// By whom.
    caller: Caller,
    /// What came of it is told there.
    session: Session,
    /// The empty CV whose place it is to take.
    instead: Option<ResumeId>,
}

impl Import {
    /// Makes a CV.
    async fn cv(&self, file_name: &str, content: Bytes) -> Result<Response, Failure> {
        // They are never closed, so there is always a turn. It goes along, for reading goes on when the browser goes away.
        let turn = Arc::clone(&self.caller.state.imports).acquire_owned().await.ok();
        let read = tokio::task::spawn_blocking(move || (version::import(&content), turn)).await;
        let (imported, _turn) = match read {
            Ok((Ok(imported), turn)) => (imported, turn),
            Ok((Err(error), _)) => return self.refuse(&error.to_string(), vec![]).await,
            Err(_) => return self.refuse("This file could not be read. Nothing was changed.", vec![]).await,
        };
        let person = &imported.document.basics.name;
        let name = ResumeName::parse(if person.trim().is_empty() { file_name } else { person })
            .or_else(|_| ResumeName::parse("Imported CV"))
            .map_err(ApiError::from)?;
        let changes = lines(imported.changes.into_iter().map(|change| format!("{}: {}", change.field, change.what)));
        let told = name.as_str().to_owned();
        match resumes::create_instead(&self.caller, Draft::imported(name, imported.document), self.instead).await {
            Ok(id) if changes.is_empty() => Ok(Redirect::to(&paths::editor(id)).into_response()),
            Ok(id) => self.tell(Flash::Imported { id, name: told, changes }).await,
            Err(ApiError::Limit(sentence)) => refuse_in_words(&self.caller, sentence).await,
            Err(ApiError::Invalid(errors)) => {
                let details = lines(errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)));
                self.refuse("This CV has more in it than Vitae takes. Nothing was changed.", details).await
            }
            Err(ApiError::TooLarge { .. }) => {
                let sentence = "This CV is larger than the 256 KB that Vitae takes. Nothing was changed.";
                self.refuse(sentence, vec![]).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Puts in what an export holds.
    async fn everything(&self, client: &Client, file: File) -> Result<Response, Failure> {
        match takeout::put_in(&self.caller, client, file, self.instead).await {
            Ok(put) => {
                let sentence = words::put_in(put.resumes, put.archives);
                self.tell(Flash::PutIn { sentence, left: put.left.into_lines() }).await
            }
            Err(error) => {
                let refused = Refused::of(error)?;
                let again = self.again(refused.status, refused.sentence(), vec![]).await?;
                Ok(refused.answer(again))
            }
        }
    }

    /// Tells on the page of the CVs what came of it.
    async fn tell(&self, flash: Flash) -> Result<Response, Failure> {
        flash::set(&self.session, flash).await?;
        Ok(Redirect::to(paths::RESUMES).into_response())
    }

    async fn refuse(&self, message: &str, details: Vec<String>) -> Result<Response, Failure> {
        self.again(StatusCode::UNPROCESSABLE_ENTITY, message.into(), details).await
    }

    /// The page that the file was sent from, with why nothing came of it.
    async fn again(&self, status: StatusCode, message: String, details: Vec<String>) -> Result<Response, Failure> {
        let import = Some(Imported::Refused { message, details });
        let data = ResumesData { import, ..data_instead(&self.caller, self.instead).await? };
        Ok(page(&self.caller, status, data))
    }
}

fn lines(lines: impl Iterator<Item = String>) -> Vec<String> {
    lines.collect::<Told>().into_lines()
}
