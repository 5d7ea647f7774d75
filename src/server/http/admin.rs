//! Pages for admins. For anybody else none of them exists, whatever is asked of it and however.

pub(super) mod guests;
pub(super) mod log;
pub(super) mod mails;
pub(super) mod overview;
pub(super) mod user;
pub(super) mod users;

use super::{
    super::{admin::Admin, auth::client::Client, state::AppState},
    flash::{self, Flash},
    guards,
    site::who,
};
use crate::{
    api::ApiError,
    ui::{
        components::NoticeKind,
        pages::admin::parts::{Choice, Common},
    },
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::MethodRouter,
};
use tower_sessions::Session;
use uuid::Uuid;

/// Rows on a page of a list.
const ROWS: i64 = 50;

/// An admin who signed in lately, at work.
pub(super) struct Desk(pub Admin);

impl FromRequestParts<AppState> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let guards::Admin(caller) = guards::Admin::from_request_parts(parts, state).await?;
        let Ok(client) = Client::from_request_parts(parts, state).await;
        Ok(Self(Admin { caller, client }))
    }
}

/// The route of a page that answers to its own methods alone: to others it says that it does not exist, and not that
/// they are wrong.
pub(super) fn only(route: MethodRouter<AppState>) -> MethodRouter<AppState> {
    route.fallback(async || StatusCode::NOT_FOUND)
}

/// What names an account in an address.
fn uid(text: &str) -> Result<Uuid, ApiError> {
    Uuid::try_parse(text).map_err(|_| ApiError::NotFound)
}

/// What every page has, with what just happened.
async fn common(admin: &Admin, session: &Session) -> Result<Common, ApiError> {
    let notice = match flash::take(session).await? {
        Some(Flash::Done(sentence)) => Some((NoticeKind::Good, sentence)),
        Some(Flash::Failed(sentence)) => Some((NoticeKind::Warning, sentence)),
        _ => None,
    };
    Ok(Common { who: who(&admin.caller), notice })
}

/// Tells on the next page what was done, or why it was not.
async fn tell(session: &Session, done: Result<String, ApiError>, page: &str) -> Result<Response, ApiError> {
    let flash = match done {
        Ok(sentence) => Flash::Done(sentence),
        Err(ApiError::Limit(reason)) => Flash::Failed(reason),
        Err(error) => return Err(error),
    };
    flash::set(session, flash).await?;
    Ok(Redirect::to(page).into_response())
}

/// Things to choose from: as what each is sent, and what people read.
fn choices<'a>(all: impl IntoIterator<Item = (&'a str, String)>, chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): (&str, String)| Choice { value: value.into(), label, chosen: value == chosen };
    all.into_iter().map(choice).collect()
}
