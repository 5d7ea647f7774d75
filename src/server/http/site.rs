//! Pages that anybody can see, and the way in.

use super::{
    super::{
        auth::{client::Client, guests, session},
        jobs,
        request::{Caller, Visitor},
        resumes::Draft,
        state::AppState,
    },
    pages::{Failure, render},
    words,
};
use crate::{
    api::ApiError,
    domain::{sample, text::ResumeName},
    ui::{
        components::Who,
        pages::{
            frame::Head,
            home::{Excerpt, HomePage},
            privacy::{Keeping, PrivacyPage},
            templates::TemplatesPage,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Whom a page greets.
pub(super) fn who(caller: &Caller) -> Who {
    let idle = time::Duration::seconds(session::GUEST_IDLE.whole_seconds());
    let until = caller.user.is_guest.then(|| words::date(caller.state.clock.now() + idle));
    Who {
        is_guest: caller.user.is_guest,
        is_admin: caller.user.is_admin,
        may_sign_up: caller.state.settings.server.signups,
        until,
    }
}

/// The landing page.
pub(super) async fn home(State(state): State<AppState>, Visitor(caller): Visitor) -> Response {
    let head = Head::public(
        "Vitae – the CV builder where the preview is the PDF",
        "Write your CV beside its real pages. What you see is the PDF that you send, nothing typed is lost, and you can try it without an account.",
    );
    let (who, guests_allowed) = (caller.as_ref().map(who), state.settings.server.guests);
    let excerpt = Excerpt::of(&sample::sample());
    render(&state, StatusCode::OK, head, || view! { <HomePage who guests_allowed excerpt/> })
}

/// The gallery of templates.
pub(super) async fn templates(State(state): State<AppState>, Visitor(caller): Visitor) -> Response {
    let head = Head::public("Templates", "The templates of Vitae, each a real page from the real typesetter.");
    let (who, guests_allowed) = (caller.as_ref().map(who), state.settings.server.guests);
    render(&state, StatusCode::OK, head, || view! { <TemplatesPage who guests_allowed/> })
}

/// What is kept and why.
pub(super) async fn privacy(State(state): State<AppState>, Visitor(caller): Visitor) -> Response {
    let days = |seconds: i64| u32::try_from(seconds / 86_400).unwrap_or_default();
    let keeping = Keeping {
        guest_days: days(session::GUEST_IDLE.whole_seconds()),
        trash_days: days(jobs::TRASH.whole_seconds()),
        idle_days: session::USER_IDLE.unsigned_abs(),
        longest_days: session::USER_LONGEST.unsigned_abs(),
        attempt_days: days(jobs::ATTEMPTS.whole_seconds()),
        backup_days: state.settings.backup.keeps_days(),
        google: state.google.is_some(),
    };
    let note = state.settings.server.privacy_note.clone();
    let operator = (!note.is_empty()).then_some(note);
    let who = caller.as_ref().map(who);
    render(&state, StatusCode::OK, Head::private("Privacy"), || view! { <PrivacyPage who keeping operator/> })
}

/// What the way in may ask for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct GuestForm {
    from: Option<String>,
    template: Option<String>,
}

/// Makes a guest with a first CV and opens it; somebody signed in goes to their CVs.
pub(super) async fn guest(
    State(state): State<AppState>,
    Visitor(caller): Visitor,
    session: Session,
    client: Client,
    form: Result<Form<GuestForm>, FormRejection>,
) -> Result<Redirect, Failure> {
    if caller.is_some() {
        return Ok(Redirect::to(paths::RESUMES));
    }
    if !state.settings.server.guests {
        return Err(ApiError::NotFound.into());
    }
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let name = ResumeName::parse("My CV").map_err(ApiError::from)?;
    let draft = if form.from.as_deref() == Some("sample") { Draft::sample(name) } else { Draft::empty(name) };
    let draft = draft.with_template(form.template.as_deref().unwrap_or_default());
    let id = guests::create(&state, &session, &client, draft).await?;
    Ok(Redirect::to(&paths::editor(id)))
}

/// Ends the session, and has the browser forget what it kept of it.
pub(super) async fn logout(session: Session) -> Result<Response, Failure> {
    session::sign_out(&session).await?;
    let clear = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(([clear], Redirect::to(paths::HOME)).into_response())
}
