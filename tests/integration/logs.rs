//! What is written to the log, and what never is (T26).

use crate::support::{TestApp, save, with_mail};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    io,
    sync::{Arc, Mutex},
};

const EMAIL: &str = "canary@example.org";
const PASSWORD: &str = "seven canaries in a mine";
const WRONG: &str = "eight canaries in a mine";
const TEXT: &str = "Canary of the Text";

/// Keeps what is written to it.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("UTF-8")
    }
}

/// What somebody types, and what they are given to show who they are; faults, too.
#[sqlx::test]
async fn nothing_of_anybody_is_in_the_log(pool: PgPool) {
    let log = Kept::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let logging = tracing::subscriber::set_default(subscriber);

    let app = TestApp::with(pool, with_mail);
    let value =
        |cookie: Option<String>| cookie.expect("a session").split_once('=').expect("name and value").1.to_owned();
    let token = |link: &str| link.split_once("token=").expect("a token").1.to_owned();
    let (browser, id) = app.guest().await;
    let mut secrets = vec![value(browser.cookie())];
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    let mut document = loaded["document"].clone();
    document["basics"]["name"] = TEXT.into();
    assert_eq!(browser.call("save_resume", &save(id, 1, "a", &document)).await.status, StatusCode::OK);
    browser.post(&format!("/resumes/{id}/rename"), &[("name", TEXT)]).await;
    browser.get(&format!("/resumes/{id}/resume.json")).await;
    browser.upload("/resumes/import", "cv.json", TEXT.as_bytes()).await;

    browser.post("/signup", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let link = app.mail().await.link();
    secrets.push(token(&link));
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    let verified = browser.post("/verify-email", &[("token", &token(&link)), ("current", ""), ("password", "")]).await;
    assert_eq!(verified.location(), "/resumes");
    secrets.push(value(browser.cookie()));
    let stale = app.browser();
    stale.set_cookie(&format!("vitae={}", secrets[0]));
    assert_eq!(stale.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
    let wrong = app.browser().post("/login", &[("email", EMAIL), ("password", WRONG)]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    app.browser().call("log_in", &json!({ "email": EMAIL, "password": WRONG })).await;
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    let link = app.mail().await.link();
    secrets.push(token(&link));
    assert_eq!(app.browser().get(&link).await.status, StatusCode::OK);
    app.browser().get("/%1b%5b31m%0d%0aforged?query=canary-of-the-query").await;

    // What other tests logged at the moment when this one began may be remembered as what nobody wants to know.
    tracing::callsite::rebuild_interest_cache();
    sqlx::query("alter table resumes rename to gone").execute(&app.pool).await.expect("renamed");
    assert_eq!(browser.get("/resumes").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    browser.call("save_resume", &save(id, 2, "b", &document)).await;
    app.state.db.close().await;
    assert_eq!(browser.get("/resumes").await.status, StatusCode::SERVICE_UNAVAILABLE);
    drop(logging);

    let log = log.text();
    for line in ["POST /login 401", "POST /api/log_in 401", "GET /resumes 500", "GET /resumes 503", "request failed"] {
        assert!(log.contains(line), "{line} is missing in\n{log}");
    }
    let never = [EMAIL, PASSWORD, WRONG, TEXT, "canary-of-the-query", "192.0.2."];
    for text in secrets.iter().map(String::as_str).chain(never) {
        assert!(!log.contains(text), "{text} is in\n{log}");
    }
    assert!(log.contains("%0d%0aforged") && !log.contains("\nforged") && !log.contains('\u{1b}'), "{log}");
}

/// Everybody behind a proxy whose word is not taken counts as one: told once, without where anybody comes from, and not
/// where no proxy is expected.
#[sqlx::test]
async fn a_proxy_that_no_setting_names_is_told_once(pool: PgPool) {
    let told = "TRUSTED_PROXIES does not name";
    for (url, trusted, lines) in [
        ("https://cv.example.org", vec![], 1),
        ("https://cv.example.org", vec!["192.0.2.0/24".parse().expect("a network")], 0),
        ("http://127.0.0.1:3000", vec![], 0),
    ] {
        let log = Kept::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let logging = tracing::subscriber::set_default(subscriber);
        tracing::callsite::rebuild_interest_cache();
        let app = TestApp::with(pool.clone(), |settings| {
            settings.server.public_url = url.into();
            settings.server.trusted_proxies = trusted;
        });
        let browser = app.browser();
        browser.get("/").await;
        for _ in 0..3 {
            let request = axum::http::Request::get("/readyz").header("x-forwarded-for", "198.51.100.7");
            let ready: Value = browser.send(request, axum::body::Body::empty()).await.json();
            assert_eq!(ready["proxy"], if lines == 1 { "not in TRUSTED_PROXIES" } else { "ok" }, "{url}");
        }
        drop(logging);
        let log = log.text();
        assert_eq!(log.matches(told).count(), lines, "{url}: {log}");
        assert!(!log.contains("198.51.100.7") && !log.contains("192.0.2.1"), "{log}");
    }
}
