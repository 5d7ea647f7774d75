//! An account removed for good, by an admin.

use super::{Admin, deeds};
use crate::{
    api::ApiError,
    server::{
        accounts::{change, erase},
        db::{erasure, events::EventKind},
    },
};
use uuid::Uuid;

/// Removes an account with all that belongs to it; `typed` is its address, typed to show that it is the one that is
/// meant. Answers the address.
///
/// What cannot be removed just now is removed later, as when the owner deletes it ([`erase`]).
///
/// # Errors
/// [`ApiError::Invalid`] at `address`; [`ApiError::NotFound`]; [`ApiError::Limit`] with the reason if it must not be
/// done; [`ApiError::Unavailable`] without a database.
pub async fn remove(admin: &Admin, uid: Uuid, typed: &str) -> Result<String, ApiError> {
    let (state, actor) = (&admin.caller.state, admin.caller.user.uid);
    let (typed, now) = (typed.trim().to_owned(), state.clock.now());
    let (email, leaving) = change(state, admin.event(EventKind::Deleted, Some(uid)), move |connection| {
        Box::pin(async move {
            let subject = deeds::lock(&mut *connection, Some(actor), uid, true).await?;
            if actor == uid {
                return Err(deeds::yourself("delete"));
            }
            if !subject.email.eq_ignore_ascii_case(&typed) {
                return Err(ApiError::at("address", "This is not the address of the account. Nothing was deleted."));
            }
            let leaving = erasure::mark(connection, &[subject.id], now).await?.pop().ok_or(ApiError::NotFound)?;
            Ok((subject.email, leaving))
        })
    })
    .await?;
    erase::finish_or_say(state, leaving).await;
    Ok(email)
}
