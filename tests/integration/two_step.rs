//! The second step of signing in: who gets in with which code, how often, and who stays out.

use crate::{
    google::{ADA, provider::Provider},
    support::{Answer, Browser, TestApp, with_mail},
};
use axum::http::{Method, StatusCode, header::RETRY_AFTER};
use sqlx::PgPool;
use time::Duration;
use totp_rs::{Builder, Secret, Totp};
use vitae::server::http::router::{Access, routes};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery staple";
const PAGE: &str = "/account/two-step";

fn app(pool: PgPool) -> TestApp {
    TestApp::with(pool, |settings| settings.limits.requests = 1_000_000)
}

/// The app on somebody's phone.
struct Phone(Totp);

impl Phone {
    /// Takes the key over from the page, as it is shown.
    fn scan(page: &str) -> Self {
        let key = page.split("two-step__key\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a key");
        let secret = Secret::try_from_base32(key.replace(' ', "")).expect("a key in base32");
        Self(Builder::new().with_secret(secret).build().expect("a good key"))
    }

    /// The code that it shows.
    fn code(&self, app: &TestApp) -> String {
        self.0.generate(u64::try_from(app.clock.now().unix_timestamp()).expect("after 1970")).to_string()
    }
}

/// Another code than that one.
fn not(code: &str, n: usize) -> String {
    let code: usize = code.parse().expect("digits");
    // Far from the codes of the steps beside, too, but for the odd chance of one in a hundred thousand.
    format!("{:06}", (code + 500_000 + 7 * n) % 1_000_000)
}

async fn sign_up(app: &TestApp) -> Browser {
    sign_up_as(app, EMAIL).await
}

async fn sign_up_as(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    if app.state.mailer.is_on() {
        let link = app.mail().await.link();
        let token = link.split_once("token=").expect("a token").1;
        browser.post("/verify-email", &[("token", token)]).await;
    }
    browser
}

async fn log_in(browser: &Browser) -> Answer {
    browser.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await
}

async fn send(browser: &Browser, code: &str) -> Answer {
    browser.post("/login/code", &[("code", code)]).await
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/resumes").await.status == StatusCode::OK
}

/// An account with a second step: a browser that is in, the phone, the recovery codes.
async fn with_two_step(app: &TestApp) -> (Browser, Phone, Vec<String>) {
    let browser = sign_up(app).await;
    let (phone, codes) = set_up(app, &browser).await;
    (browser, phone, codes)
}

/// Turns the second step of an account on.
async fn set_up(app: &TestApp, browser: &Browser) -> (Phone, Vec<String>) {
    assert_eq!(browser.post(PAGE, &[("deed", "begin")]).await.location(), PAGE);
    let phone = Phone::scan(&browser.get(PAGE).await.text());
    let on = browser.post(PAGE, &[("deed", "turn-on"), ("code", &phone.code(app))]).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.text());
    assert!(on.header("cache-control").contains("no-store"));
    let codes = recovery_codes(&on.text());
    app.clock.advance(Duration::seconds(30));
    (phone, codes)
}

/// An admin at work beside whoever is there.
async fn admin(app: &TestApp) -> Browser {
    let browser = sign_up_as(app, "root@example.org").await;
    sqlx::query("update users set role = 'admin' where email = 'root@example.org'")
        .execute(&app.pool)
        .await
        .expect("made an admin");
    browser
}

async fn page_of_ada(app: &TestApp) -> String {
    let uid: uuid::Uuid = sqlx::query_scalar("select uid from users where email = $1")
        .bind(EMAIL)
        .fetch_one(&app.pool)
        .await
        .expect("her");
    format!("/admin/users/{uid}")
}

fn recovery_codes(page: &str) -> Vec<String> {
    page.split("<li><code>").skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
}

#[sqlx::test]
async fn a_code_is_asked_for_after_the_password(pool: PgPool) {
    let app = app(pool);
    let there = sign_up(&app).await;
    let here = app.browser();
    log_in(&here).await;
    here.post(PAGE, &[("deed", "begin")]).await;
    let page = here.get(PAGE).await.text();
    assert!(page.contains("two-step__qr") && page.contains("<path d=\"M0 0h1v1h-1z"));
    let phone = Phone::scan(&page);
    let code = phone.code(&app);
    let wrong = here.post(PAGE, &[("deed", "turn-on"), ("code", &not(&code, 0))]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("code-error"));
    assert!(is_in(&there).await);
    let on = here.post(PAGE, &[("deed", "turn-on"), ("code", &code)]).await.text();
    assert_eq!(recovery_codes(&on).len(), 10);
    assert!(on.contains("download=\"vitae-recovery-codes.txt\""));
    assert!(is_in(&here).await && !is_in(&there).await, "every other device is logged out");
    assert!(!here.get(PAGE).await.text().contains(&recovery_codes(&on)[0]), "they are shown once");

    let browser = app.browser();
    let half = browser.post("/login", &[("email", EMAIL), ("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!(half.location(), "/login/code?next=/account");
    assert!(!is_in(&browser).await);
    app.clock.advance(Duration::seconds(30));
    let wrong = send(&browser, &not(&phone.code(&app), 1)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_in(&browser).await);
    let right = browser.post("/login/code", &[("code", &phone.code(&app)), ("next", "/account")]).await;
    assert_eq!(right.location(), "/account");
    assert!(is_in(&browser).await);
    assert_eq!(browser.get("/login/code").await.location(), "/login", "nobody is half way any more");
}

#[sqlx::test]
async fn each_code_works_once(pool: PgPool) {
    let app = app(pool);
    let (_, phone, _) = with_two_step(&app).await;
    let browser = app.browser();
    log_in(&browser).await;
    let code = phone.code(&app);
    assert_eq!(send(&browser, &code).await.location(), "/resumes");
    let thief = app.browser();
    log_in(&thief).await;
    assert_eq!(send(&thief, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "replayed");
    app.clock.advance(Duration::seconds(30));
    assert_eq!(send(&thief, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "replayed a step later");
    assert!(!is_in(&thief).await);

    let code = phone.code(&app);
    let tries = (0..10).map(|_| async {
        let browser = app.browser();
        log_in(&browser).await;
        send(&browser, &code).await.status
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
}

#[sqlx::test]
async fn each_recovery_code_works_once(pool: PgPool) {
    let app = app(pool);
    let (here, _, codes) = with_two_step(&app).await;
    let browser = app.browser();
    log_in(&browser).await;
    assert_eq!(send(&browser, &codes[3].to_uppercase()).await.location(), "/resumes");
    let again = app.browser();
    log_in(&again).await;
    let refused = send(&again, &codes[3]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("recovery-error"));
    assert!(here.get(PAGE).await.text().contains("9 recovery codes left"));

    let new = recovery_codes(&here.post(PAGE, &[("deed", "new-codes")]).await.text());
    assert_eq!(new.len(), 10);
    assert_eq!(send(&again, &codes[4]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "an old one");
    assert_eq!(send(&again, &new[4]).await.location(), "/resumes");
    let kinds: Vec<String> = sqlx::query_scalar("select kind from events where kind like '%recovery%' order by id")
        .fetch_all(&app.pool)
        .await
        .expect("rows");
    assert_eq!(kinds, ["recovery-code-used", "recovery-codes-made", "recovery-code-used"]);
}

#[sqlx::test]
async fn guessing_codes_ends_soon_and_locks_nobody_out(pool: PgPool) {
    let app = app(pool);
    let (_, phone, codes) = with_two_step(&app).await;
    let guesser = app.browser_at("203.0.113.9");
    log_in(&guesser).await;
    let mut checked = 0;
    for n in 0..50 {
        let answer = send(&guesser, &not(&phone.code(&app), n)).await;
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY => checked += 1,
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
                assert_eq!(answer.headers[RETRY_AFTER], "60");
            }
        }
    }
    assert_eq!(checked, 8, "of 50");
    assert_eq!(send(&guesser, &phone.code(&app)).await.status, StatusCode::TOO_MANY_REQUESTS, "the right one, too");
    let elsewhere = app.browser_at("198.51.100.7");
    log_in(&elsewhere).await;
    assert_eq!(send(&elsewhere, &phone.code(&app)).await.status, StatusCode::TOO_MANY_REQUESTS, "from everywhere");
    assert_eq!(send(&elsewhere, &codes[0]).await.location(), "/resumes", "the owner has other codes");
    app.clock.advance(Duration::minutes(6));
    log_in(&guesser).await;
    assert_eq!(send(&guesser, &phone.code(&app)).await.location(), "/resumes", "it passes");
}

#[sqlx::test]
async fn half_way_is_nobody(pool: PgPool) {
    let app = app(pool);
    let (owner, phone, _) = with_two_step(&app).await;
    let browser = app.browser();
    log_in(&browser).await;
    for route in routes().iter().filter(|route| route.access == Access::Owner && !route.path.contains('{')) {
        let answer = match route.method {
            Method::GET => browser.get(route.path).await,
            _ => browser.post(route.path, &[]).await,
        };
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
    }
    let called = browser.call("load_resume", &serde_json::json!({ "id": 1 })).await;
    assert_eq!(called.status, StatusCode::UNAUTHORIZED);

    app.clock.advance(Duration::minutes(11));
    assert_eq!(browser.get("/login/code").await.location(), "/login", "too late");
    assert_eq!(send(&browser, &phone.code(&app)).await.location(), "/login");
    assert!(!is_in(&browser).await);

    log_in(&browser).await;
    owner.post("/account/password", &[("current", PASSWORD), ("password", "seven lamps of architecture")]).await;
    app.clock.advance(Duration::seconds(30));
    assert_eq!(send(&browser, &phone.code(&app)).await.location(), "/login", "that password is no more");
    assert!(!is_in(&browser).await);
    assert_eq!(app.browser().get("/login/code").await.location(), "/login");
}

#[sqlx::test]
async fn a_guest_who_is_half_way_is_still_the_guest(pool: PgPool) {
    let app = app(pool);
    let (_, phone, _) = with_two_step(&app).await;
    let (browser, id) = app.guest().await;
    log_in(&browser).await;
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
    assert!(!browser.get("/resumes").await.text().contains("Take them along"));
    assert_eq!(send(&browser, &phone.code(&app)).await.location(), "/resumes");
    assert!(browser.get("/resumes").await.text().contains("Take them along"));
}

#[sqlx::test]
async fn a_stolen_cookie_changes_nothing_without_proof(pool: PgPool) {
    let app = app(pool);
    let (browser, phone, codes) = with_two_step(&app).await;
    app.clock.advance(Duration::minutes(16));
    let thief = app.browser_at("203.0.113.9");
    thief.set_cookie(&browser.cookie().expect("a session"));
    assert!(is_in(&thief).await);
    for page in [PAGE, "/account/export", "/account/delete"] {
        assert_eq!(thief.get(page).await.location(), format!("/account/confirm?next={page}"));
    }
    let code = phone.code(&app);
    let posts: [(&str, &[(&str, &str)]); 7] = [
        (PAGE, &[("deed", "turn-off"), ("code", &code)]),
        (PAGE, &[("deed", "turn-off"), ("code", &codes[0])]),
        (PAGE, &[("deed", "new-codes")]),
        (PAGE, &[("deed", "begin")]),
        (PAGE, &[("deed", "cancel")]),
        ("/account/export", &[]),
        ("/account/delete", &[("word", "DELETE")]),
    ];
    for (path, form) in posts {
        let answer = thief.post(path, form).await;
        assert_eq!(answer.location(), "/account/confirm?next=/account", "{path} {form:?}");
        assert!(answer.body.is_empty(), "{path}");
    }
    let left: (i64, i64) =
        sqlx::query_as("select (select count(*) from two_step), (select count(*) from recovery_codes)")
            .fetch_one(&app.pool)
            .await
            .expect("a row");
    assert_eq!(left, (1, 10));

    let confirmed = browser.post("/account/confirm", &[("current", PASSWORD), ("next", PAGE)]).await;
    assert_eq!(confirmed.location(), PAGE);
    assert_eq!(browser.get(PAGE).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn turning_it_off_takes_a_code(pool: PgPool) {
    let app = app(pool);
    let (browser, phone, codes) = with_two_step(&app).await;
    for code in ["", "000 000", "0000-0000-0000-0000"] {
        let refused = browser.post(PAGE, &[("deed", "turn-off"), ("code", code)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
    }
    assert_eq!(log_in(&app.browser()).await.location(), "/login/code?next=/resumes");
    let begun = browser.post(PAGE, &[("deed", "begin")]).await;
    assert_eq!(begun.location(), PAGE);
    assert!(browser.get(PAGE).await.text().contains("It is on"), "what is on is not begun again");
    let off = browser.post(PAGE, &[("deed", "turn-off"), ("code", &phone.code(&app))]).await;
    assert_eq!(off.location(), PAGE);
    assert!(browser.get(PAGE).await.text().contains("It is off"));
    let again = app.browser();
    assert_eq!(log_in(&again).await.location(), "/resumes");
    assert!(is_in(&again).await);
    assert_eq!(send(&again, &codes[0]).await.location(), "/login", "the codes are gone with it");
}

#[sqlx::test]
async fn what_is_being_set_up_is_not_asked_for(pool: PgPool) {
    let app = app(pool);
    let browser = sign_up(&app).await;
    browser.post(PAGE, &[("deed", "begin")]).await;
    assert_eq!(log_in(&app.browser()).await.location(), "/resumes");
    browser.post(PAGE, &[("deed", "cancel")]).await;
    assert!(browser.get(PAGE).await.text().contains("Set it up"));
    let (guest, _) = app.guest().await;
    assert_eq!(guest.get(PAGE).await.location(), "/signup");
}

#[sqlx::test]
async fn a_code_is_asked_for_after_google_too(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let browser = app.browser();
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/resumes");
    let (phone, codes) = set_up(&app, &browser).await;
    let other = app.browser();
    assert_eq!(provider.log_in(&other, ADA).await.location(), "/login/code?next=/resumes");
    assert!(!is_in(&other).await);
    assert_eq!(send(&other, &not(&phone.code(&app), 0)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_in(&other).await);
    assert_eq!(send(&other, &phone.code(&app)).await.location(), "/resumes");
    assert!(is_in(&other).await);
    let third = app.browser();
    provider.log_in(&third, ADA).await;
    assert_eq!(send(&third, &codes[0]).await.location(), "/resumes", "or a recovery code");
}

#[sqlx::test]
async fn its_owner_is_told_by_mail(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    let (browser, phone, _) = with_two_step(&app).await;
    let on = app.mail().await;
    assert_eq!((&*on.to, &*on.subject), (EMAIL, "Two-step verification of your Vitae account is on"));
    browser.post(PAGE, &[("deed", "turn-off"), ("code", &phone.code(&app))]).await;
    let off = app.mail().await;
    assert_eq!((&*off.to, &*off.subject), (EMAIL, "Two-step verification of your Vitae account is off"));
}

#[sqlx::test]
async fn admins_can_be_made_to_have_one(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.server.admin_two_step = true);
    let browser = admin(&app).await;
    for path in ["/admin", "/admin/users", "/admin/log.csv"] {
        assert_eq!(browser.get(path).await.location(), PAGE, "{path}");
    }
    assert_eq!(browser.post("/admin/guests/purge", &[("days", "7")]).await.location(), PAGE);
    let (phone, _) = set_up(&app, &browser).await;
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
    browser.post(PAGE, &[("deed", "turn-off"), ("code", &phone.code(&app))]).await;
    assert_eq!(browser.get("/admin").await.location(), PAGE, "and to keep it");
    assert_eq!(sign_up(&app).await.get("/resumes").await.status, StatusCode::OK, "others need not");
}

#[sqlx::test]
async fn an_admin_helps_who_lost_the_app_and_the_codes(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    with_two_step(&app).await;
    app.mails().await;
    let root = admin(&app).await;
    let page = page_of_ada(&app).await;
    assert!(root.get(&page).await.text().contains("with two-step verification"));
    assert_eq!(root.post(&format!("{page}/end-two-step"), &[]).await.location(), page);
    let told = root.get(&page).await.text();
    assert!(
        told.contains("Two-step verification of this account is off.") && !told.contains("/end-two-step"),
        "{told}"
    );
    assert_eq!(app.mail().await.to, EMAIL, "its owner hears of it");
    assert_eq!(log_in(&app.browser()).await.location(), "/resumes");
    let by_admin: i64 =
        sqlx::query_scalar("select count(*) from events where kind = 'two-step-off' and actor <> subject")
            .fetch_one(&app.pool)
            .await
            .expect("a number");
    assert_eq!(by_admin, 1);
    root.post(&format!("{page}/end-two-step"), &[]).await;
    assert!(root.get(&page).await.text().contains("This account has no two-step verification."));
}

#[sqlx::test]
async fn an_admin_turns_their_own_off_with_a_code_only(pool: PgPool) {
    let app = app(pool);
    let root = sign_up(&app).await;
    sqlx::query("update users set role = 'admin'").execute(&app.pool).await.expect("an admin");
    set_up(&app, &root).await;
    let page = page_of_ada(&app).await;
    root.post(&format!("{page}/end-two-step"), &[]).await;
    assert!(root.get(&page).await.text().contains("Turn your own off in your account"));
    assert_eq!(log_in(&app.browser()).await.location(), "/login/code?next=/resumes");
}
