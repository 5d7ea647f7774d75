//! `vitae admin`, run as an operator runs it.

use crate::support::{TestApp, save};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions, PgPool};
use std::process::{Command, Output};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use vitae::server::jobs;

const ADA: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery staple";

/// The program asks the machine what time it is, and the application its own clock.
fn set_clock(app: &TestApp) {
    app.clock.advance(OffsetDateTime::now_utc() - app.clock.now());
}

fn vitae(app: &TestApp, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vitae"))
        .arg("admin")
        .args(arguments)
        .env("DATABASE_URL", app.pool.connect_options().to_url_lossy().as_str())
        .env("VITAE_DATA_DIR", &app.state.settings.server.data_dir)
        .env("PUBLIC_URL", "https://cv.example.org/")
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The path of a link below the public address.
fn link(said: &str) -> &str {
    let path = said.lines().find_map(|line| line.strip_prefix("https://cv.example.org"));
    path.unwrap_or_else(|| panic!("no link in {said}"))
}

async fn set_password(app: &TestApp, path: &str) -> StatusCode {
    assert_eq!(app.browser().get(path).await.status, StatusCode::OK, "{path}");
    let token = path.split_once("token=").expect("a token").1;
    app.browser().post("/reset-password", &[("token", token), ("password", PASSWORD)]).await.status
}

#[sqlx::test]
async fn the_first_admin_is_made_by_a_link(pool: PgPool) {
    let app = TestApp::new(pool);
    set_clock(&app);
    assert!(said(&vitae(&app, &["list"])).contains("There is no admin."));
    let made = said(&vitae(&app, &["create", ADA]));
    assert!(made.contains("has an account and is an admin."), "{made}");
    assert_eq!(set_password(&app, link(&made)).await, StatusCode::SEE_OTHER);
    assert_eq!(app.browser().get(link(&made)).await.status, StatusCode::NOT_FOUND, "the link is good once");
    let browser = app.browser();
    browser.post("/login", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);

    let again = said(&vitae(&app, &["create", "ADA@example.org"]));
    assert!(again.contains("The account has a password, which stays."), "{again}");
    assert!(said(&vitae(&app, &["list"])).starts_with("ada@example.org  last seen "));
    let kinds: Vec<(String, bool)> =
        sqlx::query_as("select kind, actor is null from events where subject is not null order by id limit 3")
            .fetch_all(&app.pool)
            .await
            .expect("events");
    let expected = [("signed-up", true), ("admin-granted", true), ("reset-requested", true)];
    assert_eq!(kinds, expected.map(|(kind, operator)| (kind.to_owned(), operator)));
}

#[sqlx::test]
async fn roles_are_given_and_taken_but_not_the_last(pool: PgPool) {
    let app = TestApp::new(pool);
    sqlx::query("insert into users (email) values ('ada@example.org'), ('bob@example.org'), ('out@example.org')")
        .execute(&app.pool)
        .await
        .expect("made");
    sqlx::query("update users set disabled_at = now() where email like 'out@%'").execute(&app.pool).await.expect("out");
    assert!(said(&vitae(&app, &["grant", ADA])).contains("is an admin"));
    assert!(refused(&vitae(&app, &["revoke", ADA])).contains("This is the only admin."));
    assert!(said(&vitae(&app, &["grant", "bob@example.org"])).contains("is an admin"));
    assert!(said(&vitae(&app, &["revoke", "Ada@example.org"])).contains("no longer an admin"));
    assert!(!said(&vitae(&app, &["list"])).contains(ADA));
    assert!(refused(&vitae(&app, &["grant", "eve@example.org"])).contains("There is no account"));
    assert!(refused(&vitae(&app, &["grant", "out@example.org"])).contains("disabled"));
    assert!(refused(&vitae(&app, &["create", "eve"])).contains("This does not look like an e-mail address."));
}

#[sqlx::test]
async fn those_who_cannot_get_in_are_let_in(pool: PgPool) {
    let app = TestApp::new(pool);
    app.browser().post("/signup", &[("email", ADA), ("password", PASSWORD)]).await;
    let log_in = async || app.browser().post("/login", &[("email", ADA), ("password", PASSWORD)]).await;
    sqlx::query("update users set disabled_at = now()").execute(&app.pool).await.expect("disabled");
    assert_eq!(log_in().await.status, StatusCode::UNAUTHORIZED);
    assert!(said(&vitae(&app, &["enable", ADA])).contains("can log in again"));
    assert_eq!(log_in().await.location(), "/resumes");

    assert!(refused(&vitae(&app, &["two-step-off", ADA])).contains("has no two-step verification"));
    sqlx::query("insert into two_step (user_id, secret, created_at, confirmed_at) select id, decode(repeat('00', 20), 'hex'), now(), now() from users")
        .execute(&app.pool)
        .await
        .expect("set up");
    assert_eq!(log_in().await.location(), "/login/code?next=/resumes");
    assert!(said(&vitae(&app, &["two-step-off", ADA])).contains("logs in without a second step"));
    assert_eq!(log_in().await.location(), "/resumes");
}

#[sqlx::test]
async fn a_link_helps_where_there_is_no_mail(pool: PgPool) {
    let app = TestApp::new(pool);
    set_clock(&app);
    sqlx::query("insert into users (email, password_hash) values ('ada@example.org', 'forgotten')")
        .execute(&app.pool)
        .await
        .expect("made");
    let told = said(&vitae(&app, &["reset-link", ADA]));
    assert!(told.contains("within 24 hours"), "{told}");
    let stored: i64 = sqlx::query_scalar("select count(*) from tokens where strpos($1, encode(token_hash, 'hex')) > 0")
        .bind(&told)
        .fetch_one(&app.pool)
        .await
        .expect("a number");
    assert_eq!(stored, 0, "what is stored does not stand in the link");
    assert_eq!(set_password(&app, link(&told)).await, StatusCode::SEE_OTHER);
    let late = link(&said(&vitae(&app, &["reset-link", ADA]))).to_owned();
    app.clock.advance(Duration::hours(25));
    assert_eq!(app.browser().get(&late).await.status, StatusCode::NOT_FOUND, "not for ever");
    assert!(refused(&vitae(&app, &["reset-link", "eve@example.org"])).contains("There is no account"));
}

#[sqlx::test]
async fn every_command_explains_itself(pool: PgPool) {
    let app = TestApp::new(pool);
    for command in ["create", "grant", "revoke", "enable", "two-step-off", "list", "reset-link"] {
        assert!(said(&vitae(&app, &[command, "--help"])).contains("Example: vitae admin"), "{command}");
    }
    assert_eq!(vitae(&app, &[]).status.code(), Some(2));
    assert_eq!(vitae(&app, &["create"]).status.code(), Some(2));
    assert_eq!(vitae(&app, &["create", ADA, "--password", "x"]).status.code(), Some(2), "never a password there");
}

/// With a role of its own (docs/operations.md, "A role for the server alone") the server works, and can neither change the
/// schema nor reach the machine of the database.
#[sqlx::test]
async fn the_server_needs_no_more_than_rows(pool: PgPool) {
    let role = format!("rows_{}", Uuid::new_v4().simple());
    let make = format!(
        "create role {role} login;
         grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role};"
    );
    sqlx::raw_sql(AssertSqlSafe(make)).execute(&pool).await.expect("made");
    let options = (*pool.connect_options()).clone().username(&role);
    let limited = PgPool::connect_with(options).await.expect("connected");

    let app = TestApp::new(limited.clone());
    let (browser, id) = app.guest().await;
    let document: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    let saved = browser.call("save_resume", &save(id, 1, "a", &document["document"])).await;
    assert_eq!(saved.json::<i32>(), 2);
    let archived: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
    assert_eq!(archived["ready"], true, "{archived}");
    assert_eq!(browser.post("/signup", &[("email", ADA), ("password", PASSWORD)]).await.location(), "/resumes");
    sqlx::query("update users set role = 'admin'").execute(&pool).await.expect("an admin");
    for page in ["/account", "/admin", "/admin/users", "/admin/guests", "/admin/mails", "/admin/log"] {
        assert_eq!(browser.get(page).await.status, StatusCode::OK, "{page}");
    }
    sqlx::query("update users set role = 'user'").execute(&pool).await.expect("none");
    jobs::tidy(&app.state).await.expect("tidied up");
    assert_eq!(browser.post("/account/delete", &[("word", "DELETE")]).await.location(), "/goodbye");

    for statement in [
        "drop table users",
        "alter table users add column x integer",
        "alter table events disable trigger all",
        "truncate events",
        "create table x ()",
        "create role x",
        "copy users to program 'true'",
        "select pg_read_file('/etc/passwd')",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&limited).await.expect_err(statement);
        let code = refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {refused}");
    }
    app.state.db.close().await;
    limited.close().await;
    let unmake = format!("drop owned by {role}; drop role {role}");
    sqlx::raw_sql(AssertSqlSafe(unmake)).execute(&pool).await.expect("nothing of it is left");
}
