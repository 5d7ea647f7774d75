//! Ring 1, the seam between browser and server: `#[server]` functions and what goes through them. Nothing else.

pub mod accounts;
pub mod answers;
pub mod archives;
pub mod resumes;

use crate::domain::validate::FieldError;
use leptos::{
    prelude::{FromServerFnError, use_context},
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Identifies a CV: `resumes.id`.
pub type ResumeId = i32;

/// The largest request, but for an upload.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Everything that can go wrong with a server function. Closed: the interface has an answer to each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// No session, or it is over. 401.
    #[error("You are signed out.")]
    Unauthenticated,
    /// No account has this address and this password. 401.
    #[error("No account has this address and this password.")]
    WrongCredentials,
    /// It does not exist, or belongs to somebody else. 404.
    #[error("That does not exist.")]
    NotFound,
    /// The fields named cannot be accepted. 422.
    #[error("Some fields need attention.")]
    Invalid(Vec<FieldError>),
    /// It was changed elsewhere since it was loaded. 409.
    #[error("This CV was changed elsewhere.")]
    Conflict {
        /// The revision that is stored now.
        current: i32,
    },
    /// More than is accepted. 413.
    #[error("That is larger than the {max} bytes that fit.")]
    TooLarge {
        /// The limit in bytes.
        max: u32,
    },
    /// A limit on how many there may be. 422.
    #[error("{0}")]
    Limit(String),
    /// Too often. 429.
    #[error("That was too often. Wait a moment and try again.")]
    RateLimited,
    /// A typesetting job failed; the next one will work. 422.
    #[error("{0}")]
    Render(String),
    /// The database or the storage does not answer, or the typesetter has too much to do. 503.
    #[error("The server cannot do that just now. Nothing is lost; try again in a moment.")]
    Unavailable,
    /// A fault of ours, logged under this id. 500.
    #[error("Something went wrong on our side (request {request_id}).")]
    Internal {
        /// What the log knows it by.
        request_id: String,
    },
    /// The request never arrived, or it or its answer made no sense. 400.
    #[error("The server cannot be reached.")]
    Transport(String),
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl ApiError {
    /// One field that cannot be accepted, and what to do about it.
    pub fn at(field: &str, message: &str) -> Self {
        FieldError { field: field.into(), message: message.into() }.into()
    }

    /// More than so many bytes.
    pub fn larger_than(max: usize) -> Self {
        Self::TooLarge { max: u32::try_from(max).unwrap_or(u32::MAX) }
    }

    /// Whether the same may work in a while, with nothing changed.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Transport(_) | Self::Unavailable | Self::Internal { .. } | Self::RateLimited)
    }

    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated | Self::WrongCredentials => 401,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::Invalid(_) | Self::Limit(_) | Self::Render(_) => 422,
            Self::RateLimited => 429,
            Self::Transport(_) => 400,
            Self::Internal { .. } => 500,
            Self::Unavailable => 503,
        }
    }
}

/// In the context of a request: told of an error that no function answered, because the request could not be read.
#[derive(Clone, Copy, Debug)]
pub struct OnUnreadable(pub fn(&ApiError));

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = Self::Transport(error.to_string());
        if let Some(OnUnreadable(note)) = use_context() {
            note(&error);
        }
        error
    }
}
