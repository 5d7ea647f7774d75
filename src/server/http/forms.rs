//! The CVs of the caller as pages and plain forms. Each form answers 303, or its page again with what was typed.

use super::{
    super::{
        auth::{client::Client, session},
        db::resumes::ResumeSummary,
        jobs,
        request::Caller,
        resumes::{self, Draft},
        takeout,
        told::Told,
    },
    flash::{self, Flash},
    pages::{Failure, render},
    refused::Refused,
    site::who,
    uploads::{self, Upload},
    words,
};
use crate::{
    api::{ApiError, ResumeId},
    domain::{text::ResumeName, version},
    ui::{
        pages::{
            frame::Head,
            resumes::{
                CreateRefused, Happened, Imported, RenameRefused, ResumeCard, ResumesData, ResumesPage, TrashedCard,
            },
        },
        paths,
    },
};
use axum::{
    Form,
    extract::{Multipart, Path, Query},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use std::sync::Arc;
use tower_sessions::Session;

/// What stands in the address of a CV that is to take the place of another.
#[derive(Debug, Deserialize)]
pub(super) struct InsteadQuery {
    #[serde(default)]
    instead: String,
}

/// The caller's CVs.
pub(super) async fn list(
    caller: Caller,
    session: Session,
    Query(asked): Query<InsteadQuery>,
) -> Result<Response, Failure> {
    let mut data = data_instead(&caller, which(&asked.instead)).await?;
    data.guest_waits = session::remembered_guest(&session).await?.is_some();
    match flash::take(&session).await? {
        Some(Flash::Deleted { id, name }) => data.happened = Some(Happened::Deleted { id, name }),
        Some(Flash::Imported { id, name, changes }) => data.import = Some(Imported::Done { id, name, changes }),
        Some(Flash::PutIn { sentence, left }) => data.import = Some(Imported::Everything { sentence, left }),
        Some(Flash::Done(sentence)) => data.happened = Some(Happened::Done(sentence)),
        Some(Flash::Failed(sentence)) => data.happened = Some(Happened::Failed(sentence)),
        None => {}
    }
    Ok(page(&caller, StatusCode::OK, data))
}

/// What a new CV is to be.
#[derive(Debug, Deserialize)]
pub(super) struct CreateForm {
    name: Option<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    template: String,
    /// The empty CV whose place it is to take.
    #[serde(default)]
    instead: String,
}

/// Makes a CV and opens it.
pub(super) async fn create(caller: Caller, Form(form): Form<CreateForm>) -> Result<Response, Failure> {
    let sample = form.from == "sample";
    // A form that has no field for the name does not mind.
    let typed = form.name.unwrap_or_else(|| if sample { "Sample CV".into() } else { "My CV".into() });
    let name = match ResumeName::parse(&typed) {
        Ok(name) => name,
        Err(error) => {
            let refused = CreateRefused { typed, sample, message: error.message };
            return Ok(refuse(&caller, ResumesData { create_refused: Some(refused), ..data(&caller).await? }));
        }
    };
    let draft = if sample { Draft::sample(name) } else { Draft::empty(name) };
    match resumes::create_instead(&caller, draft.with_template(&form.template), which(&form.instead)).await {
        Ok(id) => Ok(Redirect::to(&paths::editor(id)).into_response()),
        Err(ApiError::Limit(sentence)) => refuse_in_words(&caller, sentence).await,
        Err(error) => Err(error.into()),
    }
}

/// Makes a CV from a file; opens it, or tells first what was changed on the way in.
pub(super) async fn import(
    caller: Caller,
    session: Session,
    client: Client,
    Query(asked): Query<InsteadQuery>,
    form: Multipart,
) -> Result<Response, Failure> {
    let instead = which(&asked.instead);
    match uploads::file(form, &caller.state.settings.server.data_dir).await {
        Ok(Upload::Plain { name, content }) => import_cv(&caller, &session, instead, &name, content).await,
        Ok(Upload::Zip(file)) => put_in(&caller, &session, &client, instead, file).await,
        Err(error) => refuse_import(&caller, instead, &error.to_string(), vec![]).await,
    }
}

/// Puts in what an export holds.
async fn put_in(
    caller: &Caller,
    session: &Session,
    client: &Client,
    instead: Option<ResumeId>,
    file: std::fs::File,
) -> Result<Response, Failure> {
    match takeout::put_in(caller, client, file, instead).await {
        Ok(put) => {
            let sentence = words::put_in(put.resumes, put.archives);
            flash::set(session, Flash::PutIn { sentence, left: put.left.into_lines() }).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(error) => {
            let refused = Refused::of(error)?;
            let import = Some(Imported::Refused { message: refused.sentence(), details: vec![] });
            let data = ResumesData { import, ..data_instead(caller, instead).await? };
            Ok(refused.answer(page(caller, refused.status, data)))
        }
    }
}

async fn import_cv(
    caller: &Caller,
    session: &Session,
    instead: Option<ResumeId>,
    file_name: &str,
    content: bytes::Bytes,
) -> Result<Response, Failure> {
    // They are never closed, so there is always a turn. It goes along, for reading goes on when the browser goes away.
    let turn = Arc::clone(&caller.state.imports).acquire_owned().await.ok();
    let read = tokio::task::spawn_blocking(move || (version::import(&content), turn)).await;
    let (imported, _turn) = match read {
        Ok((Ok(imported), turn)) => (imported, turn),
        Ok((Err(error), _)) => return refuse_import(caller, instead, &error.to_string(), vec![]).await,
        Err(_) => {
            let sentence = "This file could not be read. Nothing was changed.";
            return refuse_import(caller, instead, sentence, vec![]).await;
        }
    };
    let person = &imported.document.basics.name;
    let name = ResumeName::parse(if person.trim().is_empty() { file_name } else { person })
        .or_else(|_| ResumeName::parse("Imported CV"))
        .map_err(ApiError::from)?;
    let changes = lines(imported.changes.into_iter().map(|change| format!("{}: {}", change.field, change.what)));
    let told = name.as_str().to_owned();
    match resumes::create_instead(caller, Draft::imported(name, imported.document), instead).await {
        Ok(id) if changes.is_empty() => Ok(Redirect::to(&paths::editor(id)).into_response()),
        Ok(id) => {
            flash::set(session, Flash::Imported { id, name: told, changes }).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Limit(sentence)) => refuse_in_words(caller, sentence).await,
        Err(ApiError::Invalid(errors)) => {
            let details = lines(errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)));
            let sentence = "This CV has more in it than Vitae takes. Nothing was changed.";
            refuse_import(caller, instead, sentence, details).await
        }
        Err(ApiError::TooLarge { .. }) => {
            let sentence = "This CV is larger than the 256 KB that Vitae takes. Nothing was changed.";
            refuse_import(caller, instead, sentence, vec![]).await
        }
        Err(error) => Err(error.into()),
    }
}

fn lines(lines: impl Iterator<Item = String>) -> Vec<String> {
    lines.collect::<Told>().into_lines()
}

/// A name.
#[derive(Debug, Deserialize)]
pub(super) struct RenameForm {
    #[serde(default)]
    name: String,
}

/// Gives a CV another name.
pub(super) async fn rename(
    caller: Caller,
    session: Session,
    Path(id): Path<i32>,
    Form(form): Form<RenameForm>,
) -> Result<Response, Failure> {
    match resumes::rename(&caller, id, &form.name).await {
        Ok(()) => {
            flash::set(&session, Flash::Done("Renamed.".into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Invalid(errors)) => {
            let message = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
            let refused = RenameRefused { id, typed: form.name, message };
            Ok(refuse(&caller, ResumesData { rename_refused: Some(refused), ..data(&caller).await? }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a copy of a CV.
pub(super) async fn duplicate(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Response, Failure> {
    match resumes::duplicate(&caller, id).await {
        Ok(_) => {
            flash::set(&session, Flash::Done("The copy is in the list.".into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Limit(sentence)) => refuse_in_words(&caller, sentence).await,
        Err(error) => Err(error.into()),
    }
}

/// Puts a CV into the trash.
pub(super) async fn delete(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Redirect, Failure> {
    let name = resumes::trash(&caller, id).await?;
    flash::set(&session, Flash::Deleted { id, name }).await?;
    Ok(Redirect::to(paths::RESUMES))
}

/// Takes a CV out of the trash.
pub(super) async fn restore(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Response, Failure> {
    match resumes::restore(&caller, id).await {
        Ok(()) => {
            flash::set(&session, Flash::Done("The CV is back.".into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Limit(sentence)) => refuse_in_words(&caller, sentence).await,
        Err(error) => Err(error.into()),
    }
}

async fn refuse_in_words(caller: &Caller, sentence: String) -> Result<Response, Failure> {
    Ok(refuse(caller, ResumesData { happened: Some(Happened::Failed(sentence)), ..data(caller).await? }))
}

async fn refuse_import(
    caller: &Caller,
    instead: Option<ResumeId>,
    message: &str,
    details: Vec<String>,
) -> Result<Response, Failure> {
    let import = Some(Imported::Refused { message: message.into(), details });
    Ok(refuse(caller, ResumesData { import, ..data_instead(caller, instead).await? }))
}

fn refuse(caller: &Caller, data: ResumesData) -> Response {
    page(caller, StatusCode::UNPROCESSABLE_ENTITY, data)
}

fn page(caller: &Caller, status: StatusCode, data: ResumesData) -> Response {
    render(&caller.state, status, Head::private("Your CVs"), || view! { <ResumesPage data/> })
}

/// The CV that a field or an address names; what is no number names none.
fn which(instead: &str) -> Option<ResumeId> {
    instead.parse().ok()
}

/// The CVs, and among them the empty one whose place a file is to take, if it is the caller's and still empty.
async fn data_instead(caller: &Caller, instead: Option<ResumeId>) -> Result<ResumesData, Failure> {
    let instead = match instead {
        Some(id) => resumes::is_blank(caller, id).await?.then_some(id),
        None => None,
    };
    Ok(ResumesData { instead, ..data(caller).await? })
}

async fn data(caller: &Caller) -> Result<ResumesData, Failure> {
    let now = caller.state.clock.now();
    let (trashed, resumes): (Vec<ResumeSummary>, Vec<ResumeSummary>) =
        resumes::list(caller).await?.into_iter().partition(|resume| resume.deleted_at.is_some());
    let card = |resume: ResumeSummary| ResumeCard {
        id: resume.id,
        name: resume.name,
        revision: resume.revision,
        edited: words::ago(resume.updated_at, now),
        archives: resume.archives,
    };
    let trashed_card = |resume: ResumeSummary| TrashedCard {
        id: resume.id,
        name: resume.name,
        until: words::date(resume.deleted_at.unwrap_or(now) + jobs::TRASH),
    };
    Ok(ResumesData {
        who: who(caller),
        resumes: resumes.into_iter().map(card).collect(),
        trashed: trashed.into_iter().map(trashed_card).collect(),
        limit: caller.resume_limit(),
        ..ResumesData::default()
    })
}
