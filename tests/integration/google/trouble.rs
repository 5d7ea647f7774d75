//! A provider that is down, slow, or leads where it should not.

use super::{
    ADA, EMAIL, Provider, account, accounts, heading, is_in, log_in,
    provider::{Begun, Trouble, begin},
};
use crate::support::{Answer, TestApp};
use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

const CONFIGURATION: &str = "/.well-known/openid-configuration";

/// A page that says so, and everything else as it was.
async fn is_away(app: &TestApp, answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{why}: {}", answer.text());
    assert_eq!(heading(answer), "Google cannot be reached", "{why}");
    assert!(answer.text().contains("href=\"/login\""), "{why}");
    assert!(!answer.text().contains("database"), "{why}");
    assert_eq!(log_in(&app.browser(), EMAIL, "").await.status, StatusCode::SEE_OTHER, "{why}: by password");
}

#[sqlx::test]
async fn a_provider_that_is_down_at_the_beginning_leaves_the_password(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    for (why, trouble) in [
        ("500", Trouble::Status(CONFIGURATION, StatusCode::INTERNAL_SERVER_ERROR)),
        ("404", Trouble::Status(CONFIGURATION, StatusCode::NOT_FOUND)),
        ("nonsense", Trouble::Flood(CONFIGURATION, 3)),
        ("too much", Trouble::Flood(CONFIGURATION, 1_000_000)),
        ("no keys", Trouble::Status("/keys", StatusCode::BAD_GATEWAY)),
        ("another issuer", Trouble::Says("issuer", json!("https://evil.example"))),
    ] {
        provider.trouble(Some(trouble));
        let answer = app.browser().get("/auth/google").await;
        is_away(&app, &answer, why).await;
        assert!(app.browser().get("/login").await.text().contains("Continue with Google"), "{why}: it may come back");
    }
    provider.trouble(None);
    begin(&app.browser(), "/auth/google").await;
}

#[sqlx::test]
async fn a_provider_that_is_not_there_leaves_the_password(pool: PgPool) {
    let app = TestApp::with(pool, |settings| {
        settings.google.client_id = "id".into();
        settings.google.client_secret = vitae::server::config::Secret("secret".into());
        // Nobody listens on the port of discard.
        settings.google.issuer_url = "http://127.0.0.1:9".into();
    });
    account(&app, EMAIL).await;
    is_away(&app, &app.browser().get("/auth/google").await, "nobody listens").await;
}

#[sqlx::test]
async fn a_provider_that_breaks_off_at_the_end_lets_nobody_in(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    let browser = app.browser();
    for (why, trouble) in [
        ("500", Trouble::Status("/token", StatusCode::INTERNAL_SERVER_ERROR)),
        ("429", Trouble::Status("/token", StatusCode::TOO_MANY_REQUESTS)),
        ("too much", Trouble::Flood("/token", 1_000_000)),
    ] {
        let begun = begin(&browser, "/auth/google").await;
        provider.trouble(Some(trouble));
        is_away(&app, &browser.get(&provider.approve(&begun, ADA, |_| {})).await, why).await;
        provider.trouble(None);
        assert!(!is_in(&browser).await, "{why}");
    }
    let begun = begin(&browser, "/auth/google").await;
    let failed = format!("/auth/google/callback?error=temporarily_unavailable&state={}", begun.state);
    is_away(&app, &browser.get(&failed).await, "an error in the address").await;
    let begun = begin(&browser, "/auth/google").await;
    provider.trouble(Some(Trouble::Flood("/token", 3)));
    let answer = browser.get(&provider.approve(&begun, ADA, |_| {})).await;
    assert_eq!(
        (answer.status, heading(&answer)),
        (StatusCode::BAD_REQUEST, "Google's answer could not be used".into())
    );
    assert_eq!(accounts(&app).await.len(), 1);
}

#[sqlx::test]
async fn nobody_waits_long_for_a_provider(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    let browser = app.browser();
    let begun: Begun = begin(&browser, "/auth/google").await;
    provider.trouble(Some(Trouble::Silence("/token")));
    let started = Instant::now();
    is_away(&app, &browser.get(&provider.approve(&begun, ADA, |_| {})).await, "silence").await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[sqlx::test]
async fn vitae_follows_a_provider_nowhere(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&visits);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let inside = format!("http://{}/latest/meta-data", listener.local_addr().expect("an address"));
    let router = axum::Router::new().fallback(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready("secrets")
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    for path in [CONFIGURATION, "/keys"] {
        provider.trouble(Some(Trouble::Elsewhere(path, inside.clone())));
        is_away(&app, &app.browser().get("/auth/google").await, path).await;
    }
    provider.trouble(None);
    let browser = app.browser();
    let begun = begin(&browser, "/auth/google").await;
    provider.trouble(Some(Trouble::Elsewhere("/token", inside)));
    is_away(&app, &browser.get(&provider.approve(&begun, ADA, |_| {})).await, "/token").await;
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}
