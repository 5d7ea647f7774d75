//! The page for making an account.

use super::{
    super::{
        super::{
            accounts::{Credentials, sign_up},
            auth::client::Client,
            request::{Caller, Visitor},
            state::AppState,
        },
        flash::{self, Flash},
        pages::{Failure, render},
        site::who,
    },
    CredentialsForm, at, elsewhere, google, limited, status,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            frame::Head,
            sign_in::{SignUpData, SignUpPage},
        },
        paths,
    },
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
        Ok(()) => {
            let sentence = if was_guest {
                "You have an account, and all that you had as a guest is in it."
            } else {
                "Welcome. You have an account."
            };
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Invalid(errors)) => {
            let data = SignUpData {
                email_error: at(&errors, "email"),
                password_error: at(&errors, "password"),
                email: form.email,
                ..SignUpData::default()
            };
            Ok(new_account_page(&state, visitor.as_ref(), StatusCode::UNPROCESSABLE_ENTITY, data))
        }
        Err(error @ ApiError::RateLimited) => {
            let data = SignUpData { email: form.email, problem: error.to_string(), ..SignUpData::default() };
            Ok(limited(&error, new_account_page(&state, visitor.as_ref(), status(&error), data)))
        }
        Err(error) => Err(error.into()),
    }
}

fn new_account_page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: SignUpData) -> Response {
    let who = visitor.map(who);
    let data = SignUpData { google: google::way(state, paths::GOOGLE, ""), ..data };
    render(state, status, Head::private("Create an account"), || view! { <SignUpPage who data/> })
}
