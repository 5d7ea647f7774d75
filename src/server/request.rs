//! Who is asking.

use super::{auth::session, db::users::User, state::AppState};
use crate::api::ApiError;
use axum::{extract::FromRequestParts, http::StatusCode, http::request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

/// The one who asks, and what is needed to answer.
#[derive(Clone)]
pub struct Caller {
    /// The server.
    pub state: AppState,
    /// Who.
    pub user: User,
}

impl Caller {
    /// The caller of the server function that is running.
    ///
    /// # Errors
    /// [`ApiError::Unauthenticated`] without a session, [`ApiError::Unavailable`] without a database.
    pub async fn signed_in() -> Result<Self, ApiError> {
        let state = use_context::<AppState>();
        let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
        let caller = match (state, session) {
            (Some(state), Some(session)) => Self::of(&state, &session).await,
            _ => Err(ApiError::Unauthenticated),
        };
        respond(caller)
    }

    /// The caller of a session.
    ///
    /// # Errors
    /// As [`Caller::signed_in`].
    pub async fn of(state: &AppState, session: &Session) -> Result<Self, ApiError> {
        let user = session::current_user(session, &state.db, state.clock.now()).await?;
        let user = user.ok_or(ApiError::Unauthenticated)?;
        Ok(Self { state: state.clone(), user })
    }

    /// Sets the status that goes with the answer.
    ///
    /// # Errors
    /// The one given.
    pub fn respond<T>(&self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        respond(answer)
    }

    /// CVs that the caller may have.
    pub fn resume_limit(&self) -> u32 {
        let limits = &self.state.settings.limits;
        if self.user.is_guest { limits.guest_resumes } else { limits.user_resumes }
    }
}

/// A server function that fails answers 500, whatever the error, unless it is told otherwise.
fn respond<T>(answer: Result<T, ApiError>) -> Result<T, ApiError> {
    if let Err(error) = &answer {
        set_status(error);
    }
    answer
}

/// Sets the status that goes with an error on the answer of the server function that is running.
pub fn set_status(error: &ApiError) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = super::http::pages::Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let session = parts.extensions.get::<Session>().cloned().ok_or(ApiError::Unauthenticated)?;
        Ok(Self::of(state, &session).await?)
    }
}

/// The one who asks, or nobody.
pub struct Visitor(pub Option<Caller>);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = super::http::pages::Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        match Caller::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(failure) if failure.error == ApiError::Unauthenticated => Ok(Self(None)),
            Err(failure) => Err(failure),
        }
    }
}
