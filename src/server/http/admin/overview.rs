//! How much there is of everything.

use super::{
    super::{
        super::admin::overview::{Overview, overview},
        pages::{Failure, render},
    },
    Desk, common,
};
use crate::ui::pages::{
    admin::overview::{OverviewData, OverviewPage},
    frame::Head,
};
use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;
use tower_sessions::Session;

/// Shows it.
pub(in super::super) async fn show(Desk(admin): Desk, session: Session) -> Result<Response, Failure> {
    let Overview { people, stored, waiting } = overview(&admin).await?;
    let data = OverviewData {
        common: common(&admin, &session).await?,
        users: people.users,
        new_users: people.new,
        seen_users: people.seen,
        disabled_users: people.disabled,
        admins: people.admins,
        guests: people.guests,
        resumes: people.resumes,
        archives: stored.archives,
        archive_bytes: stored.bytes,
        database_bytes: waiting.database_bytes,
        mails: waiting.mails,
        failed_mails: waiting.failed_mails,
        late_archives: waiting.late_archives,
    };
    Ok(render(&admin.caller.state, StatusCode::OK, Head::private("Overview"), || view! { <OverviewPage data/> }))
}
