//! A provider of OpenID Connect that says whatever a test wants, with whatever key.

use crate::support::{Answer, Browser, TestApp};
use axum::{
    Form, Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey,
    core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
    url::Url,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    collections::HashMap,
    process::Command,
    sync::{Arc, LazyLock, Mutex},
};
use vitae::server::{clock::Clock, config::Secret};

pub(crate) const CLIENT_ID: &str = "vitae-of-the-tests";
const CLIENT_SECRET: &str = "a secret of the tests";

/// The key that the provider publishes, and one that it does not.
pub(crate) static KEY: LazyLock<Key> = LazyLock::new(|| Key::new("first"));
pub(crate) static OTHER_KEY: LazyLock<Key> = LazyLock::new(|| Key::new("second"));

/// An RSA key, made anew for each run.
pub(crate) struct Key {
    pub(crate) id: &'static str,
    pem: String,
}

impl Key {
    fn new(id: &'static str) -> Self {
        let made = Command::new("openssl").args(["genrsa", "-traditional", "2048"]).output().expect("openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { id, pem: String::from_utf8(made.stdout).expect("PEM is text") }
    }

    fn signing(&self) -> CoreRsaPrivateSigningKey {
        CoreRsaPrivateSigningKey::from_pem(&self.pem, Some(JsonWebKeyId::new(self.id.into()))).expect("a key")
    }

    /// As the provider publishes it.
    pub(crate) fn public(&self) -> Value {
        serde_json::to_value(self.signing().as_verification_key()).expect("JSON")
    }
}

/// How a token is signed.
#[derive(Clone, Copy)]
pub(crate) enum Signature {
    Rsa(&'static Key),
    Rsa512(&'static Key),
    /// With the octets of a public key as a shared secret.
    HmacOfPublicKey,
    /// With the client's secret.
    HmacOfSecret,
    None,
    Spoiled,
}

/// A token before it is signed.
pub(crate) struct Draft {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) signature: Signature,
}

impl Draft {
    fn sign(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&self.header), part(&self.claims));
        let rsa = |key: &Key, algorithm| key.signing().sign(&algorithm, message.as_bytes()).expect("signed");
        let hmac = |secret: &[u8]| {
            let key = CoreHmacKey::new(secret.to_vec());
            key.sign(&CoreJwsSigningAlgorithm::HmacSha256, message.as_bytes()).expect("signed")
        };
        let signature = match self.signature {
            Signature::Rsa(key) => rsa(key, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
            Signature::Rsa512(key) => rsa(key, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512),
            Signature::HmacOfPublicKey => hmac(KEY.public()["n"].as_str().expect("a modulus").as_bytes()),
            Signature::HmacOfSecret => hmac(CLIENT_SECRET.as_bytes()),
            Signature::None => Vec::new(),
            Signature::Spoiled => {
                let mut signature = rsa(&KEY, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256);
                signature[7] ^= 1;
                signature
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What is wrong with the provider.
#[derive(Clone, PartialEq)]
pub(crate) enum Trouble {
    /// One path answers with a status.
    Status(&'static str, StatusCode),
    /// One path leads elsewhere.
    Elsewhere(&'static str, String),
    /// One path never answers.
    Silence(&'static str),
    /// One path answers with so much.
    Flood(&'static str, usize),
    /// The address of an endpoint, or anything else that it says about itself.
    Says(&'static str, Value),
}

#[derive(Default)]
struct Inside {
    codes: HashMap<String, (String, String)>,
    keys: Vec<Value>,
    trouble: Option<Trouble>,
    asked: Vec<String>,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    clock: Clock,
    inside: Arc<Mutex<Inside>>,
}

impl Provider {
    /// A provider on a free port, and an application that trusts it.
    pub(crate) async fn start(pool: PgPool) -> (Self, TestApp) {
        Self::start_with(pool, |_| {}).await
    }

    /// Likewise, with other settings.
    pub(crate) async fn start_with(
        pool: PgPool,
        change: impl FnOnce(&mut vitae::server::config::Settings),
    ) -> (Self, TestApp) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let app = TestApp::with(pool, |settings| {
            settings.google.client_id = CLIENT_ID.into();
            settings.google.client_secret = Secret(CLIENT_SECRET.into());
            settings.google.issuer_url.clone_from(&issuer);
            change(settings);
        });
        let inside = Inside { keys: vec![KEY.public()], ..Inside::default() };
        let provider = Self { issuer, clock: app.clock.clone(), inside: Arc::new(Mutex::new(inside)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .layer(middleware::from_fn_with_state(provider.clone(), trouble))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (provider, app)
    }

    pub(crate) fn trouble(&self, trouble: Option<Trouble>) {
        self.inside.lock().expect("not poisoned").trouble = trouble;
    }

    pub(crate) fn publish(&self, keys: Vec<Value>) {
        self.inside.lock().expect("not poisoned").keys = keys;
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.inside.lock().expect("not poisoned").asked.clone()
    }

    /// Somebody goes through the pages of the provider: the address at which they come back, with a token that `change`
    /// has had its way with.
    pub(crate) fn approve(&self, begun: &Begun, person: Person<'_>, change: impl FnOnce(&mut Draft)) -> String {
        let now = self.clock.now().unix_timestamp();
        let mut draft = Draft {
            header: json!({ "alg": "RS256", "kid": KEY.id, "typ": "JWT" }),
            claims: json!({
                "iss": self.issuer, "aud": CLIENT_ID, "azp": CLIENT_ID, "sub": person.sub, "nonce": begun.nonce,
                "email": person.email, "email_verified": true, "iat": now, "exp": now + 3600,
            }),
            signature: Signature::Rsa(&KEY),
        };
        change(&mut draft);
        let code = uuid::Uuid::new_v4().to_string();
        self.inside.lock().expect("not poisoned").codes.insert(code.clone(), (begun.challenge.clone(), draft.sign()));
        format!("/auth/google/callback?code={code}&state={}", begun.state)
    }

    /// Somebody logs in from beginning to end.
    pub(crate) async fn log_in(&self, browser: &Browser, person: Person<'_>) -> Answer {
        self.log_in_with(browser, person, |_| {}).await
    }

    /// Likewise, with a token that `change` has had its way with.
    pub(crate) async fn log_in_with(
        &self,
        browser: &Browser,
        person: Person<'_>,
        change: impl FnOnce(&mut Draft),
    ) -> Answer {
        let begun = begin(browser, "/auth/google").await;
        browser.get(&self.approve(&begun, person, change)).await
    }
}

/// Somebody at the provider.
#[derive(Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) sub: &'a str,
    pub(crate) email: &'a str,
}

/// What the application sends along to the provider.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) address: Url,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) challenge: String,
}

/// Begins at an address of the application, up to the door of the provider.
pub(crate) async fn begin(browser: &Browser, path: &str) -> Begun {
    begun(&browser.get(path).await)
}

/// What an answer that leads to the provider sends along.
pub(crate) fn begun(answer: &Answer) -> Begun {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let address = Url::parse(answer.location()).unwrap_or_else(|error| panic!("{error}: {}", answer.location()));
    let query: HashMap<String, String> = address.query_pairs().into_owned().collect();
    let part = |name: &str| query.get(name).unwrap_or_else(|| panic!("no {name} in {address}")).clone();
    Begun { state: part("state"), nonce: part("nonce"), challenge: part("code_challenge"), address }
}

async fn trouble(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let trouble = {
        let mut inside = provider.inside.lock().expect("not poisoned");
        inside.asked.push(path.clone());
        inside.trouble.clone()
    };
    match trouble {
        Some(Trouble::Status(at, status)) if at == path => status.into_response(),
        Some(Trouble::Elsewhere(at, to)) if at == path => Redirect::temporary(&to).into_response(),
        Some(Trouble::Silence(at)) if at == path => std::future::pending().await,
        Some(Trouble::Flood(at, size)) if at == path => Json(json!({ "flood": "x".repeat(size) })).into_response(),
        _ => next.run(request).await,
    }
}

async fn configuration(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    let mut said = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // More than Vitae takes.
        "id_token_signing_alg_values_supported": ["RS256", "RS512", "HS256", "none"],
    });
    if let Some(Trouble::Says(what, value)) = &provider.inside.lock().expect("not poisoned").trouble {
        said[*what] = value.clone();
    }
    Json(said)
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let keys = provider.inside.lock().expect("not poisoned").keys.clone();
    Json(json!({ "keys": keys }))
}

/// Changes a code for a token: once, for the client that asked for it, and for whoever began (PKCE).
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let part = |name: &str| form.get(name).cloned().unwrap_or_default();
    let secret = CLIENT_SECRET.replace(' ', "+");
    let expected = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT_ID}:{secret}"));
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if authorization != format!("Basic {expected}") {
        return refuse("invalid_client");
    }
    let Some((challenge, id_token)) = provider.inside.lock().expect("not poisoned").codes.remove(&part("code")) else {
        return refuse("invalid_grant");
    };
    let verifier = PkceCodeVerifier::new(part("code_verifier"));
    let fits = PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() == challenge;
    if !fits || !part("redirect_uri").ends_with("/auth/google/callback") {
        return refuse("invalid_grant");
    }
    Json(json!({ "access_token": "of no use", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token }))
        .into_response()
}
