//! The page of the second step of signing in, and its forms.

use super::super::{
    super::{
        accounts::two_step::{self, Status},
        auth::client::Client,
        request::Caller,
    },
    flash::{self, Flash},
    guards::Proved,
    pages::{Failure, render},
    refused::Refused,
    site::who,
    words,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            frame::Head,
            two_step::{QrPicture, Stage, TwoStepData, TwoStepPage, codes::RecoveryCodesPage},
        },
        paths,
    },
};
use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// How it stands, and what can be done.
pub(in super::super) async fn show(Proved(caller): Proved, session: Session) -> Result<Response, Failure> {
    let notice = flash::notice(&session).await?;
    page(&caller, StatusCode::OK, TwoStepData { notice, ..TwoStepData::default() }).await
}

/// What is to be done.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Deed {
    Begin,
    Cancel,
    TurnOn,
    TurnOff,
    NewCodes,
}

/// What is to be done, and the code that it takes.
#[derive(Deserialize)]
pub(in super::super) struct DeedForm {
    deed: Deed,
    #[serde(default)]
    code: String,
}

/// Does it.
pub(in super::super) async fn submit(
    Proved(caller): Proved,
    session: Session,
    client: Client,
    Form(DeedForm { deed, code }): Form<DeedForm>,
) -> Result<Response, Failure> {
    let done = match deed {
        Deed::Begin => two_step::begin(&caller, &session).await.map(|()| None),
        Deed::Cancel => two_step::cancel(&caller, &session).await.map(|()| None),
        Deed::TurnOn => two_step::turn_on(&caller, &session, &client, &code)
            .await
            .map(|codes| Some((codes, "Two-step verification is on. Every other device is logged out."))),
        Deed::NewCodes => two_step::renew_codes(&caller, &session, &client)
            .await
            .map(|codes| Some((codes, "The old codes do not work any more."))),
        Deed::TurnOff => two_step::turn_off(&caller, &session, &client, &code).await.map(|()| None),
    };
    match done {
        // The only answer that holds the codes: they are never kept, so they cannot wait for a page to come.
        Ok(Some((codes, done))) => Ok(codes_page(&caller, codes, done)),
        Ok(None) => {
            if deed == Deed::TurnOff {
                flash::set(&session, Flash::Done("Two-step verification is off.".into())).await?;
            }
            Ok(Redirect::to(paths::TWO_STEP).into_response())
        }
        // It was on, or off, already: the page says so.
        Err(ApiError::NotFound) => Ok(Redirect::to(paths::TWO_STEP).into_response()),
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = TwoStepData { error: refused.sentence(), ..TwoStepData::default() };
            Ok(refused.answer(page(&caller, refused.status, data).await?))
        }
    }
}

async fn page(caller: &Caller, status: StatusCode, data: TwoStepData) -> Result<Response, Failure> {
    let stage = match two_step::status(caller).await? {
        Status::Off => Stage::Off,
        Status::SettingUp(given) => Stage::SettingUp {
            picture: QrPicture { size: given.picture.size, path: given.picture.path },
            secret: given.secret,
        },
        Status::On { since, codes } => Stage::On { since: words::date(since), codes },
    };
    let required = caller.user.is_admin && caller.state.settings.server.admin_two_step;
    let data = TwoStepData { who: who(caller), stage, required, ..data };
    Ok(render(&caller.state, status, Head::private("Two-step verification"), || view! { <TwoStepPage data/> }))
}

fn codes_page(caller: &Caller, codes: Vec<String>, done: &'static str) -> Response {
    let (who, head) = (who(caller), Head::private("Your recovery codes").with_comfort());
    render(&caller.state, StatusCode::OK, head, || view! { <RecoveryCodesPage who codes done/> })
}
