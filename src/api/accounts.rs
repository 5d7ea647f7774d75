//! Signing in without leaving the page: the editor does it when its session is over.

use super::ApiError;
use leptos::{prelude::*, server_fn::codec::Json};

/// Signs in by password; answers whether that was enough. If not, the account asks for a code, on the page for it.
#[server(prefix = "/api", endpoint = "log_in", input = Json)]
pub async fn log_in(
    /// The address of the account.
    email: String,
    /// Its password.
    password: String,
) -> Result<bool, ApiError> {
    use crate::server::{
        accounts::{
            Credentials,
            entry::{self, Entry},
        },
        request::Visit,
    };
    let visit = Visit::of_request().await?;
    let Visit { state, session, visitor, client } = &visit;
    let typed = Credentials { email: &email, password: &password };
    visit.respond(entry::log_in(state, session, visitor.as_ref(), client, typed).await.map(|entry| entry == Entry::In))
}
