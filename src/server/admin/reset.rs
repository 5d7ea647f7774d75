//! A link with which the owner of an account sets a new password.

use super::{Admin, deeds};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        accounts::{change, recovery},
        db::events::EventKind,
    },
};
use uuid::Uuid;

/// Has such a link sent to the address of the account. The admin does not get to see it.
///
/// # Errors
/// [`ApiError::NotFound`]; [`ApiError::Limit`] with the reason if it cannot be sent.
pub async fn send(admin: &Admin, uid: Uuid) -> Result<(), ApiError> {
    let (state, actor) = (&admin.caller.state, admin.caller.user.uid);
    if !state.mailer.is_on() {
        return Err(ApiError::Limit(
            "This installation sends no mail. On its command line, “vitae admin reset-link” makes such a link.".into(),
        ));
    }
    let subject = change(state, admin.event(EventKind::ResetRequested, Some(uid)), move |connection| {
        Box::pin(async move {
            let subject = deeds::lock(connection, Some(actor), uid, false).await?;
            if subject.disabled_at.is_some() {
                return Err(ApiError::Limit("This account is disabled. Enable it first.".into()));
            }
            Ok(subject)
        })
    })
    .await?;
    recovery::send(state, Some(subject.id), &EmailAddress::parse(&subject.email)?, None).await
}
