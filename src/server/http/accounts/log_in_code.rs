//! The second step of logging in.

use super::{
    super::{
        super::{
            accounts::two_step,
            auth::{client::Client, two_step::Typed},
            request::{Caller, Visitor},
            state::AppState,
        },
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    Next, safe,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            frame::Head,
            log_in_code::{LogInCodeData, LogInCodePage},
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

/// Asks somebody who is half way for the code; anybody else logs in first.
pub(in super::super) async fn show(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    if !two_step::is_half_way(&state, &session).await? {
        return Ok(Redirect::to(paths::LOG_IN).into_response());
    }
    let data = LogInCodeData { next, ..LogInCodeData::default() };
    Ok(page(&state, visitor.as_ref(), StatusCode::OK, data))
}

/// The code, and where to go on.
#[derive(Deserialize)]
pub(in super::super) struct CodeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Takes the code.
pub(in super::super) async fn submit(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(CodeForm { code, next }): Form<CodeForm>,
) -> Result<Response, Failure> {
    let typed = Typed::read(&code);
    let refused = match two_step::come_in(&state, &session, visitor.as_ref(), &client, &typed).await {
        Ok(()) => return Ok(Redirect::to(safe(&next)).into_response()),
        Err(ApiError::Unauthenticated) => return Ok(Redirect::to(paths::LOG_IN).into_response()),
        Err(error) => Refused::of(error)?,
    };
    let (recovery_error, error) =
        if typed.is_recovery() { (refused.sentence(), String::new()) } else { (String::new(), refused.sentence()) };
    let data = LogInCodeData { next, error, recovery_error };
    Ok(refused.answer(page(&state, visitor.as_ref(), refused.status, data)))
}

fn page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: LogInCodeData) -> Response {
    let who = visitor.map(who);
    render(state, status, Head::private("One more step"), || view! { <LogInCodePage who data/> })
}
