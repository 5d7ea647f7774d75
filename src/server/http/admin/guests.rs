//! Guests.

use super::{
    super::{
        super::{admin::guests, auth::session::GUEST_IDLE},
        pages::{Failure, render},
    },
    Desk, common, tell,
};
use crate::ui::{
    pages::{
        admin::guests::{Asked, GuestsData, GuestsPage, IdleLine},
        frame::Head,
    },
    paths,
    words::count,
};
use axum::{Form, extract::Query, http::StatusCode, response::Response};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// After how many days without a visit.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Days {
    #[serde(default)]
    days: String,
}

impl Days {
    fn number(&self) -> Option<u16> {
        self.days.parse().ok().filter(|days| guests::IDLE_DAYS.contains(days))
    }
}

/// How many there are, and what would be removed, if that is asked.
pub(in super::super) async fn show(
    Desk(admin): Desk,
    session: Session,
    Query(days): Query<Days>,
) -> Result<Response, Failure> {
    let counted = guests::count(&admin, days.number()).await?;
    let line = |idle: &guests::Idle| IdleLine { days: idle.days, guests: idle.guests, resumes: idle.resumes };
    let idle: Vec<IdleLine> = counted.idle.iter().map(line).collect();
    let asked = idle.iter().find(|line| Some(line.days) == days.number());
    let data = GuestsData {
        common: common(&admin, &session).await?,
        all: counted.all,
        resumes: counted.resumes,
        kept_days: GUEST_IDLE.whole_days(),
        asked: asked.map(|line| Asked { line: *line, archives: counted.archives }),
        idle,
    };
    Ok(render(&admin.caller.state, StatusCode::OK, Head::private("Guests"), || view! { <GuestsPage data/> }))
}

/// Removes those who were not here for so long.
pub(in super::super) async fn purge(
    Desk(admin): Desk,
    session: Session,
    Form(days): Form<Days>,
) -> Result<Response, Failure> {
    let removed = guests::purge(&admin, days.number().unwrap_or_default()).await?;
    let removed = i64::try_from(removed).unwrap_or(i64::MAX);
    let sentence = format!("{} removed.", count(removed, "guest is", "guests are"));
    Ok(tell(&session, Ok(sentence), paths::ADMIN_GUESTS).await?)
}
