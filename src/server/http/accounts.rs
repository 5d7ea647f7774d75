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

use super::{
    super::{request::Caller, state::AppState},
    pages::Failure,
};
use crate::{api::ApiError, domain::validate::FieldError, ui::paths};
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{REFERRER_POLICY, RETRY_AFTER},
    },
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

/// Why a form was refused, for its page to say so.
struct Refused {
    status: StatusCode,
    errors: Vec<FieldError>,
    /// What is wrong with no field in particular; empty: nothing.
    problem: String,
}

impl Refused {
    /// Tells what the page of a form says itself from what has a page of its own.
    fn of(error: ApiError) -> Result<Self, Failure> {
        let status = status(&error);
        match error {
            ApiError::Invalid(errors) => Ok(Self { status, errors, problem: String::new() }),
            ApiError::RateLimited | ApiError::WrongCredentials => {
                Ok(Self { status, errors: Vec::new(), problem: error.to_string() })
            }
            error => Err(error.into()),
        }
    }

    /// What is wrong with a field; empty: nothing.
    fn at(&self, field: &str) -> String {
        at(&self.errors, field)
    }

    /// Says when to try again, if it was too often.
    fn answer(&self, mut page: Response) -> Response {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        }
        page
    }
}

/// What stands in a link out of a mail.
#[derive(Debug, Default, Deserialize)]
pub(super) struct LinkQuery {
    #[serde(default)]
    token: String,
}

/// The address of this page is a secret: it is told to no other site, not even ours.
fn unreferred(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn at(errors: &[FieldError], field: &str) -> String {
    errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default()
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Says when to try again, if it was too often.
pub(super) fn limited(error: &ApiError, mut response: Response) -> Response {
    if *error == ApiError::RateLimited {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
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
