//! The queue of mails.

use super::{
    super::{
        super::{
            admin::mails::{self, Handling},
            db::admin::mails::Line,
        },
        pages::{Failure, render},
        words,
    },
    Desk, ROWS, common, tell,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            admin::{
                mails::{MailLine, MailsData, MailsPage},
                parts::Turn,
            },
            frame::Head,
        },
        paths,
        words::count,
    },
};
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;

/// In an address: those that wait.
const WAITING: &str = "waiting";

/// Which mails.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: String,
}

/// A page of the queue: mails that were given up, or those that wait.
pub(in super::super) async fn show(
    Desk(admin): Desk,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (failed, after) = (asked.show != WAITING, asked.after.parse().ok());
    let (lines, more) = mails::list(&admin, failed, after, ROWS).await?;
    let address = |after: &str| {
        let show = if failed { "" } else { WAITING };
        paths::asked(paths::ADMIN_MAILS, &[("show", show), ("after", after)])
    };
    let next = lines.last().filter(|_| more).map(|last| address(&last.id.to_string()));
    let state = &admin.caller.state;
    let now = state.clock.now();
    let data = MailsData {
        common: common(&admin, &session).await?,
        is_on: state.mailer.is_on(),
        failed,
        mails: lines.into_iter().map(|line| mail(line, now)).collect(),
        turn: Turn { first: after.map(|_| address("")), next },
    };
    Ok(render(state, StatusCode::OK, Head::private("Mail"), || view! { <MailsPage data/> }))
}

/// Has a mail sent after all.
pub(in super::super) async fn retry(desk: Desk, session: Session, id: Path<String>) -> Result<Response, Failure> {
    handle(desk, &session, id, Handling::Retry, "The mail is tried again now.").await
}

/// Has a mail never sent.
pub(in super::super) async fn drop(desk: Desk, session: Session, id: Path<String>) -> Result<Response, Failure> {
    handle(desk, &session, id, Handling::Drop, "The mail is dropped.").await
}

async fn handle(
    Desk(admin): Desk,
    session: &Session,
    Path(id): Path<String>,
    handling: Handling,
    sentence: &str,
) -> Result<Response, Failure> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let done = match mails::handle(&admin, id, handling).await {
        Err(ApiError::NotFound) => {
            Err(ApiError::Limit("This mail is gone: it was sent, or dropped, meanwhile.".into()))
        }
        handled => handled.map(|()| sentence.into()),
    };
    admin.caller.state.mailer.wake();
    Ok(tell(session, done, paths::ADMIN_MAILS).await?)
}

fn mail(line: Line, now: OffsetDateTime) -> MailLine {
    let queued =
        format!("Queued {}, tried {}", words::ago(line.created_at, now), count(line.tries.into(), "time", "times"));
    let about = match line.failed_at {
        Some(failed_at) => format!("{queued}, given up {}", words::ago(failed_at, now)),
        None if line.next_try_at > now => format!("{queued}, next try {}", words::ahead(line.next_try_at, now)),
        None => format!("{queued}, next try now"),
    };
    MailLine {
        id: line.id,
        recipient: line.recipient,
        user: line.user.map(|uid| uid.to_string()),
        about,
        problem: line.problem.unwrap_or_default(),
    }
}
