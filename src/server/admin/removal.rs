//! An account removed for good, by an admin.

use super::{Admin, deeds};
use crate::{
    api::ApiError,
    server::{
        accounts::change,
        db::{
            admin::accounts::{self, Subject},
            archives,
            events::EventKind,
        },
    },
};
use uuid::Uuid;

/// Removes an account with all that belongs to it; `typed` is its address, typed to show that it is the one that is
/// meant. Answers the address.
///
/// It is disabled first, so that nothing is added in the middle of it. The PDFs go before the row: what is left when
/// this breaks off can be removed again.
///
/// # Errors
/// [`ApiError::Invalid`] at `address`; [`ApiError::NotFound`]; [`ApiError::Limit`] with the reason if it must not be
/// done; [`ApiError::Unavailable`] without a database or while the object store is away.
pub async fn remove(admin: &Admin, uid: Uuid, typed: &str) -> Result<String, ApiError> {
    let (state, actor) = (&admin.caller.state, admin.caller.user.uid);
    let (typed, now) = (typed.trim().to_owned(), state.clock.now());
    let subject: Subject = change(state, admin.event(EventKind::Deleted, Some(uid)), move |connection| {
        Box::pin(async move {
            let subject = deeds::lock(&mut *connection, Some(actor), uid, true).await?;
            if actor == uid {
                return Err(deeds::yourself("delete"));
            }
            if !subject.email.eq_ignore_ascii_case(&typed) {
                return Err(ApiError::at("address", "This is not the address of the account. Nothing was deleted."));
            }
            accounts::disable(connection, subject.id, now).await?;
            Ok(subject)
        })
    })
    .await?;
    for key in archives::keys(state.db.pool(), subject.id).await? {
        state.storage.delete(&key).await?;
    }
    accounts::delete(state.db.pool(), subject.id).await?;
    Ok(subject.email)
}
