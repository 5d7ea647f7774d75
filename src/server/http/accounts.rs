//! Accounts: plain forms that answer 303, or their page again with what was typed (never a password) and what is wrong
//! at its field.

pub(super) mod account;
pub(super) mod check_mail;
pub(super) mod confirm;
pub(super) mod delete;
pub(super) mod email;
pub(super) mod export;
pub(super) mod google;
pub(super) mod log_in;
pub(super) mod log_in_code;
pub(super) mod recovery;
pub(super) mod sign_up;
pub(super) mod two_step;
pub(super) mod verify;

use super::super::{auth::tokens::Secret, request::Caller, state::AppState};
use crate::{api::ApiError, ui::paths};
use axum::{
    http::{HeaderValue, header::REFERRER_POLICY},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// Where to go on afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// An address and a password.
#[derive(Deserialize)]
pub(super) struct CredentialsForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Where somebody goes who has an account already. Where accounts cannot be made, the page for it does not exist.
fn elsewhere(state: &AppState, visitor: Option<&Caller>) -> Result<Option<Response>, ApiError> {
    if !state.settings.server.signups {
        return Err(ApiError::NotFound);
    }
    Ok(has_account(visitor).then(|| Redirect::to(paths::RESUMES).into_response()))
}

fn has_account(visitor: Option<&Caller>) -> bool {
    visitor.is_some_and(|caller| !caller.user.is_guest)
}

/// What stands in a link out of a mail.
#[derive(Default, Deserialize)]
pub(super) struct LinkQuery {
    #[serde(default)]
    token: Secret,
}

/// The address of this page is a secret: it is told to no other site, not even ours.
fn unreferred(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// An address of this site; anything else leads to the CVs.
fn safe(next: &str) -> &str {
    let inside = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && !next.contains(char::is_control);
    if inside { next } else { paths::RESUMES }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(safe("/resumes/3"), "/resumes/3");
        for elsewhere in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "resumes", "/a\r\nx: y", "\\\\evil"]
        {
            assert_eq!(safe(elsewhere), paths::RESUMES, "{elsewhere}");
        }
    }
}
