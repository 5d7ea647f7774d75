//! Deleting an account, or what a guest has: what goes and what stays, a word to type, a farewell.

use super::super::{
    super::{accounts::erase, auth::client::Client, request::Caller, state::AppState},
    guards::ProvedOrGuest,
    pages::{Failure, render},
    site::who,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            delete::{DeleteData, DeletePage, GoodbyePage, WORD},
            frame::Head,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Says what goes and what stays.
pub(in super::super) async fn show(ProvedOrGuest(caller): ProvedOrGuest) -> Result<Response, Failure> {
    page(&caller, StatusCode::OK, DeleteData::default()).await
}

/// The word that was typed.
#[derive(Deserialize)]
pub(in super::super) struct DeleteForm {
    #[serde(default)]
    word: String,
}

/// Deletes everything, if the word is there.
pub(in super::super) async fn submit(
    ProvedOrGuest(caller): ProvedOrGuest,
    session: Session,
    client: Client,
    Form(DeleteForm { word }): Form<DeleteForm>,
) -> Result<Response, Failure> {
    if !word.trim().eq_ignore_ascii_case(WORD) {
        let error = format!("Type the word {WORD}. Nothing was deleted.");
        let data = DeleteData { typed: word, error, ..DeleteData::default() };
        return page(&caller, StatusCode::UNPROCESSABLE_ENTITY, data).await;
    }
    match erase::delete(&caller, &session, &client).await {
        Err(ApiError::Limit(error)) => {
            let data = DeleteData { typed: word, error, ..DeleteData::default() };
            return page(&caller, StatusCode::UNPROCESSABLE_ENTITY, data).await;
        }
        deleted => deleted?,
    }
    // The browser forgets, too: pages in its cache, and what the editor kept there. Not "cookies": those of other sites
    // of the same domain would go with ours, which the session has taken back already.
    let everything = HeaderValue::from_static("\"cache\", \"storage\"");
    let clear = (HeaderName::from_static("clear-site-data"), everything);
    Ok(([clear], Redirect::to(paths::GOODBYE)).into_response())
}

/// Says that it is done.
pub(in super::super) async fn goodbye(State(state): State<AppState>) -> Response {
    let days = state.settings.backup.keeps_days();
    render(&state, StatusCode::OK, Head::private("Goodbye"), || view! { <GoodbyePage backup_days=days/> })
}

async fn page(caller: &Caller, status: StatusCode, data: DeleteData) -> Result<Response, Failure> {
    let belongings = erase::belongings(caller).await?;
    let data = DeleteData {
        who: who(caller),
        resumes: belongings.resumes,
        archives: belongings.archives,
        backup_days: caller.state.settings.backup.keeps_days(),
        ..data
    };
    let title = if caller.user.is_guest { "Delete everything" } else { "Delete your account" };
    Ok(render(&caller.state, status, Head::private(title), || view! { <DeletePage data/> }))
}
