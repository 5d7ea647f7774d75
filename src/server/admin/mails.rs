//! The queue of mails.

use super::{Admin, page};
use crate::{
    api::ApiError,
    server::db::{
        admin::mails::{self, Line},
        events::{self, EventKind},
    },
};

/// A page of the queue, and whether there is more: mails that were given up, or those that wait.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(admin: &Admin, failed: bool, after: Option<i64>, most: i64) -> Result<(Vec<Line>, bool), ApiError> {
    let lines = admin.look(EventKind::MailsListed, None, move |connection| {
        Box::pin(async move { Ok(mails::list(connection, failed, after, most + 1).await?) })
    });
    Ok(page(lines.await?, most))
}

/// What is to become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// It is tried again, at once and as often as a new one.
    Retry,
    /// It is never sent.
    Drop,
}

/// Has a mail sent after all, or never.
///
/// # Errors
/// [`ApiError::NotFound`] if it is gone: sent, perhaps.
pub async fn handle(admin: &Admin, id: i64, handling: Handling) -> Result<(), ApiError> {
    let state = &admin.caller.state;
    let (admin, now) = (admin.clone(), state.clock.now());
    state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                let user = match handling {
                    Handling::Retry => mails::retry(&mut *connection, id, now).await?,
                    Handling::Drop => mails::drop(&mut *connection, id).await?,
                };
                let user = user.ok_or(ApiError::NotFound)?;
                Ok(events::insert(connection, &admin.event(EventKind::MailHandled, user), now).await?)
            })
        })
        .await
}
