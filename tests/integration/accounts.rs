//! Accounts by password, from outside: what their owners can do, and what nobody else can.

use crate::support::{Answer, Browser, TestApp, same_origin, save};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::{
    body::Body,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

const EMAIL: &str = "Ada@Example.org";
const PASSWORD: &str = "correct horse battery staple";
const OTHER_PASSWORD: &str = "seven lamps of architecture";

async fn sign_up(browser: &Browser, email: &str, password: &str) -> Answer {
    browser.post("/signup", &[("email", email), ("password", password)]).await
}

async fn log_in(browser: &Browser, email: &str, password: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", password)]).await
}

async fn account(app: &TestApp) -> Browser {
    let browser = app.browser();
    let answer = sign_up(&browser, EMAIL, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/resumes").await.status == StatusCode::OK
}

/// Until so many connections to the database wait for a lock; not for ever, because what would wait may be wrong.
pub(crate) async fn until_waiting(app: &TestApp, connections: i64) {
    for _ in 0..400 {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(&app.pool)
        .await
        .expect("a row");
        if waiting >= connections {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// What somebody is answered who was let in just before the account got a new password by a link, and comes to write
/// just after: the row is held until their request waits for it.
pub(crate) async fn overtaken(app: &TestApp, browser: &Browser, path: &str, form: &[(&str, &str)]) -> Answer {
    assert!(is_in(browser).await, "{path}");
    let mut reset = app.pool.begin().await.expect("a transaction");
    sqlx::query("update users set session_epoch = session_epoch + 1").execute(&mut *reset).await.expect("updated");
    let commits = async {
        until_waiting(app, 1).await;
        reset.commit().await.expect("committed");
    };
    futures::future::join(browser.post(path, form), commits).await.0
}

#[sqlx::test]
async fn an_account_is_made_left_and_come_back_to(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = account(&app).await;
    assert!(browser.get("/resumes").await.text().contains("You have an account."));
    assert!(browser.get("/account").await.text().contains(EMAIL));
    assert_eq!(browser.get("/login").await.location(), "/resumes", "one is in already");
    browser.post("/logout", &[]).await;
    assert!(!is_in(&browser).await);
    let back = browser.post("/login", &[("email", " ada@example.ORG "), ("password", PASSWORD), ("next", "/account")]);
    assert_eq!(back.await.location(), "/account");
    assert!(is_in(&browser).await);
}

#[sqlx::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let wrong = log_in(&app.browser(), EMAIL, OTHER_PASSWORD).await;
    let unknown = log_in(&app.browser(), "eve@example.org", OTHER_PASSWORD).await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    let without = |answer: &Answer, email: &str| answer.text().replace(email, "");
    assert_eq!(without(&wrong, EMAIL), without(&unknown, "eve@example.org"));
    assert!(wrong.text().contains(EMAIL), "what was typed stays");
    assert!(!wrong.text().contains(OTHER_PASSWORD), "a password never does");
    assert_eq!(wrong.location(), "");
}

#[sqlx::test]
async fn what_is_wrong_is_said_at_its_field(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    for (email, password, expected) in [
        ("ada", PASSWORD, "email-error"),
        ("x@guest.invalid", PASSWORD, "email-error"),
        ("ada@example.ORG", PASSWORD, "There is an account with this address."),
        ("bob@example.org", "too short", "password-error"),
        ("bob@example.org", "passwordpassword", "password-error"),
        ("robert.longname@example.org", "robert.longname", "password-error"),
    ] {
        let browser = app.browser();
        let answer = sign_up(&browser, email, password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(answer.text().contains(expected), "{email} {password}");
        assert!(answer.text().contains(email));
        assert!(!is_in(&browser).await);
    }
}

/// T19: judging a password costs more than comparing one.
#[sqlx::test]
async fn a_sign_up_is_counted_before_its_password_is_judged(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.sign_ups = 1);
    let weak = sign_up(&app.browser(), EMAIL, "passwordpassword").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = sign_up(&app.browser(), EMAIL, "passwordpassword").await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
}

/// T21: who has stolen a session, and the old password perhaps, does not undo the new password of its owner.
#[sqlx::test]
async fn who_was_let_in_before_a_new_password_writes_nothing_after_it(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let change = |statement: &'static str| sqlx::query(statement).execute(&app.pool);
    let kept = || async {
        sqlx::query_scalar::<_, String>(
            "select concat_ws(' ', email, password_hash, google_id, (select count(*) from recovery_codes),
                 (select string_agg(encode(secret, 'hex'), ',') from two_step)) from users",
        )
        .fetch_one(&app.pool)
        .await
        .expect("a row")
    };
    change("update users set google_id = '42'").await.expect("somebody at Google");
    let before = kept().await;
    let deeds: [(&str, &[(&str, &str)]); 5] = [
        ("/account/password", &[("current", PASSWORD), ("password", OTHER_PASSWORD)]),
        ("/account/sessions/end-others", &[]),
        ("/account/google/unlink", &[]),
        ("/account/email", &[("email", "evil@example.com")]),
        ("/account/two-step", &[("deed", "begin")]),
    ];
    for (path, form) in deeds {
        let thief = app.browser();
        log_in(&thief, EMAIL, PASSWORD).await;
        assert_eq!(overtaken(&app, &thief, path, form).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(kept().await, before, "{path}");
        assert!(!is_in(&thief).await, "{path}");
    }

    let thief = app.browser();
    log_in(&thief, EMAIL, PASSWORD).await;
    change(
        "insert into two_step (user_id, secret, created_at, confirmed_at)
         select id, decode(repeat('00', 20), 'hex'), now(), now() from users",
    )
    .await
    .expect("a second step");
    let before = kept().await;
    let codes = overtaken(&app, &thief, "/account/two-step", &[("deed", "new-codes")]).await;
    assert_eq!(codes.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept().await, before);
    change("update two_step set confirmed_at = null").await.expect("being set up");
    log_in(&thief, EMAIL, PASSWORD).await;
    let cancelled = overtaken(&app, &thief, "/account/two-step", &[("deed", "cancel")]).await;
    assert_eq!(cancelled.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept().await, before);
    change("delete from two_step").await.expect("none");

    log_in(&thief, EMAIL, PASSWORD).await;
    change("update users set password_hash = null").await.expect("Google alone");
    let before = kept().await;
    let first = overtaken(&app, &thief, "/account/password/first", &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(first.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept().await, before);
    assert!(!is_in(&thief).await);
}

#[sqlx::test]
async fn a_guest_who_makes_an_account_keeps_everything(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    browser.post("/resumes", &[("name", "Second"), ("from", "sample")]).await;
    browser.post("/resumes", &[("name", "Third"), ("from", "sample")]).await;
    let archive: Value = browser.call("archive_resume", &json!({ "id": 2 })).await.json();
    let pdf = format!("/archive/{}/resume.pdf", archive["uuid"].as_str().expect("a name"));
    let bytes = browser.get(&pdf).await.body;
    let before = sqlx::query_scalar::<_, String>(
        "select string_agg(concat(id, user_id, name, revision, md5(json_content::text)), ',' order by id) from resumes",
    );
    let before = before.fetch_one(&app.pool).await.expect("three rows");
    let old = browser.cookie().expect("a session");

    assert_eq!(sign_up(&browser, EMAIL, PASSWORD).await.location(), "/resumes");

    let after = sqlx::query_scalar::<_, String>(
        "select string_agg(concat(id, user_id, name, revision, md5(json_content::text)), ',' order by id) from resumes",
    );
    assert_eq!(after.fetch_one(&app.pool).await.expect("three rows"), before, "the same rows of the same user");
    assert_eq!(browser.get(&pdf).await.body, bytes);
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
    assert_ne!(browser.cookie().as_deref(), Some(old.as_str()));
    let thief = app.browser();
    thief.set_cookie(&old);
    assert!(!is_in(&thief).await, "the guest's cookie is dead");
    let elsewhere = app.browser();
    log_in(&elsewhere, EMAIL, PASSWORD).await;
    assert_eq!(elsewhere.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn of_many_upgrades_at_once_one_wins(pool: PgPool) {
    let app = TestApp::new(pool);
    let (guest, _) = app.guest().await;
    let cookie = guest.cookie().expect("a session");
    let tries = (0..15).map(|n| {
        let browser = app.browser();
        browser.set_cookie(&cookie);
        async move { sign_up(&browser, &format!("ada{n}@example.org"), PASSWORD).await.status }
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
    let counts: (i64, i64) = sqlx::query_as("select count(*), count(*) filter (where is_guest) from users")
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    assert_eq!(counts, (1, 0));
}

#[sqlx::test]
async fn a_guest_who_logs_in_may_take_their_cvs_along(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let (browser, id) = app.guest().await;
    assert_eq!(log_in(&browser, EMAIL, PASSWORD).await.location(), "/resumes");
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::NOT_FOUND, "not yet");
    assert!(browser.get("/resumes").await.text().contains("Take them along"));
    browser.post("/account/guest", &[]).await;
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
    assert!(!browser.get("/resumes").await.text().contains("Take them along"));
    assert_eq!(browser.post("/account/guest", &[]).await.status, StatusCode::NOT_FOUND, "once");
    let guests: i64 =
        sqlx::query_scalar("select count(*) from users where is_guest").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(guests, 0);
}

#[sqlx::test]
async fn a_guest_who_is_gone_is_forgotten_and_one_who_does_not_fit_waits(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.user_resumes = 1);
    account(&app).await;
    let (browser, _) = app.guest().await;
    log_in(&browser, EMAIL, PASSWORD).await;
    let (session, guest): (Vec<u8>, Value) =
        sqlx::query_as("select id_hash, data -> 'guest' from sessions where data ? 'guest'")
            .fetch_one(&app.pool)
            .await
            .expect("a session with a guest");
    browser.post("/account/guest", &[]).await;
    // As the other one of two clicks at once has read it.
    sqlx::query("update sessions set data = jsonb_set(data, '{guest}', $2) where id_hash = $1")
        .bind(session)
        .bind(guest)
        .execute(&app.pool)
        .await
        .expect("written");
    assert!(browser.get("/resumes").await.text().contains("Take them along"));
    assert_eq!(browser.post("/account/guest", &[]).await.location(), "/resumes");
    let page = browser.get("/resumes").await.text();
    assert!(page.contains("is in your account already") && !page.contains("There is room for"), "{page}");
    assert!(!page.contains("Take them along"), "{page}");

    let (other, _) = app.guest().await;
    log_in(&other, EMAIL, PASSWORD).await;
    other.post("/account/guest", &[]).await;
    let page = other.get("/resumes").await.text();
    assert!(page.contains("There is room for 1 CVs") && page.contains("Take them along"), "{page}");
}

#[sqlx::test]
async fn a_new_password_ends_every_other_session(pool: PgPool) {
    let app = TestApp::new(pool);
    let here = account(&app).await;
    let there = app.browser();
    log_in(&there, EMAIL, PASSWORD).await;
    let wrong = here.post("/account/password", &[("current", OTHER_PASSWORD), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("current-error"));
    let weak = here.post("/account/password", &[("current", PASSWORD), ("password", "qwertyuiopasdfgh")]).await;
    assert!(weak.text().contains("password-error"));
    assert!(is_in(&there).await);

    let old = here.cookie().expect("a session");
    let changed = here.post("/account/password", &[("current", PASSWORD), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(changed.location(), "/account");
    assert!(is_in(&here).await);
    assert!(!is_in(&there).await);
    let thief = app.browser();
    thief.set_cookie(&old);
    assert!(!is_in(&thief).await);
    assert_eq!(log_in(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(log_in(&app.browser(), EMAIL, OTHER_PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn devices_are_listed_and_signed_out(pool: PgPool) {
    let app = TestApp::new(pool);
    let here = account(&app).await;
    let there = app.browser_at("198.51.100.7");
    log_in(&there, EMAIL, PASSWORD).await;
    let page = here.get("/account").await.text();
    assert!(page.contains("198.51.100.0/24"), "where from, roughly");
    let start = page.find("/account/sessions/").expect("a button");
    let end = page[start..].find("/end\"").expect("its address") + start;
    let address = format!("{}/end", &page[start..end]);

    let (stranger, _) = app.guest().await;
    assert_eq!(stranger.post(&address, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(is_in(&there).await);
    assert_eq!(here.post(&address, &[]).await.location(), "/account");
    assert!(!is_in(&there).await);

    log_in(&there, EMAIL, PASSWORD).await;
    here.post("/account/sessions/end-others", &[]).await;
    assert!(is_in(&here).await && !is_in(&there).await);
}

#[sqlx::test]
async fn sessions_end_by_themselves(pool: PgPool) {
    let app = TestApp::new(pool);
    let idle = account(&app).await;
    app.clock.advance(Duration::days(14));
    assert!(is_in(&idle).await, "and this was a visit");
    app.clock.advance(Duration::days(15));
    assert!(!is_in(&idle).await, "fourteen days without one");

    let busy = app.browser();
    log_in(&busy, EMAIL, PASSWORD).await;
    for _ in 0..9 {
        app.clock.advance(Duration::days(10));
        assert!(is_in(&busy).await);
    }
    app.clock.advance(Duration::days(1));
    assert!(!is_in(&busy).await, "ninety days after signing in");
}

#[sqlx::test]
async fn guessing_ends_soon_and_locks_nobody_out(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let guesser = app.browser_at("203.0.113.9");
    let mut refused = None;
    for n in 0..12 {
        let answer = log_in(&guesser, EMAIL, &format!("{OTHER_PASSWORD} {n}")).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some((n, answer));
            break;
        }
    }
    let (tries, refused) = refused.expect("guessing is refused");
    assert_eq!(tries, 10);
    assert_eq!(refused.headers[RETRY_AFTER], "60");
    assert!(refused.text().contains(EMAIL), "what was typed stays");
    assert_eq!(log_in(&guesser, EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let neighbour = app.browser_at("203.0.113.77");
    assert_eq!(log_in(&neighbour, "ada@EXAMPLE.org", "x").await.status, StatusCode::TOO_MANY_REQUESTS, "one network");
    assert_eq!(log_in(&app.browser_at("192.0.2.50"), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    app.clock.advance(Duration::minutes(2));
    assert_eq!(log_in(&guesser, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "it passes");
}

#[sqlx::test]
async fn a_clock_that_was_ahead_locks_nobody_out(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    app.clock.advance(Duration::days(1));
    log_in(&app.browser_at("203.0.113.9"), EMAIL, OTHER_PASSWORD).await;
    app.clock.advance(Duration::days(-1));
    for _ in 0..2 {
        let answer = log_in(&app.browser_at("203.0.113.9"), EMAIL, OTHER_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(log_in(&app.browser_at("203.0.113.9"), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn guessing_from_everywhere_does_not_lock_the_owner_out(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    for n in 0..100 {
        let answer = log_in(&app.browser_at(&format!("10.{n}.0.1")), EMAIL, OTHER_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    let stranger = app.browser_at("10.200.0.1");
    assert_eq!(log_in(&stranger, EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(log_in(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "where it was made");
}

#[sqlx::test]
async fn one_network_cannot_try_many_accounts(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    for n in 0..60 {
        let answer = log_in(&browser, &format!("someone{n}"), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(log_in(&browser, "someone", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test]
async fn nonsense_is_nobody(pool: PgPool) {
    let app = TestApp::new(pool);
    for (email, password) in [("", ""), ("a\0b@example.org", PASSWORD), (&"x".repeat(100_000), &"y".repeat(100_000))] {
        assert_eq!(log_in(&app.browser(), email, password).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(sign_up(&app.browser(), email, password).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[sqlx::test]
async fn where_accounts_are_off_there_are_none(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.server.signups = false);
    assert_eq!(app.browser().get("/signup").await.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_up(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::NOT_FOUND);
    assert!(!app.browser().get("/login").await.text().contains("/signup"));
}

#[sqlx::test]
async fn a_disabled_account_is_out_at_once(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = account(&app).await;
    sqlx::query("update users set disabled_at = now()").execute(&app.pool).await.expect("disabled");
    assert!(!is_in(&browser).await);
    assert_eq!(log_in(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test]
async fn passwords_are_stored_as_argon2id_and_events_cannot_be_changed(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    log_in(&app.browser(), EMAIL, OTHER_PASSWORD).await;
    let hash: String =
        sqlx::query_scalar("select password_hash from users").fetch_one(&app.pool).await.expect("a hash");
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from events order by id").fetch_all(&app.pool).await.expect("rows");
    assert_eq!(kinds, ["signed-up", "sign-in-failed"]);
    for statement in ["update events set kind = 'x'", "delete from events", "truncate events"] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&app.pool).await;
        assert!(refused.expect_err(statement).to_string().contains("never changed"), "{statement}");
    }
}

#[sqlx::test]
async fn an_account_may_have_more_cvs_than_a_guest(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = account(&app).await;
    for n in 0..4 {
        browser.post("/resumes", &[("name", &format!("CV {n}"))]).await;
    }
    let document: Value = browser.call("load_resume", &json!({ "id": 4 })).await.json();
    assert_eq!(browser.call("save_resume", &save(4, 1, "a", &document["document"])).await.json::<i32>(), 2);
}

#[sqlx::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 3);
    for n in 0..3 {
        let answer = log_in(&app.browser(), &format!("eve{n}@example.org"), OTHER_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let refused = log_in(&app.browser(), EMAIL, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key(RETRY_AFTER));
    assert!(refused.text().contains("That was too often"));
    let function = app.browser().call("log_in", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(function.status, StatusCode::TOO_MANY_REQUESTS, "by whichever way");
    assert_eq!(app.browser().get("/login").await.status, StatusCode::OK, "looking costs nothing");
    let elsewhere = log_in(&app.browser_at("198.51.100.7"), EMAIL, PASSWORD).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED, "others are not held up");
}

#[sqlx::test]
async fn the_editor_signs_in_where_it_is(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let browser = app.browser();
    let wrong = browser.call("log_in", &json!({ "email": EMAIL, "password": OTHER_PASSWORD })).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.json::<Value>(), json!("WrongCredentials"));
    let right = browser.call("log_in", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(right.json::<Value>(), json!(true));
    assert!(is_in(&browser).await);
}

#[sqlx::test]
async fn of_many_guesses_at_once_ten_are_checked(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let guesser = app.browser_at("203.0.113.9");
    let tries = (0..50).map(|_| log_in(&guesser, EMAIL, OTHER_PASSWORD));
    let answers = futures::future::join_all(tries).await;
    let count = |status: StatusCode| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(StatusCode::UNAUTHORIZED), count(StatusCode::TOO_MANY_REQUESTS)), (10, 40));
}

/// A wrong password, with whatever somebody says of where they come from.
async fn guess(browser: &Browser, forwarded: &str) -> StatusCode {
    let request = same_origin("/login")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", forwarded)
        .header("forwarded", format!("for=\"{forwarded}\""))
        .header("x-real-ip", forwarded)
        .header("user-agent", forwarded);
    browser.send(request, Body::from("email=ada%40example.org&password=wrong")).await.status
}

/// T18: headers that anybody can write buy no more tries, with and without a proxy.
#[sqlx::test]
async fn forged_addresses_buy_no_more_guesses(pool: PgPool) {
    let app = TestApp::new(pool.clone());
    account(&app).await;
    let direct = app.browser_at("198.51.100.7");
    for n in 0..10 {
        assert_eq!(guess(&direct, &format!("10.{n}.0.1")).await, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(guess(&direct, "10.10.0.1").await, StatusCode::TOO_MANY_REQUESTS);

    let app = TestApp::with(pool, |settings| {
        settings.server.trusted_proxies = vec!["203.0.113.0/24".parse().expect("a network")];
    });
    let behind = app.browser_at("203.0.113.1");
    for n in 0..10 {
        assert_eq!(guess(&behind, &format!("10.{n}.0.1, 100.64.1.7")).await, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(guess(&behind, "10.10.0.1, 100.64.1.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess(&behind, "100.64.2.7").await, StatusCode::UNAUTHORIZED, "others behind it are not held up");
}

#[sqlx::test]
async fn guests_are_not_for_the_having(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.sign_ups = 3);
    for _ in 0..3 {
        app.guest().await;
    }
    assert_eq!(app.browser().post("/guest", &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_up(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "nor accounts");
    let users: i64 = sqlx::query_scalar("select count(*) from users").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(users, 3);
    let elsewhere = app.browser_at("198.51.100.7").post("/guest", &[]).await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "others are not held up");
    app.clock.advance(Duration::minutes(2));
    assert_eq!(app.browser().post("/guest", &[]).await.status, StatusCode::SEE_OTHER, "it passes");
}

#[sqlx::test]
async fn a_password_that_is_kept_in_an_older_way_is_kept_anew(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).expect("valid"));
    let old = weak.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("a hash").to_string();
    sqlx::query("update users set password_hash = $1").bind(&old).execute(&app.pool).await.expect("kept as it was");
    let kept = || async {
        sqlx::query_scalar::<_, String>("select password_hash from users").fetch_one(&app.pool).await.expect("a hash")
    };
    assert_eq!(log_in(&app.browser(), EMAIL, OTHER_PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept().await, old);
    for _ in 0..2 {
        assert_eq!(log_in(&app.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
        let new = kept().await;
        assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
    }
}

#[sqlx::test]
async fn the_editor_lets_nobody_past_the_second_step(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app).await;
    sqlx::query(
        "insert into two_step (user_id, secret, created_at, confirmed_at)
         select id, decode(repeat('00', 20), 'hex'), now(), now() from users",
    )
    .execute(&app.pool)
    .await
    .expect("set up");
    let browser = app.browser();
    let half = browser.call("log_in", &json!({ "email": EMAIL, "password": PASSWORD })).await;
    assert_eq!(half.json::<Value>(), json!(false));
    assert!(!is_in(&browser).await);
}
