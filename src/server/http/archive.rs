//! Archived PDFs as pages and plain forms.

use super::{
    super::{archives, request::Caller, resumes},
    flash::{self, Flash},
    pages::{Failure, render},
    site::who,
};
use crate::{
    api::{ApiError, ResumeId, archives::Archive},
    ui::{
        pages::{archive::ArchivePage, frame::Head},
        paths,
    },
};
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

/// The archived PDFs of a CV.
pub(super) async fn show(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Response, Failure> {
    let name = resumes::name(&caller, id).await?;
    let archives = archives::list(&caller, id).await?;
    page(&caller, &session, Some((id, name)), archives).await
}

/// All archived PDFs of the caller.
pub(super) async fn show_all(caller: Caller, session: Session) -> Result<Response, Failure> {
    let archives = archives::list_all(&caller).await?;
    page(&caller, &session, None, archives).await
}

/// Archives the PDF of a CV.
pub(super) async fn create(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Redirect, Failure> {
    let flash = match archives::create(&caller, id).await {
        Ok(archive) if archive.ready && archive.warning.is_empty() => Flash::Done("The PDF is archived.".into()),
        Ok(archive) if archive.ready => Flash::Failed(format!("The PDF is archived. {}", archive.warning)),
        Ok(_) => Flash::Failed(
            "The store for PDFs does not answer just now. The PDF is kept, and archived as soon as it does.".into(),
        ),
        Err(ApiError::Render(sentence) | ApiError::Limit(sentence)) => Flash::Failed(sentence),
        Err(error) => return Err(error.into()),
    };
    flash::set(&session, flash).await?;
    Ok(Redirect::to(&paths::archive(id)))
}

/// On which page a PDF was deleted.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteForm {
    /// That of this CV; or that of all.
    resume: Option<ResumeId>,
}

/// Deletes an archived PDF.
pub(super) async fn delete(
    caller: Caller,
    session: Session,
    Path(uuid): Path<String>,
    Form(form): Form<DeleteForm>,
) -> Result<Redirect, Failure> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| ApiError::NotFound)?;
    let flash = match archives::delete(&caller, uuid).await {
        Ok(()) => Flash::Done("The archived PDF is deleted.".into()),
        Err(ApiError::Unavailable) => {
            Flash::Failed("The store for PDFs does not answer just now. Delete the PDF again in a moment.".into())
        }
        Err(error) => return Err(error.into()),
    };
    flash::set(&session, flash).await?;
    Ok(Redirect::to(&form.resume.map_or_else(|| paths::ARCHIVE.to_owned(), paths::archive)))
}

/// The page of one CV, or of all.
async fn page(
    caller: &Caller,
    session: &Session,
    resume: Option<(ResumeId, String)>,
    archives: Vec<Archive>,
) -> Result<Response, Failure> {
    let notice = flash::notice(session).await?;
    let who = who(caller);
    let title = match &resume {
        Some((_, name)) => format!("Archived PDFs of {name}"),
        None => "Archived PDFs".into(),
    };
    Ok(render(&caller.state, StatusCode::OK, Head::private(title), || {
        view! { <ArchivePage who resume archives notice/> }
    }))
}
