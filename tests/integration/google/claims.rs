//! T1: whose account somebody from Google gets into, by what Google says of their address and by whom it belongs to.

use super::{ADA, EMAIL, EVE, PASSWORD, Person, Provider, account, accounts, heading, is_in, known, log_in};
use crate::{accounts::overtaken, support::with_mail};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;

/// Whose the address is that somebody brings along.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Whose {
    Nobodys,
    OfAPassword,
    OfAnotherAtGoogle,
}

/// Somebody at the provider who would like to be Ada.
const STRANGER: Person<'_> = Person { sub: "666", email: EMAIL };

/// What the provider says about the address; nothing: it says nothing.
async fn cell(pool: PgPool, whose: Whose, verified: Option<Value>) {
    let (provider, app) = Provider::start(pool).await;
    match whose {
        Whose::Nobodys => {}
        Whose::OfAPassword => drop(account(&app, EMAIL).await),
        Whose::OfAnotherAtGoogle => drop(provider.log_in(&app.browser(), ADA).await),
    }
    let before = accounts(&app).await;
    let browser = app.browser();
    let answer = provider
        .log_in_with(&browser, STRANGER, |draft| match &verified {
            Some(value) => draft.claims["email_verified"] = value.clone(),
            None => drop(draft.claims.as_object_mut().expect("claims").remove("email_verified")),
        })
        .await;
    let confirmed = verified == Some(json!(true));
    match (whose, confirmed) {
        (Whose::Nobodys, true) => {
            assert_eq!(answer.location(), "/resumes");
            assert_eq!(accounts(&app).await, [known(EMAIL, Some("666"))], "an account of their own");
        }
        (_, true) => {
            assert_eq!(answer.location(), "/login/google");
            assert_eq!(accounts(&app).await, before);
            assert!(!is_in(&browser).await);
            assert_eq!(browser.get("/account/google").await.status, StatusCode::UNAUTHORIZED);
            assert_eq!(browser.post("/account/google", &[]).await.status, StatusCode::UNAUTHORIZED);
        }
        (_, false) => {
            assert!(answer.status.is_client_error(), "{}", answer.status);
            assert_eq!(accounts(&app).await, before);
            assert!(!is_in(&browser).await);
            assert_eq!(browser.get("/login/google").await.location(), "/login", "nobody waits");
        }
    }
}

#[sqlx::test]
async fn an_address_of_nobody_that_is_confirmed_makes_an_account(pool: PgPool) {
    cell(pool, Whose::Nobodys, Some(json!(true))).await;
}

#[sqlx::test]
async fn an_address_of_nobody_that_is_not_confirmed_makes_none(pool: PgPool) {
    cell(pool, Whose::Nobodys, Some(json!(false))).await;
}

#[sqlx::test]
async fn an_address_of_nobody_of_which_nothing_is_said_makes_none(pool: PgPool) {
    cell(pool, Whose::Nobodys, None).await;
}

#[sqlx::test]
async fn an_address_of_nobody_that_is_confirmed_in_a_word_makes_none(pool: PgPool) {
    cell(pool, Whose::Nobodys, Some(json!("true"))).await;
}

#[sqlx::test]
async fn an_address_of_an_account_that_is_confirmed_must_be_proved(pool: PgPool) {
    cell(pool, Whose::OfAPassword, Some(json!(true))).await;
}

#[sqlx::test]
async fn an_address_of_an_account_that_is_not_confirmed_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAPassword, Some(json!(false))).await;
}

#[sqlx::test]
async fn an_address_of_an_account_of_which_nothing_is_said_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAPassword, None).await;
}

#[sqlx::test]
async fn an_address_of_an_account_that_is_confirmed_in_a_word_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAPassword, Some(json!("true"))).await;
}

#[sqlx::test]
async fn an_address_of_another_at_google_that_is_confirmed_must_be_proved(pool: PgPool) {
    cell(pool, Whose::OfAnotherAtGoogle, Some(json!(true))).await;
}

#[sqlx::test]
async fn an_address_of_another_at_google_that_is_not_confirmed_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAnotherAtGoogle, Some(json!(false))).await;
}

#[sqlx::test]
async fn an_address_of_another_at_google_of_which_nothing_is_said_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAnotherAtGoogle, None).await;
}

#[sqlx::test]
async fn an_address_of_another_at_google_that_is_confirmed_in_a_word_opens_nothing(pool: PgPool) {
    cell(pool, Whose::OfAnotherAtGoogle, Some(json!("true"))).await;
}

#[sqlx::test]
async fn what_is_no_address_makes_no_account(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    for email in ["", "ada", "x@guest.invalid", "a\0b@example.org", &format!("{}@example.org", "x".repeat(300))] {
        let answer = provider.log_in(&app.browser(), Person { email, ..ADA }).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}");
        assert_eq!(heading(&answer), "Google has not confirmed your address", "{email}");
    }
    assert!(accounts(&app).await.is_empty());
}

#[sqlx::test]
async fn an_address_in_other_letters_is_the_same_address(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, "Ada@Example.org").await;
    let answer = provider.log_in(&app.browser(), Person { email: "aDA@eXAMPLE.ORG", ..ADA }).await;
    assert_eq!(answer.location(), "/login/google");
}

#[sqlx::test]
async fn who_is_to_prove_one_account_cannot_add_google_to_another(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    account(&app, EMAIL).await;
    account(&app, "bob@example.org").await;
    // Ada goes to Google and leaves; Bob logs in at the same browser.
    let browser = app.browser();
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/login/google");
    assert_eq!(log_in(&browser, "bob@example.org", "/account/google").await.location(), "/account/google");
    assert_eq!(browser.get("/account/google").await.location(), "/account");
    assert_eq!(browser.post("/account/google", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(accounts(&app).await.iter().all(|(_, sub)| sub.is_none()));
}

#[sqlx::test]
async fn a_google_account_that_somebody_else_put_there_goes_with_a_new_password(pool: PgPool) {
    let (provider, app) = Provider::start_with(pool, with_mail).await;
    // The attacker's account, with their own Google account; then its address becomes the victim's (trojan identifier).
    let attacker = app.browser();
    assert_eq!(provider.log_in(&attacker, EVE).await.location(), "/resumes");
    sqlx::query("update users set email = $1").bind(EMAIL).execute(&app.pool).await.expect("changed");
    let victim = app.browser();
    assert_eq!(provider.log_in(&victim, ADA).await.location(), "/login/google");
    victim.post("/forgot-password", &[("email", EMAIL)]).await;
    let link = app.mail().await.link();
    assert!(victim.get(&link).await.text().contains("Google is taken away from your account"));
    let token = link.split('=').nth(1).expect("a token");
    assert_eq!(victim.post("/reset-password", &[("token", token), ("password", PASSWORD)]).await.location(), "/login");
    assert!(!is_in(&attacker).await);
    provider.log_in(&attacker, EVE).await;
    assert_eq!(accounts(&app).await, [known(EMAIL, None), known(EVE.email, Some(EVE.sub))], "an account of their own");
    log_in(&victim, EMAIL, "/account/google").await;
    assert_eq!(victim.post("/account/google", &[]).await.location(), "/account", "and now it is the victim's");
    assert_eq!(accounts(&app).await[0], known(EMAIL, Some(ADA.sub)));
    let mut subjects: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["Google was added to your Vitae account", "The password of your Vitae account was changed"]);
}

/// T21: whoever is in with a stolen session does not stay by adding their own Google account.
#[sqlx::test]
async fn who_was_let_in_before_a_new_password_adds_no_google_account(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let thief = account(&app, EMAIL).await;
    let begun = super::begin(&thief, "/auth/google/link").await;
    assert_eq!(thief.get(&provider.approve(&begun, EVE, |_| {})).await.location(), "/account/google");
    let linked = overtaken(&app, &thief, "/account/google", &[]).await;
    assert_eq!(linked.status, StatusCode::UNAUTHORIZED);
    assert_eq!(accounts(&app).await, [known(EMAIL, None)]);
    assert!(!is_in(&thief).await);
}

#[sqlx::test]
async fn a_google_account_is_added_to_one_account_only(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    provider.log_in(&app.browser(), ADA).await;
    let other = account(&app, "bob@example.org").await;
    let begun = super::begin(&other, "/auth/google/link").await;
    let answer = other.get(&provider.approve(&begun, ADA, |_| {})).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(other.post("/account/google", &[]).await.status, StatusCode::NOT_FOUND);

    // Two who want the same one at once: the database has the last word.
    let carol = account(&app, "carol@example.org").await;
    let work = Person { sub: "42", email: "work@example.org" };
    for browser in [&other, &carol] {
        let begun = super::begin(browser, "/auth/google/link").await;
        assert_eq!(browser.get(&provider.approve(&begun, work, |_| {})).await.location(), "/account/google");
    }
    let (one, two) = futures::join!(other.post("/account/google", &[]), carol.post("/account/google", &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let linked = accounts(&app).await.into_iter().filter(|(_, sub)| sub.as_deref() == Some("42")).count();
    assert_eq!(linked, 1);
}

#[sqlx::test]
async fn an_account_has_one_google_account(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    provider.log_in(&browser, ADA).await;
    let begun = super::begin(&browser, "/auth/google/link").await;
    browser.get(&provider.approve(&begun, Person { sub: "42", email: "work@example.org" }, |_| {})).await;
    assert_eq!(browser.post("/account/google", &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(accounts(&app).await, [known(EMAIL, Some(ADA.sub))]);
}

#[sqlx::test]
async fn a_disabled_account_is_not_opened_and_not_made_again(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    provider.log_in(&app.browser(), ADA).await;
    sqlx::query("update users set disabled_at = now()").execute(&app.pool).await.expect("disabled");
    let browser = app.browser();
    let answer = provider.log_in(&browser, ADA).await;
    assert_eq!((answer.status, heading(&answer)), (StatusCode::FORBIDDEN, "This account is disabled".into()));
    assert!(!is_in(&browser).await);
    assert_eq!(accounts(&app).await.len(), 1);
}

#[sqlx::test]
async fn where_accounts_are_off_google_makes_none(pool: PgPool) {
    let (provider, app) = Provider::start_with(pool, |settings| settings.server.signups = false).await;
    let answer = provider.log_in(&app.browser(), ADA).await;
    assert_eq!((answer.status, heading(&answer)), (StatusCode::FORBIDDEN, "You have no account here".into()));
    let (guest, _) = app.guest().await;
    assert_eq!(provider.log_in(&guest, ADA).await.status, StatusCode::FORBIDDEN);
    assert!(accounts(&app).await.is_empty());
    sqlx::query("insert into users (email, google_id) values ('ada@example.org', $1)")
        .bind(ADA.sub)
        .execute(&app.pool)
        .await
        .expect("an account of before");
    let browser = app.browser();
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/resumes");
    assert_eq!(provider.log_in(&app.browser(), STRANGER).await.location(), "/login/google");
}
