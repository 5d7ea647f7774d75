//! One account, and what is done to it.

use super::{
    super::{
        super::{
            accounts::devices::Device,
            admin::{
                Admin,
                deeds::{self, Deed},
                removal, reset,
                users::{self, Seen},
            },
            db::events::Happened,
        },
        flash::{self, Flash},
        pages::{Failure, render},
        words,
    },
    Desk, common, tell, uid,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            admin::{
                user::{Happening, SessionLine, UserData, UserPage},
                users::State,
            },
            frame::Head,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;
use uuid::Uuid;

/// The account.
pub(in super::super) async fn show(
    Desk(admin): Desk,
    session: Session,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    page(&admin, &session, uid(&name)?, StatusCode::OK, UserData::default()).await
}

/// Shuts its owner out.
pub(in super::super) async fn disable(desk: Desk, session: Session, name: Path<String>) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::Disable, "The account is disabled; its owner is out.").await
}

/// Lets its owner in again.
pub(in super::super) async fn enable(desk: Desk, session: Session, name: Path<String>) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::Enable, "The account can be used again.").await
}

/// Has its owner sign in again.
pub(in super::super) async fn end_sessions(
    desk: Desk,
    session: Session,
    name: Path<String>,
) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::EndSessions, "The account is logged out everywhere.").await
}

/// Lets its owner in without the second step.
pub(in super::super) async fn end_two_step(
    desk: Desk,
    session: Session,
    name: Path<String>,
) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::EndTwoStep, "Two-step verification of this account is off.").await
}

/// Makes it that of an admin.
pub(in super::super) async fn grant_admin(
    desk: Desk,
    session: Session,
    name: Path<String>,
) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::GrantAdmin, "This is an admin now, after logging in again.").await
}

/// Makes it one like all others.
pub(in super::super) async fn revoke_admin(
    desk: Desk,
    session: Session,
    name: Path<String>,
) -> Result<Response, Failure> {
    perform(desk, &session, name, Deed::RevokeAdmin, "This is no longer an admin.").await
}

/// Has a link for a new password sent to its owner.
pub(in super::super) async fn send_reset(
    Desk(admin): Desk,
    session: Session,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let sent = reset::send(&admin, uid(&name)?).await;
    let done = sent.map(|()| "The link for a new password is on its way.".into());
    Ok(tell(&session, done, &paths::admin_user(&name)).await?)
}

/// The address of the account, typed.
#[derive(Deserialize)]
pub(in super::super) struct DeleteForm {
    #[serde(default)]
    address: String,
}

/// Removes it for good.
pub(in super::super) async fn delete(
    Desk(admin): Desk,
    session: Session,
    Path(name): Path<String>,
    Form(DeleteForm { address }): Form<DeleteForm>,
) -> Result<Response, Failure> {
    match removal::remove(&admin, uid(&name)?, &address).await {
        Ok(email) => {
            flash::set(&session, Flash::Done(format!("The account {email} is deleted."))).await?;
            Ok(Redirect::to(paths::ADMIN_USERS).into_response())
        }
        Err(ApiError::Invalid(errors)) => {
            let typed_error = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
            let data = UserData { typed: address, typed_error, ..UserData::default() };
            page(&admin, &session, uid(&name)?, StatusCode::UNPROCESSABLE_ENTITY, data).await
        }
        Err(error) => Ok(tell(&session, Err(error), &paths::admin_user(&name)).await?),
    }
}

async fn perform(
    Desk(admin): Desk,
    session: &Session,
    Path(name): Path<String>,
    deed: Deed,
    sentence: &str,
) -> Result<Response, Failure> {
    let subject = uid(&name)?;
    let done = deeds::perform(&admin, subject, deed).await;
    if done.is_ok() && subject == admin.caller.user.uid && deed != Deed::Enable {
        // What was done ended this session too.
        return Ok(Redirect::to(paths::LOG_IN).into_response());
    }
    Ok(tell(session, done.map(|()| sentence.into()), &paths::admin_user(&name)).await?)
}

async fn page(
    admin: &Admin,
    session: &Session,
    uid: Uuid,
    status: StatusCode,
    data: UserData,
) -> Result<Response, Failure> {
    let state = &admin.caller.state;
    let Seen { subject, sizes, devices, events } = users::view(admin, uid).await?;
    let now = state.clock.now();
    let data = UserData {
        common: common(admin, session).await?,
        uid: uid.to_string(),
        is_self: uid == admin.caller.user.uid,
        state: State {
            is_admin: subject.is_admin,
            is_disabled: subject.disabled_at.is_some(),
            has_google: subject.has_google,
        },
        has_password: subject.has_password,
        two_step_since: subject.two_step_since.map(words::date).unwrap_or_default(),
        mails: state.mailer.is_on(),
        since: subject.created_at.map(words::date).unwrap_or_default(),
        seen: words::day(subject.last_seen_on, now.date()),
        email: subject.email,
        resumes: sizes.resumes,
        trashed: sizes.trashed,
        resume_bytes: sizes.resume_bytes,
        archives: sizes.archives,
        archive_bytes: sizes.archive_bytes,
        sessions: devices.into_iter().map(|device| session_line(device, now)).collect(),
        events: events.into_iter().map(|event| happening(event, now)).collect(),
        ..data
    };
    let head = Head::private("An account");
    Ok(render(state, status, head, || view! { <UserPage data/> }))
}

fn session_line(device: Device, now: OffsetDateTime) -> SessionLine {
    let since = format!("Since {}", words::ago(device.since, now));
    SessionLine { browser: device.client.browser, about: from(since, device.client.network) }
}

fn happening(event: Happened, now: OffsetDateTime) -> Happening {
    let what = words::name(&event.kind);
    let what = if event.by_another { format!("{what}, by an admin") } else { what };
    Happening { what, about: from(words::ago(event.at, now), event.address) }
}

fn from(when: String, network: Option<String>) -> String {
    match network {
        Some(network) => format!("{when}, from {network}"),
        None => when,
    }
}
