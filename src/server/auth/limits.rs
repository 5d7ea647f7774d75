//! How often something may be tried: leaking buckets in the database, so that all processes count together.

use crate::{
    api::ApiError,
    server::{config::Limits, db::attempts, state::AppState},
};
use sha2::{Digest, Sha256};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Wrong passwords for one account from one network. Counted apart for each network, so that nobody can lock
    /// somebody else out.
    LogIn,
    /// Wrong passwords for one account from networks that its owner has never been in (NIST SP 800-63B-4 §3.2.2: no more
    /// than 100 in a row).
    LogInFromStrangers,
    /// Attempts to log in from one network, whatever the account.
    LogInHere,
    /// Ways to Google begun from one network. A page elsewhere can have its visitors begin them, and must not use up the
    /// tries with a password.
    GoogleHere,
    /// Wrong codes for one account, after the right password: an attacker has a chance of one in a thousand a day.
    Code,
    /// Accounts and guests made from one network.
    SignUp,
    /// Everything of an account taken out in one file.
    Export,
    /// Such files put in from one network.
    Import,

    /// New passwords asked for from one network.
    Recover,
    /// Other addresses that one account asks for: each has a mail sent to somebody who may be a stranger.
    AddressChange,
    /// Mails to one address that anybody can have sent, by a wish for an account. Counted apart from the two below, so
    /// that nobody can keep somebody else from a new password by them.
    SignUpMail,
    /// Likewise, by a wish for a new password.
    RecoverMail,
    /// Likewise, by the owner of an account who wants that address for it.
    AddressMail,
}

impl Limit {
    /// As the names of buckets begin.
    fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::LogInFromStrangers => "log-in-from-strangers",
            Self::LogInHere => "log-in-here",
            Self::GoogleHere => "google-here",
            Self::Code => "code",
            Self::SignUp => "sign-up",
            Self::Export => "export",
            Self::Import => "import",

            Self::Recover => "recover",
            Self::AddressChange => "address-change",
            Self::SignUpMail => "sign-up-mail",
            Self::RecoverMail => "recover-mail",
            Self::AddressMail => "address-mail",
        }
    }

    /// Tries at once, and seconds until one of them is forgotten.
    fn measures(self, limits: &Limits) -> (u32, u32) {
        match self {
            Self::LogIn => (10, 60),
            Self::LogInFromStrangers => (100, 600),
            Self::LogInHere | Self::GoogleHere => (60, 5),
            Self::Code => (8, 300),
            Self::SignUp => (limits.sign_ups, 60),
            Self::Export => (5, 600),
            Self::Import => (10, 120),

            Self::Recover => (limits.sign_ups, 300),
            Self::AddressChange => (5, 720),
            Self::SignUpMail | Self::RecoverMail | Self::AddressMail => (3, 1200),
        }
    }

    /// Names the bucket, and nobody.
    fn key(self, whose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.name());
        hash.update([0]);
        hash.update(whose.to_lowercase());
        hash.finalize().into()
    }

    /// Counts one try.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] if there were too many.
    pub async fn count(self, state: &AppState, whose: &str) -> Result<(), ApiError> {
        let (size, seconds) = self.measures(&state.settings.limits);
        let (size, leak, now) = (f64::from(size), 1.0 / f64::from(seconds), state.clock.now());
        let level = attempts::pour(state.db.pool(), &self.key(whose), size, leak, now).await?;
        if level > size { Err(ApiError::RateLimited) } else { Ok(()) }
    }

    /// Forgets the tries of somebody who has shown who they are.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] without a database.
    pub async fn forget(self, state: &AppState, whose: &str) -> Result<(), ApiError> {
        Ok(attempts::empty(state.db.pool(), &self.key(whose)).await?)
    }
}
