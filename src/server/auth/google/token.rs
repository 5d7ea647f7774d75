//! What an ID token must be to be believed (OpenID Connect Core §3.1.3.7): what the library checks, and what it leaves
//! to us, which is `azp`, `iat`, `auth_time` and what `email` is worth.

use super::{Identity, flow};
use crate::domain::account::EmailAddress;
use chrono::{DateTime, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm},
};
use time::OffsetDateTime;

/// How far two clocks may be apart.
const SKEW: i64 = 60;

/// Most characters of a `sub` (OpenID Connect Core §2, and `users.google_id`).
const SUB: usize = 255;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is signed with a key that is not known.
    UnknownKey,
    /// Anything else, in a word or two.
    Other(&'static str),
}

impl Refusal {
    /// As it is logged. Nothing of what the token says is in it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown key",
            Self::Other(name) => name,
        }
    }
}

impl From<&ClaimsVerificationError> for Refusal {
    fn from(error: &ClaimsVerificationError) -> Self {
        Self::Other(match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                return Self::UnknownKey;
            }
            ClaimsVerificationError::SignatureVerification(_) => "signature",
            ClaimsVerificationError::Expired(_) => "too old or too new",
            ClaimsVerificationError::InvalidAudience(_) => "for another audience",
            ClaimsVerificationError::InvalidIssuer(_) => "of another issuer",
            ClaimsVerificationError::InvalidNonce(_) => "of another login",
            ClaimsVerificationError::InvalidAuthTime(_) => "of a login long ago",
            _ => "of a kind that is not supported",
        })
    }
}

/// What a token is held against.
pub(super) struct Expected<'a> {
    /// Us.
    pub(super) client_id: &'a ClientId,
    /// What this login was begun with.
    pub(super) nonce: &'a Nonce,
    /// Whether somebody was to show once more who they are.
    pub(super) anew: bool,
    /// The time.
    pub(super) now: OffsetDateTime,
}

impl Expected<'_> {
    /// Who a token says that somebody is.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(super) fn identity(&self, token: &CoreIdToken, verifier: CoreIdTokenVerifier<'_>) -> Result<Identity, Refusal> {
        let now = DateTime::from_timestamp(self.now.unix_timestamp(), 0).ok_or(Refusal::Other("of no time"))?;
        let anew = self.anew;
        let verifier = verifier
            .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| is_of_this_login(issued, now))
            // OpenID Connect has `auth_time` in the token if `max_age` was asked for. Google takes the one and leaves
            // the other out; then it is its account chooser that somebody has been through.
            .set_auth_time_verifier_fn(move |shown| match shown {
                Some(shown) if anew => is_of_this_login(shown, now),
                _ => Ok(()),
            });
        let claims = token.claims(&verifier, self.nonce).map_err(|error| Refusal::from(&error))?;
        // A token for somebody else's client is none for us, whatever its audience says.
        if claims.authorized_party().is_some_and(|party| party != self.client_id) {
            return Err(Refusal::Other("for another party"));
        }
        let sub = claims.subject().as_str();
        if sub.is_empty() || sub.len() > SUB || !sub.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::Other("of nobody"));
        }
        Ok(Identity { sub: sub.to_owned(), email: confirmed_email(claims) })
    }
}

/// An address counts only if the same token says that it is confirmed. One of a guest counts never.
fn confirmed_email(claims: &CoreIdTokenClaims) -> Option<EmailAddress> {
    let email = claims.email().filter(|_| claims.email_verified() == Some(true))?;
    EmailAddress::parse(email).ok()
}

/// What is older than a login may take belongs to another one.
fn is_of_this_login(issued: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    let age = now.timestamp() - issued.timestamp();
    let fits = (-SKEW..=flow::LIFETIME.whole_seconds() + SKEW).contains(&age);
    if fits { Ok(()) } else { Err("not of this login".into()) }
}
