//! The audit log, and the log as a file.

mod asked;

use self::asked::Asked;
use super::{
    super::{
        super::{
            admin::{
                Admin,
                log::{self, Part},
            },
            db::{admin::log::Entry, events::EventKind},
        },
        pages::{Failure, render},
        words,
    },
    Desk, ROWS, choices, common,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            admin::{
                log::{LogData, LogLine, LogPage, Name},
                parts::Turn,
            },
            frame::Head,
        },
        paths,
    },
};
use axum::{
    Form,
    body::Body,
    extract::Query,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future, stream};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

/// A page of the log.
pub(in super::super) async fn show(
    Desk(admin): Desk,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (user, by) = (log::who(&admin, asked.user()).await?, log::who(&admin, asked.by()).await?);
    let data = LogData { user, by, ..LogData::default() };
    page(&admin, &session, &asked, StatusCode::OK, data).await
}

/// What is filtered by; accounts by their address, or by what names them in the log.
#[derive(Deserialize)]
pub(in super::super) struct FilterForm {
    #[serde(default)]
    user: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Filters. Addresses are told apart here, so that none stands in the address of the page.
pub(in super::super) async fn filter(
    Desk(admin): Desk,
    session: Session,
    Form(form): Form<FilterForm>,
) -> Result<Response, Failure> {
    let (user, user_error) = whom(&admin, &form.user).await?;
    let (by, by_error) = whom(&admin, &form.by).await?;
    let (from_error, to_error) = (wrong_day(&form.from), wrong_day(&form.to));
    let asked = Asked { user, by, kind: form.kind, from: form.from, to: form.to, after: String::new() };
    if [&user_error, &by_error, &from_error, &to_error].iter().all(|error| error.is_empty()) {
        return Ok(Redirect::to(&asked.address(paths::ADMIN_LOG)).into_response());
    }
    let data =
        LogData { user: form.user, user_error, by: form.by, by_error, from_error, to_error, ..LogData::default() };
    page(&admin, &session, &asked, StatusCode::UNPROCESSABLE_ENTITY, data).await
}

/// The log as a file. It may be long: it is read and sent part by part.
pub(in super::super) async fn export(Desk(admin): Desk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let Part { text, next } = log::export(&admin, asked.wanted()).await?;
    let name = format!("vitae-log-{}.csv", admin.caller.state.clock.now().date());
    let rest = stream::try_unfold((admin, next), async |(admin, next)| {
        let Some(wanted) = next else { return Ok(None) };
        let Part { text, next } = log::more(&admin, wanted).await?;
        Ok::<_, ApiError>(Some((Bytes::from(text), (admin, next))))
    });
    let parts = stream::once(future::ok(Bytes::from(text))).chain(rest.into_stream());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (HeaderName::from_static("x-robots-tag"), "noindex".to_owned()),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// Whom a filter means, as it stands in addresses, and what is wrong with what was typed.
async fn whom(admin: &Admin, typed: &str) -> Result<(String, String), ApiError> {
    match log::whom(admin, typed).await {
        Ok(uid) => Ok((uid.map(|uid| uid.to_string()).unwrap_or_default(), String::new())),
        Err(ApiError::NotFound) => Ok((String::new(), "No account has this address.".into())),
        Err(error) => Err(error),
    }
}

fn wrong_day(text: &str) -> String {
    let wrong = !text.is_empty() && asked::day(text).is_none();
    if wrong { "Type a day as in 2026-11-22.".into() } else { String::new() }
}

async fn page(
    admin: &Admin,
    session: &Session,
    asked: &Asked,
    status: StatusCode,
    data: LogData,
) -> Result<Response, Failure> {
    let (entries, more) = log::list(admin, asked.wanted(), ROWS).await?;
    let after = |after: String| Asked { after, ..asked.clone() }.address(paths::ADMIN_LOG);
    let next = entries.last().filter(|_| more).map(|last| after(last.id.to_string()));
    let kinds = EventKind::all().map(|kind| (kind.as_str(), words::name(kind.as_str())));
    let data = LogData {
        common: common(admin, session).await?,
        kinds: choices([("", "Anything".to_owned())].into_iter().chain(kinds), &asked.kind),
        from: asked.from.clone(),
        to: asked.to.clone(),
        lines: entries.into_iter().map(line).collect(),
        csv: Asked { after: String::new(), ..asked.clone() }.address(paths::ADMIN_LOG_CSV),
        turn: Turn { first: (!asked.after.is_empty()).then(|| after(String::new())), next },
        ..data
    };
    Ok(render(&admin.caller.state, status, Head::private("Log"), || view! { <LogPage data/> }))
}

fn line(entry: Entry) -> LogLine {
    let actor = match (entry.actor, entry.subject) {
        (Some(actor), Some(subject)) if actor == subject => Name { text: "Its owner".into(), href: String::new() },
        (None, _) if entry.network.is_none() => Name { text: "The operator".into(), href: String::new() },
        (actor, _) => name(actor, entry.actor_email),
    };
    LogLine {
        at: words::second(entry.at),
        what: words::name(&entry.kind),
        subject: name(entry.subject, entry.subject_email),
        actor,
        network: entry.network.unwrap_or_default(),
    }
}

/// Somebody in the log: by address, with their page; guests and those who are gone by what is left of them, with what
/// else the log has of them.
fn name(uid: Option<Uuid>, email: Option<String>) -> Name {
    let Some(uid) = uid.map(|uid| uid.to_string()) else { return Name::default() };
    match email {
        Some(text) => Name { text, href: paths::admin_user(&uid) },
        None => Name {
            text: uid.chars().take(8).chain(['…']).collect(),
            href: paths::asked(paths::ADMIN_LOG, &[("user", &uid)]),
        },
    }
}
