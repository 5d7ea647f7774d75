//! The page for making an account.

use super::{
    super::{
        super::{
            accounts::{
                Credentials,
                sign_up::{self, Asked},
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
    CredentialsForm,
    check_mail::{self, About, Mailed},
    elsewhere, google,
};
use crate::ui::{
    pages::{
        frame::Head,
        sign_in::{SignUpData, SignUpPage},
    },
    paths,
};
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use tower_sessions::Session;

/// Asks for what an account needs; somebody with an account goes to their CVs.
pub(in super::super) async fn show(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&state, visitor.as_ref())? {
        return Ok(elsewhere);
    }
    Ok(new_account_page(&state, visitor.as_ref(), StatusCode::OK, SignUpData::default()))
}

/// Makes an account; of a guest, the same one.
pub(in super::super) async fn submit(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(form): Form<CredentialsForm>,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&state, visitor.as_ref())? {
        return Ok(elsewhere);
    }
    let typed = Credentials { email: &form.email, password: &form.password };
    let was_guest = visitor.is_some();
    match sign_up::sign_up(&state, &session, visitor.as_ref(), &client, typed).await {
        Ok(Asked::Made) => {
            flash::set(&session, Flash::Done(welcome(was_guest).into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Ok(Asked::Mailed) => {
            check_mail::set(&session, Mailed { email: form.email.trim().into(), about: About::SignUp }).await?;
            Ok(Redirect::to(paths::CHECK_MAIL).into_response())
        }
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = SignUpData {
                email_error: refused.at("email"),
                password_error: refused.at("password"),
                problem: refused.problem.clone(),
                email: form.email,
                ..SignUpData::default()
            };
            Ok(refused.answer(new_account_page(&state, visitor.as_ref(), refused.status, data)))
        }
    }
}

/// What somebody with a new account is told.
pub(super) fn welcome(was_guest: bool) -> &'static str {
    if was_guest {
        "You have an account, and all that you had as a guest is in it."
    } else {
        "Welcome. You have an account."
    }
}

fn new_account_page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: SignUpData) -> Response {
    let who = visitor.map(who);
    let data = SignUpData { google: google::way(state, paths::GOOGLE, ""), ..data };
    render(state, status, Head::private("Create an account").with_comfort(), || view! { <SignUpPage who data/> })
}
