//! The CVs of the caller as pages and plain forms. Each form answers 303, or its page again with what was typed.

use super::{
    super::{
        auth::session,
        db::resumes::ResumeSummary,
        jobs,
        request::Caller,
        resumes::{self, Draft},
    },
    flash::{self, Flash},
    pages::{Failure, render},
    site::who,
    words,
};
use crate::{
    api::{ApiError, ResumeId},
    domain::text::ResumeName,
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
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// What stands in the address of a CV that is to take the place of another.
#[derive(Debug, Deserialize)]
pub(super) struct InsteadQuery {
    #[serde(default)]
    instead: String,
}

impl InsteadQuery {
    /// That other one; what is no number names none.
    pub(super) fn id(&self) -> Option<ResumeId> {
        which(&self.instead)
    }
}

/// The caller's CVs.
pub(super) async fn list(
    caller: Caller,
    session: Session,
    Query(asked): Query<InsteadQuery>,
) -> Result<Response, Failure> {
    let mut data = data_instead(&caller, asked.id()).await?;
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

/// The page again, with why something was not done, in a sentence.
pub(super) async fn refuse_in_words(caller: &Caller, sentence: String) -> Result<Response, Failure> {
    Ok(refuse(caller, ResumesData { happened: Some(Happened::Failed(sentence)), ..data(caller).await? }))
}

fn refuse(caller: &Caller, data: ResumesData) -> Response {
    page(caller, StatusCode::UNPROCESSABLE_ENTITY, data)
}

/// The page of the CVs.
pub(super) fn page(caller: &Caller, status: StatusCode, data: ResumesData) -> Response {
    render(&caller.state, status, Head::private("Your CVs"), || view! { <ResumesPage data/> })
}

/// The CV that a field or an address names; what is no number names none.
fn which(instead: &str) -> Option<ResumeId> {
    instead.parse().ok()
}

/// The CVs, and among them the empty one whose place a file is to take, if it is the caller's and still empty.
pub(super) async fn data_instead(caller: &Caller, instead: Option<ResumeId>) -> Result<ResumesData, Failure> {
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
