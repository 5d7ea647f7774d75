//! Where what was typed is, and the words for it.

use crate::api::ApiError;

/// Where the text is, or the name.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveStatus {
    /// On the server.
    Saved,
    /// About to be sent, or sent.
    Saving,
    /// Here; the server cannot be reached and is tried again.
    Offline,
    /// Here; the server cannot save just now and is tried again.
    Unavailable,
    /// Here; the server has another text.
    Conflict,
    /// Here; the session is over.
    SignedOut,
    /// Here; the server does not accept it as it is, for this reason.
    Refused(String),
}

impl SaveStatus {
    /// In words.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Saved => "Saved",
            Self::Saving => "Saving…",
            Self::Offline => "Not saved — offline",
            Self::Unavailable => "Not saved — trying again",
            Self::Conflict => "Not saved — changed elsewhere",
            Self::SignedOut => "Not saved — logged out",
            Self::Refused(_) => "Not saved",
        }
    }

    /// After this error.
    pub fn of(error: &ApiError) -> Self {
        match error {
            ApiError::Transport(_) => Self::Offline,
            ApiError::Unauthenticated => Self::SignedOut,
            // Much was written at once; the rest goes on in a moment.
            ApiError::RateLimited => Self::Saving,
            error if error.is_passing() => Self::Unavailable,
            error => Self::Refused(error.to_string()),
        }
    }

    /// As the style sheet knows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Saving => "saving",
            _ => "unsaved",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_too_fast_is_still_being_saved() {
        assert_eq!(SaveStatus::of(&ApiError::RateLimited), SaveStatus::Saving);
        assert_eq!(SaveStatus::of(&ApiError::Unavailable), SaveStatus::Unavailable);
    }
}
