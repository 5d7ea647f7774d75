//! The pages for somebody who forgot their password.

use super::{
    super::{
        super::{
            accounts::recovery,
            auth::{client::Client, tokens::Secret},
            db::accounts::Account,
            request::Visitor,
            state::AppState,
        },
        flash::{self, Flash},
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    LinkQuery,
    check_mail::{self, About, Mailed},
    unreferred,
};
use crate::{
    api::ApiError,
    ui::{
        components::Who,
        pages::{
            frame::Head,
            recovery::{ForgotData, ForgotPage, ResetData, ResetPage},
            verify::DeadLinkPage,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Asks for the address.
pub(in super::super) async fn show_forgot(State(state): State<AppState>, Visitor(visitor): Visitor) -> Response {
    forgot_page(&state, visitor.as_ref().map(who), StatusCode::OK, ForgotData::default())
}

/// An address.
#[derive(Deserialize)]
pub(in super::super) struct ForgotForm {
    #[serde(default)]
    email: String,
}

/// Has a link sent to it.
pub(in super::super) async fn submit_forgot(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(ForgotForm { email }): Form<ForgotForm>,
) -> Result<Response, Failure> {
    match recovery::ask(&state, &client, &email).await {
        Ok(()) => {
            check_mail::set(&session, Mailed { email: email.trim().into(), about: About::Reset }).await?;
            Ok(Redirect::to(paths::CHECK_MAIL).into_response())
        }
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = ForgotData { error: refused.at("email"), problem: refused.problem.clone(), email, mails: true };
            Ok(refused.answer(forgot_page(&state, visitor.as_ref().map(who), refused.status, data)))
        }
    }
}

fn forgot_page(state: &AppState, who: Option<Who>, status: StatusCode, data: ForgotData) -> Response {
    let data = ForgotData { mails: state.mailer.is_on(), ..data };
    render(state, status, Head::private("Forgot the password?"), || view! { <ForgotPage who data/> })
}

/// Asks for the new password.
pub(in super::super) async fn show_reset(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    Query(LinkQuery { token }): Query<LinkQuery>,
) -> Result<Response, Failure> {
    let who = visitor.as_ref().map(who);
    match recovery::follow(&state, &token).await {
        Ok(account) => Ok(reset_page(&state, who, StatusCode::OK, reset_data(&token, account))),
        Err(ApiError::NotFound) => Ok(dead_link(&state, who)),
        Err(error) => Err(error.into()),
    }
}

/// A new password.
#[derive(Deserialize)]
pub(in super::super) struct ResetForm {
    #[serde(default)]
    token: Secret,
    #[serde(default)]
    password: String,
}

/// Sets it. Its owner then logs in with it: so it is known to be kept, and a second step is asked for.
pub(in super::super) async fn submit_reset(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(ResetForm { token, password }): Form<ResetForm>,
) -> Result<Response, Failure> {
    let who = visitor.as_ref().map(who);
    match recovery::reset(&state, &client, &token, &password).await {
        Ok(()) => {
            let sentence = "Your new password is set, and every device is logged out. Log in with it.";
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::LOG_IN).into_response())
        }
        Err(ApiError::NotFound) => Ok(dead_link(&state, who)),
        Err(error) => {
            let refused = Refused::of(error)?;
            let account = recovery::follow(&state, &token).await?;
            let (error, problem) = (refused.at("password"), refused.problem.clone());
            let data = ResetData { error, problem, ..reset_data(&token, account) };
            Ok(refused.answer(reset_page(&state, who, refused.status, data)))
        }
    }
}

fn reset_data(token: &Secret, account: Account) -> ResetData {
    ResetData {
        token: token.as_str().into(),
        email: account.email,
        google: account.google_id.is_some(),
        ..ResetData::default()
    }
}

fn reset_page(state: &AppState, who: Option<Who>, status: StatusCode, data: ResetData) -> Response {
    unreferred(render(
        state,
        status,
        Head::private("Set a new password").with_comfort(),
        || view! { <ResetPage who data/> },
    ))
}

/// A link that is used up, too old, or was never one.
pub(super) fn dead_link(state: &AppState, who: Option<Who>) -> Response {
    let head = Head::private("This link is no longer good");
    unreferred(render(state, StatusCode::NOT_FOUND, head, || view! { <DeadLinkPage who/> }))
}
