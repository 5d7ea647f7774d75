//! A guest who signed in to an account.

use super::{change, event};
use crate::{
    api::ApiError,
    server::{
        auth::{client::Client, session},
        db::{events::EventKind, users},
        request::Caller,
    },
};
use tower_sessions::Session;

/// Takes the CVs of the guest who signed in into the account; answers how many.
///
/// # Errors
/// [`ApiError::NotFound`] if no guest waits, [`ApiError::Limit`].
pub async fn adopt(caller: &Caller, session: &Session, client: &Client) -> Result<u64, ApiError> {
    let (guest, epoch) = session::remembered_guest(session).await?.ok_or(ApiError::NotFound)?;
    let (account, resumes, archives) = (caller.user.id, caller.resume_limit(), caller.archive_limit());
    let event = event(EventKind::GuestAdopted, caller.user.uid, client);
    let adopted = change(&caller.state, event, move |connection| {
        Box::pin(async move {
            let adopted = users::adopt_guest(connection, account, guest, epoch, resumes, archives).await?;
            adopted.ok_or_else(|| {
                ApiError::Limit(format!(
                    "There is room for {resumes} CVs and {archives} archived PDFs. Delete some to take those of the guest along."
                ))
            })
        })
    })
    .await?;
    session::remember_guest(session, None).await?;
    Ok(adopted)
}
