//! The page that says: look into your mail. It says the same whether there is an account with the address or not.

use super::super::{
    super::{auth::session::store_fault, request::Visitor, state::AppState},
    pages::{Failure, render},
    site::who,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            frame::Head,
            verify::{CheckMailPage, MailAbout},
        },
        paths,
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// Key in the session.
const MAILED: &str = "mailed";

/// A mail that somebody waits for. Kept in the session, so that the address stands in no URL.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mailed {
    /// To where.
    pub(super) email: String,
    /// About what.
    pub(super) about: About,
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum About {
    /// Ending a sign-up.
    SignUp,
    /// A new password.
    Reset,
    /// Another address for an account.
    Email,
}

/// Remembers what somebody waits for.
pub(super) async fn set(session: &Session, mailed: Mailed) -> Result<(), ApiError> {
    session.insert(MAILED, mailed).await.map_err(store_fault)
}

/// Says what somebody waits for; who waits for nothing goes home.
pub(in super::super) async fn show(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
) -> Result<Response, Failure> {
    let Some(Mailed { email, about }) = session.get(MAILED).await.map_err(store_fault)? else {
        return Ok(Redirect::to(paths::HOME).into_response());
    };
    let about = match about {
        About::SignUp => MailAbout::SignUp,
        About::Reset => MailAbout::Reset,
        About::Email => MailAbout::Email,
    };
    let who = visitor.as_ref().map(who);
    Ok(render(&state, StatusCode::OK, Head::private("Check your mail"), || {
        view! { <CheckMailPage who email about/> }
    }))
}
