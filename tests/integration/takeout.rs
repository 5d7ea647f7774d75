//! Everything in one ZIP: what comes in again is the same, and what anybody may have made does no harm.

use crate::support::{Answer, Browser, TestApp, same_origin, save};
use axum::{body::Body, http::StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};
use time::Duration;
use vitae::server::jobs;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

const PASSWORD: &str = "correct horse battery staple";

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

async fn account(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    browser.post("/signup", &[("email", email), ("password", PASSWORD)]).await;
    browser
}

pub(crate) async fn export(browser: &Browser) -> Vec<u8> {
    let answer = browser.post("/account/export", &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"vitae-export-2026-11-22.zip\"");
    answer.body
}

pub(crate) fn unzip(zip: &[u8]) -> Files {
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let read = |index| {
        let mut file = archive.by_index(index).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("readable");
        (file.name().expect("a name").into_owned(), content)
    };
    (0..ZipArchive::new(Cursor::new(zip)).expect("a ZIP").len()).map(read).collect()
}

pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

pub(crate) fn json_of(files: &Files, name: &str) -> Value {
    serde_json::from_slice(files.get(name).unwrap_or_else(|| panic!("{name} is missing"))).expect(name)
}

fn set(files: &mut Files, name: &str, change: impl FnOnce(&mut Value)) {
    let mut value = json_of(files, name);
    change(&mut value);
    files.insert(name.into(), value.to_string().into_bytes());
}

async fn import(browser: &Browser, zip: &[u8]) -> Answer {
    browser.upload("/resumes/import", "export.zip", zip).await
}

/// What a page says after an import.
async fn told(browser: &Browser, zip: &[u8]) -> String {
    let answer = import(browser, zip).await;
    assert_eq!(answer.location(), "/resumes", "{}", answer.text());
    browser.get("/resumes").await.text()
}

/// All that must be the same after a way out and in, of one account.
async fn everything(app: &TestApp, email: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select concat_ws(' | ', name, revision, json_content, schema_version, resumes.created_at, updated_at,
             deleted_at is null,
             (select string_agg(concat_ws(' ', revision, kind, created_at, document), e'\\n' order by revision)
              from resume_revisions where resume_id = resumes.id),
             (select string_agg(concat_ws(' ', resume_name, revision, sha256, size, created_at), e'\\n' order by created_at)
              from archives where resume_id = resumes.id))
         from resumes join users on users.id = user_id where email = $1
         union all
         select concat_ws(' | ', resume_name, revision, sha256, size, archives.created_at)
         from archives join users on users.id = user_id where email = $1 and resume_id is null
         order by 1",
    )
    .bind(email)
    .fetch_all(&app.pool)
    .await
    .expect("rows")
}

/// CVs with history and PDFs: one that was edited, one in the trash, one that is gone but for its PDF.
pub(crate) async fn writer(app: &TestApp, email: &str) -> Browser {
    let browser = account(app, email).await;
    for name in ["Senior engineer, Zürich", "سيرة ذاتية", "Gone"] {
        browser.post("/resumes", &[("name", name), ("from", "sample")]).await;
        let id: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
        let mut document = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
        for revision in 1..4 {
            app.clock.advance(Duration::minutes(7));
            document["basics"]["name"] = json!(format!("Ada {revision}\u{2003}<b>"));
            document["extra"] = json!({ "kept": [1, { "as": "it is" }] });
            let saved = browser.call("save_resume", &save(id, revision, &format!("{id}-{revision}"), &document)).await;
            assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
            if revision % 2 == 1 {
                let archived = browser.call("archive_resume", &json!({ "id": id })).await;
                assert_eq!(archived.status, StatusCode::OK, "{}", archived.text());
            }
        }
        if name != "Senior engineer, Zürich" {
            browser.post(&format!("/resumes/{id}/delete"), &[]).await;
        }
    }
    sqlx::query("delete from resumes where name = 'Gone'").execute(&app.pool).await.expect("gone");
    prove(&browser).await;
    browser
}

/// Shows who one is: more than an hour has gone by.
async fn prove(browser: &Browser) {
    let answer = browser.post("/account/confirm", &[("current", PASSWORD), ("next", "/account/export")]).await;
    assert_eq!(answer.location(), "/account/export");
}

#[sqlx::test]
async fn what_goes_out_and_in_is_the_same(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let ada = writer(&app, "ada@example.org").await;
    let before = everything(&app, "ada@example.org").await;
    assert_eq!(before.len(), 4, "two CVs and two PDFs of one that is gone");
    let out = export(&ada).await;
    assert_eq!(everything(&app, "ada@example.org").await, before);

    app.clock.advance(Duration::hours(5));
    let bob = account(&app, "bob@example.org").await;
    bob.post("/resumes", &[("name", "Mine")]).await;
    let page = told(&bob, &out).await;
    assert!(page.contains("Imported: 2 CVs with their history, and 6 archived PDFs."), "{page}");
    assert!(!page.contains("Left out"));
    let mut after = everything(&app, "bob@example.org").await;
    after.retain(|row| !row.starts_with("Mine |"));
    assert_eq!(after, before);

    // The PDFs are the same bytes before the object store has them, and after.
    for _ in 0..2 {
        let uuids: Vec<(String, String)> = sqlx::query_as(
            "select uuid::text, sha256 from archives join users on users.id = user_id where email = 'bob@example.org'",
        )
        .fetch_all(&app.pool)
        .await
        .expect("rows");
        assert_eq!(uuids.len(), 6);
        for (uuid, sha256) in uuids {
            let pdf = bob.get(&format!("/archive/{uuid}/resume.pdf")).await;
            assert_eq!(vitae::server::storage::sha256_hex(&pdf.body), sha256);
        }
        let (db, storage) = (&app.state.db, &app.state.storage);
        while vitae::server::archives::sweep(db, storage, app.clock.now()).await.expect("swept") {}
    }
    let pending: i64 = sqlx::query_scalar("select count(*) from archives where state = 'pending'")
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    assert_eq!(pending, 0);

    // And out of there again: but for the account, its log and the names of files, the same.
    let again = unzip(&export(&bob).await);
    let first = unzip(&out);
    let histories = |files: &Files| {
        let versions = files.iter().filter(|(name, _)| name.contains("/revisions/"));
        versions.map(|(_, content)| content.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let (documents, expected) = (histories(&again), histories(&first));
    assert!(!expected.is_empty());
    assert!(documents.is_superset(&expected));
    jobs::tidy(&app.state).await.expect("nothing of it is tidied away");
    assert!(told(&bob, &out).await.contains("Imported: 2 CVs"), "twice adds twice");
}

#[sqlx::test]
async fn everything_is_in_it_and_no_secret(pool: PgPool) {
    let app = TestApp::new(pool);
    let ada = writer(&app, "ada@example.org").await;
    ada.post("/account/two-step", &[("deed", "begin")]).await;
    account(&app, "bob@example.org").await.post("/resumes", &[("name", "Bob's own")]).await;
    let page = ada.get("/account/export").await.text();
    assert!(page.contains("2 CVs") && page.contains("6 archived PDFs"), "{page}");
    let out = export(&ada).await;
    let files = unzip(&out);
    let folder = "resumes/01 Ada 3 -b – CV/";
    for name in ["README.txt", "export.json", "account.json", "sign-ins.json", "archive.json"] {
        assert!(files.contains_key(name), "{name}");
    }
    for name in ["about.json", "document.json", "resume.json", "archive.json", "revisions/00001-create.json"] {
        assert!(files.contains_key(&format!("{folder}{name}")), "{name} in {:?}", files.keys());
    }
    assert_eq!(json_of(&files, "account.json")["email"], "ada@example.org");
    assert_eq!(json_of(&files, "sign-ins.json")[0]["what"], "exported");
    let open = json_of(&files, &format!("{folder}resume.json"));
    assert!(open["basics"]["name"].as_str().expect("a name").starts_with("Ada 3"));
    let kept = json_of(&files, &format!("{folder}archive.json"));
    let pdf = &files[&format!("{folder}{}", kept[0]["file"].as_str().expect("a file"))];
    assert_eq!(kept[0]["sha256"], vitae::server::storage::sha256_hex(pdf));

    let (hash, secret): (String, Vec<u8>) =
        sqlx::query_as("select password_hash, secret from users join two_step on user_id = users.id")
            .fetch_one(&app.pool)
            .await
            .expect("a row");
    let base32 = totp_rs::Secret::from(secret.as_slice()).to_base32();
    let hex = vitae::server::hex::encode(&secret);
    for (name, content) in &files {
        let text = String::from_utf8_lossy(content);
        for secret in [hash.as_str(), &base32, &hex, "argon2", "Bob's own", "id_hash"] {
            assert!(!text.contains(secret), "{name} has {secret}");
        }
    }
    let about = json_of(&files, "resumes/02 Ada 3 -b – CV/about.json");
    assert_eq!(about["name"], "سيرة ذاتية");
    assert_eq!(about["in_trash"], true);
}

#[sqlx::test]
async fn a_guest_takes_everything_along(pool: PgPool) {
    let app = TestApp::new(pool);
    let (guest, id) = app.guest().await;
    app.clock.advance(Duration::hours(1));
    guest.post(&format!("/resumes/{id}/rename"), &[("name", "Begun as a guest")]).await;
    let out = export(&guest).await;
    assert_eq!(json_of(&unzip(&out), "account.json")["guest"], true);
    let ada = account(&app, "ada@example.org").await;
    assert!(told(&ada, &out).await.contains("Begun as a guest"));
}

#[sqlx::test]
async fn a_browser_gets_it_whole_and_not_compressed_once_more(pool: PgPool) {
    let app = TestApp::new(pool);
    let (guest, _) = app.guest().await;
    let request = same_origin("/account/export").header("accept-encoding", "gzip, deflate, br, zstd");
    let answer = guest.send(request, Body::empty()).await;
    assert_eq!(answer.header("content-encoding"), "");
    assert!(unzip(&answer.body).contains_key("export.json"));
}

#[sqlx::test]
async fn exports_are_not_for_the_having(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let ada = account(&app, "ada@example.org").await;
    for _ in 0..5 {
        export(&ada).await;
    }
    let refused = ada.post("/account/export", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text().contains("too often"));
    app.clock.advance(Duration::minutes(20));
    prove(&ada).await;
    export(&ada).await;
}

/// An export that can be meddled with.
async fn sample(app: &TestApp) -> Files {
    let (guest, id) = app.guest().await;
    guest.call("archive_resume", &json!({ "id": id })).await;
    unzip(&export(&guest).await)
}

#[sqlx::test]
async fn what_is_no_export_is_refused_and_changes_nothing(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let files = sample(&app).await;
    let whole = zip(&files);
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        zip(&files)
    };
    let zip64 = [&whole[..], b"PK\x06\x07", &[0; 16], b"PK\x05\x06", &[0xff; 18]].concat();
    let mut lying = whole.clone();
    let end = lying.len() - 12;
    lying[end..end + 2].copy_from_slice(&60_000_u16.to_le_bytes());
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("cut off", whole[..whole.len() / 2].to_vec(), "damaged"),
        ("only a beginning", b"PK\x03\x04".to_vec(), "damaged"),
        ("nothing in it", zip(&Files::new()), "no export of Vitae"),
        ("another ZIP", with(&|files| drop(files.remove("export.json"))), "no export of Vitae"),
        (
            "another format",
            with(&|files| set(files, "export.json", |it| it["format"] = json!("x"))),
            "no export of Vitae",
        ),
        ("of a later day", with(&|files| set(files, "export.json", |it| it["version"] = json!(2))), "newer release"),
        ("ZIP64", zip64, "more in it"),
        ("a lie about how many", lying, "damaged"),
    ];
    for (what, zip, sentence) in cases {
        let browser = account(&app, &format!("{}@example.org", what.replace(' ', "-"))).await;
        let answer = import(&browser, &zip).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.location());
        assert!(answer.text().contains(sentence), "{what}");
        assert!(answer.text().contains("import-error"), "{what}: at its field");
        app.clock.advance(Duration::minutes(10));
    }
    let resumes: i64 = sqlx::query_scalar("select count(*) from resumes").fetch_one(&app.pool).await.expect("a row");
    assert_eq!(resumes, 1, "the guest's");
}

#[sqlx::test]
async fn bombs_do_not_go_off(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let files = sample(&app).await;
    let document = files.keys().find(|name| name.ends_with("document.json")).expect("a CV").clone();
    let folder = document.trim_end_matches("document.json").to_owned();
    let browser = account(&app, "ada@example.org").await;

    let mut large = files.clone();
    large.insert(document.clone(), vec![b' '; 100 * 1024 * 1024]);
    let bomb = zip(&large);
    assert!(bomb.len() < 1024 * 1024, "a bomb is small");
    let page = told(&browser, &bomb).await;
    assert!(page.contains("0 CVs") && page.contains("larger than such a file ever is"), "{page}");

    let mut deep = files.clone();
    deep.insert(document.clone(), [vec![b'['; 100_000], vec![b']'; 100_000]].concat());
    assert!(told(&browser, &zip(&deep)).await.contains("nested more than a hundred levels deep"));

    // More than all files together may have, in files that each are small enough.
    let mut many = files.clone();
    let earlier = files.iter().find(|(name, _)| name.contains("/revisions/")).expect("a version").1.clone();
    let padded = [&earlier[..], &vec![b' '; 1024 * 1024]].concat();
    for n in 0..40 {
        many.insert(format!("{folder}revisions/1{n:04}-autosave.json"), padded.clone());
    }
    let page = told(&browser, &zip(&many)).await;
    assert!(page.contains("1 CV ") && page.contains("of its earlier versions"), "{page}");

    let mut crowd = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..21_000 {
        crowd.start_file(n.to_string(), SimpleFileOptions::default()).expect("begun");
    }
    let crowd = crowd.finish().expect("finished").into_inner();
    assert!(import(&browser, &crowd).await.text().contains("more in it than an export"));

    let mut twice = ZipWriter::new(Cursor::new(Vec::new()));
    twice.start_file("export.json", SimpleFileOptions::default()).expect("begun");
    twice.write_all(&files["export.json"]).expect("written");
    twice.shallow_copy_file("export.json", "resumes/x/document.json").expect("copied");
    let twice = twice.finish().expect("finished").into_inner();
    assert!(import(&browser, &twice).await.text().contains("more in it than an export"), "overlapping");

    let too_large = [&zip(&files)[..], &vec![0; 65 * 1024 * 1024]].concat();
    assert!(import(&browser, &too_large).await.text().contains("larger than 64 MB"));
    let hopeless = import(&browser, &vec![b'P'; 70 * 1024 * 1024]).await;
    assert_eq!(hopeless.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(browser.get("/resumes").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn what_is_not_fit_is_left_out_and_told(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let ada = writer(&app, "ada@example.org").await;
    let files = unzip(&export(&ada).await);
    let folder = "resumes/01 Ada 3 -b – CV/";
    let bob = account(&app, "bob@example.org").await;

    let mut meddled = files.clone();
    let pdf =
        meddled.keys().find(|name| name.starts_with(folder) && name.contains("/archive/")).expect("a PDF").clone();
    meddled.insert(pdf, b"%PDF-1.7 of somebody else".to_vec());
    set(&mut meddled, &format!("{folder}about.json"), |about| about["name"] = json!("a\u{0}\nb"));
    set(&mut meddled, "resumes/02 Ada 3 -b – CV/document.json", |document| document["sections"] = json!("none"));
    let left = meddled.keys().find(|name| name.starts_with("archive/")).expect("a PDF").clone();
    meddled.remove(&left);
    let page = told(&bob, &zip(&meddled)).await;
    assert!(page.contains("Imported: 1 CV with their history, and 2 archived PDFs."), "{page}");
    assert!(
        page.contains("is missing or is not what was archived")
            && page.contains("02 Ada 3 -b – CV: This CV is damaged"),
        "{page}"
    );
    assert!(page.contains("Imported CV"), "a name that is none");

    // Names that are paths lead nowhere, and what is not ours is not looked at.
    let mut paths = files.clone();
    for name in ["../../../tmp/evil", "/etc/passwd", "resumes/../../x/document.json", "resumes/a/b/c/about.json"] {
        paths.insert(name.into(), b"{}".to_vec());
    }
    set(&mut paths, "archive.json", |list| list[0]["file"] = json!("../../../../etc/passwd"));
    let page = told(&bob, &zip(&paths)).await;
    assert!(page.contains("2 CVs") && page.contains("about.json is missing"), "{page}");
}

#[sqlx::test]
async fn numbers_and_times_that_cannot_be_do_no_harm(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let mut files = sample(&app).await;
    let about = files.keys().find(|name| name.ends_with("about.json")).expect("a CV").clone();
    let folder = about.trim_end_matches("about.json").to_owned();
    let earlier = files.keys().find(|name| name.contains("/revisions/")).expect("a version").clone();
    let never = "0000-01-01T00:00:00+23:59";
    set(&mut files, &about, |about| {
        about["revision"] = json!(i32::MAX);
        about["created_at"] = json!(never);
        about["updated_at"] = json!(never);
    });
    set(&mut files, &earlier, |earlier| earlier["created_at"] = json!(never));
    set(&mut files, &format!("{folder}archive.json"), |list| {
        list[0]["revision"] = json!(i32::MAX);
        list[0]["created_at"] = json!(never);
    });
    let ada = account(&app, "ada@example.org").await;
    let page = told(&ada, &zip(&files)).await;
    assert!(page.contains("1 CV ") && page.contains("1 archived PDF."), "{page}");

    let id: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
    let loaded: Value = ada.call("load_resume", &json!({ "id": id })).await.json();
    let revision = loaded["revision"].as_i64().and_then(|revision| i32::try_from(revision).ok()).expect("a number");
    let saved = ada.call("save_resume", &save(id, revision, "a", &loaded["document"])).await;
    assert_eq!(saved.json::<i32>(), revision + 1, "{}", saved.text());
    let out = unzip(&export(&ada).await);
    let about = out.keys().find(|name| name.ends_with("about.json")).expect("a CV");
    assert_eq!(json_of(&out, about)["created_at"], "1970-01-01T00:00:00Z");
    let list = out.keys().find(|name| name.ends_with("archive.json")).expect("a list");
    assert_eq!(json_of(&out, list)[0]["created_at"], "1970-01-01T00:00:00Z");
}

#[sqlx::test]
async fn of_a_long_history_the_newest_versions_come_in(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let mut files = sample(&app).await;
    let about = files.keys().find(|name| name.ends_with("about.json")).expect("a CV").clone();
    let folder = about.trim_end_matches("about.json").to_owned();
    let earlier = files.keys().find(|name| name.contains("/revisions/")).expect("a version").clone();
    let mut version = json_of(&files, &earlier);
    files.remove(&earlier);
    set(&mut files, &about, |about| about["revision"] = json!(520));
    for revision in 1..=520 {
        version["revision"] = json!(revision);
        files.insert(format!("{folder}revisions/{revision:05}-autosave.json"), version.to_string().into_bytes());
    }
    let ada = account(&app, "ada@example.org").await;
    let page = told(&ada, &zip(&files)).await;
    assert!(page.contains("20 of its earlier versions"), "{page}");
    let (count, first): (i64, i32) = sqlx::query_as(
        "select count(*), min(revision) from resume_revisions where resume_id = (select max(id) from resumes)",
    )
    .fetch_one(&app.pool)
    .await
    .expect("a row");
    assert_eq!((count, first), (500, 21));
}

#[sqlx::test]
async fn the_trash_has_no_more_room_for_what_is_imported(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let files = sample(&app).await;
    let folder = files.keys().find_map(|name| name.strip_suffix("about.json")).expect("a CV").to_owned();
    let mut many = Files::from([("export.json".into(), files["export.json"].clone())]);
    for n in 0..30 {
        for name in ["about.json", "document.json"] {
            many.insert(format!("resumes/{n:02}-cv/{name}"), files[&format!("{folder}{name}")].clone());
        }
        set(&mut many, &format!("resumes/{n:02}-cv/about.json"), |about| {
            about["in_trash"] = json!(true);
            about["name"] = json!(format!("CV {n:02}"));
        });
    }
    let (guest, _) = app.guest().await;
    assert!(told(&guest, &zip(&many)).await.contains("CV 29"));
    let left: Vec<String> = sqlx::query_scalar("select name from resumes where deleted_at is not null order by name")
        .fetch_all(&app.pool)
        .await
        .expect("names");
    assert_eq!(left, (10..30).map(|n| format!("CV {n:02}")).collect::<Vec<_>>());
}

#[sqlx::test]
async fn the_limit_on_cvs_counts(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let ada = account(&app, "ada@example.org").await;
    for n in 0..5 {
        ada.post("/resumes", &[("name", &format!("CV {n}")), ("from", "sample")]).await;
    }
    let out = export(&ada).await;
    let (guest, _) = app.guest().await;
    let page = told(&guest, &out).await;
    assert!(page.contains("Imported: 2 CVs") && page.contains("“CV 2”: there is room for 3 CVs."), "{page}");
    let count: i64 = sqlx::query_scalar("select count(*) from resumes join users on users.id = user_id where is_guest")
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    assert_eq!(count, 3);
    let page = told(&guest, &out).await;
    assert!(page.contains("0 CVs") && page.contains("there is room for 3 CVs"), "{page}");
}

/// Not for a CV for which there is no place either, because the limit was lowered since.
#[sqlx::test]
async fn an_empty_cv_goes_only_when_another_comes_in_its_place(pool: PgPool) {
    let app = TestApp::new(pool.clone());
    let (guest, empty) = app.guest().await;
    guest.post("/resumes", &[("name", "Written"), ("from", "sample")]).await;
    let out = export(&guest).await;
    for (limit, told, trashed) in [(1, "Imported: 0 CVs with", vec![]), (2, "Imported: 1 CV with", vec![empty])] {
        let app = TestApp::with(pool.clone(), |settings| settings.limits.guest_resumes = limit);
        let guest = guest.at(&app.router);
        let answer = guest.upload(&format!("/resumes/import?instead={empty}"), "export.zip", &out).await;
        assert_eq!(answer.location(), "/resumes", "{}", answer.text());
        let page = guest.get("/resumes").await.text();
        let left = format!("“Written”: there is room for {limit} CVs.");
        assert!(page.contains(told) && page.contains(&left), "{limit}: {page}");
        let in_trash: Vec<i32> = sqlx::query_scalar("select id from resumes where deleted_at is not null order by id")
            .fetch_all(&app.pool)
            .await
            .expect("ids");
        assert_eq!(in_trash, trashed, "{limit}");
    }
}

#[sqlx::test]
async fn the_limit_on_archived_pdfs_counts(pool: PgPool) {
    let app = TestApp::with(pool, |settings| {
        settings.limits.requests = 1_000_000;
        settings.limits.guest_archives = 2;
        settings.limits.user_archives = 5;
    });
    let ada = account(&app, "ada@example.org").await;
    ada.post("/resumes", &[("name", "Sent often"), ("from", "sample")]).await;
    for _ in 0..5 {
        let archived = ada.call("archive_resume", &json!({ "id": 1 })).await;
        assert_eq!(archived.status, StatusCode::OK, "{}", archived.text());
    }
    let out = export(&ada).await;
    let (guest, _) = app.guest().await;
    let page = told(&guest, &out).await;
    assert!(page.contains("Imported: 1 CV with their history, and 2 archived PDFs."), "{page}");
    let sentence = "An archived PDF of “Sent often”: there is room for 2 archived PDFs, and 2 MB of them.";
    assert_eq!(page.matches(sentence).count(), 3, "{page}");

    // What a guest has does not come into an account that has no room for it.
    guest.post("/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    guest.post("/account/guest", &[]).await;
    let page = guest.get("/resumes").await.text();
    assert!(page.contains("There is room for 50 CVs and 5 archived PDFs."), "{page}");
    let archives: Vec<i64> = sqlx::query_scalar("select count(*) from archives group by user_id order by 1")
        .fetch_all(&app.pool)
        .await
        .expect("rows");
    assert_eq!(archives, [2, 5]);
}

#[sqlx::test]
async fn imports_are_not_for_the_having(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let ada = account(&app, "ada@example.org").await;
    for n in 0..10 {
        assert_eq!(import(&ada, b"PK\x03\x04").await.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let refused = import(&ada, b"PK\x03\x04").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text().contains("too often"));
    app.clock.advance(Duration::minutes(4));
    assert_eq!(import(&ada, b"PK\x03\x04").await.status, StatusCode::UNPROCESSABLE_ENTITY, "it passes");
}
