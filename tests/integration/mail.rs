//! Mail: that it is sent, that nobody waits for it, and that what is in it opens nothing but what it should.

use crate::support::{SentMail, TestApp, with_mail};
use axum::http::StatusCode;
use serde_json::Value;
use sqlx::PgPool;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Instant,
};
use time::Duration;
use vitae::server::{jobs, mail};

const PASSWORD: &str = "correct horse battery staple";

/// A mail server, and what it was given.
struct Sink {
    process: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Sink {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/end2end/support/mail_sink.py");
        let mut process = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with aiosmtpd is installed");
        let mut port = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut port).expect("the port");
        let port = port.trim().parse().expect("a port");
        Self { process, folder, port }
    }

    fn behave(&self, mode: &str) {
        std::fs::write(self.folder.path().join("mode"), mode).expect("written");
    }

    fn mails(&self) -> Vec<Value> {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder").map(|file| file.expect("a file").path());
        let mails = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        mails.map(|path| serde_json::from_slice(&std::fs::read(path).expect("a mail")).expect("JSON")).collect()
    }

    fn app(&self, pool: PgPool) -> TestApp {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        TestApp::with(pool, |settings| settings.mail.smtp_url = url)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn sign_up(app: &TestApp, email: &str) {
    let answer = app.browser().post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/check-mail", "{}", answer.text());
}

async fn waiting(app: &TestApp) -> (i64, i64, i32) {
    sqlx::query_as("select count(*), count(failed_at), coalesce(max(tries), 0) from mails")
        .fetch_one(&app.pool)
        .await
        .expect("a row")
}

#[sqlx::test]
async fn a_mail_is_sent_in_two_forms(pool: PgPool) {
    let sink = Sink::start();
    let app = sink.app(pool);
    sign_up(&app, "ada@example.org").await;
    assert!(sink.mails().is_empty(), "nobody waited for the mail server");
    mail::send_all(&app.state).await.expect("sent");
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["to"], "ada@example.org");
    assert_eq!(mails[0]["subject"], "Confirm your address for Vitae");
    for form in ["text", "html"] {
        let text = mails[0][form].as_str().expect("text");
        assert!(text.contains("http://127.0.0.1:3000/verify-email?token="), "{text}");
    }
    assert_eq!(waiting(&app).await, (0, 0, 0), "a mail that is sent is gone");
}

/// Servers that get one without take it for spam, or give it one; two with the same are taken for one.
#[sqlx::test]
async fn each_mail_has_an_id_of_its_own_that_names_no_machine(pool: PgPool) {
    let app = TestApp::with(pool, |settings| {
        with_mail(settings);
        settings.mail.from = "Vitae <cv@example.org>".into();
    });
    for n in 0..2 {
        sign_up(&app, &format!("ada{n}@example.org")).await;
    }
    let id = |mail: &SentMail| mail.raw.lines().find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_owned));
    let ids: Vec<String> = app.mails().await.iter().map(|mail| id(mail).expect("an id")).collect();
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        let left = id.strip_prefix('<').and_then(|id| id.strip_suffix("@example.org>"));
        assert!(left.is_some_and(|left| uuid::Uuid::try_parse(left).is_ok()), "{id}");
    }
}

#[sqlx::test]
async fn a_mail_that_cannot_be_sent_waits_and_one_that_is_refused_is_given_up(pool: PgPool) {
    let sink = Sink::start();
    let app = sink.app(pool);
    sink.behave("later");
    sign_up(&app, "ada@example.org").await;
    mail::send_all(&app.state).await.expect("tried");
    assert_eq!(waiting(&app).await, (1, 0, 1));
    mail::send_all(&app.state).await.expect("nothing to do yet");
    assert_eq!(waiting(&app).await, (1, 0, 1), "it is not tried again at once");
    let tokens: i64 = sqlx::query_scalar("select count(*) from tokens").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(tokens, 0, "a link that was not sent is none");

    sink.behave("");
    app.clock.advance(Duration::minutes(1));
    mail::send_all(&app.state).await.expect("sent");
    assert_eq!(sink.mails().len(), 1);

    sink.behave("refuse");
    sign_up(&app, "nobody@example.org").await;
    mail::send_all(&app.state).await.expect("tried");
    assert_eq!(waiting(&app).await, (1, 1, 1), "given up");
    app.clock.advance(Duration::days(29));
    jobs::tidy(&app.state).await.expect("tidied up");
    assert_eq!(waiting(&app).await, (1, 1, 1), "it waits for an admin");
    app.clock.advance(Duration::days(2));
    jobs::tidy(&app.state).await.expect("tidied up");
    assert_eq!(waiting(&app).await, (0, 0, 0), "but not for ever");
}

#[sqlx::test]
async fn while_we_may_not_log_in_every_mail_waits(pool: PgPool) {
    let sink = Sink::start();
    let app = sink.app(pool);
    sink.behave("strangers");
    sign_up(&app, "ada@example.org").await;
    mail::send_all(&app.state).await.expect("tried");
    assert_eq!(waiting(&app).await, (1, 0, 1));
    sink.behave("");
    app.clock.advance(Duration::minutes(1));
    mail::send_all(&app.state).await.expect("sent");
    assert_eq!(sink.mails().len(), 1);
}

#[sqlx::test]
async fn a_mail_server_that_is_away_holds_nobody_up(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.mail.smtp_url = "smtp://127.0.0.1:1".into());
    let started = Instant::now();
    sign_up(&app, "ada@example.org").await;
    assert!(started.elapsed().as_secs() < 5);
    mail::send_all(&app.state).await.expect("tried");
    assert_eq!(waiting(&app).await, (1, 0, 1));
}

#[sqlx::test]
async fn no_link_stands_in_the_database(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    sign_up(&app, "ada@example.org").await;
    let before = dump(&app.pool).await;
    let link = app.mail().await.link();
    let token = link.split_once('=').expect("a token").1;
    for text in [before, dump(&app.pool).await] {
        assert!(text.contains("argon2id"), "the dump has what waits");
        assert!(!text.contains(token));
        assert!(!text.contains(PASSWORD));
    }
}

/// Every row of the tables that know of mails.
async fn dump(pool: &PgPool) -> String {
    sqlx::query_scalar(
        "select concat((select string_agg(mails::text, e'\\n') from mails), (select string_agg(tokens::text, e'\\n') from tokens),
             (select string_agg(sessions::text, e'\\n') from sessions), (select string_agg(events::text, e'\\n') from events))",
    )
    .fetch_one(pool)
    .await
    .expect("a row")
}

#[sqlx::test]
async fn nobody_is_flooded_with_mail(pool: PgPool) {
    let app = TestApp::with(pool, with_mail);
    for _ in 0..3 {
        sign_up(&app, "ada@example.org").await;
    }
    let browser = app.browser_at("198.51.100.7");
    let fourth = browser.post("/signup", &[("email", "ADA@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(fourth.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(fourth.header("retry-after"), "60");
    for n in 0..4 {
        let forgot = browser.post("/forgot-password", &[("email", "ada@example.org")]).await;
        let expected = if n < 3 { StatusCode::SEE_OTHER } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(forgot.status, expected, "{n}: counted apart");
    }
    assert_eq!(app.mails().await.len(), 3);
}
