//! Google, or a provider of OpenID Connect in its place: authorization code, PKCE, state and nonce.
//!
//! Here is who somebody is at Google. Who they are in Vitae is decided in [`crate::server::accounts::google`].

pub mod flow;
mod http;
mod token;

use self::{
    http::Http,
    token::{Expected, Refusal},
};
use crate::{
    domain::account::EmailAddress,
    server::{config, fault},
};
use anyhow::{Context, ensure};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreProviderMetadata},
    url::{Host, Url},
};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use time::OffsetDateTime;

/// Where Google sends people back to.
const CALLBACK: &str = "/auth/google/callback";

/// How long what Google says about itself, its keys too, is believed without asking again. A key that is not among them
/// is asked for at once.
const KNOWN_FOR: time::Duration = time::Duration::hours(1);

/// A client that knows where to send people and where to change codes.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What can go wrong between Vitae and Google.
#[derive(Debug, thiserror::Error)]
pub enum GoogleError {
    /// It does not answer, or not in time, or not as it should.
    #[error("Google does not answer: {0}")]
    Away(String),
    /// It answers, and does not take Vitae for what it says it is: the settings are wrong.
    #[error("Google does not accept the settings: {0}")]
    Settings(String),
    /// The code is of no use: used already, made up, or begun elsewhere.
    #[error("Google does not accept the code")]
    Code,
    /// What should say who somebody is does not hold.
    #[error("the ID token is refused: {0}")]
    Token(&'static str),
}

/// Somebody as Google knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `sub`: the only thing that names them for good.
    pub sub: String,
    /// Their address, if Google says in the same breath that it is theirs.
    pub email: Option<EmailAddress>,
}

/// What the browser that begins must bring back, and what it must not see.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Secrets {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the ID token.
    nonce: String,
    /// Shows Google that who changes the code is who asked for it (PKCE).
    verifier: String,
}

/// Google; cheap to clone.
#[derive(Clone)]
pub struct Google(Arc<Inner>);

struct Inner {
    client_id: ClientId,
    client_secret: ClientSecret,
    issuer: IssuerUrl,
    back: RedirectUrl,
    http: Http,
    known: RwLock<Option<Known>>,
}

/// What Google says about itself, and since when that is known.
#[derive(Clone)]
struct Known {
    metadata: CoreProviderMetadata,
    since: OffsetDateTime,
}

impl Google {
    /// Google as the settings have it; nothing if they do not. Nothing is asked of it yet.
    ///
    /// # Errors
    /// The secret is missing, or the issuer is no https address (http is for the machine itself).
    pub fn open(settings: &config::Google, public_url: &str) -> anyhow::Result<Option<Self>> {
        if settings.client_id.is_empty() {
            return Ok(None);
        }
        ensure!(!settings.client_secret.0.is_empty(), "GOOGLE_CLIENT_ID is set: set GOOGLE_CLIENT_SECRET too.");
        let issuer = IssuerUrl::new(settings.issuer_url.clone()).context("GOOGLE_ISSUER_URL is no address.")?;
        let is_here = is_this_machine(issuer.url());
        ensure!(is_here || issuer.url().scheme() == "https", "GOOGLE_ISSUER_URL must begin with https://.");
        let back = RedirectUrl::new([public_url, CALLBACK].concat()).context("PUBLIC_URL is no address.")?;
        Ok(Some(Self(Arc::new(Inner {
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: ClientSecret::new(settings.client_secret.0.clone()),
            issuer,
            back,
            http: Http::new(is_here)?,
            known: RwLock::default(),
        }))))
    }

    /// Where to send somebody, and what their browser must bring back. They choose the account themselves, so that a
    /// link of somebody else's never does anything unseen. If `anew`, they are to show Google once more who they are.
    ///
    /// # Errors
    /// [`GoogleError::Away`].
    pub async fn begin(&self, anew: bool, now: OffsetDateTime) -> Result<(String, Secrets), GoogleError> {
        let client = self.client(self.metadata(now).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(challenge)
            .add_prompt(CoreAuthPrompt::SelectAccount); // Google takes no other one that would ask: "login" is an error there
        let request = if anew { request.set_max_age(Duration::ZERO) } else { request };
        let (url, state, nonce) = request.url();
        let secrets =
            Secrets { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok((url.into(), secrets))
    }

    /// Changes the code that came back for who it is; `anew` as when it was begun.
    ///
    /// # Errors
    /// [`GoogleError`].
    pub async fn finish(
        &self,
        code: String,
        secrets: Secrets,
        anew: bool,
        now: OffsetDateTime,
    ) -> Result<Identity, GoogleError> {
        let client = self.client(self.metadata(now).await?);
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| GoogleError::Settings("it has no token endpoint".into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier));
        let answer = request.request_async(&self.0.http).await.map_err(|error| match error {
            RequestTokenError::Request(fault) => away(&fault),
            RequestTokenError::ServerResponse(refusal) => match refusal.error().as_ref() {
                "invalid_grant" => GoogleError::Code,
                other => GoogleError::Settings(other.to_owned()),
            },
            RequestTokenError::Parse(..) => GoogleError::Token("unreadable"),
            RequestTokenError::Other(problem) => GoogleError::Away(problem),
        })?;
        let token = answer.id_token().ok_or(GoogleError::Token("missing"))?;
        let nonce = Nonce::new(secrets.nonce);
        let expected = Expected { client_id: &self.0.client_id, nonce: &nonce, anew, now };
        match expected.identity(token, client.id_token_verifier()) {
            // Keys are changed now and then: this one may be newer than what is known.
            Err(Refusal::UnknownKey) => {
                let client = self.client(self.ask(now).await?);
                expected.identity(token, client.id_token_verifier())
            }
            identity => identity,
        }
        .map_err(|refusal| GoogleError::Token(refusal.name()))
    }

    /// Asks what it says about itself.
    ///
    /// # Errors
    /// [`GoogleError::Away`].
    pub async fn greet(&self, now: OffsetDateTime) -> Result<(), GoogleError> {
        self.ask(now).await.map(|_| ())
    }

    /// Whether this is the issuer, if an answer names one (RFC 9207).
    pub fn is_issuer(&self, named: Option<&str>) -> bool {
        named.is_none_or(|named| named == self.0.issuer.as_str())
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Client {
        let Inner { client_id, client_secret, back, .. } = &*self.0;
        CoreClient::from_provider_metadata(metadata, client_id.clone(), Some(client_secret.clone()))
            .set_redirect_uri(back.clone())
    }

    /// What Google says about itself, asked for if it is not known or was asked for long ago.
    async fn metadata(&self, now: OffsetDateTime) -> Result<CoreProviderMetadata, GoogleError> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if now - known.since < KNOWN_FOR => Ok(known.metadata),
            _ => self.ask(now).await,
        }
    }

    async fn ask(&self, now: OffsetDateTime) -> Result<CoreProviderMetadata, GoogleError> {
        let metadata = CoreProviderMetadata::discover_async(self.0.issuer.clone(), &self.0.http).await;
        let metadata = metadata.map_err(|error| away(&error))?;
        let known = Known { metadata: metadata.clone(), since: now };
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }
}

fn away(error: &(dyn std::error::Error + 'static)) -> GoogleError {
    GoogleError::Away(fault::chain(error))
}

/// Whether an address is one of the machine itself, where plain http is safe.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Secret;

    fn open(client_id: &str, client_secret: &str, issuer_url: &str) -> anyhow::Result<Option<Google>> {
        let settings = config::Google {
            client_id: client_id.into(),
            client_secret: Secret(client_secret.into()),
            issuer_url: issuer_url.into(),
        };
        Google::open(&settings, "https://cv.example.org")
    }

    #[test]
    fn without_a_client_id_there_is_no_google() {
        assert!(open("", "", "https://accounts.google.com").is_ok_and(|google| google.is_none()));
    }

    #[test]
    fn settings_that_would_not_be_safe_are_refused() {
        assert!(open("id", "secret", "https://accounts.google.com").is_ok_and(|google| google.is_some()));
        assert!(open("id", "secret", "http://localhost:4010").is_ok_and(|google| google.is_some()));
        assert!(open("id", "secret", "http://[::1]:4010").is_ok_and(|google| google.is_some()));
        for (secret, issuer) in [
            ("", "https://accounts.google.com"),
            ("secret", "http://accounts.google.com"),
            ("secret", "http://localhost.example.org"),
            ("secret", "http://10.0.0.1"),
            ("secret", "accounts.google.com"),
            ("secret", ""),
        ] {
            assert!(open("id", secret, issuer).is_err(), "{issuer}");
        }
    }
}
