//! Links in mails: a secret of 128 bits, of which only the hash is stored, good once and for a short time.

use crate::server::{
    db::{
        DbError,
        accounts::Account,
        tokens::{self, Token},
    },
    hex,
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

/// What following a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the account that somebody asked for.
    SignUp,
    /// Sets a new password.
    ResetPassword,
    /// Changes the address of an account.
    ChangeEmail,
}

impl Purpose {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
        }
    }

    /// How long a link out of a mail is good: ten minutes if it opens an account (OWASP ASVS 5.0, 6.5.5). The one that
    /// ends a sign-up opens nothing without the password that was chosen, or the browser in which it was.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::SignUp => Duration::hours(24),
            Self::ResetPassword | Self::ChangeEmail => Duration::minutes(10),
        }
    }
}

/// What stands in a link: 32 digits, or what somebody put there, which stands for nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret of these random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(hex::encode(&random))
    }

    /// As it stands in a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// The token that it stands for, if that is still of use and does this.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, pool: &PgPool, purpose: Purpose, now: OffsetDateTime) -> Result<Option<Token>, DbError> {
        tokens::find(pool, &self.hash(), purpose.as_str(), now).await
    }
}

/// The token of a link that sets a new password. It is good as long as the account has its address: whoever reads the
/// mails of an address that it had is not to come in.
pub fn reset_token(account: &Account, expires_at: OffsetDateTime) -> Token {
    let (purpose, data) = (Purpose::ResetPassword.as_str().into(), Value::String(account.email.clone()));
    Token { purpose, user_id: Some(account.id), data, expires_at }
}
