//! T3: who may finish what was begun, where, until when and how often.

use super::{ADA, EMAIL, EVE, Provider, account, accounts, begin, heading, is_in, known, log_in, provider::begun};
use crate::support::Browser;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use sqlx::PgPool;
use time::Duration;

async fn is_refused(browser: &Browser, address: &str, why: &str) {
    let answer = browser.get(address).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{why}");
    assert_eq!(heading(&answer), "This login was not begun here", "{why}");
    assert_eq!(answer.location(), "", "{why}");
}

#[sqlx::test]
async fn what_somebody_else_began_is_not_finished(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let attacker = app.browser();
    let begun = begin(&attacker, "/auth/google").await;
    let bait = provider.approve(&begun, EVE, |_| {});
    for (victim, who) in
        [(app.browser(), "nobody"), (app.guest().await.0, "a guest"), (account(&app, EMAIL).await, "an account")]
    {
        let was_in = is_in(&victim).await;
        is_refused(&victim, &bait, who).await;
        assert_eq!(is_in(&victim).await, was_in, "{who}");
    }
    let beginner = app.browser();
    begin(&beginner, "/auth/google").await;
    is_refused(&beginner, &bait, "somebody who began another one").await;
    assert!(!is_in(&beginner).await);
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
    assert!(provider.asked().iter().all(|path| path != "/token"), "the code is not even tried");
    assert_eq!(attacker.get(&bait).await.location(), "/resumes", "where it was begun it goes on");
}

#[sqlx::test]
async fn a_login_is_finished_once(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let begun = begin(&browser, "/auth/google").await;
    let back = provider.approve(&begun, ADA, |_| {});
    assert_eq!(browser.get(&back).await.location(), "/resumes");
    is_refused(&browser, &back, "the same once more").await;
    let again = format!("{}&x=", provider.approve(&begun, ADA, |_| {}));
    is_refused(&browser, &again, "the same state with a new code").await;
    browser.post("/logout", &[]).await;
    is_refused(&browser, &again, "after leaving").await;

    // A code that was used, in a login of one's own.
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    let other = app.browser();
    let begun = begin(&other, "/auth/google").await;
    let answer = other.get(&format!("/auth/google/callback?code={code}&state={}", begun.state)).await;
    assert_eq!(
        (answer.status, heading(&answer)),
        (StatusCode::BAD_REQUEST, "Google's answer could not be used".into())
    );
    // A code that somebody else asked for: only who asked knows what it is changed with (PKCE).
    let stolen = provider.approve(&begin(&app.browser(), "/auth/google").await, ADA, |_| {});
    let code = stolen.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    let begun = begin(&other, "/auth/google").await;
    let answer = other.get(&format!("/auth/google/callback?code={code}&state={}", begun.state)).await;
    assert_eq!(
        (answer.status, heading(&answer)),
        (StatusCode::BAD_REQUEST, "Google's answer could not be used".into())
    );
    assert!(!is_in(&other).await);
}

#[sqlx::test]
async fn of_many_who_finish_at_once_one_does(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let (guest, _) = app.guest().await;
    let begun = begin(&guest, "/auth/google").await;
    let cookie = guest.cookie().expect("a session");
    let tries = (0..20).map(|_| {
        let browser = app.browser();
        browser.set_cookie(&cookie);
        let back = provider.approve(&begun, ADA, |_| {});
        async move { browser.get(&back).await.status }
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
    assert_eq!(provider.asked().iter().filter(|path| *path == "/token").count(), 1);
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);
    let guests: i64 =
        sqlx::query_scalar("select count(*) from users where is_guest").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(guests, 0);
}

#[sqlx::test]
async fn a_login_takes_ten_minutes_at_most(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let begun = begin(&browser, "/auth/google").await;
    app.clock.advance(Duration::seconds(601));
    is_refused(&browser, &provider.approve(&begun, ADA, |_| {}), "a second too late").await;
    let begun = begin(&browser, "/auth/google").await;
    app.clock.advance(Duration::minutes(10));
    assert_eq!(browser.get(&provider.approve(&begun, ADA, |_| {})).await.location(), "/resumes");
}

#[sqlx::test]
async fn the_last_one_begun_counts(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let first = begin(&browser, "/auth/google").await;
    let second = begin(&browser, "/auth/google").await;
    assert_ne!((&first.state, &first.nonce, &first.challenge), (&second.state, &second.nonce, &second.challenge));
    is_refused(&browser, &provider.approve(&first, EVE, |_| {}), "the first").await;
    assert_eq!(browser.get(&provider.approve(&second, ADA, |_| {})).await.location(), "/resumes");
}

#[sqlx::test]
async fn who_has_become_another_begins_again(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    let (browser, _) = app.guest().await;
    let begun = begin(&browser, "/auth/google").await;
    log_in(&browser, EMAIL, "").await;
    is_refused(&browser, &provider.approve(&begun, EVE, |_| {}), "begun as a guest").await;
    assert!(browser.get("/account").await.text().contains(EMAIL));
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
}

#[sqlx::test]
async fn answers_of_another_issuer_or_without_sense_are_none(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    for nonsense in ["", "?code=a", "?state=a", "?state=&code=", "?code=a&state=b", "?error=access_denied&state=x"] {
        is_refused(&browser, &format!("/auth/google/callback{nonsense}"), nonsense).await;
    }
    let begun = begin(&browser, "/auth/google").await;
    let back = format!("{}&iss=https%3A%2F%2Fevil.example", provider.approve(&begun, ADA, |_| {}));
    is_refused(&browser, &back, "another issuer").await;
    let begun = begin(&browser, "/auth/google").await;
    let issuer = provider.issuer.replace(':', "%3A").replace('/', "%2F");
    let back = format!("{}&iss={issuer}", provider.approve(&begun, ADA, |_| {}));
    assert_eq!(browser.get(&back).await.location(), "/resumes");
}

#[sqlx::test]
async fn who_turns_back_at_google_is_where_they_were(pool: PgPool) {
    let (_provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let begun = begin(&browser, "/auth/google").await;
    let denied = |state: &str| format!("/auth/google/callback?error=access_denied&state={state}");
    assert_eq!(browser.get(&denied(&begun.state)).await.location(), "/login");
    is_refused(&browser, &denied(&begun.state), "twice").await;
    let owner = account(&app, EMAIL).await;
    let begun = begin(&owner, "/auth/google/link").await;
    assert_eq!(owner.get(&denied(&begun.state)).await.location(), "/account");
    assert!(is_in(&owner).await);
}

#[sqlx::test]
async fn adding_google_takes_its_owner_and_their_consent(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = account(&app, EMAIL).await;
    // Somebody who finds the browser open later, or has stolen its cookie.
    app.clock.advance(Duration::minutes(16));
    assert_eq!(browser.get("/auth/google/link").await.location(), "/account/confirm?next=/auth/google/link");
    assert_eq!(browser.post("/account/google", &[]).await.location(), "/account/confirm?next=/account");
    assert_eq!(browser.post("/account/google/unlink", &[]).await.location(), "/account/confirm?next=/account");
    let (guest, _) = app.guest().await;
    assert_eq!(guest.get("/auth/google/link").await.location(), "/signup");
    assert_eq!(guest.get("/auth/google/confirm").await.location(), "/signup");
    // Somebody who sends its owner to Google and back, to an account of their own there (forced linking).
    browser.post("/account/confirm", &[("current", super::PASSWORD), ("next", "/account")]).await;
    let begun = begin(&browser, "/auth/google/link").await;
    assert_eq!(browser.get(&provider.approve(&begun, EVE, |_| {})).await.location(), "/account/google");
    assert!(browser.get("/account/google").await.text().contains(EVE.email), "it says whose");
    let forged = Request::post("/account/google").header("sec-fetch-site", "cross-site");
    assert_eq!(browser.send(forged, Body::empty()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
    app.clock.advance(Duration::minutes(31));
    browser.post("/account/confirm", &[("current", super::PASSWORD), ("next", "/account")]).await;
    assert_eq!(browser.get("/account/google").await.location(), "/account", "consent waits half an hour");
    assert_eq!(browser.post("/account/google", &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn going_to_google_is_limited_and_leads_nowhere_else(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    let begun = begin(&browser, "/auth/google?next=https%3A%2F%2Fevil.example").await;
    assert_eq!(browser.get(&provider.approve(&begun, ADA, |_| {})).await.location(), "/resumes");
    let crowd = app.browser_at("203.0.113.9");
    let mut answers = Vec::new();
    for _ in 0..61 {
        answers.push(crowd.get("/auth/google").await.status);
    }
    assert_eq!(answers.pop(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(answers.iter().all(|status| *status == StatusCode::SEE_OTHER));
    account(&app, "bob@example.org").await;
    let by_password = log_in(&crowd, "bob@example.org", "").await;
    assert_eq!(by_password.status, StatusCode::SEE_OTHER, "the tries with a password are counted apart");
}

/// A page elsewhere with pictures of `/auth/google` uses nothing up, and disturbs nothing that was begun.
#[sqlx::test]
async fn only_who_goes_there_begins(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let picture = |path: &str| {
        Request::get(path)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "no-cors")
            .header("sec-fetch-dest", "image")
    };
    let browser = app.browser();
    for _ in 0..61 {
        let answer = browser.send(picture("/auth/google"), Body::empty()).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"));
    }
    let rows: i64 = sqlx::query_scalar("select (select count(*) from sessions) + (select count(*) from attempts)")
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    assert_eq!(rows, 0);
    assert!(provider.asked().is_empty());

    let visit =
        Request::get("/auth/google").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let begun = begun(&browser.send(visit, Body::empty()).await);
    browser.send(picture("/auth/google"), Body::empty()).await;
    assert_eq!(browser.get(&provider.approve(&begun, ADA, |_| {})).await.location(), "/resumes");
    for path in ["/auth/google/link", "/auth/google/confirm"] {
        assert_eq!(browser.send(picture(path), Body::empty()).await.location(), "/account", "{path}");
    }
}
