//! Taking everything out.

use super::super::{
    super::{accounts::erase, auth::client::Client, request::Caller, takeout},
    guards::ProvedOrGuest,
    pages::{Failure, render},
    refused::Refused,
    site::who,
};
use crate::ui::pages::{
    export::{ExportData, ExportPage},
    frame::Head,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use time::macros::format_description;
use tower_sessions::Session;

/// Says what is in it.
pub(in super::super) async fn show(ProvedOrGuest(caller): ProvedOrGuest) -> Result<Response, Failure> {
    page(&caller, StatusCode::OK, String::new()).await
}

/// Sends it.
pub(in super::super) async fn submit(
    ProvedOrGuest(caller): ProvedOrGuest,
    session: Session,
    client: Client,
) -> Result<Response, Failure> {
    match takeout::take_out(&caller, &session, &client).await {
        Ok(pieces) => Ok(file(&caller, Body::from_stream(pieces))),
        Err(error) => {
            let refused = Refused::of(error)?;
            Ok(refused.answer(page(&caller, refused.status, refused.sentence()).await?))
        }
    }
}

/// Its name says of what day it is, and nothing of whom: files lie about in folders that others see.
fn file(caller: &Caller, content: Body) -> Response {
    let day = caller.state.clock.now().format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"vitae-export-{day}.zip\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

async fn page(caller: &Caller, status: StatusCode, problem: String) -> Result<Response, Failure> {
    let belongings = erase::belongings(caller).await?;
    let data = ExportData { who: who(caller), resumes: belongings.resumes, archives: belongings.archives, problem };
    Ok(render(&caller.state, status, Head::private("Export everything"), || view! { <ExportPage data/> }))
}
