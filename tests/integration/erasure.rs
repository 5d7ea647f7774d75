//! Deleting an account: what is gone, what stays, and what a crash leaves.

use crate::support::{Browser, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use std::{fs, path::Path};
use time::Duration;
use uuid::Uuid;
use vitae::server::{accounts::erase, db::erasure::Leaving, jobs};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery staple";

async fn account(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    browser
}

/// An account with something in every table that knows users.
async fn full_account(app: &TestApp) -> Browser {
    let browser = account(app, EMAIL).await;
    for name in ["First", "Second"] {
        browser.post("/resumes", &[("name", name), ("from", "sample")]).await;
        let id: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
        let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
        assert_eq!(archive["ready"], true);
    }
    browser.post("/resumes/2/delete", &[]).await;
    app.browser().post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
    browser.post("/account/two-step", &[("deed", "begin")]).await;
    for statement in [
        "insert into recovery_codes select id, sha256('code'), now() from users where email = 'ada@example.org'",
        "insert into tokens select sha256('token'), 'reset-password', id, '{}', now(), now() + interval '1 day'
         from users where email = 'ada@example.org'",
        "insert into mails (user_id, recipient, letter, created_at, next_try_at)
         select id, email, '{}', now(), now() from users where email = 'ada@example.org'",
        "insert into mails (recipient, letter, created_at, next_try_at) values ('Ada@Example.org', '{}', now(), now())",
        "insert into tokens select sha256('other'), 'sign-up', null, jsonb_build_object('email', upper(email)), now(), now()
         from users where email = 'ada@example.org'",
        "insert into tokens select sha256('guest'), 'sign-up', null, jsonb_build_object('guest', jsonb_build_array(1, 0, uid)),
         now(), now() from users where email = 'ada@example.org'",
    ] {
        sqlx::query(statement).execute(&app.pool).await.expect(statement);
    }
    browser
}

async fn ids(app: &TestApp, email: &str) -> (i32, Uuid) {
    sqlx::query_as("select id, uid from users where email = $1").bind(email).fetch_one(&app.pool).await.expect("a user")
}

/// Tables with a row that names somebody, by any column that could.
async fn traces(app: &TestApp, id: i32, uid: Uuid, email: &str) -> Vec<String> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns
         join information_schema.tables using (table_schema, table_name)
         where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '\\_sqlx%'",
    )
    .fetch_all(&app.pool)
    .await
    .expect("the schema");
    assert!(columns.len() > 50, "the schema is not seen");
    let mut found = Vec::new();
    for (table, column, kind) in columns {
        let condition = match kind.as_str() {
            "integer" if column == "user_id" || (table == "users" && column == "id") => format!("\"{column}\" = {id}"),
            "uuid" => format!("\"{column}\" = '{uid}'"),
            "text" | "character varying" | "jsonb" => {
                format!("\"{column}\"::text ilike '%{email}%' or \"{column}\"::text like '%{uid}%'")
            }
            _ => continue,
        };
        let count: i64 =
            sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from \"{table}\" where {condition}")))
                .fetch_one(&app.pool)
                .await
                .expect(&condition);
        if count > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found.sort_unstable();
    found
}

/// Everything in a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        found.push(path.display().to_string());
        found.extend(files(&path));
    }
    found
}

#[sqlx::test]
async fn nothing_that_names_them_is_left(pool: PgPool) {
    let app = TestApp::new(pool);
    let other = account(&app, "bob@example.org").await;
    other.post("/resumes", &[("name", "Bob's"), ("from", "sample")]).await;
    let bobs: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
    other.call("archive_resume", &json!({ "id": bobs })).await;
    let browser = full_account(&app).await;
    let (id, uid) = ids(&app, EMAIL).await;
    let before = traces(&app, id, uid, EMAIL).await;
    for column in [
        "archives.user_id",
        "mails.recipient",
        "mails.user_id",
        "recovery_codes.user_id",
        "resumes.user_id",
        "sessions.user_id",
        "tokens.user_id",
        "two_step.user_id",
        "users.email",
    ] {
        assert!(before.iter().any(|found| found == column), "{column} is not looked at: {before:?}");
    }
    let objects = app.state.settings.server.data_dir.join("objects");
    assert!(files(&objects).iter().any(|file| file.contains(&uid.to_string())));

    let page = browser.get("/account/delete").await.text();
    assert!(page.contains("2 CVs") && page.contains("2 archived PDFs") && page.contains("/account/export"));
    let deleted = browser.post("/account/delete", &[("word", " delete ")]).await;
    assert_eq!(deleted.location(), "/goodbye", "{}", deleted.text());
    assert_eq!(deleted.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(browser.cookie(), None);
    assert!(app.browser().get("/goodbye").await.text().contains("It is deleted"));

    assert_eq!(traces(&app, id, uid, EMAIL).await, ["events.actor", "events.subject"]);
    assert!(!files(&objects).iter().any(|file| file.contains(&uid.to_string())), "{:?}", files(&objects));
    let ledger = app.state.ledger.all().await.expect("readable");
    assert_eq!(ledger, [(uid, app.clock.now())]);
    let last: String = sqlx::query_scalar("select kind from events where subject = $1 order by id desc limit 1")
        .bind(uid)
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    assert_eq!(last, "deleted");
    let again = app.browser().post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);

    let theirs = other.get(&format!("/resumes/{bobs}/archive")).await.text();
    let uuid = theirs.split("/archive/").nth(1).and_then(|rest| rest.split('/').next()).expect("an archive");
    assert_eq!(other.get(&format!("/archive/{uuid}/resume.pdf")).await.status, StatusCode::OK, "nobody else's");
}

/// Older backups, and keys of objects, know as a guest who came into an account since.
#[sqlx::test]
async fn who_was_a_guest_before_is_forgotten_as_that_too(pool: PgPool) {
    let app = TestApp::new(pool);
    account(&app, EMAIL).await;
    let mut uids = vec![ids(&app, EMAIL).await.1];
    let mut last = None;
    for archives in [true, false] {
        let (guest, id) = app.guest().await;
        if archives {
            guest.call("archive_resume", &json!({ "id": id })).await;
        }
        uids.push(
            sqlx::query_scalar("select uid from users where is_guest").fetch_one(&app.pool).await.expect("a guest"),
        );
        guest.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(guest.post("/account/guest", &[]).await.status, StatusCode::SEE_OTHER);
        last = Some(guest);
    }
    let objects = app.state.settings.server.data_dir.join("objects");
    let named = |uids: &[Uuid]| {
        let found = files(&objects);
        found.iter().any(|file| uids.iter().any(|uid| file.contains(&uid.to_string())))
    };
    assert!(named(&uids[1..2]), "the first guest archived a PDF");

    let deleted = last.expect("a browser").post("/account/delete", &[("word", "DELETE")]).await;
    assert_eq!(deleted.location(), "/goodbye", "{}", deleted.text());
    assert!(!named(&uids), "{:?}", files(&objects));
    let mut noted: Vec<Uuid> =
        app.state.ledger.all().await.expect("readable").into_iter().map(|(uid, _)| uid).collect();
    noted.sort_unstable();
    uids.sort_unstable();
    assert_eq!(noted, uids);
}

#[sqlx::test]
async fn a_word_must_be_typed(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = account(&app, EMAIL).await;
    for word in ["", "yes", "DELETE everything"] {
        let refused = browser.post("/account/delete", &[("word", word)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{word}");
        assert!(refused.text().contains("word-error") && refused.text().contains(word));
    }
    assert_eq!(browser.get("/resumes").await.status, StatusCode::OK);
    assert_eq!(app.state.ledger.all().await.expect("readable"), []);
}

#[sqlx::test]
async fn who_is_on_the_way_out_is_out_and_goes_when_it_can_be(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = full_account(&app).await;
    let (id, uid) = ids(&app, EMAIL).await;
    let there = app.browser();
    there.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
    // The ledger cannot be written: a restored backup would bring back whoever was erased without a note.
    let ledger = app.state.settings.server.data_dir.join("backups/erased");
    fs::write(&ledger, "in the way").expect("written");
    assert_eq!(browser.post("/account/delete", &[("word", "DELETE")]).await.location(), "/goodbye");
    assert_eq!(there.get("/resumes").await.status, StatusCode::UNAUTHORIZED, "every session is over");
    let again = app.browser().post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(traces(&app, id, uid, EMAIL).await.len() > 2, "nothing is removed yet");
    jobs::tidy(&app.state).await.expect("one who cannot go yet keeps nothing else");
    assert!(traces(&app, id, uid, EMAIL).await.len() > 2);

    fs::remove_file(&ledger).expect("out of the way");
    jobs::tidy(&app.state).await.expect("tidied up");
    assert_eq!(traces(&app, id, uid, EMAIL).await, ["events.actor", "events.subject"]);
    assert!(
        !files(&app.state.settings.server.data_dir.join("objects")).iter().any(|file| file.contains(&uid.to_string()))
    );
    assert_eq!(app.state.ledger.all().await.expect("readable"), [(uid, app.clock.now())]);
}

/// A restore may put another database in place of the one in which somebody was marked.
#[sqlx::test]
async fn who_is_on_the_way_out_goes_from_a_restored_database_too(pool: PgPool) {
    let app = TestApp::new(pool);
    full_account(&app).await;
    let (id, uid) = ids(&app, EMAIL).await;
    assert!(erase::finish_or_say(&app.state, Leaving { id, uid, since: app.clock.now() }).await);
    assert_eq!(traces(&app, id, uid, EMAIL).await, ["events.actor", "events.subject"]);
}

#[sqlx::test]
async fn a_guest_deletes_everything_as_well(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    browser.call("archive_resume", &json!({ "id": id })).await;
    app.clock.advance(Duration::hours(3));
    assert!(browser.get("/account/delete").await.text().contains("1 archived PDF"));
    assert_eq!(browser.post("/account/delete", &[("word", "DELETE")]).await.location(), "/goodbye");
    let users: i64 = sqlx::query_scalar("select count(*) from users").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(users, 0);
    assert_eq!(files(&app.state.settings.server.data_dir.join("objects/pdf")), Vec::<String>::new());
    assert_eq!(browser.get("/resumes").await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test]
async fn the_log_is_kept_for_twelve_months_and_by_the_database_itself(pool: PgPool) {
    let app = TestApp::new(pool);
    let add = "insert into events (at, kind) values (now() - $1::text::interval, $1)";
    for age in ["13 months", "12 months 7 days", "11 months", "1 day"] {
        sqlx::query(add).bind(age).execute(&app.pool).await.expect("noted");
    }
    let early = sqlx::query("delete from events where kind = '11 months'").execute(&app.pool).await;
    assert!(early.expect_err("too early").to_string().contains("after twelve months only"));
    let change = sqlx::query("update events set kind = '?' where kind = '13 months'").execute(&app.pool).await;
    assert!(change.is_err(), "old lines are not changed either");
    app.clock.advance(Duration::days(5_000));
    jobs::tidy(&app.state).await.expect("a clock that is wrong removes nothing early");
    let left: Vec<String> =
        sqlx::query_scalar("select kind from events order by at").fetch_all(&app.pool).await.expect("rows");
    assert_eq!(left, ["11 months", "1 day"]);
}

/// Returns when so many statements wait for somebody's lock.
async fn waiting_for_a_lock(app: &TestApp, many: i64) {
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&app.pool).await.expect("a row") < many {
        tokio::task::yield_now().await;
    }
}

/// An account is deleted in one tab while others are just about to write: there is nobody left to write for.
#[sqlx::test]
async fn what_is_under_way_while_its_owner_goes_is_refused(pool: PgPool) {
    let gone = "delete from users where email = $1";
    let leaving =
        "update users set leaving_at = now(), disabled_at = now(), session_epoch = session_epoch + 1 where email = $1";
    let app = TestApp::new(pool);
    for (n, deed) in [gone, leaving].into_iter().enumerate() {
        let email = format!("ada{n}@example.org");
        let browser = account(&app, &email).await;
        browser.post("/resumes", &[("name", "CV"), ("from", "sample")]).await;
        let id: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
        let mut deletion = app.pool.begin().await.expect("a transaction");
        let hold = "select id from users where email = $1 for update";
        sqlx::query(hold).bind(&email).execute(&mut *deletion).await.expect("held");
        let cv = crate::support::fixture("sample.resume.json");
        let (archive_form, duplicate) = (format!("/resumes/{id}/archive"), format!("/resumes/{id}/duplicate"));
        let arguments = json!({ "id": id });
        let writes = futures::future::join4(
            browser.call("archive_resume", &arguments),
            browser.post(&archive_form, &[]),
            browser.post(&duplicate, &[]),
            browser.upload("/resumes/import", "cv.json", &cv),
        );
        let goes = async {
            waiting_for_a_lock(&app, 4).await;
            sqlx::query(deed).bind(&email).execute(&mut *deletion).await.expect("gone");
            deletion.commit().await.expect("committed");
        };
        let ((archived, form, copy, imported), ()) = futures::future::join(writes, goes).await;
        for (what, answer) in [("call", archived), ("form", form), ("copy", copy), ("import", imported)] {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {}", answer.text());
        }
        let left: i64 = sqlx::query_scalar("select count(*) from archives").fetch_one(&app.pool).await.expect("a row");
        assert_eq!(left, 0, "nothing was written");
    }
}
