//! One fault a run: the connection to PostgreSQL is cut after the first message of the server's, then after the second,
//! and so on, until a run is over before it is. The next connection works again. Whatever the message, what the flow
//! does has happened whole or not at all, whoever is told that it is done finds it done, and whoever is told of a fault
//! can do it again.
//!
//! A connection is cut when a message is delivered: after the last one of an answer that is before the server hears the
//! next request, after any other one the request is carried out and its answer is lost. The application has one
//! connection, so that the messages come in one order; nothing is timed.
//!
//! Signing up and saving are cut after every message, the longer flows after every third one only: most answers have two
//! or four, so that the cuts fall now here and now there. `VITAE_CUT_STEP=1` cuts all flows after every message.

mod proxy;
mod start;
mod whole;

use self::proxy::Proxy;
use crate::{
    erasure::files,
    google::provider::{Person, Provider, begun},
    support::{Answer, Browser, TestApp, same_origin, save},
    takeout::{export, json_of, unzip, writer},
};
use axum::{
    Router,
    body::Body,
    http::{StatusCode, header::ACCEPT},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;
use vitae::server::{
    archives, config::Settings, db::Database, http::router, jobs, state::AppState, storage::sha256_hex,
};

const PASSWORD: &str = "correct horse battery staple";

/// With fewer messages nobody has connected yet: the server says who it is. One flow is cut among these, too.
const GREETING: usize = 15;

/// Problems after which no more are looked for.
const ENOUGH: usize = 50;

/// More messages than any flow has.
const ENDLESS: usize = 2_000;

/// The limits are not what is tried here.
fn without_limits(settings: &mut Settings) {
    settings.limits.guest_archives = 10_000;
    settings.limits.requests = 1_000_000;
    settings.limits.sign_ups = 1_000_000;
}

/// The runs of a flow.
struct Cuts<'a> {
    app: &'a TestApp,
    after: usize,
    step: usize,
    is_over: bool,
    /// Runs in which the browser was told of a fault.
    faults: usize,
    seen: HashSet<Uuid>,
    problems: Vec<String>,
}

/// A run: an application whose connection will be cut.
struct Run {
    after: usize,
    router: Router,
    db: Database,
    proxy: Proxy,
}

impl<'a> Cuts<'a> {
    fn new(app: &'a TestApp, after: usize, step: usize) -> Self {
        let step = std::env::var("VITAE_CUT_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(step);
        Self { app, after, step, is_over: false, faults: 0, seen: HashSet::new(), problems: Vec::new() }
    }

    /// The next run, unless the last one was not touched.
    async fn next(&mut self) -> Option<Run> {
        assert!(self.after < ENDLESS, "there is no end: {:#?}", self.problems);
        if self.is_over || self.problems.len() > ENOUGH {
            return None;
        }
        sqlx::query("delete from attempts").execute(&self.app.pool).await.expect("forgotten");
        let options = self.app.pool.connect_options();
        let proxy = Proxy::start(&options, self.after);
        let db = Database::lazy(proxy.options(&options), 1, Duration::from_secs(10));
        let state = AppState { db: db.clone(), ..self.app.state.clone() };
        Some(Run { after: self.after, router: router::router(&state).expect("the router is built"), db, proxy })
    }

    /// Ends a run whose flow says that it is done, or has this answer instead (none: it broke off). Answers what it says.
    async fn end(&mut self, run: Run, is_done: bool, answer: Option<&Answer>) -> bool {
        run.db.close().await;
        run.proxy.settled().await;
        self.is_over = !run.proxy.has_cut();
        if !is_done {
            self.faults += 1;
            self.hold(!self.is_over, "without a cut it is done");
            if let Some(problem) = answer.and_then(no_fault_told) {
                self.hold(false, &problem);
            }
        }
        for problem in whole::problems(self.app, &mut self.seen).await {
            self.hold(false, &problem);
        }
        is_done
    }

    /// Notes what does not hold: all of it is told at the end, as one cut alone says little.
    fn hold(&mut self, holds: bool, what: &str) {
        if !holds {
            self.problems.push(format!("cut after {}: not so: {what}", self.after));
        }
    }

    /// Goes on to the next cut.
    fn go_on(&mut self) {
        self.after += self.step;
    }

    /// There were this many messages at least, and no problem with any of them.
    fn finish(self, messages: usize) {
        eprintln!("{} messages, every {}; {} faults told", self.after, self.step, self.faults);
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
        assert!(self.is_over && self.after >= messages, "only {} messages: is anything cut?", self.after);
        assert!(self.faults > 0, "no cut was noticed");
    }
}

/// What is wrong with an answer that should say that the database is away, and nothing else.
fn no_fault_told(answer: &Answer) -> Option<String> {
    let is_call = serde_json::from_slice::<Value>(&answer.body).is_ok_and(|said| said == "Unavailable");
    let says_when = is_call || answer.header("retry-after") == "5";
    let is_told = answer.status == StatusCode::SERVICE_UNAVAILABLE && says_when;
    (!is_told).then(|| format!("503 and when to try again, but {} {:.200}", answer.status, answer.text()))
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/resumes").await.status == StatusCode::OK
}

async fn is_open(browser: &Browser, path: &str) -> bool {
    browser.get(path).await.status == StatusCode::OK
}

async fn sign_up(browser: &Browser, email: &str) -> Answer {
    browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await
}

/// Somebody who comes back with address and password: in, or nobody.
async fn log_in(app: &TestApp, email: &str) -> Option<Browser> {
    let browser = app.browser();
    let answer = browser.post("/login", &[("email", email), ("password", PASSWORD)]).await;
    (answer.location() == "/resumes").then_some(browser)
}

async fn uid(app: &TestApp, email: &str) -> Option<Uuid> {
    let uid = sqlx::query_scalar("select uid from users where email = $1").bind(email);
    uid.fetch_optional(&app.pool).await.expect("a row or none")
}

/// A CV with something in it, made by somebody who is in.
async fn sample(app: &TestApp, browser: &Browser) -> i32 {
    browser.post("/resumes", &[("name", "Sample"), ("from", "sample")]).await;
    sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id")
}

/// Where its PDF is, now that it is archived.
async fn archived(browser: &Browser, id: i32) -> String {
    let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
    assert_eq!(archive["ready"], true, "{archive}");
    format!("/archive/{}/resume.pdf", archive["uuid"].as_str().expect("a name"))
}

#[sqlx::test]
async fn a_sign_up_that_is_cut_off_makes_an_account_or_none(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let mut cuts = Cuts::new(&app, GREETING, 1);
    while let Some(run) = cuts.next().await {
        let (browser, email) = (app.browser().at(&run.router), format!("ada{}@example.org", run.after));
        let answer = sign_up(&browser, &email).await;
        let done = cuts.end(run, answer.location() == "/resumes", Some(&answer)).await;
        cuts.hold(is_in(&browser.at(&app.router)).await == done, "who is told so is in, and nobody else");
        let made = uid(&app, &email).await.is_some();
        cuts.hold(made || !done, "who is told so has an account");
        let back = if made { log_in(&app, &email).await } else { None };
        cuts.hold(back.is_some() == made, "whose account is made comes in");
        if !made {
            cuts.hold(sign_up(&app.browser(), &email).await.location() == "/resumes", "who has none makes one");
        }
        cuts.go_on();
    }
    cuts.finish(GREETING + 30);
}

#[sqlx::test]
async fn a_guest_who_is_cut_off_is_a_guest_or_has_an_account(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let mut cuts = Cuts::new(&app, GREETING, 3);
    while let Some(run) = cuts.next().await {
        let (guest, id) = app.guest().await;
        let (browser, email) = (guest.at(&run.router), format!("ada{}@example.org", run.after));
        let answer = sign_up(&browser, &email).await;
        let done = cuts.end(run, answer.location() == "/resumes", Some(&answer)).await;
        let (made, cv) = (uid(&app, &email).await.is_some(), format!("/resumes/{id}"));
        cuts.hold(made || !done, "who is told so has an account");
        cuts.hold(is_open(&browser.at(&app.router), &cv).await == (done || !made), "who is told so is in");
        cuts.hold(
            is_open(&guest, &cv).await != made,
            "the guest's session is over when there is an account, not before",
        );
        if !made {
            cuts.hold(sign_up(&guest, &email).await.location() == "/resumes", "who is a guest still can do it again");
        }
        let back = log_in(&app, &email).await;
        cuts.hold(back.is_some(), "whose account is made comes in");
        if let Some(back) = back {
            cuts.hold(is_open(&back, &cv).await, "the CV is theirs");
        }
        cuts.go_on();
    }
    cuts.finish(GREETING + 50);
}

/// The smallest flow, and so the one that is cut while it connects as well.
#[sqlx::test]
async fn a_save_that_is_acknowledged_is_there_whatever_is_cut_off(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let (browser, id) = app.guest().await;
    let load = || async { browser.call("load_resume", &json!({ "id": id })).await.json::<Value>() };
    let mut document = load().await["document"].clone();
    let mut cuts = Cuts::new(&app, 1, 1);
    for revision in 1.. {
        let Some(run) = cuts.next().await else { break };
        let before = document.clone();
        document["basics"]["name"] = format!("Ada {revision}").into();
        let request = save(id, revision, &format!("save {revision}"), &document);
        let answer = browser.at(&run.router).call("save_resume", &request).await;
        let done = cuts.end(run, answer.status == StatusCode::OK, Some(&answer)).await;
        let stored = load().await;
        let (is_old, is_new) = (stored["document"] == before, stored["document"] == document);
        cuts.hold(is_new || (is_old && !done), "what is acknowledged is there, and nothing by halves");
        cuts.hold(stored["revision"] == revision + i32::from(is_new), "it is counted");
        cuts.hold(!done || answer.json::<i32>() == revision + 1, "the number is the right one");
        // What the browser does when it hears nothing.
        let again = browser.call("save_resume", &request).await;
        cuts.hold(
            again.status == StatusCode::OK && again.json::<i32>() == revision + 1,
            "the same save once more counts once",
        );
        cuts.hold(load().await["document"] == document, "and is there");
        cuts.go_on();
    }
    cuts.finish(GREETING + 40);
}

/// CVs of somebody: name, number of saves, versions that are kept.
async fn cvs(app: &TestApp, email: &str) -> Vec<(String, i32, i64)> {
    sqlx::query_as(
        "select name, revision, (select count(*) from resume_revisions where resume_id = resumes.id)
         from resumes join users on users.id = user_id where email = $1 order by name",
    )
    .bind(email)
    .fetch_all(&app.pool)
    .await
    .expect("rows")
}

#[sqlx::test]
async fn an_import_that_is_cut_off_has_whole_cvs_or_none(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let zip = export(&writer(&app, "ada@example.org").await).await;
    let all = cvs(&app, "ada@example.org").await;
    assert_eq!(all.len(), 2);
    let browser = app.browser();
    sign_up(&browser, "bob@example.org").await;
    let mut cuts = Cuts::new(&app, GREETING, 3);
    while let Some(run) = cuts.next().await {
        let answer = browser.at(&run.router).upload("/resumes/import", "export.zip", &zip).await;
        let done = cuts.end(run, answer.location() == "/resumes", Some(&answer)).await;
        let put = cvs(&app, "bob@example.org").await;
        cuts.hold(put.iter().all(|cv| all.contains(cv)), "each CV comes with its history");
        let archives = "select count(*) from archives join users on users.id = user_id where email = 'bob@example.org'";
        let archives: i64 = sqlx::query_scalar(archives).fetch_one(&app.pool).await.expect("a row");
        cuts.hold(!done || (put == all && archives == 6), "what is told to be imported is");
        for table in ["delete from archives", "delete from resumes"] {
            let theirs = format!("{table} where user_id = (select id from users where email = 'bob@example.org')");
            sqlx::query(sqlx::AssertSqlSafe(theirs)).execute(&app.pool).await.expect("removed");
        }
        cuts.go_on();
    }
    cuts.finish(GREETING + 100);
}

#[sqlx::test]
async fn an_archive_that_is_cut_off_waits_or_is_there(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let (browser, _) = app.guest().await;
    let id = sample(&app, &browser).await;
    let mut cuts = Cuts::new(&app, GREETING, 3);
    while let Some(run) = cuts.next().await {
        let answer = browser.at(&run.router).call("archive_resume", &json!({ "id": id })).await;
        let done = cuts.end(run, answer.status == StatusCode::OK, Some(&answer)).await;
        if done {
            let archive: Value = answer.json();
            let pdf = browser.get(&format!("/archive/{}/resume.pdf", archive["uuid"].as_str().expect("a name"))).await;
            cuts.hold(archive["sha256"] == sha256_hex(&pdf.body), "what is told to be archived can be had");
        }
        cuts.go_on();
    }
    app.clock.advance(time::Duration::minutes(2));
    while archives::sweep(&app.state.db, &app.state.storage, app.clock.now()).await.expect("swept") {}
    let left: i64 = sqlx::query_scalar("select count(*) from archives where state <> 'ready'")
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    cuts.hold(left == 0, "what waits is brought to its end");
    for problem in whole::problems(&app, &mut cuts.seen).await {
        cuts.hold(false, &problem);
    }
    cuts.finish(GREETING + 80);
}

/// Asks for everything; nothing if it breaks off on the way.
async fn try_export(browser: &Browser) -> Option<Answer> {
    browser.try_send(same_origin("/account/export").header(ACCEPT, "text/html"), Body::empty()).await
}

#[sqlx::test]
async fn an_export_that_is_cut_off_does_not_look_whole(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let browser = app.browser();
    sign_up(&browser, "ada@example.org").await;
    let id = sample(&app, &browser).await;
    let pdf = sha256_hex(&browser.get(&archived(&browser, id).await).await.body);
    let stored = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    let mut cuts = Cuts::new(&app, GREETING, 3);
    let mut broken = 0;
    // Each export is in the log, and the log in the next export, which would be longer by a message each time.
    sqlx::query("alter table events disable trigger user").execute(&app.pool).await.expect("lines can be removed");
    while let Some(run) = cuts.next().await {
        sqlx::query("delete from events where kind = 'exported'").execute(&app.pool).await.expect("removed");
        let answer = try_export(&browser.at(&run.router)).await;
        broken += usize::from(answer.is_none());
        let is_done = answer.as_ref().is_some_and(|answer| answer.status == StatusCode::OK);
        if cuts.end(run, is_done, answer.as_ref()).await {
            let files = unzip(&answer.expect("an answer").body);
            cuts.hold(json_of(&files, "resumes/01 Marguerite Okafor – CV/document.json") == stored, "the CV is in it");
            cuts.hold(files.values().any(|file| sha256_hex(file) == pdf), "and so is its PDF");
            cuts.hold(files.contains_key("resumes/01 Marguerite Okafor – CV/archive.json"), "and what is written last");
        }
        cuts.go_on();
    }
    assert!(broken > 10, "only {broken} broke off while they were sent");
    cuts.finish(GREETING + 100);
}

#[sqlx::test]
async fn an_account_whose_deletion_is_cut_off_is_there_or_gone(pool: PgPool) {
    let app = TestApp::with(pool, without_limits);
    let objects = app.state.settings.server.data_dir.join("objects");
    let mut cuts = Cuts::new(&app, GREETING, 3);
    while let Some(run) = cuts.next().await {
        let (browser, email) = (app.browser(), format!("ada{}@example.org", run.after));
        sign_up(&browser, &email).await;
        let id = sample(&app, &browser).await;
        let (pdf, who) = (archived(&browser, id).await, uid(&app, &email).await.expect("an account"));
        let answer = browser.at(&run.router).post("/account/delete", &[("word", "DELETE")]).await;
        let done = cuts.end(run, answer.location() == "/goodbye", Some(&answer)).await;
        cuts.hold(!done || !is_in(&browser).await, "who is told so is out at once");
        // What every server does every ten minutes: it finishes what was begun.
        jobs::tidy(&app.state).await.expect("tidied up");
        let gone = uid(&app, &email).await.is_none();
        cuts.hold(gone || !done, "who is told so is gone");
        let noted = app.state.ledger.all().await.expect("readable").iter().any(|(uid, _)| *uid == who);
        let kept = files(&objects).iter().any(|file| file.contains(&who.to_string()));
        cuts.hold(noted == gone && kept != gone, "the ledger and the objects say the same");
        cuts.hold(is_open(&browser, &pdf).await != gone, "whoever is there has everything, and is in");
        cuts.hold(log_in(&app, &email).await.is_some() != gone, "and comes in");
        cuts.go_on();
    }
    cuts.finish(GREETING + 80);
}

/// Goes to Google and back, as far as it goes.
async fn by_google(provider: &Provider, browser: &Browser, person: Person<'_>) -> Answer {
    let answer = browser.get("/auth/google").await;
    if answer.status != StatusCode::SEE_OTHER {
        return answer;
    }
    browser.get(&provider.approve(&begun(&answer), person, |_| {})).await
}

#[sqlx::test]
async fn a_sign_up_by_google_that_is_cut_off_makes_an_account_or_none(pool: PgPool) {
    let (provider, app) = Provider::start_with(pool, without_limits).await;
    let mut cuts = Cuts::new(&app, GREETING, 3);
    while let Some(run) = cuts.next().await {
        let (sub, email) = (format!("1000{}", run.after), format!("ada{}@example.org", run.after));
        let (person, browser) = (Person { sub: &sub, email: &email }, app.browser().at(&run.router));
        let answer = by_google(&provider, &browser, person).await;
        let done = cuts.end(run, answer.location() == "/resumes", Some(&answer)).await;
        cuts.hold(is_in(&browser.at(&app.router)).await == done, "who is told so is in, and nobody else");
        cuts.hold(uid(&app, &email).await.is_some() || !done, "who is told so has an account");
        let again = by_google(&provider, &app.browser(), person).await;
        cuts.hold(again.location() == "/resumes", "they come in");
        let theirs: i64 = sqlx::query_scalar("select count(*) from users where google_id = $1 and email = $2")
            .bind(&sub)
            .bind(&email)
            .fetch_one(&app.pool)
            .await
            .expect("a row");
        cuts.hold(theirs == 1, "to the one account that is theirs");
        cuts.go_on();
    }
    cuts.finish(GREETING + 60);
}
