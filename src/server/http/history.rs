//! The versions of a CV as a page and plain forms.

use super::{
    super::{clock::moment, history, request::Caller, resumes},
    downloads::attachment,
    flash::{self, Flash},
    pages::{Failure, render},
    site::who,
    words,
};
use crate::ui::{
    pages::{
        frame::Head,
        history::{HistoryPage, VersionLine},
    },
    paths,
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{Redirect, Response},
};
use leptos::prelude::*;
use tower_sessions::Session;

/// The versions of a CV.
pub(super) async fn show(caller: Caller, session: Session, Path(id): Path<i32>) -> Result<Response, Failure> {
    let name = resumes::name(&caller, id).await?;
    let now = caller.state.clock.now();
    let versions = history::list(&caller, id).await?.into_iter().map(|version| VersionLine {
        revision: version.revision,
        what: words::version(&version.kind),
        when: moment(version.created_at),
        ago: words::ago(version.created_at, now),
        is_current: version.is_current,
    });
    let (versions, notice) = (versions.collect(), flash::notice(&session).await?);
    let (who, head) = (who(&caller), Head::private(format!("Versions of {name}")));
    Ok(render(&caller.state, StatusCode::OK, head, || view! { <HistoryPage who id name versions notice/> }))
}

/// The PDF of a version.
pub(super) async fn pdf(caller: Caller, Path((id, revision)): Path<(i32, i32)>) -> Result<Response, Failure> {
    let pdf = history::pdf(&caller, id, revision).await?;
    Ok(attachment(pdf.bytes, "application/pdf", &pdf.name, "pdf"))
}

/// Brings a version back.
pub(super) async fn restore(
    caller: Caller,
    session: Session,
    Path((id, revision)): Path<(i32, i32)>,
) -> Result<Redirect, Failure> {
    history::restore(&caller, id, revision).await?;
    let sentence = format!("Version {revision} is back. What was there until now is still in the list.");
    flash::set(&session, Flash::Done(sentence)).await?;
    Ok(Redirect::to(&paths::history(id)))
}
