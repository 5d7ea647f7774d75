//! Trying it without an account.

use super::{
    client::Client,
    limits::Limit,
    session::{self, SignedIn},
};
use crate::{
    api::{ApiError, ResumeId},
    server::{
        db::{archives, users},
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

/// Guests removed in one go; the rest have their turn at the next tidying.
const AT_ONCE: i64 = 100;

/// Removes guests who did not come back, with everything they had; answers how many. The PDFs go first: what is left of
/// a guest when this breaks off is found again the next time.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database or while the object store is away.
pub async fn remove_idle(state: &AppState) -> Result<usize, ApiError> {
    let (pool, now) = (state.db.pool(), state.clock.now());
    let idle = users::idle_guests(pool, now - session::GUEST_IDLE, now, AT_ONCE).await?;
    for guest in &idle {
        for key in archives::keys(pool, *guest).await? {
            state.storage.delete(&key).await?;
        }
        users::delete_guest(pool, *guest).await?;
    }
    Ok(idle.len())
}
