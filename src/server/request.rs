//! Who is asking.

use crate::api::ApiError;

/// The one who asks, and what is needed to answer.
pub struct Caller;

impl Caller {
    /// The caller of the server function that is running.
    pub async fn signed_in() -> Result<Self, ApiError> {
        Err(ApiError::Unauthenticated)
    }

    /// Sets the status that goes with the answer.
    pub fn respond<T>(&self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        answer
    }
}
