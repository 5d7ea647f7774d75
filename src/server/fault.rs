//! Where causes become answers: logged once, here, and never sent.

use super::{db::DbError, storage::StorageError};
use crate::api::ApiError;
use leptos::prelude::use_context;
use std::{error::Error, future::Future};

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Runs the handling of a request such that its faults can be found in the log.
pub async fn with_request_id<F: Future>(id: String, handling: F) -> F::Output {
    REQUEST_ID.scope(id, handling).await
}

/// The same for what a request has done in a task of its own: its faults are those of the request that is handled now.
pub fn as_of_now<F: Future>(work: F) -> impl Future<Output = F::Output> {
    with_request_id(request_id(), work)
}

/// The id of a request, for what is handled in a task of its own (server functions).
#[derive(Clone)]
pub struct RequestId(pub String);

/// The id of the request being handled, or nothing outside of one.
pub fn request_id() -> String {
    let id = REQUEST_ID.try_with(Clone::clone).ok();
    id.or_else(|| use_context::<RequestId>().map(|RequestId(id)| id)).unwrap_or_default()
}

/// A fault of ours.
pub fn internal(error: &(dyn Error + 'static)) -> ApiError {
    let request_id = request_id();
    tracing::error!(request.id = request_id, error = chain(error), "request failed");
    ApiError::Internal { request_id }
}

/// An error with its causes. Some say theirs themselves; no cause is said twice.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(sqlx::Error::Database(error)) = error.downcast_ref() {
            // What else it says is a line of PostgreSQL's own source.
            let text = text.replace(&error.to_string(), error.message());
            return if text.contains(error.message()) { text } else { format!("{text}: {}", error.message()) };
        }
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Unavailable(cause) => {
                tracing::warn!(request.id = request_id(), error = %cause, "the database does not answer, or not in time");
                Self::Unavailable
            }
            DbError::NobodyThere => Self::Unauthenticated,
            DbError::NothingThere(cause) => {
                tracing::info!(request.id = request_id(), error = %cause, "what was to be written to is gone");
                Self::NotFound
            }
            DbError::Statement(_) | DbError::Inconsistent { .. } => internal(&error),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        tracing::warn!(request.id = request_id(), error = chain(&error), "the object store does not answer");
        Self::Unavailable
    }
}

#[cfg(test)]
mod tests {
    use super::chain;
    use anyhow::{Context, anyhow};

    #[test]
    fn every_cause_is_said_once() {
        let twice = Err::<(), _>(anyhow!("no route")).context("cannot connect: no route").context("Check the address");
        assert_eq!(chain(twice.expect_err("an error").as_ref()), "Check the address: cannot connect: no route");
        let once = Err::<(), _>(anyhow!("no route")).context("cannot connect");
        assert_eq!(chain(once.expect_err("an error").as_ref()), "cannot connect: no route");
    }
}
