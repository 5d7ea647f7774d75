//! Calls server functions.
//!
//! What the `#[server]` macro makes for the browser does the same in five times the code, which everybody who opens
//! the editor has to load: it can stream, speak other encodings and be cancelled.

use super::browser;
use crate::{
    api::{ApiError, MAX_REQUEST_BYTES},
    domain::json::FromJson,
};
use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde_json::Value;

/// Calls a server function and waits for its answer.
///
/// # Errors
/// What the function answers; [`ApiError::TooLarge`] for more than the server takes; [`ApiError::Transport`] if nothing came back, or nothing that it would say.
pub async fn call<F>(function: F) -> Result<F::Output, ApiError>
where
    F: ServerFn<Error = ApiError> + Serialize,
    F::Output: FromJson,
{
    answer(F::PATH, browser::json::write(&function).unwrap_or_default()).await.map(F::Output::from_json)
}

async fn answer(path: &str, arguments: String) -> Result<Value, ApiError> {
    // The server, or a proxy before it, would break off the connection, which looks like being offline.
    if arguments.len() > MAX_REQUEST_BYTES {
        return Err(ApiError::larger_than(MAX_REQUEST_BYTES));
    }
    let nothing = || ApiError::Transport(String::new());
    let (succeeded, body) = browser::http::post(path, &arguments).await.ok_or_else(nothing)?;
    let value = browser::json::read(&body).ok_or_else(nothing)?;
    if succeeded { Ok(value) } else { Err(ApiError::from_json(value)) }
}
