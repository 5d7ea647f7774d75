//! Trying it without an account.

use super::{
    client::Client,
    limits::Limit,
    session::{self, SignedIn},
};
use crate::{
    api::{ApiError, ResumeId},
    server::{db::users, resumes, state::AppState},
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
