//! Why a form was refused, for its page to say so: what was typed is in it again.

use super::pages::Failure;
use crate::{api::ApiError, domain::validate::FieldError};
use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::Response,
};

/// Why a form was refused.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    errors: Vec<FieldError>,
    /// What is wrong with no field in particular; empty: nothing.
    pub(super) problem: String,
}

impl Refused {
    /// Tells what the page of a form says itself from what has a page of its own.
    pub(super) fn of(error: ApiError) -> Result<Self, Failure> {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match error {
            ApiError::Invalid(errors) => Ok(Self { status, errors, problem: String::new() }),
            ApiError::RateLimited | ApiError::WrongCredentials | ApiError::Unavailable => {
                Ok(Self { status, errors: Vec::new(), problem: error.to_string() })
            }
            error => Err(error.into()),
        }
    }

    /// What is wrong with a field; empty: nothing.
    pub(super) fn at(&self, field: &str) -> String {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default()
    }

    /// What is wrong, for a form of one field.
    pub(super) fn sentence(&self) -> String {
        self.errors.first().map_or_else(|| self.problem.clone(), |error| error.message.clone())
    }

    /// Says when to try again, if that can help.
    pub(super) fn answer(&self, mut page: Response) -> Response {
        let seconds = match self.status {
            StatusCode::TOO_MANY_REQUESTS => "60",
            StatusCode::SERVICE_UNAVAILABLE => "5",
            _ => return page,
        };
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        page
    }
}
