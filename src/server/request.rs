//! Who is asking.

use super::{
    auth::{client::Client, session},
    db::{
        resumes::{TRASHED_OF_ACCOUNT, TRASHED_OF_GUEST},
        room::{Most, UNTOUCHED},
        users::User,
    },
    state::AppState,
    writing,
};
use crate::{api::ApiError, domain::text::MAX_DOCUMENT_BYTES};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER, request::Parts},
};
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
        let caller = match request() {
            Some((state, session, _)) => Self::of(&state, &session).await,
            None => Err(ApiError::Unauthenticated),
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
        // What somebody signed in calls is only ever too much to write, for a moment.
        if let (Err(ApiError::RateLimited), Some(response)) = (&answer, use_context::<ResponseOptions>()) {
            response.insert_header(RETRY_AFTER, HeaderValue::from_static(writing::AGAIN));
        }
        respond(answer)
    }

    /// CVs that the caller may have.
    pub fn resume_limit(&self) -> u32 {
        let limits = &self.state.settings.limits;
        if self.user.is_guest { limits.guest_resumes } else { limits.user_resumes }
    }

    /// Archived PDFs that the caller may have.
    pub fn archive_limit(&self) -> u32 {
        let limits = &self.state.settings.limits;
        if self.user.is_guest { limits.guest_archives } else { limits.user_archives }
    }

    /// CVs that stay in the trash of the caller.
    pub fn trash_limit(&self) -> i64 {
        if self.user.is_guest { TRASHED_OF_GUEST } else { TRASHED_OF_ACCOUNT }
    }

    /// Bytes that the caller may have.
    pub fn most(&self) -> Most {
        let limits = &self.state.settings.limits;
        let all = i64::from(if self.user.is_guest { limits.guest_mb } else { limits.user_mb }) * 1_000_000;
        // Of each CV the autosaves that are never thinned out, and what it is now.
        let documents = i64::from(self.resume_limit()) * (UNTOUCHED + 1) + self.trash_limit() * 2;
        let untouched = i64::try_from(MAX_DOCUMENT_BYTES).unwrap_or(i64::MAX).saturating_mul(documents);
        Most { all, staying: all.saturating_sub(untouched).max(all / 4) }
    }

    /// Counts bytes that the caller writes.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] if that is too much at once.
    pub fn writes(&self, bytes: usize) -> Result<(), ApiError> {
        let fits = self.state.writing.pour(self.user.id, bytes, self.state.clock.now());
        if fits { Ok(()) } else { Err(ApiError::RateLimited) }
    }
}

/// Somebody who comes in by a server function, signed in or not.
pub struct Visit {
    /// The server.
    pub state: AppState,
    /// The session, which may be one of nobody.
    pub session: Session,
    /// Who, if they are signed in.
    pub visitor: Option<Caller>,
    /// With what and from where.
    pub client: Client,
}

impl Visit {
    /// The visit by the server function that is running.
    ///
    /// # Errors
    /// [`ApiError::Unauthenticated`] outside of a request, [`ApiError::Unavailable`] without a database.
    pub async fn of_request() -> Result<Self, ApiError> {
        let Some((state, session, parts)) = request() else { return respond(Err(ApiError::Unauthenticated)) };
        let visitor = match Caller::of(&state, &session).await {
            Ok(caller) => Some(caller),
            Err(ApiError::Unauthenticated) => None,
            Err(error) => return respond(Err(error)),
        };
        let client = Client::of(&parts, &state);
        Ok(Self { state, session, visitor, client })
    }

    /// Sets the status that goes with the answer.
    ///
    /// # Errors
    /// The one given.
    pub fn respond<T>(&self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        respond(answer)
    }
}

/// What the server function that is running was called with.
fn request() -> Option<(AppState, Session, Parts)> {
    let parts = use_context::<Parts>()?;
    Some((use_context()?, parts.extensions.get::<Session>().cloned()?, parts))
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
