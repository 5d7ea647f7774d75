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

/// Takes the CVs of the guest who signed in into the account; answers how many, or nothing if the guest is gone: taken
/// along by another click, or removed. A guest whose CVs do not fit goes on waiting.
///
/// # Errors
/// [`ApiError::NotFound`] if no guest waits, [`ApiError::Limit`].
pub async fn adopt(caller: &Caller, session: &Session, client: &Client) -> Result<Option<u64>, ApiError> {
    let (guest, epoch) = session::remembered_guest(session).await?.ok_or(ApiError::NotFound)?;
    let (account, resumes, archives) = (caller.user.id, caller.resume_limit(), caller.archive_limit());
    let most = caller.most().all;
    let event = event(EventKind::GuestAdopted, caller.user.uid, client);
    let adopted = change(&caller.state, event, move |connection| {
        Box::pin(async move {
            let adopted = users::adopt_guest(connection, account, guest, epoch, resumes, archives, most).await?;
            adopted.ok_or_else(|| {
                ApiError::Limit(format!(
                    "There is room for {resumes} CVs and {archives} archived PDFs. Delete some to take those of the guest \
                     along; with all their versions they may take {} MB.",
                    most / 1_000_000
                ))
            })
        })
    })
    .await;
    let adopted = match adopted {
        Ok(count) => Some(count),
        Err(ApiError::Limit(sentence)) => {
            let guest = users::find_active(caller.state.db.pool(), guest, epoch).await?;
            if guest.is_some_and(|guest| guest.is_guest) {
                return Err(ApiError::Limit(sentence));
            }
            None
        }
        Err(error) => return Err(error),
    };
    session::remember_guest(session, None).await?;
    Ok(adopted)
}
