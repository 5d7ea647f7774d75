//! Sessions: hashed, and never brought back.

use crate::support::TestApp;
use axum::http::StatusCode;
use sqlx::PgPool;
use std::collections::BTreeSet;
use time::Duration;
use tower_sessions::{SessionStore, session::Id, session::Record};
use vitae::server::auth::session_store::PostgresSessionStore;

#[sqlx::test]
async fn the_cookie_is_closed_to_scripts_and_other_sites(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.server.public_url = "https://cv.example.org".into());
    let answer = app.browser().post("/guest", &[]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-vitae="), "{cookie}");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} is missing in {cookie}");
    }
}

/// A browser that keeps Secure cookies only of https, as `WebKit` does, loses none; the first use on one's own machine is
/// plain http.
#[sqlx::test]
async fn on_plain_http_the_cookie_is_one_that_every_browser_keeps(pool: PgPool) {
    for url in ["", "http://localhost:3000", "http://cv.example.org"] {
        let app = TestApp::with(pool.clone(), |settings| settings.server.public_url = url.into());
        let browser = app.browser();
        let answer = browser.post("/guest", &[]).await;
        let cookie = answer.header("set-cookie").to_owned();
        assert!(cookie.starts_with("vitae="), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} is missing in {cookie}");
        }
        assert_eq!(browser.get(answer.location()).await.status, StatusCode::OK, "and the next page is the editor");
    }
}

/// The clock was ahead when somebody showed who they are: once it is right that would hold for as long as it was ahead.
#[sqlx::test]
async fn what_was_shown_in_the_future_was_never_shown(pool: PgPool) {
    let app = TestApp::new(pool);
    let form = [("email", "ada@example.org"), ("password", "correct horse battery staple")];
    let browser = app.browser();
    app.clock.advance(Duration::minutes(1));
    browser.post("/signup", &form).await;
    sqlx::query("update users set role = 'admin'").execute(&app.pool).await.expect("an admin");
    let pages =
        [("/admin", "/account/confirm?next=/admin"), ("/account/two-step", "/account/confirm?next=/account/two-step")];
    for (page, _) in pages {
        assert_eq!(browser.get(page).await.status, StatusCode::OK, "{page}");
    }
    app.clock.advance(-Duration::minutes(1));
    for (page, proof) in pages {
        assert_eq!(browser.get(page).await.location(), proof, "{page}");
    }
    assert_eq!(browser.get("/resumes").await.status, StatusCode::OK, "but who is signed in stays so");

    app.clock.advance(Duration::days(30));
    browser.post("/login", &form).await;
    app.clock.advance(-Duration::days(30));
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED, "unless that was in another month");
}

#[sqlx::test]
async fn what_is_stored_opens_nothing(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let id = browser.cookie().expect("a session").split_once('=').expect("name and value").1.to_owned();
    let rows = sqlx::query_scalar::<_, String>("select sessions::text from sessions").fetch_all(&app.pool).await;
    assert!(rows.expect("rows").iter().all(|row| !row.contains(&id)));
}

#[sqlx::test]
async fn a_save_of_a_session_that_is_gone_writes_nothing(pool: PgPool) {
    let app = TestApp::new(pool);
    let store = PostgresSessionStore::new(app.state.db.clone(), app.clock.clone());
    let expiry_date = app.clock.now() + Duration::days(1);
    let mut record = Record { id: Id::default(), data: [].into(), expiry_date };
    store.create(&mut record).await.expect("stored");
    assert!(store.load(&record.id).await.expect("answers").is_some());
    store.delete(&record.id).await.expect("deleted");
    store.save(&record).await.expect("no error");
    assert!(store.load(&record.id).await.expect("answers").is_none());
}

/// How a session ends while a request with its cookie is under way.
#[derive(Clone, Copy, Debug)]
enum Ending {
    LogOut,
    Disable,
    EndOthers,
    NewPassword,
}

/// T5: whatever the order in which a request that writes its session and the end of that session meet, the session is
/// over. `VITAE_INTERLEAVINGS` says how often each is tried.
#[sqlx::test]
async fn a_request_under_way_does_not_bring_a_session_back(pool: PgPool) {
    const PASSWORD: &str = "correct horse battery staple";
    let app = TestApp::with(pool, |settings| {
        settings.limits.sign_ups = 10_000;
        settings.limits.requests = 1_000_000;
    });
    let rounds = std::env::var("VITAE_INTERLEAVINGS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    for round in 0..rounds {
        // So that the limits on logging in have forgotten the last one.
        app.clock.advance(Duration::hours(1));
        for ending in [Ending::LogOut, Ending::Disable, Ending::EndOthers, Ending::NewPassword] {
            let email = format!("ada{round}-{ending:?}@example.org");
            let browser = app.browser();
            browser.post("/signup", &[("email", &email), ("password", PASSWORD)]).await;
            let other = app.browser();
            let there = other.post("/login", &[("email", &email), ("password", PASSWORD)]).await;
            assert_eq!(there.location(), "/resumes", "{round} {ending:?}");
            let cookie = browser.cookie().expect("a session");
            let late = app.browser();
            late.set_cookie(&cookie);
            // Both kinds of write: one that changes the session, and one that gives it another id.
            let writes = async {
                if round % 2 == 0 {
                    late.post("/account/confirm", &[("current", PASSWORD)]).await
                } else {
                    late.post("/resumes", &[("name", "Late"), ("from", "empty")]).await
                }
            };
            let ends = async {
                match ending {
                    Ending::LogOut => drop(browser.post("/logout", &[]).await),
                    Ending::EndOthers => drop(other.post("/account/sessions/end-others", &[]).await),
                    Ending::NewPassword => {
                        let form = [("current", PASSWORD), ("password", "seven lamps of architecture")];
                        other.post("/account/password", &form).await;
                    }
                    Ending::Disable => {
                        sqlx::query("update users set disabled_at = now() where email = $1")
                            .bind(&email)
                            .execute(&app.pool)
                            .await
                            .expect("disabled");
                    }
                }
            };
            futures::future::join(writes, ends).await;
            for cookie in [Some(cookie), late.cookie()].into_iter().flatten() {
                let again = app.browser();
                again.set_cookie(&cookie);
                assert_eq!(again.get("/resumes").await.status, StatusCode::UNAUTHORIZED, "{round} {ending:?}");
            }
        }
    }
}

#[sqlx::test]
async fn a_guest_who_comes_back_in_time_stays(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    app.clock.advance(Duration::days(29));
    assert_eq!(browser.get("/resumes").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn a_session_of_an_earlier_epoch_is_over(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    sqlx::query("update users set session_epoch = 1").execute(&app.pool).await.expect("updated");
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test]
async fn a_disabled_user_is_out(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    sqlx::query("update users set disabled_at = now()").execute(&app.pool).await.expect("updated");
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test]
async fn guests_can_be_turned_off(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.server.guests = false);
    assert_eq!(app.browser().post("/guest", &[]).await.status, StatusCode::NOT_FOUND);
}

/// T5: nobody goes on with an id that somebody else could know, and no id can be guessed.
#[sqlx::test]
async fn every_sign_in_has_an_id_of_its_own(pool: PgPool) {
    let app = TestApp::new(pool);
    let form = [("email", "ada@example.org"), ("password", "correct horse battery staple")];
    let id = |cookie: &str| cookie.split_once('=').expect("name and value").1.to_owned();
    let mut ids = vec!["A".repeat(22)];
    let browser = app.browser();
    browser.set_cookie(&format!("vitae={}", ids[0]));
    for path in ["/guest", "/signup"] {
        browser.post(path, &form).await;
        ids.push(id(&browser.cookie().expect("a session")));
    }
    // The session of a guest, put into the browser of somebody who then logs in.
    let (attacker, _) = app.guest().await;
    let planted = attacker.cookie().expect("a session");
    ids.push(id(&planted));
    let victim = app.browser();
    victim.set_cookie(&planted);
    assert_eq!(victim.post("/login", &form).await.status, StatusCode::SEE_OTHER);
    ids.push(id(&victim.cookie().expect("a session")));
    assert_eq!(victim.get("/account").await.status, StatusCode::OK);
    assert_eq!(attacker.get("/account").await.status, StatusCode::UNAUTHORIZED);
    // 128 bits: 22 digits of six.
    assert!(ids.iter().all(|id| id.len() == 22), "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[sqlx::test]
async fn logging_out_leaves_nothing_in_the_browser(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let old = browser.cookie().expect("a session");
    let out = browser.post("/logout", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(browser.cookie(), None);
    browser.set_cookie(&old);
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
}
