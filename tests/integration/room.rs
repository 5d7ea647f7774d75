//! How much one person may write, and have: paced in bytes, thinned out, measured as the database writes it.

use crate::{
    support::{Browser, TestApp, fixture, save},
    takeout::{Files, export, unzip, zip},
};
use axum::http::StatusCode;
use proptest::{
    prelude::{Just, Strategy, any, prop, prop_oneof},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use vitae::{
    domain::jsonb,
    server::{db::room::UNTOUCHED, jobs, writing},
};

/// A document that takes about so many bytes.
async fn large(browser: &Browser, id: i32, bytes: usize, text: &str) -> Value {
    let loaded = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>();
    let mut document = loaded["document"].clone();
    document["extra"] = json!({ "text": text.repeat(bytes / text.len()) });
    document
}

/// Saves a text over the newest one; answers the status.
async fn write(browser: &Browser, id: i32, save_id: &str, document: &Value) -> StatusCode {
    let loaded = browser.call("load_resume", &json!({ "id": id })).await;
    if loaded.status != StatusCode::OK {
        return loaded.status;
    }
    let base = loaded.json::<Value>()["revision"]
        .as_i64()
        .and_then(|revision| i32::try_from(revision).ok())
        .expect("a number");
    browser.call("save_resume", &save(id, base, save_id, document)).await.status
}

/// Adds versions of a CV, of 20 kB each, made a minute after each other long ago; the newest is what the CV is.
async fn add_versions(app: &TestApp, id: i32, count: i32, kind: &str) {
    let rows = "insert into resume_revisions (resume_id, revision, document, kind, created_at)
                select $1, revision + n, json_content || jsonb_build_object('extra', jsonb_build_object('n', repeat('x', 19000))),
                       $3, '2020-01-01'::timestamptz + n * interval '1 minute'
                from resumes, generate_series(1, $2) n where id = $1";
    sqlx::query(rows).bind(id).bind(count).bind(kind).execute(&app.pool).await.expect("versions");
    sqlx::query("update resumes set revision = revision + $2 where id = $1")
        .bind(id)
        .bind(count)
        .execute(&app.pool)
        .await
        .expect("the CV");
}

/// What everybody has, counted anew; and that the counts which are kept say the same.
async fn counted(app: &TestApp) -> i64 {
    let (there, kept): (i64, i64) = sqlx::query_as(
        "select (select coalesce(sum(octet_length(json_content::text)), 0) from resumes)::bigint
                + (select coalesce(sum(octet_length(document::text)), 0) from resume_revisions)::bigint,
                (select coalesce(sum(document_bytes + history_bytes), 0) from resumes)::bigint",
    )
    .fetch_one(&app.pool)
    .await
    .expect("a row");
    assert_eq!(there, kept, "what is counted is what is there");
    there
        + sqlx::query_scalar::<_, i64>("select coalesce(sum(size), 0)::bigint from archives")
            .fetch_one(&app.pool)
            .await
            .expect("a sum")
}

/// How many versions of each kind a CV has.
async fn kinds(app: &TestApp, id: i32) -> Vec<(String, i64)> {
    sqlx::query_as("select kind, count(*) from resume_revisions where resume_id = $1 group by kind order by kind")
        .bind(id)
        .fetch_all(&app.pool)
        .await
        .expect("rows")
}

fn pairs<const N: usize>(kinds: [(&str, i64); N]) -> Vec<(String, i64)> {
    kinds.map(|(kind, count)| (kind.to_owned(), count)).to_vec()
}

#[sqlx::test]
async fn saves_are_paced_in_bytes(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = large(&browser, id, 200_000, "x").await;
    let all = usize::try_from(writing::AT_ONCE).expect("a number");
    assert!(app.state.writing.pour(1, all - 100_000, app.clock.now()));
    let refused = browser.call("save_resume", &save(id, 1, "a.1", &document)).await;
    assert_eq!((refused.status, refused.json::<Value>()), (StatusCode::TOO_MANY_REQUESTS, json!("RateLimited")));
    assert_eq!(refused.header("retry-after"), "1");
    let (other, others) = app.guest().await;
    assert_eq!(write(&other, others, "a.1", &document).await, StatusCode::OK, "another person does not wait");
    assert_eq!(browser.post(&format!("/resumes/{id}/duplicate"), &[]).await.status, StatusCode::SEE_OTHER, "little");
    app.clock.advance(Duration::seconds(1));
    assert_eq!(write(&browser, id, "a.1", &document).await, StatusCode::OK, "and the same again goes");
    // All ways to write are one.
    while app.state.writing.pour(1, 50_000, app.clock.now()) {}
    for path in [format!("/resumes/{id}/duplicate"), format!("/resumes/{id}/history/2/restore")] {
        let refused = browser.post(&path, &[]).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(!refused.header("retry-after").is_empty());
    }
}

#[sqlx::test]
async fn only_autosaves_are_thinned_and_never_the_newest(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_mb = 1);
    let (browser, first) = app.guest().await;
    browser.post("/resumes", &[("name", "Second"), ("from", "empty")]).await;
    browser.post("/resumes", &[("name", "Third"), ("from", "empty")]).await;
    let (second, third) = (first + 1, first + 2);
    for kind in ["import", "autosave", "conflict", "restore", "archive"] {
        add_versions(&app, first, 4, kind).await;
    }
    add_versions(&app, first, 40, "autosave").await;
    add_versions(&app, second, 8, "autosave").await;
    add_versions(&app, third, 30, "autosave").await;
    browser.post(&format!("/resumes/{third}/delete"), &[]).await;
    assert!(counted(&app).await > 1_500_000);

    let document = large(&browser, first, 20_000, "y").await;
    assert_eq!(write(&browser, first, "a.1", &document).await, StatusCode::OK);
    let kept = pairs([("archive", 4), ("autosave", 21), ("conflict", 4), ("create", 1), ("import", 4), ("restore", 4)]);
    assert_eq!(kinds(&app, first).await, kept);
    assert_eq!(kinds(&app, second).await, pairs([("autosave", 8), ("create", 1)]));
    assert_eq!(kinds(&app, third).await, pairs([("autosave", 1), ("create", 1)]), "in the trash the newest one");
    assert!(counted(&app).await <= 1_000_000);
    let newest: (i32, i32) = sqlx::query_as(
        "select min(revision), max(revision) from resume_revisions where resume_id = $1 and kind = 'autosave'",
    )
    .bind(first)
    .fetch_one(&app.pool)
    .await
    .expect("a row");
    assert_eq!(newest, (42, 62), "of 61 versions the newest 20, and what was saved now");
    assert_eq!(browser.post(&format!("/resumes/{third}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&format!("/resumes/{third}")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn who_has_all_that_they_may_saves_on_and_is_told_why_nothing_comes_in(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_mb = 1);
    let (browser, id) = app.guest().await;
    let (files, json) = (unzip(&export(&browser).await), fixture("sample.resume.json"));
    add_versions(&app, id, 60, "import").await;
    let before = counted(&app).await;
    assert!(before > 1_000_000);

    let sentence =
        "There is no room left for it: your CVs with all their versions, and your archived PDFs, may take 1 MB.";
    let refused = browser.upload("/resumes/import", "cv.json", &json).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(sentence), "{}", refused.text());
    let copy = browser.post(&format!("/resumes/{id}/duplicate"), &[]).await;
    assert!(copy.status == StatusCode::UNPROCESSABLE_ENTITY && copy.text().contains(sentence));
    assert_eq!(browser.upload("/resumes/import", "export.zip", &zip(&files)).await.location(), "/resumes");
    let page = browser.get("/resumes").await.text();
    assert!(page.contains(&format!("“My CV”: {sentence}")) && page.contains("0 CVs"), "{page}");
    let archive = browser.call("archive_resume", &json!({ "id": id })).await;
    assert_eq!(archive.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(archive.json::<Value>()["Limit"].as_str().expect("words").contains(sentence));
    assert_eq!(counted(&app).await, before, "nothing came in");

    let document = large(&browser, id, 20_000, "y").await;
    for n in 0..25 {
        app.clock.advance(Duration::minutes(6));
        let saved = write(&browser, id, &format!("a.{n}"), &named(&document, &format!("Ada {n}"))).await;
        assert_eq!(saved, StatusCode::OK);
    }
    assert_eq!(browser.post(&format!("/resumes/{id}/history/2/restore"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post("/resumes", &[("name", "Begun"), ("from", "empty")]).await.status, StatusCode::SEE_OTHER);
    for path in [format!("/resumes/{id}/resume.pdf"), format!("/resumes/{id}/resume.json"), "/account/export".into()] {
        assert_eq!(browser.get(&path).await.status, StatusCode::OK, "{path}");
    }
    assert!(!export(&browser).await.is_empty());
    // What was brought back may go as any other autosave: else there were a way to have more.
    assert_eq!(kinds(&app, id).await, pairs([("autosave", 20), ("create", 1), ("import", 60)]));
}

fn named(document: &Value, name: &str) -> Value {
    let mut document = document.clone();
    document["basics"]["name"] = name.into();
    document
}

/// Nor does it come in with a guest who signs in.
#[sqlx::test]
async fn what_a_guest_has_comes_into_no_account_that_has_no_room(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.user_mb = 1);
    let (ada, guest) = (app.browser(), app.guest().await);
    let form = [("email", "ada@example.org"), ("password", "correct horse battery staple")];
    ada.post("/signup", &form).await;
    ada.post("/resumes", &[("name", "Ada's"), ("from", "empty")]).await;
    let (browser, id) = guest;
    add_versions(&app, id + 1, 30, "import").await;
    add_versions(&app, id, 30, "import").await;
    browser.post("/login", &form).await;
    browser.post("/account/guest", &[]).await;
    let page = browser.get("/resumes").await.text();
    assert!(page.contains("with all their versions they may take 1 MB"), "{page}");
    let owners = async || {
        let count = "select count(distinct user_id) from resumes";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&app.pool).await.expect("a count")
    };
    assert_eq!(owners().await, 2);
    sqlx::query("delete from resume_revisions where resume_id = $1 and revision > 5")
        .bind(id)
        .execute(&app.pool)
        .await
        .expect("less");
    browser.post("/account/guest", &[]).await;
    assert_eq!(owners().await, 1, "now there is room");
}

/// Older autosaves make place for what is asked for; but not for nothing.
#[sqlx::test]
async fn autosaves_make_place_for_what_comes_in(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_mb = 1);
    let (browser, id) = app.guest().await;
    add_versions(&app, id, 49, "autosave").await;
    let copy = browser.post(&format!("/resumes/{id}/duplicate"), &[]).await;
    assert_eq!((copy.status, kinds(&app, id).await[0].1), (StatusCode::SEE_OTHER, 49), "there is room");
    add_versions(&app, id + 1, 19, "import").await;
    let json = fixture("complete-resume.json");
    assert_eq!(browser.upload("/resumes/import", "cv.json", &json).await.status, StatusCode::SEE_OTHER);
    let left = kinds(&app, id).await[0].1;
    assert!((20..30).contains(&left), "{left}");
    add_versions(&app, id + 1, 20, "import").await;
    browser.post(&format!("/resumes/{}/delete", id + 2), &[]).await;
    let refused = browser.upload("/resumes/import", "cv.json", &json).await;
    assert_eq!((refused.status, kinds(&app, id).await[0].1), (StatusCode::UNPROCESSABLE_ENTITY, left));
}

/// The attack of a guest who writes as fast as they can, in short: `end2end/support/disk.mjs` has it in full.
#[sqlx::test]
async fn whoever_writes_as_fast_as_they_can_ends_at_their_limit(pool: PgPool) {
    const MOST: i64 = 3_000_000;
    let app = TestApp::with(pool, |settings| {
        settings.limits.guest_mb = 3;
        settings.limits.requests = 1_000_000;
    });
    let (browser, id) = app.guest().await;
    let json = fixture("sample.resume.json");
    let document = large(&browser, id, 20_000, "é\u{1f600}x").await;
    let (mut highest, mut live) = (0, vec![id]);
    for round in 0..150 {
        let id = live[round % live.len()];
        // In half of the rounds each save is a version of its own because time has passed, in the others because another
        // tab was refused before.
        if round % 2 == 0 {
            app.clock.advance(Duration::minutes(6));
        } else {
            let stale = save(id, 1_000_000, &format!("stale-{round}.1"), &document);
            assert_eq!(browser.call("save_resume", &stale).await.status, StatusCode::CONFLICT);
        }
        let text = named(&document, &format!("Ada {round}"));
        assert_eq!(write(&browser, id, &format!("tab-{round}.1"), &text).await, StatusCode::OK);
        match round % 5 {
            0 => drop(browser.post(&format!("/resumes/{id}/duplicate"), &[]).await),
            1 => drop(browser.post(&format!("/resumes/{id}/history/1/restore"), &[]).await),
            2 => drop(browser.upload("/resumes/import", "cv.json", &json).await),
            3 if round % 3 == 0 => drop(browser.post(&format!("/resumes/{id}/delete"), &[]).await),
            _ => {}
        }
        live = sqlx::query_scalar("select id from resumes where deleted_at is null order by id")
            .fetch_all(&app.pool)
            .await
            .expect("ids");
        if live.is_empty() {
            browser.post("/resumes", &[("name", "Begun"), ("from", "empty")]).await;
            live = vec![sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id")];
        }
        highest = highest.max(counted(&app).await);
    }
    assert!(highest <= MOST + 3 * UNTOUCHED * 21_000, "{highest}: and the autosaves that are never thinned out");
    assert!(highest > MOST * 4 / 5, "it came near: {highest}");
}

/// Saves, versions brought back, copies, the trash and thinning at once: nothing waits for itself, and the counts are right.
#[sqlx::test]
async fn whatever_happens_at_once_the_counts_are_right(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_mb = 1);
    let (browser, first) = app.guest().await;
    for name in ["Second", "Third"] {
        browser.post("/resumes", &[("name", name), ("from", "empty")]).await;
    }
    for id in first..first + 3 {
        add_versions(&app, id, 30, "autosave").await;
    }
    let document = large(&browser, first, 20_000, "y").await;
    let (browser, document, app) = (&browser, &document, &app);
    let tries = (0..60).map(|n| async move {
        let id = first + n % 3;
        match n % 10 {
            0 | 5 | 6 => browser.post(&format!("/resumes/{id}/history/1/restore"), &[]).await.status,
            1 => browser.post(&format!("/resumes/{id}/duplicate"), &[]).await.status,
            2 => browser.post(&format!("/resumes/{id}/delete"), &[]).await.status,
            3 => browser.post(&format!("/resumes/{id}/restore"), &[]).await.status,
            4 => jobs::tidy(&app.state).await.map_or(StatusCode::INTERNAL_SERVER_ERROR, |()| StatusCode::OK),
            _ => write(browser, id, &format!("tab-{n}.1"), document).await,
        }
    });
    let answers = futures::future::join_all(tries).await;
    assert!(answers.iter().all(|status| !status.is_server_error()), "{answers:?}");
    counted(app).await;
}

/// Whatever JSON can hold, but for U+0000, which no database holds.
fn json_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (any::<i32>(), -320..300).prop_map(|(number, power)| json!(f64::from(number) * 10_f64.powi(power))),
        prop::num::f64::SUBNORMAL.prop_map(Value::from),
        prop_oneof![Just(0.0), Just(-0.0), Just(1e16), Just(123_456_789_012_345_680.0), Just(5e-324), Just(f64::MAX)]
            .prop_map(Value::from),
    ];
    let text = prop_oneof![any::<String>(), "[\\x01-\\x20\"\\\\/\\x7f-\\u{a0}\u{1f600}]*"]
        .prop_map(|text: String| text.replace('\0', ""));
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, text.clone().prop_map(Value::from)];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

#[sqlx::test]
async fn documents_are_measured_as_the_database_writes_them(pool: PgPool) {
    let mut runner = TestRunner::deterministic();
    let value = json_value();
    let values: Vec<Value> = (0..3000).map(|_| value.new_tree(&mut runner).expect("a value").current()).collect();
    let texts: Vec<String> = values.iter().map(Value::to_string).collect();
    let measured: Vec<i32> = sqlx::query_scalar(
        "select octet_length(text::jsonb::text) from unnest($1::text[]) with ordinality as t (text, place) order by place",
    )
    .bind(&texts)
    .fetch_all(&pool)
    .await
    .expect("sizes");
    for ((value, text), measured) in values.iter().zip(&texts).zip(measured) {
        assert_eq!(jsonb::size(value, usize::MAX), usize::try_from(measured).ok(), "{text}");
    }
}

/// 100 KB of `5e-324` are 5 MB in a dump.
#[sqlx::test]
async fn numbers_that_grow_are_refused_whichever_way_they_come(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let mut document = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    document["extra"] = json!({ "n": vec![5e-324; 1000] });
    let refused = browser.call("save_resume", &save(id, 1, "a.1", &document)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("A CV has at most 256 KB."), "{}", refused.text());
    let file = browser.upload("/resumes/import", "cv.json", document.to_string().as_bytes()).await;
    assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(file.text().contains("A CV has at most 256 KB."), "{}", file.text());

    // Earlier versions in an export, each too large: they are left out, and those that are just small enough are counted
    // as they are in the database.
    let mut files: Files = unzip(&export(&browser).await);
    let name = files.keys().find(|name| name.contains("/revisions/")).expect("a version").clone();
    let folder = name.split("revisions/").next().expect("a folder").to_owned();
    let about = format!("{folder}about.json");
    let mut version: Value = serde_json::from_slice(&files[&name]).expect("JSON");
    let mut head: Value = serde_json::from_slice(&files[&about]).expect("JSON");
    head["revision"] = json!(500);
    files.insert(about, head.to_string().into_bytes());
    for (revision, numbers) in (1..=100).map(|revision| (revision, if revision <= 20 { 1000 } else { 780 })) {
        version["revision"] = json!(revision);
        version["document"]["extra"] = json!({ "n": vec![5e-324; numbers] });
        files.insert(format!("{folder}revisions/{revision:05}-autosave.json"), version.to_string().into_bytes());
    }
    assert_eq!(browser.upload("/resumes/import", "export.zip", &zip(&files)).await.location(), "/resumes");
    let page = browser.get("/resumes").await.text();
    assert!(page.contains("of its earlier versions"), "{page}");
    let history: i64 =
        sqlx::query_scalar("select max(history_bytes) from resumes").fetch_one(&app.pool).await.expect("bytes");
    assert!((15_000_000..18_000_000).contains(&history), "{history}");
}
