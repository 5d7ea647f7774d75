//! Trying it without an account.

use super::{
    client::Client,
    limits::Limit,
    session::{self, SignedIn},
};
use crate::{
    api::{ApiError, ResumeId},
    server::{
        db::{erasure, users},
        resumes,
        state::AppState,
    },
};
use tower_sessions::Session;
use uuid::Uuid;

/// Makes a guest with a first CV and signs them in; answers the CV.
///
/// # Errors
/// [`ApiError::RateLimited`], [`ApiError::Unavailable`] without a database.
pub async fn create(
    state: &AppState,
    session: &Session,
    client: &Client,
    first: resumes::Draft,
) -> Result<ResumeId, ApiError> {
    let uid = Uuid::new_v4();
    let limit = state.settings.limits.guest_resumes;
    let now = state.clock.now();
    Limit::SignUp.count(state, client.key()).await?;
    let (user_id, resume_id) = state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let user_id = users::insert_guest(connection, uid).await?;
                let resume_id = resumes::insert(connection, user_id, &first, limit, now).await?;
                Ok::<_, ApiError>((user_id, resume_id))
            })
        })
        .await?;
    session::sign_in(session, &SignedIn { user_id, epoch: 0, client, now }).await?;
    Ok(resume_id)
}

/// Guests marked in one go; the rest have their turn at the next tidying.
const AT_ONCE: i64 = 100;

/// Marks guests who did not come back as on their way out, with everything they had ([`erase`]); answers how many.
///
/// [`erase`]: crate::server::accounts::erase
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn let_idle_go(state: &AppState) -> Result<usize, ApiError> {
    let now = state.clock.now();
    let marked = state.db.transaction(move |connection| {
        Box::pin(async move {
            let idle = users::idle_guests(&mut *connection, now - session::GUEST_IDLE, now, AT_ONCE).await?;
            erasure::mark(connection, &idle, now).await
        })
    });
    Ok(marked.await?.len())
}
