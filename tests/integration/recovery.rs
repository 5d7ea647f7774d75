//! What links in mails do: ending a sign-up, setting a new password, changing the address. And what they do not do for
//! somebody who prepared an account for its victim (T2), or found a link (T22).

use crate::{
    accounts::{overtaken, until_waiting},
    support::{Answer, Browser, SentMail, TestApp, same_origin, with_mail},
};
use axum::{body::Body, http::StatusCode};
use futures::{
    FutureExt,
    future::{Either, LocalBoxFuture, join, select},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::pin::pin;
use time::Duration;

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery staple";
const OTHER_PASSWORD: &str = "seven lamps of architecture";

fn token(link: &str) -> &str {
    link.split_once('=').expect("a token").1
}

async fn follow(browser: &Browser, link: &str, password: &str) -> Answer {
    let path = link.split_once('?').expect("a query").0;
    browser.post(path, &[("token", token(link)), ("current", password), ("password", password)]).await
}

async fn account(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    let link = app.mail().await.link();
    assert_eq!(follow(&browser, &link, "").await.location(), "/resumes");
    browser
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Option<Browser> {
    let browser = app.browser();
    let answer = browser.post("/login", &[("email", email), ("password", password)]).await;
    (answer.status == StatusCode::SEE_OTHER).then_some(browser)
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/resumes").await.status == StatusCode::OK
}

async fn users(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from users where not is_guest").fetch_one(&app.pool).await.expect("a row")
}

#[sqlx::test]
async fn a_guest_goes_on_until_the_link_is_followed_and_keeps_everything(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let (browser, id) = app.guest().await;
    let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
    let pdf = format!("/archive/{}/resume.pdf", archive["uuid"].as_str().expect("a name"));
    let bytes = browser.get(&pdf).await.body;

    let asked = browser.post("/signup", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(asked.location(), "/check-mail");
    assert!(browser.get("/check-mail").await.text().contains(EMAIL));
    assert_eq!(users(&app).await, 0, "nobody has the address yet");
    assert!(log_in(&app, EMAIL, PASSWORD).await.is_none());
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK, "the guest goes on");

    let link = app.mail().await.link();
    let page = browser.get(&link).await;
    assert_eq!((page.status, page.header("referrer-policy")), (StatusCode::OK, "no-referrer"));
    assert!(!page.text().contains("type=\"password\""), "the same browser need not show more");
    assert_eq!(users(&app).await, 0, "opening a link changes nothing");
    let old = browser.cookie().expect("a session");
    assert_eq!(follow(&browser, &link, "").await.location(), "/resumes");
    assert!(browser.get("/resumes").await.text().contains("all that you had as a guest"));
    assert_eq!(browser.get(&pdf).await.body, bytes);
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
    let thief = app.browser();
    thief.set_cookie(&old);
    assert!(!is_in(&thief).await, "the guest's cookie is dead");
    assert_eq!(follow(&browser, &link, "").await.status, StatusCode::NOT_FOUND, "a link is good once");
    assert!(log_in(&app, EMAIL, PASSWORD).await.is_some());
}

#[sqlx::test]
async fn whether_an_address_is_known_is_not_told(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    account(&app, EMAIL).await;
    for (path, with_password) in [("/signup", true), ("/forgot-password", false)] {
        let mut answers = Vec::new();
        for email in [EMAIL, "eve@example.org"] {
            let browser = app.browser();
            let form = [("email", email), ("password", OTHER_PASSWORD)];
            let answer = browser.post(path, if with_password { &form } else { &form[..1] }).await;
            let next = browser.get("/check-mail").await;
            answers.push((answer.status, answer.location().to_owned(), next.status, next.text().replace(email, "")));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert_eq!(answers[0].1, "/check-mail");
    }
    let mut subjects: Vec<_> = app.mails().await.into_iter().map(|mail| (mail.to, mail.subject)).collect();
    subjects.sort();
    let expected = [
        (EMAIL, "Set a new password for Vitae"),
        (EMAIL, "You have a Vitae account already"),
        ("eve@example.org", "Confirm your address for Vitae"),
    ];
    assert_eq!(subjects, expected.map(|(to, subject)| (to.to_owned(), subject.to_owned())));
    assert!(log_in(&app, EMAIL, PASSWORD).await.is_some(), "and nothing changed for its owner");
}

/// T2: the attacker signs up with the address of the victim, who follows the link.
#[sqlx::test]
async fn nobody_is_brought_into_an_account_whose_password_another_chose(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let (attacker, _) = app.guest().await;
    attacker.post("/signup", &[("email", EMAIL), ("password", OTHER_PASSWORD)]).await;
    let link = app.mail().await.link();
    let victim = app.browser();
    assert!(victim.get(&link).await.text().contains("type=\"password\""), "they are asked for what they do not know");
    for guess in ["", PASSWORD] {
        let answer = follow(&victim, &link, guess).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("current-error"));
    }
    assert_eq!(users(&app).await, 0);
    assert!(!is_in(&victim).await);
    // The victim makes an account of their own; the attacker's is never made.
    victim.post("/signup", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let own = app.mail().await.link();
    assert_eq!(follow(&victim, &own, "").await.location(), "/resumes");
    let late = follow(&attacker, &link, OTHER_PASSWORD).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(log_in(&app, EMAIL, OTHER_PASSWORD).await.is_none());
    assert!(log_in(&app, EMAIL, PASSWORD).await.is_some());
}

#[sqlx::test]
async fn whoever_signed_up_may_follow_the_link_elsewhere(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    app.browser().post("/signup", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let link = app.mail().await.link();
    let phone = app.browser();
    assert_eq!(follow(&phone, &link, PASSWORD).await.location(), "/resumes");
    assert!(is_in(&phone).await);
}

/// T4, by links: of many accounts that one guest asked for, one is made.
#[sqlx::test]
async fn of_many_links_for_one_guest_one_wins(pool: PgPool) {
    let app = TestApp::with(pool, |settings| {
        with_mail(settings);
        settings.limits.sign_ups = 100;
    });
    let (guest, _) = app.guest().await;
    for n in 0..50 {
        guest.post("/signup", &[("email", &format!("ada{n}@example.org")), ("password", PASSWORD)]).await;
    }
    let links: Vec<_> = app.mails().await.iter().map(SentMail::link).collect();
    assert_eq!(links.len(), 50);
    let cookie = guest.cookie().expect("a session");
    let tries = links.iter().map(|link| {
        let browser = app.browser();
        browser.set_cookie(&cookie);
        async move { follow(&browser, link, PASSWORD).await.status }
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
    assert_eq!(users(&app).await, 1);
    let owners: i64 =
        sqlx::query_scalar("select count(distinct user_id) from resumes").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(owners, 1);
}

#[sqlx::test]
async fn a_new_password_by_mail_ends_all_that_was(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let old = account(&app, EMAIL).await;
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    let links: Vec<_> = app.mails().await.iter().map(SentMail::link).collect();
    let browser = app.browser();
    assert_eq!(browser.get(&links[0]).await.header("referrer-policy"), "no-referrer");
    let weak = follow(&browser, &links[0], "short").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.text().contains("password-error"));
    let (one, two) = (app.browser(), app.browser());
    let both = join(follow(&one, &links[0], OTHER_PASSWORD), follow(&two, &links[0], OTHER_PASSWORD)).await;
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND], "a link is good once");
    assert_eq!(follow(&browser, &links[1], PASSWORD).await.status, StatusCode::NOT_FOUND, "nor are older ones");
    assert!(!is_in(&old).await, "every device is logged out");
    assert!(!is_in(&one).await, "and a link alone signs nobody in");
    assert!(log_in(&app, EMAIL, PASSWORD).await.is_none());
    assert!(log_in(&app, EMAIL, OTHER_PASSWORD).await.is_some());
    assert_eq!(app.mail().await.subject, "The password of your Vitae account was changed");
}

#[sqlx::test]
async fn links_grow_old(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    account(&app, EMAIL).await;
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    app.browser().post("/signup", &[("email", "eve@example.org"), ("password", PASSWORD)]).await;
    let mails = app.mails().await;
    let link = |page: &str| mails.iter().map(SentMail::link).find(|link| link.contains(page));
    let (reset, verify) = (link("reset").expect("a link"), link("verify").expect("a link"));
    app.clock.advance(Duration::seconds(10 * 60 - 1));
    assert_eq!(app.browser().get(&reset).await.status, StatusCode::OK);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(app.browser().get(&reset).await.status, StatusCode::NOT_FOUND);
    assert_eq!(follow(&app.browser(), &reset, OTHER_PASSWORD).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.browser().get(&verify).await.status, StatusCode::OK);
    app.clock.advance(Duration::hours(24));
    assert_eq!(app.browser().get(&verify).await.status, StatusCode::NOT_FOUND);
    for nonsense in ["/verify-email", "/reset-password?token=", "/verify-email?token=zz", "/reset-password?token=00"] {
        assert_eq!(app.browser().get(nonsense).await.status, StatusCode::NOT_FOUND, "{nonsense}");
    }
}

/// T22: whatever the request says of its host, the link is that of the settings; under a name that is not ours there is none.
#[sqlx::test]
async fn links_lead_to_the_configured_address_only(pool: PgPool) {
    let app = TestApp::with(pool, |settings| {
        with_mail(settings);
        settings.server.public_url = "https://cv.example.org".into();
    });
    account(&app, EMAIL).await;
    let ask = async |host: &str| {
        let request = same_origin("/forgot-password")
            .header("host", host)
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example")
            .header("content-type", "application/x-www-form-urlencoded");
        app.browser().send(request, Body::from("email=ada%40example.org")).await
    };
    assert_eq!(ask("evil.example").await.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(app.mails().await.is_empty());
    ask("localhost:3000").await;
    let mail = app.mail().await;
    assert!(mail.url().starts_with("https://cv.example.org/reset-password?token="), "{}", mail.url());
    assert!(!mail.raw.contains("evil") && !mail.raw.contains("localhost"));
}

#[sqlx::test]
async fn an_address_is_changed_when_the_new_one_says_so(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let browser = account(&app, EMAIL).await;
    account(&app, "bob@example.org").await;
    let asked = browser.post("/account/email", &[("email", "ada@example.com")]).await;
    assert_eq!(asked.location(), "/check-mail");
    assert!(browser.get("/account").await.text().contains(EMAIL), "not yet");
    let mail = app.mail().await;
    assert_eq!(mail.to, "ada@example.com");
    assert_eq!(follow(&app.browser(), &mail.link(), "").await.location(), "/login");
    assert!(browser.get("/account").await.text().contains("ada@example.com"));
    let told = app.mail().await;
    assert_eq!((told.to.as_str(), told.subject.as_str()), (EMAIL, "The address of your Vitae account was changed"));
    assert!(!told.raw.contains("ada@example.com"), "the old address is not told the new one");
    assert!(log_in(&app, "ada@example.com", PASSWORD).await.is_some());

    browser.post("/account/email", &[("email", "bob@example.org")]).await;
    let taken = app.mail().await.link();
    let refused = follow(&browser, &taken, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Another account has this address."));
}

/// T21: with a stolen cookie alone nobody changes the address.
#[sqlx::test]
async fn the_address_is_not_changed_without_showing_who_one_is(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let browser = account(&app, EMAIL).await;
    app.clock.advance(Duration::minutes(16));
    assert_eq!(browser.get("/account/email").await.location(), "/account/confirm?next=/account/email");
    let asked = browser.post("/account/email", &[("email", "evil@example.com")]).await;
    assert_eq!(asked.location(), "/account/confirm?next=/account");
    assert!(app.mails().await.is_empty());
    let wrong = browser.post("/account/confirm", &[("current", OTHER_PASSWORD), ("next", "/account/email")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = browser.post("/account/confirm", &[("current", PASSWORD), ("next", "/account/email")]).await;
    assert_eq!(right.location(), "/account/email");
    assert_eq!(browser.get("/account/email").await.status, StatusCode::OK);
    let elsewhere = browser.post("/account/confirm", &[("current", PASSWORD), ("next", "//evil.example")]).await;
    assert_eq!(elsewhere.location(), "/resumes");
}

/// T2: an attacker who was in the account has left a link that would give it to them again.
#[sqlx::test]
async fn a_new_password_takes_back_addresses_that_wait(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let attacker = account(&app, EMAIL).await;
    attacker.post("/account/email", &[("email", "evil@example.com")]).await;
    let trap = app.mail().await.link();
    attacker.post("/account/email", &[("email", "evil@example.net")]).await;
    sqlx::query("update mails set next_try_at = next_try_at + interval '1 minute'")
        .execute(&app.pool)
        .await
        .expect("this one waits");
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    let reset = app.mail().await.link();
    follow(&app.browser(), &reset, OTHER_PASSWORD).await;
    assert_eq!(follow(&attacker, &trap, "").await.status, StatusCode::NOT_FOUND);
    app.clock.advance(Duration::minutes(2));
    let sent: Vec<_> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(sent, [EMAIL], "only that the password was changed is told");
    assert!(!is_in(&attacker).await);
    assert!(log_in(&app, EMAIL, OTHER_PASSWORD).await.is_some());
}

/// T2: likewise, by a request that is under way when the new password is kept.
#[sqlx::test]
async fn an_address_that_is_asked_for_during_a_reset_gets_no_link(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let attacker = account(&app, EMAIL).await;
    let asked = overtaken(&app, &attacker, "/account/email", &[("email", "evil@example.com")]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(app.mails().await.is_empty());
}

/// What is sent while somebody does something: the sender has taken the letter and is about to store its link, and goes
/// on when the deed is done, or waits for it.
async fn sent_during(app: &TestApp, deed: LocalBoxFuture<'_, Answer>) -> (Vec<SentMail>, Answer) {
    let hold = "create function hold() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock(1); return new; end $$;
        create trigger hold before insert on tokens for each row execute function hold()";
    sqlx::raw_sql(hold).execute(&app.pool).await.expect("a trigger");
    let mut holder = app.pool.begin().await.expect("a transaction");
    sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *holder).await.expect("held");
    let done = async {
        until_waiting(app, 1).await;
        match select(deed, pin!(until_waiting(app, 2))).await {
            Either::Left((answer, _)) => {
                holder.rollback().await.expect("let go");
                answer
            }
            Either::Right(((), deed)) => {
                holder.rollback().await.expect("let go");
                deed.await
            }
        }
    };
    join(app.mails(), done).await
}

/// T2: likewise, by a letter that is being sent when the new password is kept.
#[sqlx::test]
async fn a_letter_that_is_sent_during_a_reset_leads_nowhere(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let attacker = account(&app, EMAIL).await;
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    let (owner, reset) = (app.browser(), app.mail().await.link());
    attacker.post("/account/email", &[("email", "evil@example.com")]).await;
    let (sent, done) = sent_during(&app, follow(&owner, &reset, OTHER_PASSWORD).boxed_local()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    leads_nowhere(&attacker, &sent).await;
    assert!(log_in(&app, EMAIL, OTHER_PASSWORD).await.is_some());
}

/// T2: likewise, by its owner in the account.
#[sqlx::test]
async fn a_letter_that_is_sent_during_a_change_of_the_password_leads_nowhere(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let owner = account(&app, EMAIL).await;
    let attacker = log_in(&app, EMAIL, PASSWORD).await.expect("in");
    attacker.post("/account/email", &[("email", "evil@example.com")]).await;
    let form = [("current", PASSWORD), ("password", OTHER_PASSWORD)];
    let (sent, done) = sent_during(&app, owner.post("/account/password", &form).boxed_local()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    leads_nowhere(&attacker, &sent).await;
    assert!(is_in(&owner).await);
}

async fn leads_nowhere(attacker: &Browser, sent: &[SentMail]) {
    let trap = sent.iter().find(|mail| mail.to == "evil@example.com").expect("it was on its way").link();
    assert_eq!(follow(attacker, &trap, "").await.status, StatusCode::NOT_FOUND);
}

/// T2: likewise, by a letter to the old address that is being sent when the account gets another one.
#[sqlx::test]
async fn a_letter_to_an_address_that_is_given_up_leads_nowhere(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let browser = account(&app, EMAIL).await;
    browser.post("/account/email", &[("email", "ada@example.com")]).await;
    let (owner, confirm) = (app.browser(), app.mail().await.link());
    app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    let (sent, done) = sent_during(&app, follow(&owner, &confirm, "").boxed_local()).await;
    assert_eq!(done.location(), "/login");
    let reset = sent.iter().find(|mail| mail.subject.starts_with("Set a new")).expect("it was on its way").link();
    assert_eq!(app.browser().get(&reset).await.status, StatusCode::NOT_FOUND);
    assert_eq!(follow(&app.browser(), &reset, OTHER_PASSWORD).await.status, StatusCode::NOT_FOUND);
    assert!(log_in(&app, "ada@example.com", PASSWORD).await.is_some());
}

/// T2: whoever ends the sessions of others ends what was begun in them.
#[sqlx::test]
async fn links_end_with_the_sessions_in_which_they_were_asked_for(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let owner = account(&app, EMAIL).await;
    let attacker = log_in(&app, EMAIL, PASSWORD).await.expect("in");
    attacker.post("/account/email", &[("email", "evil@example.com")]).await;
    let trap = app.mail().await.link();
    attacker.post("/account/email", &[("email", "evil@example.net")]).await;
    assert_eq!(owner.post("/account/sessions/end-others", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(follow(&attacker, &trap, "").await.status, StatusCode::NOT_FOUND);
    assert!(app.mails().await.is_empty(), "what waits is not sent");
    assert!(is_in(&owner).await);
}

/// T17: what strangers can have sent to an address does not keep its owner from a new password.
#[sqlx::test]
async fn mails_that_others_asked_for_do_not_keep_anybody_from_a_new_password(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    account(&app, EMAIL).await;
    let stranger = account(&app, "eve@example.org").await;
    for _ in 0..3 {
        app.browser_at("198.51.100.7").post("/signup", &[("email", EMAIL), ("password", OTHER_PASSWORD)]).await;
        stranger.post("/account/email", &[("email", EMAIL)]).await;
    }
    let refused = stranger.post("/account/email", &[("email", EMAIL)]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    app.mails().await;
    let asked = app.browser().post("/forgot-password", &[("email", EMAIL)]).await;
    assert_eq!(asked.location(), "/check-mail", "{}", asked.text());
    assert_eq!(app.mail().await.subject, "Set a new password for Vitae");
}

#[sqlx::test]
async fn an_account_does_not_have_mail_sent_to_any_number_of_strangers(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let browser = account(&app, EMAIL).await;
    for n in 0..5 {
        let asked = browser.post("/account/email", &[("email", &format!("stranger{n}@example.com"))]).await;
        assert_eq!(asked.location(), "/check-mail", "{n}");
    }
    let sixth = browser.post("/account/email", &[("email", "stranger5@example.com")]).await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.mails().await.len(), 5);
    let other = account(&app, "bob@example.org").await;
    assert_eq!(other.post("/account/email", &[("email", "bob@example.com")]).await.location(), "/check-mail");
}

#[sqlx::test]
async fn without_mail_everything_happens_at_once_or_is_explained(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    assert_eq!(browser.post("/signup", &[("email", EMAIL), ("password", PASSWORD)]).await.location(), "/resumes");
    assert!(app.browser().get("/forgot-password").await.text().contains("sends no mail"));
    assert_eq!(app.browser().post("/forgot-password", &[("email", EMAIL)]).await.status, StatusCode::NOT_FOUND);
    let changed = browser.post("/account/email", &[("email", "ada@example.com")]).await;
    assert_eq!(changed.location(), "/account");
    assert!(browser.get("/account").await.text().contains("ada@example.com"));
    assert!(log_in(&app, "ada@example.com", PASSWORD).await.is_some());
}

#[sqlx::test]
async fn links_have_128_bits_and_are_not_guessed(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    for n in 0..10 {
        let email = format!("ada{n}@example.org");
        app.browser().post("/signup", &[("email", &email), ("password", PASSWORD)]).await;
    }
    let links: Vec<_> = app.mails().await.iter().map(SentMail::link).collect();
    let tokens: std::collections::BTreeSet<_> = links.iter().map(|link| token(link)).collect();
    assert_eq!(tokens.len(), 10, "{links:?}");
    for token in tokens {
        assert!(token.len() == 32 && token.bytes().all(|digit| digit.is_ascii_hexdigit()), "{token}");
        let near = if token.starts_with('0') { token.replacen('0', "1", 1) } else { format!("0{}", &token[1..]) };
        for guess in [near, token[..31].to_owned(), format!("{token}0"), "0".repeat(32)] {
            let answer = app.browser().get(&format!("/verify-email?token={guess}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{guess}");
        }
    }
}
