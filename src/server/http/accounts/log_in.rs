//! The page for logging in.

use super::{
    super::{
        super::{
            accounts::{
                Credentials,
                entry::{self, Entry},
            },
            auth::client::Client,
            request::{Caller, Visitor},
            state::AppState,
        },
        flash::{self, Flash},
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    CredentialsForm, Next, google, has_account, safe,
};
use crate::ui::{
    pages::{
        frame::Head,
        sign_in::{SignInData, SignInPage},
    },
    paths,
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use tower_sessions::Session;

/// Asks for address and password; somebody with an account goes to their CVs.
pub(in super::super) async fn show(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    if has_account(visitor.as_ref()) {
        return Ok(Redirect::to(paths::RESUMES).into_response());
    }
    let done = match flash::take(&session).await? {
        Some(Flash::Done(sentence)) => sentence,
        _ => String::new(),
    };
    let data = SignInData { next, done, ..SignInData::default() };
    Ok(sign_in_page(&state, visitor.as_ref(), StatusCode::OK, data))
}

/// Signs in.
pub(in super::super) async fn submit(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(form): Form<CredentialsForm>,
) -> Result<Response, Failure> {
    let CredentialsForm { email, password, next } = form;
    let typed = Credentials { email: &email, password: &password };
    match entry::log_in(&state, &session, visitor.as_ref(), &client, typed).await {
        Ok(Entry::In) => Ok(Redirect::to(safe(&next)).into_response()),
        Ok(Entry::CodeNeeded) => Ok(Redirect::to(&paths::log_in_code(safe(&next))).into_response()),
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = SignInData { email, next, problem: refused.problem.clone(), ..SignInData::default() };
            Ok(refused.answer(sign_in_page(&state, visitor.as_ref(), refused.status, data)))
        }
    }
}

fn sign_in_page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: SignInData) -> Response {
    let (who, sign_ups) = (visitor.map(who), state.settings.server.signups);
    let data = SignInData { google: google::way(state, paths::GOOGLE, &data.next), ..data };
    render(state, status, Head::private("Log in").with_comfort(), || view! { <SignInPage who data sign_ups/> })
}
