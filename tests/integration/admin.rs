//! The pages for admins: what they show and do, what they leave in the log, and what no admin can do.

use crate::support::{Answer, Browser, TestApp, with_mail};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use uuid::Uuid;
use vitae::{
    domain::account::EmailAddress,
    server::{
        auth::passwords::NewPassword,
        http::router::{Access, routes},
    },
};

const PASSWORD: &str = "correct horse battery staple";
const OTHER_PASSWORD: &str = "seven lamps of architecture";
const ADMIN: &str = "root@example.org";
const ANN: &str = "ann@example.org";

/// Makes an account that can be logged in to.
async fn account(app: &TestApp, email: &str, role: &str) -> Uuid {
    let address = EmailAddress::parse(email).expect("an address");
    let password = NewPassword::parse(PASSWORD, &address).expect("a password");
    let hash = app.state.passwords.hash(password, [7; 16]).await.expect("hashed");
    sqlx::query_scalar("insert into users (email, password_hash, role) values ($1, $2, $3) returning uid")
        .bind(email)
        .bind(hash)
        .bind(role)
        .fetch_one(&app.pool)
        .await
        .expect("made")
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.browser().post("/login", &[("email", email), ("password", password)]).await
}

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    let answer = browser.post("/login", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{email}: {}", answer.text());
    browser
}

/// An application with an admin at work and a user.
async fn world(pool: PgPool) -> (TestApp, Browser, Uuid) {
    prepared(TestApp::new(pool)).await
}

async fn prepared(app: TestApp) -> (TestApp, Browser, Uuid) {
    account(&app, ADMIN, "admin").await;
    let ann = account(&app, ANN, "user").await;
    let admin = signed_in(&app, ADMIN).await;
    (app, admin, ann)
}

async fn number(app: &TestApp, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(&app.pool).await.expect("a number")
}

async fn execute(app: &TestApp, statement: &'static str) {
    sqlx::query(statement).execute(&app.pool).await.expect("done");
}

/// What admins did and looked at since the last time, the oldest first.
async fn trace(app: &TestApp, since: &mut i64) -> Vec<(String, bool, Option<Uuid>)> {
    let rows: Vec<(i64, String, bool, Option<Uuid>)> = sqlx::query_as(
        "select id, kind, actor = (select uid from users where email = 'root@example.org') is true, subject
         from events where id > $1 order by id",
    )
    .bind(*since)
    .fetch_all(&app.pool)
    .await
    .expect("events");
    *since = rows.last().map_or(*since, |row| row.0);
    rows.into_iter().map(|(_, kind, by_admin, subject)| (kind, by_admin, subject)).collect()
}

async fn does(admin: &Browser, uid: Uuid, deed: &str) -> Answer {
    let answer = admin.post(&format!("/admin/users/{uid}/{deed}"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{deed}: {}", answer.text());
    answer
}

/// What the page after a form says.
async fn told(admin: &Browser, uid: Uuid) -> String {
    admin.get(&format!("/admin/users/{uid}")).await.text()
}

#[sqlx::test]
async fn for_everybody_else_there_is_nothing_whatever_is_asked(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let (guest, _) = app.guest().await;
    account(&app, "out@example.org", "admin").await;
    account(&app, "former@example.org", "admin").await;
    let (out, former) = (signed_in(&app, "out@example.org").await, signed_in(&app, "former@example.org").await);
    assert_eq!(out.get("/admin").await.status, StatusCode::OK);
    assert_eq!(former.get("/admin").await.status, StatusCode::OK);
    execute(&app, "update users set disabled_at = now() where email = 'out@example.org'").await;
    execute(&app, "update users set role = 'user' where email = 'former@example.org'").await;
    let browsers = [app.browser(), guest, signed_in(&app, ANN).await, out, former];
    let nothing = app.browser().get("/admin/nothing-is-here").await.text();
    let mut asked = 0;
    for route in routes().iter().filter(|route| route.access == Access::Admin) {
        let path = route.path.replace("{uid}", &ann.to_string()).replace("{id}", "1");
        for browser in &browsers {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let request = axum::http::Request::builder()
                    .method(method.clone())
                    .uri(&path)
                    .header("sec-fetch-site", "same-origin")
                    .header("accept", "text/html");
                let answer = browser.send(request, Body::empty()).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
                if method != Method::HEAD {
                    assert_eq!(answer.text(), nothing, "{method} {path}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, routes().iter().filter(|route| route.access == Access::Admin).count() * 5 * 6);
    assert_eq!(number(&app, "select count(*) from users where disabled_at is not null").await, 1);
    assert_eq!(number(&app, "select count(*) from events where kind = 'disabled'").await, 0);
    assert!(!browsers[2].get("/resumes").await.text().contains("/admin"), "no link either");
    assert!(admin.get("/resumes").await.text().contains("href=\"/admin\""));
}

#[sqlx::test]
async fn a_fresh_sign_in_is_asked_for(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    assert_eq!(admin.get("/admin/users").await.status, StatusCode::OK);
    app.clock.advance(Duration::minutes(31));
    assert_eq!(admin.get("/admin/users").await.location(), "/account/confirm?next=/admin/users");
    let stale = admin.post(&format!("/admin/users/{ann}/disable"), &[]).await;
    assert_eq!(stale.location(), "/account/confirm?next=/admin");
    assert_eq!(number(&app, "select count(*) from users where disabled_at is not null").await, 0);
    let proved = admin.post("/account/confirm", &[("current", PASSWORD), ("next", "/admin/users")]).await;
    assert_eq!(proved.location(), "/admin/users");
    assert_eq!(admin.get("/admin/users").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn whatever_an_admin_does_or_looks_at_is_in_the_log(pool: PgPool) {
    let (app, admin, ann) = prepared(TestApp::with(pool, with_mail)).await;
    execute(&app, "insert into mails (recipient, letter, created_at, next_try_at, failed_at) select 'x@example.org', '{}', now(), now(), now() from generate_series(1, 2)").await;
    let mut since = 0;
    trace(&app, &mut since).await;
    for (page, kind, subject) in [
        ("/admin", "overview-viewed", None),
        ("/admin/users", "users-listed", None),
        (&*format!("/admin/users/{ann}"), "viewed", Some(ann)),
        ("/admin/guests", "guests-counted", None),
        ("/admin/guests?days=7", "guests-counted", None),
        ("/admin/mails", "mails-listed", None),
        ("/admin/mails?show=waiting", "mails-listed", None),
        ("/admin/log", "log-viewed", None),
        ("/admin/log.csv", "log-exported", None),
    ] {
        assert_eq!(admin.get(page).await.status, StatusCode::OK, "{page}");
        assert_eq!(trace(&app, &mut since).await, [(kind.to_owned(), true, subject)], "{page}");
    }
    for (deed, kind) in [
        ("end-sessions", "sessions-ended"),
        ("send-reset", "reset-requested"),
        ("grant-admin", "admin-granted"),
        ("revoke-admin", "admin-revoked"),
        ("disable", "disabled"),
        ("enable", "enabled"),
    ] {
        does(&admin, ann, deed).await;
        assert_eq!(trace(&app, &mut since).await, [(kind.to_owned(), true, Some(ann))], "{deed}");
    }
    for path in ["/admin/mails/1/retry", "/admin/mails/2/drop"] {
        admin.post(path, &[]).await;
        assert_eq!(trace(&app, &mut since).await, [("mail-handled".to_owned(), true, None)], "{path}");
    }
    admin.post("/admin/guests/purge", &[("days", "7")]).await;
    assert_eq!(trace(&app, &mut since).await, [("guests-purged".to_owned(), true, None)]);
    admin.post(&format!("/admin/users/{ann}/delete"), &[("address", ANN)]).await;
    assert_eq!(trace(&app, &mut since).await, [("deleted".to_owned(), true, Some(ann))]);
}

#[sqlx::test]
async fn a_disabled_user_is_out_within_one_request_everywhere(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let (here, there) = (signed_in(&app, ANN).await, signed_in(&app, ANN).await);
    here.post("/resumes", &[("name", "CV")]).await;
    let id = number(&app, "select id::bigint from resumes").await;
    assert_eq!(here.call("load_resume", &json!({ "id": id })).await.status, StatusCode::OK);
    execute(&app, "insert into tokens (token_hash, purpose, user_id, data, created_at, expires_at) select sha256('x'), 'reset-password', id, 'null', now(), now() + interval '1 day' from users where email = 'ann@example.org'").await;

    does(&admin, ann, "disable").await;
    for browser in [&here, &there] {
        assert_eq!(browser.call("load_resume", &json!({ "id": id })).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.get(&format!("/resumes/{id}/resume.pdf")).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(log_in(&app, ANN, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(number(&app, "select count(*) from tokens").await, 0, "no link lets anybody in either");
    assert!(told(&admin, ann).await.contains("badge--warn"));

    does(&admin, ann, "enable").await;
    assert_eq!(here.get("/resumes").await.status, StatusCode::UNAUTHORIZED, "what was ended stays ended");
    assert_eq!(log_in(&app, ANN, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(number(&app, "select count(*) from resumes").await, 1);
}

#[sqlx::test]
async fn sessions_are_ended_from_afar(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let browser = signed_in(&app, ANN).await;
    let page = told(&admin, ann).await;
    assert!(page.contains("Logged in on 1 device") && page.contains("192.0.2.0/24"));
    does(&admin, ann, "end-sessions").await;
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
    assert!(told(&admin, ann).await.contains("Logged in nowhere"));
}

#[sqlx::test]
async fn a_role_is_given_and_taken_and_no_session_grows(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let before = signed_in(&app, ANN).await;
    does(&admin, ann, "grant-admin").await;
    assert_eq!(before.get("/admin").await.status, StatusCode::NOT_FOUND, "a session from before is over");
    let after = signed_in(&app, ANN).await;
    assert_eq!(after.get("/admin").await.status, StatusCode::OK);
    does(&admin, ann, "revoke-admin").await;
    assert_eq!(after.get("/admin").await.status, StatusCode::NOT_FOUND);
    does(&admin, ann, "disable").await;
    does(&admin, ann, "grant-admin").await;
    assert!(told(&admin, ann).await.contains("This account is disabled. Enable it first."));
    assert_eq!(number(&app, "select count(*) from users where role = 'admin'").await, 1);
}

#[sqlx::test]
async fn the_last_admin_stays_and_nobody_shuts_themselves_out(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let own: Uuid = sqlx::query_scalar("select uid from users where email = $1")
        .bind(ADMIN)
        .fetch_one(&app.pool)
        .await
        .expect("own");
    for deed in ["disable", "revoke-admin"] {
        does(&admin, own, deed).await;
        assert!(told(&admin, own).await.contains("This is the only admin."), "{deed}");
    }
    admin.post(&format!("/admin/users/{own}/delete"), &[("address", ADMIN)]).await;
    assert!(told(&admin, own).await.contains("This is the only admin."));

    let refused = admin.post("/account/delete", &[("word", "DELETE")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("You are the only admin."), "{}", refused.text());

    does(&admin, ann, "grant-admin").await;
    does(&admin, own, "disable").await;
    assert!(told(&admin, own).await.contains("You cannot disable your own account here."));
    admin.post(&format!("/admin/users/{own}/delete"), &[("address", ADMIN)]).await;
    assert!(told(&admin, own).await.contains("You cannot delete your own account here."));
    does(&admin, own, "revoke-admin").await;
    assert_eq!(admin.get("/admin").await.status, StatusCode::NOT_FOUND, "one of two may stop");
    assert_eq!(number(&app, "select count(*) from users where disabled_at is not null").await, 0);
}

#[sqlx::test]
async fn of_admins_who_remove_each_other_at_once_one_stays(pool: PgPool) {
    let app = TestApp::new(pool);
    let emails = ["a@example.org", "b@example.org", "c@example.org"];
    let mut uids = Vec::new();
    for email in emails {
        uids.push(account(&app, email, "admin").await);
    }
    for round in 0..8 {
        let mut browsers = Vec::new();
        for email in emails {
            browsers.push(signed_in(&app, email).await);
        }
        let deed = if round % 2 == 0 { "revoke-admin" } else { "disable" };
        let attempts = browsers.iter().enumerate().flat_map(|(n, browser)| {
            let others = uids.iter().enumerate().filter(move |(other, _)| *other != n);
            others.map(move |(_, uid)| async move { browser.post(&format!("/admin/users/{uid}/{deed}"), &[]).await })
        });
        futures::future::join_all(attempts.collect::<Vec<_>>()).await;
        let left = number(&app, "select count(*) from users where role = 'admin' and disabled_at is null").await;
        assert_eq!(left, 1, "round {round}");
        execute(&app, "update users set role = 'admin', disabled_at = null").await;
    }
}

#[sqlx::test]
async fn deleting_asks_for_the_address_and_takes_everything_along(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let browser = signed_in(&app, ANN).await;
    browser.post("/resumes", &[("name", "CV"), ("from", "sample")]).await;
    let id = number(&app, "select id::bigint from resumes").await;
    let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
    assert_eq!(archive["ready"], true);
    let objects = app.state.settings.server.data_dir.join("objects");
    let files = || walk(&objects);
    assert_eq!(files(), 1);

    let path = format!("/admin/users/{ann}/delete");
    let refused = admin.post(&path, &[("address", "anna@example.org")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("address-error") && refused.text().contains("anna@example.org"));
    assert_eq!(browser.get("/resumes").await.status, StatusCode::OK, "nothing happened");

    assert_eq!(admin.post(&path, &[("address", " ANN@example.org ")]).await.location(), "/admin/users");
    assert!(admin.get("/admin/users").await.text().contains("The account ann@example.org is deleted."));
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!((files(), number(&app, "select count(*) from resumes").await), (0, 0));
    assert_eq!(admin.post(&path, &[("address", ANN)]).await.status, StatusCode::NOT_FOUND);
    let log = admin.get(&format!("/admin/log?user={ann}")).await.text();
    assert!(log.contains("<td class=\"lines__main\">Deleted<"), "the log outlives the account");
}

fn walk(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.expect("readable").path()).map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[sqlx::test]
async fn a_link_for_a_new_password_goes_to_the_owner_alone(pool: PgPool) {
    let (app, admin, ann) = prepared(TestApp::with(pool, with_mail)).await;
    does(&admin, ann, "send-reset").await;
    let mail = app.mail().await;
    assert!(mail.to.contains(ANN), "{}", mail.to);
    let token = mail.link().split_once("token=").expect("a link").1.to_owned();
    assert!(!told(&admin, ann).await.contains(&token));
    let reset = app.browser().post("/reset-password", &[("token", &token), ("password", OTHER_PASSWORD)]).await;
    assert_eq!(reset.location(), "/login", "{}", reset.text());
    assert_eq!(log_in(&app, ANN, OTHER_PASSWORD).await.status, StatusCode::SEE_OTHER);
    does(&admin, ann, "disable").await;
    does(&admin, ann, "send-reset").await;
    assert!(told(&admin, ann).await.contains("Enable it first."));
}

#[sqlx::test]
async fn without_mail_the_page_says_what_to_do_instead(pool: PgPool) {
    let (_app, admin, ann) = world(pool).await;
    assert!(told(&admin, ann).await.contains("vitae admin reset-link"));
    does(&admin, ann, "send-reset").await;
    assert!(told(&admin, ann).await.contains("This installation sends no mail."));
}

/// The uids in the rows of the list, over all its pages.
async fn all_pages(admin: &Browser, first: &str) -> Vec<Uuid> {
    let mut uids = Vec::new();
    let mut path = first.to_owned();
    loop {
        let html = admin.get(&path).await.text();
        let rows = html.split("lines__main\"><a href=\"/admin/users/").skip(1);
        uids.extend(rows.map(|row| row[..36].parse::<Uuid>().expect("a uid")));
        let Some((before, _)) = html.split_once("\" rel=\"next\"") else { return uids };
        path = before.rsplit("href=\"").next().expect("an address").replace("&amp;", "&");
        assert!(!path.contains('@') && !path.contains("example"), "nothing personal in {path}");
    }
}

#[sqlx::test]
async fn the_list_is_searched_filtered_sorted_and_paged(pool: PgPool) {
    let (app, admin, _) = world(pool).await;
    execute(
        &app,
        "insert into users (email, is_guest, last_seen_on, disabled_at, google_id)
         select case when n % 10 = 0 then n || '@guest.invalid' else 'User' || n || '@example.com' end, n % 10 = 0,
                '2026-11-22'::date - n % 7, case when n % 3 = 0 then now() end, case when n % 4 = 0 then n::text end
         from generate_series(1, 170) n",
    )
    .await;
    execute(
        &app,
        "insert into resumes (user_id, name) select users.id, 'CV' from users, generate_series(1, 3) n
         where not is_guest and users.id % 4 > n - 1",
    )
    .await;
    for (sort, order) in [
        ("newest", "id desc"),
        ("address", "lower(email)"),
        ("seen", "last_seen_on desc, id desc"),
        ("cvs", "(select count(*) from resumes where user_id = users.id) desc, id desc"),
    ] {
        for (show, filter) in [
            ("all", "true"),
            ("active", "disabled_at is null"),
            ("disabled", "disabled_at is not null"),
            ("admins", "role = 'admin'"),
            ("google", "google_id is not null"),
        ] {
            let statement = format!("select uid from users where not is_guest and {filter} order by {order}");
            let expected: Vec<Uuid> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&app.pool).await.expect("uids");
            let shown = all_pages(&admin, &format!("/admin/users?show={show}&sort={sort}")).await;
            assert_eq!(shown, expected, "{show} by {sort}");
        }
    }
    for (typed, is_some) in [("SER12", true), ("@example.com", true), ("1@e", true), ("%%%", false), ("nobody", false)]
    {
        let answer = admin.post("/admin/users", &[("q", typed), ("sort", "address")]).await;
        assert_eq!(answer.location(), "/admin/users?sort=address", "what is searched for is in no address");
        let expected = sqlx::query_scalar::<_, Uuid>(
            "select uid from users where not is_guest and strpos(lower(email), lower($1)) > 0 order by lower(email)",
        );
        let expected = expected.bind(typed).fetch_all(&app.pool).await.expect("uids");
        assert_eq!(expected.is_empty(), !is_some, "{typed}");
        assert_eq!(all_pages(&admin, answer.location()).await, expected, "{typed}");
        assert!(admin.get("/admin/users").await.text().contains(&format!("value=\"{typed}\"")), "it is remembered");
    }
    admin.post("/admin/users", &[("q", "")]).await;
    assert_eq!(all_pages(&admin, "/admin/users").await.len(), 155);
    let uid = Uuid::new_v4();
    assert_eq!(admin.post("/admin/users", &[("q", &uid.to_string())]).await.location(), format!("/admin/users/{uid}"));
    assert_eq!(admin.post("/admin/users", &[("q", "a\0bc")]).await.status, StatusCode::SEE_OTHER);
    let short = admin.post("/admin/users", &[("q", "<b")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().contains("q-error") && short.text().contains("value=\"&lt;b\""), "{}", short.text());
    assert_eq!(admin.get("/admin/users").await.status, StatusCode::OK);
    for nonsense in ["show=x&sort=y&after=z", "after=00000000-0000-0000-0000-000000000000"] {
        assert_eq!(admin.get(&format!("/admin/users?{nonsense}")).await.status, StatusCode::OK);
    }
    for missing in ["/admin/users/x", &format!("/admin/users/{uid}")] {
        assert_eq!(admin.get(missing).await.status, StatusCode::NOT_FOUND);
    }
}

#[sqlx::test]
async fn an_admin_sees_sizes_and_nothing_of_a_cv(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    let browser = signed_in(&app, ANN).await;
    browser.post("/resumes", &[("name", "Secret plan"), ("from", "sample")]).await;
    browser.post("/resumes", &[("name", "Secret too")]).await;
    let ids: Vec<i32> =
        sqlx::query_scalar("select id from resumes order by id").fetch_all(&app.pool).await.expect("two");
    browser.call("archive_resume", &json!({ "id": ids[0] })).await;
    browser.post(&format!("/resumes/{}/delete", ids[1]), &[]).await;
    let page = told(&admin, ann).await;
    assert!(page.contains("1, 1 in the trash") && page.contains("KB with their history"), "{page}");
    for path in
        ["/admin", "/admin/users", &format!("/admin/users/{ann}"), "/admin/log", "/admin/log.csv", "/admin/mails"]
    {
        let text = admin.get(path).await.text();
        assert!(!text.contains("Secret") && !text.contains("Engineer"), "{path}");
    }
}

#[sqlx::test]
async fn cvs_are_counted_as_they_come_and_go(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app, ANN, "user").await;
    let matches = async |what: &str| {
        let wrong = number(
            &app,
            "select count(*) from users where resume_count <>
                 (select count(*) from resumes where user_id = users.id and deleted_at is null)",
        );
        assert_eq!(wrong.await, 0, "{what}");
        number(&app, "select coalesce(sum(resume_count), 0)::bigint from users").await
    };
    let (guest, id) = app.guest().await;
    assert_eq!(matches("made").await, 1);
    guest.post(&format!("/resumes/{id}/duplicate"), &[]).await;
    assert_eq!(matches("copied").await, 2);
    guest.post(&format!("/resumes/{id}/delete"), &[]).await;
    assert_eq!(matches("in the trash").await, 1);
    guest.post(&format!("/resumes/{id}/restore"), &[]).await;
    assert_eq!(matches("out of the trash").await, 2);
    guest.post("/login", &[("email", ANN), ("password", PASSWORD)]).await;
    guest.post("/account/guest", &[]).await;
    assert_eq!(matches("taken along").await, 2);
    assert_eq!(number(&app, "select count(*) from users").await, 1);
    guest.post(&format!("/resumes/{id}/delete"), &[]).await;
    execute(&app, "delete from resumes where deleted_at is not null").await;
    assert_eq!(matches("purged").await, 1);
    execute(&app, "delete from users").await;
    assert_eq!(matches("gone").await, 0);
}

#[sqlx::test]
async fn guests_are_counted_by_age_and_removed(pool: PgPool) {
    let (app, admin, _) = world(pool).await;
    let (old, id) = app.guest().await;
    let archive: Value = old.call("archive_resume", &json!({ "id": id })).await.json();
    assert_eq!(archive["ready"], true);
    let (fresh, _) = app.guest().await;
    execute(&app, "update users set last_seen_on = '2026-11-10' where id = (select min(id) from users where is_guest)")
        .await;
    let page = admin.get("/admin/guests").await.text();
    assert!(page.contains("2 guests with 2 CVs."), "{page}");
    assert!(page.contains("/admin/guests?days=7") && !page.contains("/admin/guests?days=14"));
    let asked = admin.get("/admin/guests?days=7").await.text();
    assert!(asked.contains("1 CV and 1 archived PDF") && asked.contains("Remove 1 guest<"), "{asked}");

    assert_eq!(admin.post("/admin/guests/purge", &[("days", "3")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(number(&app, "select count(*) from users where is_guest").await, 2);
    admin.post("/admin/guests/purge", &[("days", "7")]).await;
    assert!(admin.get("/admin/guests").await.text().contains("1 guest is removed."));
    assert_eq!(number(&app, "select count(*) from users where is_guest").await, 1);
    assert_eq!(walk(&app.state.settings.server.data_dir.join("objects")), 0);
    assert_eq!(old.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fresh.get("/resumes").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn the_day_somebody_was_here_is_noted_once(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    execute(&app, "update users set last_seen_on = '2026-01-02'").await;
    let browser = signed_in(&app, ANN).await;
    assert!(told(&admin, ann).await.contains("2 January 2026"), "signing in alone is not yet a visit");
    browser.get("/resumes").await;
    assert!(told(&admin, ann).await.contains("<dd>today<"));
    app.clock.advance(Duration::days(1));
    execute(&app, "create function f() returns trigger language plpgsql as $$ begin insert into attempts values (sha256(random()::text::bytea), 7777, now()); return new; end $$").await;
    execute(&app, "create trigger t after update of last_seen_on on users for each row execute function f()").await;
    for _ in 0..3 {
        browser.get("/resumes").await;
    }
    assert_eq!(number(&app, "select count(*) from attempts where level = 7777").await, 1, "one write a day");
}

#[sqlx::test]
async fn mails_are_sent_again_or_dropped(pool: PgPool) {
    let (app, admin, ann) = prepared(TestApp::with(pool, with_mail)).await;
    let id: i32 =
        sqlx::query_scalar("select id from users where uid = $1").bind(ann).fetch_one(&app.pool).await.expect("id");
    for (recipient, failed) in [(ANN, true), ("gone@example.org", true), ("soon@example.org", false)] {
        sqlx::query(
            "insert into mails (user_id, recipient, letter, created_at, next_try_at, tries, failed_at, problem)
             values ($1, $2, '{\"letter\": \"password-changed\"}', '2026-11-22 10:00Z', '2026-11-22 15:00Z', 12,
                     case when $3 then timestamptz '2026-11-22 11:00Z' end, '550 <no such user>')",
        )
        .bind(id)
        .bind(recipient)
        .bind(failed)
        .execute(&app.pool)
        .await
        .expect("queued");
    }
    assert!(admin.get("/admin").await.text().contains("2 mails were given up."));
    let failed = admin.get("/admin/mails").await.text();
    assert!(failed.contains(ANN) && failed.contains("550 &lt;no such user") && !failed.contains("soon@"), "{failed}");
    assert!(failed.contains("tried 12 times, given up 1 hour ago"));
    let waiting = admin.get("/admin/mails?show=waiting").await.text();
    assert!(waiting.contains("soon@example.org") && waiting.contains("next try in 3 hours") && !waiting.contains(ANN));

    assert_eq!(admin.post("/admin/mails/2/drop", &[]).await.location(), "/admin/mails");
    admin.post("/admin/mails/1/retry", &[]).await;
    let mail = app.mail().await;
    assert!(mail.to.contains(ANN), "{}", mail.to);
    assert_eq!(number(&app, "select count(*) from mails").await, 1);
    for gone in ["/admin/mails/1/retry", "/admin/mails/2/drop"] {
        admin.post(gone, &[]).await;
        assert!(admin.get("/admin/mails").await.text().contains("This mail is gone"), "{gone}");
    }
    assert_eq!(admin.post("/admin/mails/x/drop", &[]).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test]
async fn the_log_is_filtered_by_what_whom_and_when(pool: PgPool) {
    let (app, admin, ann) = world(pool).await;
    execute(
        &app,
        "insert into events (at, kind, subject, actor, address)
         select timestamptz '2026-10-01 00:00Z' + n * interval '1 hour', case when n % 2 = 0 then 'signed-in' else 'exported' end,
                (select uid from users where email = 'ann@example.org'), (select uid from users where email = 'ann@example.org'), '203.0.113.0/24'
         from generate_series(0, 119) n",
    )
    .await;
    let rows = async |path: &str| {
        let (mut rows, mut path) = (0, path.to_owned());
        loop {
            let html = admin.get(&path).await.text();
            rows += html.matches("class=\"nowrap\"").count();
            let Some((before, _)) = html.split_once("\" rel=\"next\"") else { return rows };
            path = before.rsplit("href=\"").next().expect("an address").replace("&amp;", "&");
        }
    };
    let filter = [("user", ANN), ("kind", "exported"), ("from", "2026-10-02"), ("to", "2026-10-03")];
    let answer = admin.post("/admin/log", &filter).await;
    assert_eq!(answer.location(), format!("/admin/log?kind=exported&user={ann}&from=2026-10-02&to=2026-10-03"));
    assert_eq!(rows(answer.location()).await, 24, "every other hour of two days");
    assert_eq!(rows(&format!("/admin/log?user={ann}&to=2026-10-31")).await, 120);
    assert_eq!(rows(&format!("/admin/log?by={ann}&kind=signed-in&to=2026-10-31")).await, 60);
    assert_eq!(rows("/admin/log?to=2026-09-30").await, 0);
    let page = admin.get(answer.location()).await.text();
    assert!(page.contains(&format!("value=\"{ANN}\"")) && page.contains("2026-10-03 23:00:00"), "{page}");

    let refused = admin.post("/admin/log", &[("user", "nobody@example.org"), ("by", "?"), ("from", "yesterday")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["user-error", "by-error", "from-error", "value=\"nobody@example.org\"", "value=\"yesterday\""] {
        assert!(refused.text().contains(part), "{part}");
    }
}

#[sqlx::test]
async fn the_log_as_a_file_is_whole_and_harmless(pool: PgPool) {
    let (app, admin, _) = world(pool).await;
    execute(&app, "update users set email = '=1+1@example.org' where email = 'ann@example.org'").await;
    execute(
        &app,
        "insert into events (at, kind, subject, actor, address)
         select timestamptz '2026-10-01 00:00Z' + (n / 3) * interval '1 second', 'signed-in',
                (select uid from users where email like '=%'), null, '203.0.113.0/24' from generate_series(1, 2500) n",
    )
    .await;
    let answer = admin.get("/admin/log.csv?kind=signed-in&to=2026-10-31").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"vitae-log-2026-11-22.csv\"");
    assert!(answer.header("cache-control").contains("no-store"));
    let text = answer.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a line")).collect();
    assert_eq!(records.len(), 2500, "more than are read at once, each of them once");
    assert!(records.iter().all(|record| &record[3] == "'=1+1@example.org"));
    let mut times: Vec<&str> = records.iter().map(|record| &record[0]).collect();
    times.dedup();
    assert!(times.is_sorted_by(|earlier, later| earlier >= later), "the newest first");
    assert_eq!(text.matches("\r\nat,").count(), 0);
    assert_eq!(text.lines().next(), Some("at,event,user,user_address,by,by_address,network"));
}

/// What nobody was asked for changes nothing (T20).
#[sqlx::test]
async fn no_field_that_is_not_asked_for_makes_an_admin(pool: PgPool) {
    let (app, _, ann) = world(pool).await;
    let browser = signed_in(&app, ANN).await;
    browser.post("/resumes", &[("name", "CV")]).await;
    let id = number(&app, "select id::bigint from resumes").await;
    let before: String = sqlx::query_scalar(
        "select string_agg(concat(uid, role, is_guest, email, disabled_at), ',' order by id) from users",
    )
    .fetch_one(&app.pool)
    .await
    .expect("rows");
    let extra = [
        ("role", "admin"),
        ("is_admin", "true"),
        ("user_id", "1"),
        ("owner_id", "1"),
        ("id", "1"),
        ("uid", "x"),
        ("session_epoch", "0"),
        ("revision", "99"),
        ("resume_count", "0"),
        ("email_verified", "true"),
    ];
    for path in
        ["/resumes", &format!("/resumes/{id}/rename"), "/account/password", "/account/confirm", "/login", "/signup"]
    {
        let form: Vec<(&str, &str)> = [("name", "CV"), ("current", PASSWORD)].into_iter().chain(extra).collect();
        browser.post(path, &form).await;
    }
    let mut arguments = json!({ "id": id, "name": "New" });
    for (name, value) in extra {
        if name != "id" {
            arguments[name] = json!(value);
        }
    }
    browser.call("rename_resume", &arguments).await;
    let after: String = sqlx::query_scalar(
        "select string_agg(concat(uid, role, is_guest, email, disabled_at), ',' order by id) from users",
    )
    .fetch_one(&app.pool)
    .await
    .expect("rows");
    assert_eq!(after, before);
    assert_eq!(number(&app, "select count(distinct user_id) from resumes").await, 1);
    assert_eq!(browser.get("/admin").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/admin/users/{ann}")).await.status, StatusCode::NOT_FOUND);
}
