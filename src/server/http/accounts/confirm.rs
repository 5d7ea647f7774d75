//! Asks somebody who is signed in to show who they are, before something that a stolen cookie must not do.

use super::{
    super::{
        super::{
            accounts::{self, password},
            auth::session,
            request::Caller,
        },
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    Next, google, safe,
};
use crate::ui::{
    pages::{
        confirm::{ConfirmData, ConfirmPage},
        frame::Head,
    },
    paths,
};
use axum::{
    Form,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Asks.
pub(in super::super) async fn show(caller: Caller, Query(Next { next }): Query<Next>) -> Result<Response, Failure> {
    if caller.user.is_guest {
        return Ok(Redirect::to(paths::SIGN_UP).into_response());
    }
    page(&caller, StatusCode::OK, ConfirmData { next, ..ConfirmData::default() }).await
}

/// The password, and where to go on.
#[derive(Deserialize)]
pub(in super::super) struct ConfirmForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    next: String,
}

/// Takes the answer.
pub(in super::super) async fn submit(
    caller: Caller,
    session: Session,
    Form(ConfirmForm { current, next }): Form<ConfirmForm>,
) -> Result<Response, Failure> {
    let account = accounts::account(&caller).await?;
    match password::prove(&caller.state, &account, &current).await {
        Ok(()) => {
            session::prove(&session, caller.state.clock.now()).await?;
            Ok(Redirect::to(safe(&next)).into_response())
        }
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = ConfirmData { next, error: refused.sentence(), ..ConfirmData::default() };
            Ok(refused.answer(page(&caller, refused.status, data).await?))
        }
    }
}

async fn page(caller: &Caller, status: StatusCode, data: ConfirmData) -> Result<Response, Failure> {
    let account = accounts::account(caller).await?;
    let google = account.google_id.and_then(|_| google::way(&caller.state, paths::GOOGLE_CONFIRM, &data.next));
    let data = ConfirmData { who: who(caller), has_password: account.password_hash.is_some(), google, ..data };
    Ok(render(
        &caller.state,
        status,
        Head::private("Confirm that it is you").with_comfort(),
        || view! { <ConfirmPage data/> },
    ))
}
