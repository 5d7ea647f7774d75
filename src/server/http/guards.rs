//! Who may come to a page, where it is not enough to be signed in.

use super::{
    super::{accounts::two_step, auth::session, request::Caller, state::AppState},
    pages::Failure,
};
use crate::{api::ApiError, ui::paths};
use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::{Session, cookie::time::Duration};

/// The longest time since its owner last showed who they are: for opening a page on which an account is changed.
pub(super) const TO_OPEN: Duration = Duration::minutes(5);

/// Likewise, for sending what was typed on such a page: nobody who opened it in time loses it.
const TO_SEND: Duration = Duration::minutes(15);

/// Likewise, for what admins do.
const FOR_ADMINS: Duration = Duration::minutes(30);

/// The owner of an account who has shown lately who they are. Somebody who has not is asked to, and comes back; a guest
/// is asked to make an account.
pub(super) struct Proved(pub Caller);

impl FromRequestParts<AppState> for Proved {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let (caller, session) = signed_in(parts, state).await?;
        if caller.user.is_guest {
            return Err(Redirect::to(paths::SIGN_UP).into_response());
        }
        proved(&session, within(parts), parts, state, paths::ACCOUNT).await?;
        Ok(Self(caller))
    }
}

/// A guest, or the owner of an account who has shown lately who they are: a guest has nothing to show it with but the
/// session.
pub(super) struct ProvedOrGuest(pub Caller);

impl FromRequestParts<AppState> for ProvedOrGuest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let (caller, session) = signed_in(parts, state).await?;
        if !caller.user.is_guest {
            proved(&session, within(parts), parts, state, paths::ACCOUNT).await?;
        }
        Ok(Self(caller))
    }
}

/// An admin who has shown lately who they are. For anybody else there is nothing here.
pub(super) struct Admin(pub Caller);

impl FromRequestParts<AppState> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let (caller, session) = match signed_in(parts, state).await {
            Ok(found) => found,
            Err(failure) if failure.status() == StatusCode::UNAUTHORIZED => return Err(not_here()),
            Err(failure) => return Err(failure),
        };
        if !caller.user.is_admin {
            return Err(not_here());
        }
        proved(&session, FOR_ADMINS, parts, state, paths::ADMIN).await?;
        has_second_step(&caller).await?;
        Ok(Self(caller))
    }
}

/// Sends an admin without a second step to where they turn it on, if this installation wants them to have one.
async fn has_second_step(caller: &Caller) -> Result<(), Response> {
    if !caller.state.settings.server.admin_two_step {
        return Ok(());
    }
    match two_step::is_on(&caller.state, caller.user.id).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Redirect::to(paths::TWO_STEP).into_response()),
        Err(error) => Err(Failure::from(error).into_response()),
    }
}

fn within(parts: &Parts) -> Duration {
    if parts.method == Method::POST { TO_SEND } else { TO_OPEN }
}

fn not_here() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

async fn signed_in(parts: &mut Parts, state: &AppState) -> Result<(Caller, Session), Response> {
    let session = parts.extensions.get::<Session>().cloned();
    let session = session.ok_or_else(|| Failure::from(ApiError::Unauthenticated).into_response())?;
    let caller = Caller::of(state, &session).await.map_err(|error| Failure::from(error).into_response())?;
    Ok((caller, session))
}

/// Sends somebody who has not shown who they are for longer than `within` to where they can, and then on: to the page
/// that was asked for, or for what was sent to `page`.
async fn proved(
    session: &Session,
    within: Duration,
    parts: &Parts,
    state: &AppState,
    page: &str,
) -> Result<(), Response> {
    let is_proved = session::is_proved(session, within, state.clock.now()).await;
    if is_proved.map_err(|error| Failure::from(error).into_response())? {
        return Ok(());
    }
    let next = if parts.method == Method::POST { page } else { parts.uri.path() };
    Err(Redirect::to(&paths::confirm(next)).into_response())
}
