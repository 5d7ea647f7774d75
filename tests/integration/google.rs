//! Logging in with Google, from outside: what its owners can do. What nobody else can is in the parts.

mod claims;
mod flows;
pub(crate) mod provider;
mod tokens;
mod trouble;

use self::provider::{Person, Provider, begin};
use crate::support::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

pub(crate) const EMAIL: &str = "ada@example.org";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const ADA: Person<'_> = Person { sub: "100000000000000000001", email: EMAIL };
pub(crate) const EVE: Person<'_> = Person { sub: "100000000000000000666", email: "eve@example.org" };

/// An account with a password.
pub(crate) async fn account(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    let answer = browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

pub(crate) async fn log_in(browser: &Browser, email: &str, next: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", PASSWORD), ("next", next)]).await
}

pub(crate) async fn is_in(browser: &Browser) -> bool {
    browser.get("/resumes").await.status == StatusCode::OK
}

/// Whoever has each account: address and Google's `sub`, in order.
pub(crate) async fn accounts(app: &TestApp) -> Vec<(String, Option<String>)> {
    sqlx::query_as("select email, google_id from users where not is_guest order by id")
        .fetch_all(&app.pool)
        .await
        .expect("rows")
}

pub(crate) async fn kinds(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select kind from events order by id").fetch_all(&app.pool).await.expect("rows")
}

fn known(email: &str, sub: Option<&str>) -> (String, Option<String>) {
    (email.into(), sub.map(str::to_owned))
}

/// What a page shows first.
pub(crate) fn heading(answer: &Answer) -> String {
    let text = answer.text();
    let rest = text.split("<h1>").nth(1).unwrap_or_default();
    rest.split("</h1>").next().unwrap_or_default().replace("<!>", "")
}

#[sqlx::test]
async fn where_it_is_not_set_up_there_is_none(pool: PgPool) {
    let app = TestApp::new(pool);
    for page in ["/login", "/signup"] {
        assert!(!app.browser().get(page).await.text().contains("/auth/google"), "{page}");
    }
    for page in ["/auth/google", "/auth/google/callback?state=a&code=b"] {
        assert_eq!(app.browser().get(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    let browser = account(&app, EMAIL).await;
    assert!(!browser.get("/account").await.text().contains("Google"));
    assert_eq!(browser.get("/auth/google/link").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn somebody_new_has_an_account_and_comes_back_to_it(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let sign_up = browser.get("/signup").await.text();
    assert!(sign_up.contains("href=\"/auth/google\"") && sign_up.contains("Continue with Google"));

    let begun = begin(&browser, "/auth/google").await;
    assert!(begun.address.as_str().starts_with(&format!("{}/authorize?", provider.issuer)));
    let query: Vec<_> = begun.address.query_pairs().into_owned().collect();
    for (name, value) in [
        ("response_type", "code"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http://127.0.0.1:3000/auth/google/callback"),
        ("scope", "openid email"),
        ("prompt", "select_account"),
    ] {
        assert!(query.contains(&(name.into(), value.into())), "{name} in {query:?}");
    }
    let answer = browser.get(&provider.approve(&begun, ADA, |_| {})).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/resumes"), "{}", answer.text());
    assert!(browser.get("/resumes").await.text().contains("Welcome. You have an account."));
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);

    browser.post("/logout", &[]).await;
    let again = begin(&browser, "/auth/google?next=%2Faccount").await;
    // Google's people change their addresses; they are the same people.
    let moved = Person { email: "ada.byron@example.com", ..ADA };
    assert_eq!(browser.get(&provider.approve(&again, moved, |_| {})).await.location(), "/account");
    assert!(browser.get("/account").await.text().contains(EMAIL), "the address here stays");
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);
    assert_eq!(kinds(&app).await, ["signed-up", "signed-in"]);
    assert_eq!(browser.get("/auth/google").await.location(), "/resumes", "one is in already");
}

#[sqlx::test]
async fn a_guest_who_comes_by_google_keeps_everything(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let (browser, id) = app.guest().await;
    browser.post("/resumes", &[("name", "Second"), ("from", "sample")]).await;
    browser.post("/resumes", &[("name", "Third"), ("from", "sample")]).await;
    let archive: Value = browser.call("archive_resume", &json!({ "id": 2 })).await.json();
    let pdf = format!("/archive/{}/resume.pdf", archive["uuid"].as_str().expect("a name"));
    let bytes = browser.get(&pdf).await.body;
    assert!(bytes.starts_with(b"%PDF"));
    let state = || async {
        sqlx::query_scalar::<_, String>(
            "select concat(
                 (select string_agg(concat(id, user_id, name, revision, md5(json_content::text)), ',' order by id) from resumes),
                 (select string_agg(concat(resume_id, revision, md5(document::text)), ',' order by resume_id, revision)
                  from resume_revisions),
                 (select string_agg(concat(uuid, user_id, resume_id, sha256), ',' order by uuid) from archives),
                 (select string_agg(concat(id, uid), ',') from users))",
        )
        .fetch_one(&app.pool)
        .await
        .expect("a row")
    };
    let before = state().await;
    let old = browser.cookie().expect("a session");

    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/resumes");

    assert!(browser.get("/resumes").await.text().contains("all that you had as a guest is in it"));
    assert_eq!(state().await, before, "the same rows of the same user");
    assert_eq!(browser.get(&pdf).await.body, bytes);
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);
    assert_eq!(kinds(&app).await, ["upgraded"]);
    assert_ne!(browser.cookie().as_deref(), Some(old.as_str()));
    let thief = app.browser();
    thief.set_cookie(&old);
    assert!(!is_in(&thief).await, "the guest's cookie is dead");
    let elsewhere = app.browser();
    provider.log_in(&elsewhere, ADA).await;
    assert_eq!(elsewhere.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
    assert_eq!(elsewhere.get(&pdf).await.body, bytes);
}

#[sqlx::test]
async fn a_guest_who_logs_in_with_google_may_take_their_cvs_along(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    provider.log_in(&app.browser(), ADA).await;
    let (browser, id) = app.guest().await;
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/resumes");
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::NOT_FOUND, "not yet");
    assert!(browser.get("/resumes").await.text().contains("Take them along"));
    browser.post("/account/guest", &[]).await;
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn an_account_that_is_there_is_proved_first_and_then_linked(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let elsewhere = account(&app, EMAIL).await;
    sqlx::query(
        "insert into tokens (token_hash, purpose, user_id, data, created_at, expires_at)
         select sha256('a link'), 'email', id, '{}', now(), now() + interval '1 day' from users",
    )
    .execute(&app.pool)
    .await
    .expect("a link in a mail");
    let browser = app.browser();
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/login/google");
    assert!(!is_in(&browser).await);
    let page = browser.get("/login/google").await;
    assert_eq!(heading(&page), "There is an account with this address");
    assert!(page.text().contains("value=\"/account/google\"") && page.text().contains(EMAIL));
    let wrong = [("email", EMAIL), ("password", "seven lamps of architecture"), ("next", "/account/google")];
    let wrong = browser.post("/login", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text().contains("value=\"/account/google\""), "where it goes on is kept");

    assert_eq!(log_in(&browser, EMAIL, "/account/google").await.location(), "/account/google");
    assert_eq!(accounts(&app).await, [known(EMAIL, None)], "not by logging in alone");
    let ask = browser.get("/account/google").await;
    assert_eq!(heading(&ask), "Add Google to your account?");
    let old = browser.cookie().expect("a session");
    assert_eq!(browser.post("/account/google", &[]).await.location(), "/account");
    assert!(browser.get("/account").await.text().contains("You can log in with Google now."));
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);
    assert_eq!(kinds(&app).await, ["signed-up", "sign-in-failed", "signed-in", "google-linked"]);

    assert!(is_in(&browser).await && !is_in(&elsewhere).await, "other devices are out");
    let thief = app.browser();
    thief.set_cookie(&old);
    assert!(!is_in(&thief).await);
    let links: i64 = sqlx::query_scalar("select count(*) from tokens").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(links, 0, "links in mails are dead");
    assert_eq!(browser.get("/account/google").await.location(), "/account", "once");
    assert_eq!(provider.log_in(&app.browser(), ADA).await.location(), "/resumes");
    assert_eq!(log_in(&app.browser(), EMAIL, "").await.status, StatusCode::SEE_OTHER, "the password stays");
}

#[sqlx::test]
async fn google_is_added_and_taken_away_on_the_page_of_the_account(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = account(&app, EMAIL).await;
    let other = app.browser();
    log_in(&other, EMAIL, "").await;
    assert!(browser.get("/account").await.text().contains("href=\"/auth/google/link\""));
    let work = Person { sub: "42", email: "ada@work.example" };
    let begun = begin(&browser, "/auth/google/link").await;
    assert_eq!(browser.get(&provider.approve(&begun, work, |_| {})).await.location(), "/account/google");
    assert_eq!(accounts(&app).await, [known(EMAIL, None)], "not before its owner agrees");
    assert!(browser.get("/account/google").await.text().contains("ada@work.example"));
    browser.post("/account/google", &[]).await;
    assert_eq!(accounts(&app).await, [known(EMAIL, Some("42"))]);
    assert!(!is_in(&other).await);

    provider.log_in(&other, work).await;
    assert!(is_in(&other).await);
    assert!(browser.get("/account").await.text().contains("action=\"/account/google/unlink\""));
    assert_eq!(browser.post("/account/google/unlink", &[]).await.location(), "/account");
    assert!(browser.get("/account").await.text().contains("Google is taken away."));
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
    assert!(is_in(&browser).await && !is_in(&other).await);
    assert_eq!(kinds(&app).await.last().map(String::as_str), Some("google-unlinked"));
}

#[sqlx::test]
async fn the_last_way_in_stays_until_there_is_a_password(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    provider.log_in(&browser, ADA).await;
    let page = browser.get("/account").await.text();
    assert!(page.contains("set a password first") && !page.contains("/account/google/unlink"));
    assert!(!page.contains("Current password"));
    assert_eq!(browser.post("/account/google/unlink", &[]).await.location(), "/account");
    assert!(browser.get("/account").await.text().contains("the only way into your account"));
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);

    let weak = browser.post("/account/password/first", &[("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.text().contains("password-error"));
    let other = app.browser();
    provider.log_in(&other, ADA).await;
    assert_eq!(browser.post("/account/password/first", &[("password", PASSWORD)]).await.location(), "/account");
    assert!(is_in(&browser).await && !is_in(&other).await);
    let second = browser.post("/account/password/first", &[("password", "seven lamps of architecture")]).await;
    assert_eq!(second.status, StatusCode::NOT_FOUND, "only the first one goes without the current one");
    assert_eq!(log_in(&app.browser(), EMAIL, "").await.status, StatusCode::SEE_OTHER);
    browser.post("/account/google/unlink", &[]).await;
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
}

#[sqlx::test]
async fn who_has_no_password_shows_by_google_who_they_are(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    provider.log_in(&browser, ADA).await;
    app.clock.advance(Duration::minutes(16));
    assert!(browser.get("/account").await.text().contains("/account/confirm?next=/account"));
    let asked = browser.post("/account/password/first", &[("password", PASSWORD)]).await;
    assert_eq!(asked.location(), "/account/confirm?next=/account");
    let page = browser.get(asked.location()).await.text();
    assert!(page.contains("href=\"/auth/google/confirm?next=%2Faccount\"") && !page.contains("name=\"current\""));

    let confirm = || begin(&browser, "/auth/google/confirm?next=%2Faccount");
    let begun = confirm().await;
    assert!(begun.address.query_pairs().any(|(name, value)| name == "max_age" && value == "0"));
    let other = browser.get(&provider.approve(&begun, EVE, |_| {})).await;
    assert_eq!((other.status, heading(&other)), (StatusCode::FORBIDDEN, "That is another Google account".into()));
    let begun = confirm().await;
    let long_ago = app.clock.now().unix_timestamp() - 3600;
    let old = provider.approve(&begun, ADA, |draft| draft.claims["auth_time"] = long_ago.into());
    assert_eq!(browser.get(&old).await.status, StatusCode::BAD_REQUEST, "logged in to Google long ago");
    let asked = browser.post("/account/password/first", &[("password", PASSWORD)]).await;
    assert_eq!(asked.location(), "/account/confirm?next=/account", "nothing is shown yet");

    let begun = confirm().await;
    let now = app.clock.now().unix_timestamp();
    let new = provider.approve(&begun, ADA, |draft| draft.claims["auth_time"] = now.into());
    assert_eq!(browser.get(&new).await.location(), "/account");
    assert!(browser.get("/account").await.text().contains("action=\"/account/password/first\""));
    assert_eq!(browser.post("/account/password/first", &[("password", PASSWORD)]).await.location(), "/account");
    assert!(browser.get("/account/confirm").await.text().contains("name=\"current\""), "and now either does");
}
