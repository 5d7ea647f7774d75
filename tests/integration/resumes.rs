//! Making, saving and keeping CVs.

use crate::support::{Browser, TestApp, fixture, same_origin, save};
use axum::{
    body::Body,
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

/// Loads a CV as the editor does.
async fn load(browser: &Browser, id: i32) -> Value {
    browser.call("load_resume", &json!({ "id": id })).await.json()
}

fn named(mut document: Value, name: &str) -> Value {
    document["basics"]["name"] = name.into();
    document
}

#[sqlx::test]
async fn a_guest_begins_with_one_empty_cv(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let loaded = load(&browser, id).await;
    assert_eq!(loaded["revision"], 1);
    assert_eq!(loaded["document"]["schema_version"], 1);
    let row = sqlx::query_as::<_, (bool, String)>("select is_guest, email from users").fetch_one(&app.pool).await;
    let (is_guest, email) = row.expect("one user");
    assert!(is_guest);
    assert!(email.ends_with("@guest.invalid"), "{email}");
}

#[sqlx::test]
async fn a_save_makes_the_next_revision(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = named(load(&browser, id).await["document"].clone(), "Ada Lovelace");
    assert_eq!(browser.call("save_resume", &save(id, 1, "first", &document)).await.json::<i32>(), 2);
    let loaded = load(&browser, id).await;
    assert_eq!(loaded["revision"], 2);
    assert_eq!(loaded["document"]["basics"]["name"], "Ada Lovelace");
}

#[sqlx::test]
async fn the_same_save_again_gets_the_same_answer(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = named(load(&browser, id).await["document"].clone(), "Ada");
    for _ in 0..3 {
        assert_eq!(browser.call("save_resume", &save(id, 1, "once", &document)).await.json::<i32>(), 2);
    }
}

/// Else what was typed between the two would be gone with nobody knowing.
#[sqlx::test]
async fn another_document_is_another_save_whatever_it_is_called(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    let (first, second) = (named(document.clone(), "First"), named(document, "Second"));
    assert_eq!(browser.call("save_resume", &save(id, 1, "once", &first)).await.json::<i32>(), 2);
    let stale = browser.call("save_resume", &save(id, 1, "once", &second)).await;
    assert_eq!(stale.json::<Value>(), json!({ "Conflict": { "current": 2 } }));
    assert_eq!(browser.call("save_resume", &save(id, 2, "once", &second)).await.json::<i32>(), 3);
    assert_eq!(load(&browser, id).await["document"]["basics"]["name"], "Second");
    assert_eq!(browser.call("save_resume", &save(id, 2, "once", &second)).await.json::<i32>(), 3, "the same again");
}

#[sqlx::test]
async fn a_stale_save_is_refused_and_changes_nothing(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    browser.call("save_resume", &save(id, 1, "a", &named(document.clone(), "First"))).await.json::<i32>();
    let refused = browser.call("save_resume", &save(id, 1, "b", &named(document, "Second"))).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.json::<Value>(), json!({ "Conflict": { "current": 2 } }));
    assert_eq!(load(&browser, id).await["document"]["basics"]["name"], "First");
}

#[sqlx::test]
async fn of_many_saves_at_once_one_wins(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    let saves: Vec<Value> =
        (0..8).map(|n| save(id, 1, &format!("save-{n}"), &named(document.clone(), &format!("Writer {n}")))).collect();
    let answers = futures::future::join_all(saves.iter().map(|save| browser.call("save_resume", save))).await;
    let won = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count();
    assert_eq!((won, refused), (1, 7));
}

#[sqlx::test]
async fn autosaves_close_together_become_one_row_of_history(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    let kinds = || async {
        sqlx::query_as::<_, (i32, String)>("select revision, kind from resume_revisions order by revision")
            .fetch_all(&app.pool)
            .await
            .expect("history")
    };
    for revision in 1..4 {
        let text = named(document.clone(), &format!("Version {revision}"));
        browser.call("save_resume", &save(id, revision, &format!("s{revision}"), &text)).await.json::<i32>();
        app.clock.advance(Duration::minutes(1));
    }
    assert_eq!(kinds().await, [(1, "create".into()), (4, "autosave".into())]);
    app.clock.advance(Duration::minutes(6));
    browser.call("save_resume", &save(id, 4, "later", &named(document, "Later"))).await.json::<i32>();
    assert_eq!(kinds().await, [(1, "create".into()), (4, "autosave".into()), (5, "autosave".into())]);
}

/// Kinds and names of the versions of all CVs.
async fn versions(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as(
        "select kind, coalesce(document -> 'basics' ->> 'name', '') from resume_revisions order by resume_id, revision",
    )
    .fetch_all(&app.pool)
    .await
    .expect("history")
}

/// Whoever keeps their own text in a conflict takes nothing away: what the other tab has saved is a version.
#[sqlx::test]
async fn what_another_tab_has_saved_stays_in_the_history(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    let write = async |base: i32, save_id: &str, name: &str| {
        browser.call("save_resume", &save(id, base, save_id, &named(document.clone(), name))).await.status
    };
    assert_eq!(write(1, "one.1", "Ada").await, StatusCode::OK);
    assert_eq!(write(2, "one.2", "Ada L").await, StatusCode::OK);
    // The other tab knows nothing of it, and while its owner looks at both texts the first one goes on.
    assert_eq!(write(1, "two.1", "Eve").await, StatusCode::CONFLICT);
    assert_eq!(write(3, "one.3", "Ada Lo").await, StatusCode::OK);
    app.clock.advance(Duration::hours(3));
    assert_eq!(write(4, "one.4", "Ada Lovelace").await, StatusCode::OK);
    assert_eq!(write(5, "two.2", "Eve").await, StatusCode::OK, "kept instead");
    assert_eq!(write(6, "two.3", "Eve H").await, StatusCode::OK);
    assert_eq!(write(5, "one.5", "Ada King").await, StatusCode::CONFLICT);
    assert_eq!(write(7, "one.6", "Ada King").await, StatusCode::OK, "and back again");
    let expected = [
        ("create", ""),
        ("autosave", "Ada Lo"),
        ("conflict", "Ada Lovelace"),
        ("conflict", "Eve H"),
        ("autosave", "Ada King"),
    ]
    .map(|(kind, name)| (kind.to_owned(), name.to_owned()));
    assert_eq!(versions(&app).await, expected);
    let page = browser.get(&format!("/resumes/{id}/history")).await.text();
    assert!(page.contains("another device’s text came in its place"), "{page}");
}

/// Otherwise whoever calls each save another tab's has a version of each.
#[sqlx::test]
async fn autosaves_become_one_row_whatever_their_tabs_are_called(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = load(&browser, id).await["document"].clone();
    for n in 1..20 {
        let text = named(document.clone(), &format!("Version {n}"));
        let saved = browser.call("save_resume", &save(id, n, &format!("tab-{n}.1"), &text)).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
        app.clock.advance(Duration::seconds(15));
    }
    let expected = [("create", ""), ("autosave", "Version 19")].map(|(kind, name)| (kind.to_owned(), name.to_owned()));
    assert_eq!(versions(&app).await, expected);
}

#[sqlx::test]
async fn what_cannot_be_kept_is_refused_by_field(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let mut document = load(&browser, id).await["document"].clone();
    document["design"]["accent"] = "red; }".into();
    let answer = browser.call("save_resume", &save(id, 1, "a", &document)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json::<Value>()["Invalid"][0]["field"], "design.accent");
}

#[sqlx::test]
async fn a_body_that_is_too_large_is_refused(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document = named(load(&browser, id).await["document"].clone(), &"x".repeat(3 * 1024 * 1024));
    let answer = browser.call("save_resume", &save(id, 1, "a", &document)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(load(&browser, id).await["revision"], 1);
}

#[sqlx::test]
async fn a_body_that_does_not_say_how_large_it_is_is_refused_too(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let chunks = (0..48).map(|_| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]));
    let body = Body::from_stream(futures::stream::iter(chunks));
    let request = same_origin("/api/save_resume").header(CONTENT_TYPE, "application/json");
    assert_eq!(browser.send(request, body).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[sqlx::test]
async fn what_is_no_request_is_refused_as_such(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    for body in ["", "null", "[]", "{", r#"{"id":"one"}"#] {
        let request = same_origin("/api/load_resume").header(CONTENT_TYPE, "application/json");
        let answer = browser.send(request, body.into()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
    }
}

#[sqlx::test]
async fn a_guest_may_have_three(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    for name in ["Second", "Third"] {
        assert_eq!(browser.post("/resumes", &[("name", name), ("from", "sample")]).await.status, StatusCode::SEE_OTHER);
    }
    let refused = browser.post("/resumes", &[("name", "Fourth"), ("from", "empty")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sentence = "There is room for 3 CVs. Move one to the trash to make place for another.";
    assert!(refused.text().contains(sentence), "{}", refused.text());
    let list = browser.get("/resumes").await.text();
    assert!(list.contains("3 of 3 CVs. Move one to the trash to make place for another."), "{list}");
}

/// Every CV there is: which one, its name, and whether it is in the trash.
async fn all(pool: &PgPool) -> Vec<(i32, String, bool)> {
    sqlx::query_as("select id, name, deleted_at is not null from resumes order by id")
        .fetch_all(pool)
        .await
        .expect("rows")
}

/// Asks for a sample in place of a CV.
async fn sample_instead(browser: &Browser, id: i32) -> StatusCode {
    browser.post("/resumes", &[("from", "sample"), ("instead", &id.to_string())]).await.status
}

#[sqlx::test]
async fn a_sample_comes_in_place_of_an_empty_cv(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    assert_eq!(sample_instead(&browser, id).await, StatusCode::SEE_OTHER);
    assert_eq!(all(&app.pool).await, [(1, "My CV".into(), true), (2, "Sample CV".into(), false)]);
    assert_eq!(sample_instead(&browser, id).await, StatusCode::SEE_OTHER, "one in the trash is in nobody's way");
    assert_eq!(all(&app.pool).await.iter().filter(|(_, _, trashed)| !trashed).count(), 2);
}

#[sqlx::test]
async fn what_names_no_cv_is_in_the_place_of_none(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_resumes = 5);
    let (browser, _) = app.guest().await;
    for nothing in ["", "x", "-1", "99999999999"] {
        let made = browser.post("/resumes", &[("from", "empty"), ("instead", nothing)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{nothing}");
    }
    assert!(all(&app.pool).await.iter().all(|(_, _, trashed)| !trashed));
    assert_eq!(browser.get("/resumes?instead=x").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn an_empty_cv_makes_place_when_there_is_no_other(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    for name in ["Second", "Third"] {
        browser.post("/resumes", &[("name", name), ("from", "sample")]).await;
    }
    assert_eq!(sample_instead(&browser, id).await, StatusCode::SEE_OTHER);
    let expected = [(1, "My CV", true), (2, "Second", false), (3, "Third", false), (4, "Sample CV", false)]
        .map(|(id, name, trashed)| (id, name.to_owned(), trashed));
    assert_eq!(all(&app.pool).await, expected);

    // With more than there may be, which takes a lower limit: no place, and the empty one is not thrown away for it.
    let (_, another) = app.guest().await;
    sqlx::query("update resumes set user_id = (select user_id from resumes where id = $1) where id = $2")
        .bind(id)
        .bind(another)
        .execute(&app.pool)
        .await
        .expect("one more");
    let before = all(&app.pool).await;
    assert_eq!(sample_instead(&browser, another).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(all(&app.pool).await, before);
}

#[sqlx::test]
async fn no_cv_with_text_and_none_of_another_makes_place(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let (_, anothers) = app.guest().await;
    let document = named(load(&browser, id).await["document"].clone(), "Ada Lovelace");
    browser.call("save_resume", &save(id, 1, "a", &document)).await.json::<i32>();
    for kept in [id, anothers] {
        assert_eq!(sample_instead(&browser, kept).await, StatusCode::SEE_OTHER, "there is room beside it");
    }
    let before = all(&app.pool).await;
    assert!(before.iter().all(|(_, _, trashed)| !trashed), "{before:?}");
    for kept in [id, anothers] {
        assert_eq!(sample_instead(&browser, kept).await, StatusCode::UNPROCESSABLE_ENTITY, "3 of 3");
        let import = format!("/resumes/import?instead={kept}");
        let refused = browser.upload(&import, "cv.json", &fixture("sample.resume.json")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let list = browser.get(&format!("/resumes?instead={kept}")).await.text();
        assert!(list.contains("3 of 3 CVs") && !list.contains("takes the place"), "{list}");
    }
    assert_eq!(all(&app.pool).await, before);
    let loaded = load(&browser, id).await;
    assert_eq!((&loaded["revision"], &loaded["document"]["basics"]["name"]), (&json!(2), &json!("Ada Lovelace")));
}

#[sqlx::test]
async fn a_file_comes_in_place_of_an_empty_cv(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    for name in ["Second", "Third"] {
        browser.post("/resumes", &[("name", name), ("from", "sample")]).await;
    }
    let editor = browser.get(&format!("/resumes/{id}")).await.text();
    assert!(editor.contains(&format!("href=\"/resumes?instead={id}#import\"")), "{editor}");
    let import = format!("/resumes/import?instead={id}");
    let page = browser.get(&format!("/resumes?instead={id}")).await.text();
    assert!(page.contains("takes the place of your empty CV") && page.contains(&import), "{page}");

    let refused = browser.upload(&import, "weather.json", b"{\"weather\": \"fine\"}").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = refused.text();
    assert!(again.contains(&import) && again.contains("import-error"), "it is asked for once more: {again}");
    assert!(all(&app.pool).await.iter().all(|(_, _, trashed)| !trashed));

    let answer = browser.upload(&import, "cv.json", &fixture("sample.resume.json")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let trashed = all(&app.pool).await.into_iter().map(|(id, _, trashed)| (id, trashed));
    assert!(trashed.eq([(1, true), (2, false), (3, false), (4, false)]));
}

#[sqlx::test]
async fn a_name_that_is_none_is_refused_with_what_was_typed(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let long = "n".repeat(256);
    let created = browser.post("/resumes", &[("name", &long), ("from", "empty")]).await;
    assert_eq!(created.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(created.text().contains(&long));
    let renamed = browser.post(&format!("/resumes/{id}/rename"), &[("name", "  ")]).await;
    assert_eq!(renamed.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test]
async fn rename_duplicate_delete_and_restore(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    browser.post(&format!("/resumes/{id}/rename"), &[("name", "Zürich <b>")]).await;
    let list = browser.get("/resumes").await.text();
    assert!(list.contains("Zürich &lt;b&gt;") && list.contains("Renamed."), "{list}");
    browser.post(&format!("/resumes/{id}/duplicate"), &[]).await;
    assert!(browser.get("/resumes").await.text().contains("Zürich &lt;b&gt; (copy)"));
    browser.post(&format!("/resumes/{id}/delete"), &[]).await;
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("/resumes/{id}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn the_trash_is_emptied_after_thirty_days(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    browser.post(&format!("/resumes/{id}/delete"), &[]).await;
    let count = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from resumes").fetch_one(&app.pool).await.expect("a count")
    };
    app.clock.advance(Duration::days(30));
    vitae::server::jobs::tidy(&app.state).await.expect("the database answers");
    assert_eq!(count().await, 1);
    app.clock.advance(Duration::seconds(1));
    vitae::server::jobs::tidy(&app.state).await.expect("the database answers");
    assert_eq!(count().await, 0);
}

#[sqlx::test]
async fn the_trash_has_room_for_so_many(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.requests = 1_000_000);
    let (browser, _) = app.guest().await;
    for n in 0..25 {
        let made = browser.post("/resumes", &[("name", &format!("CV {n}")), ("from", "empty")]).await;
        let id = made.location().rsplit('/').next().expect("an id").to_owned();
        assert_eq!(browser.post(&format!("/resumes/{id}/delete"), &[]).await.status, StatusCode::SEE_OTHER, "{n}");
        app.clock.advance(Duration::seconds(1));
    }
    let left: Vec<String> =
        sqlx::query_scalar("select name from resumes where deleted_at is not null order by deleted_at")
            .fetch_all(&app.pool)
            .await
            .expect("names");
    assert_eq!(left, (5..25).map(|n| format!("CV {n}")).collect::<Vec<_>>(), "the newest");
}

/// A small file may be much more in memory: few are read at a time.
#[sqlx::test]
async fn imports_have_their_turns(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let all = u32::try_from(vitae::server::state::IMPORTS_AT_ONCE).expect("few");
    let turns = app.state.imports.acquire_many(all).await.expect("never closed");
    let zip = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    for (name, file) in [("cv.json", fixture("sample.resume.json")), ("export.zip", zip)] {
        let upload = browser.upload("/resumes/import", name, &file);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(500), upload).await.is_err(), "{name} waits");
    }
    drop(turns);
    let answer = browser.upload("/resumes/import", "cv.json", &fixture("sample.resume.json")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[sqlx::test]
async fn a_json_resume_becomes_a_cv(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let answer = browser.upload("/resumes/import", "complete-resume.json", &fixture("complete-resume.json")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let list = browser.get("/resumes").await.text();
    assert!(list.contains("Jane Developer"), "{list}");
}

#[sqlx::test]
async fn files_that_are_no_cv_are_refused_in_words(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let deep = "[".repeat(100_000);
    let large = format!("{{\"basics\":{{\"name\":\"{}\"}}}}", "x".repeat(10 * 1024 * 1024));
    let many = format!("{{\"basics\":{{}},\"x\":[{}0]}}", "{\"a\":0},".repeat(200_000));
    let cases: [(&str, &[u8], &str); 8] = [
        ("empty", b"", "Choose a file first"),
        ("no JSON", b"%PDF-1.7", "not valid JSON"),
        ("no text", b"{\"basics\":{\"name\":\"Zo\xeb\"}}", "Save it as UTF-8"),
        ("no CV", b"{\"some\": \"thing\"}", "holds no CV"),
        ("a list", b"[1, 2]", "holds no CV"),
        ("deep", deep.as_bytes(), "nested more than a hundred levels deep"),
        ("large", large.as_bytes(), "larger than 2 MB"),
        ("many", many.as_bytes(), "holds more than any CV does"),
    ];
    for (what, content, sentence) in cases {
        let answer = browser.upload("/resumes/import", "file.json", content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.status);
        assert!(answer.text().contains("import-error"), "{what} is not named at its field");
        assert!(answer.text().contains(sentence), "{what}");
    }
    let count = sqlx::query_scalar::<_, i64>("select count(*) from resumes").fetch_one(&app.pool).await;
    assert_eq!(count.expect("a count"), 1, "nothing was made of them");
}

#[sqlx::test]
async fn an_export_can_be_imported_again(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    browser.upload("/resumes/import", "sample.json", &fixture("sample.resume.json")).await;
    let exported = browser.get("/resumes/2/resume.json").await;
    assert_eq!(exported.status, StatusCode::OK);
    let again = browser.upload("/resumes/import", "again.json", &exported.body).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let documents =
        sqlx::query_scalar::<_, Value>("select json_content->'sections' from resumes where id > 1 order by id")
            .fetch_all(&app.pool)
            .await
            .expect("documents");
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0], documents[1]);
}

#[sqlx::test]
async fn the_preview_answers_only_what_changed(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    browser.post("/resumes", &[("name", "Sample"), ("from", "sample")]).await;
    let mut document = load(&browser, 2).await["document"].clone();
    let preview =
        |document: &Value, known: Vec<Value>| json!({ "request": { "id": 2, "document": document, "known": known } });
    let first: Value = browser.call("preview_resume", &preview(&document, vec![])).await.json();
    let hashes: Vec<Value> =
        first["pages"].as_array().expect("pages").iter().map(|page| page["hash"].clone()).collect();
    assert!(first["pages"][0]["svg"].as_str().expect("a drawing").starts_with("<svg"));
    let same: Value = browser.call("preview_resume", &preview(&document, hashes.clone())).await.json();
    assert!(same["pages"].as_array().expect("pages").iter().all(|page| page["svg"].is_null()));
    document["basics"]["headline"] = "Something else".into();
    document["basics"]["url"] = "javascript:alert(1)".into();
    let changed: Value = browser.call("preview_resume", &preview(&document, hashes)).await.json();
    assert!(changed["pages"][0]["svg"].is_string());
    assert_eq!(changed["warnings"][0]["field"], "basics.url");
}

#[sqlx::test]
async fn of_many_at_once_there_is_room_for_no_more(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let (browser, copy, file) = (&browser, format!("/resumes/{id}/duplicate"), fixture("sample.resume.json"));
    let (copy, file) = (&copy, &file);
    let tries = (0..50).map(|n| async move {
        let answer = match n % 3 {
            0 => browser.post("/resumes", &[("name", "CV"), ("from", "empty")]).await,
            1 => browser.post(copy, &[]).await,
            _ => browser.upload("/resumes/import", "cv.json", file).await,
        };
        answer.status
    });
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 2, "{answers:?}");
    let count = sqlx::query_scalar::<_, i64>("select count(*) from resumes").fetch_one(&app.pool).await;
    assert_eq!(count.expect("a count"), 3);
}

/// A list asks for all its pictures at once, and a browser does not ask again for one that it did not get.
#[sqlx::test]
async fn every_picture_of_a_long_list_is_there(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_resumes = 20);
    let (browser, first) = app.guest().await;
    for _ in 1..20 {
        browser.post("/resumes", &[("name", "CV"), ("from", "empty")]).await;
    }
    let addresses = (first..first + 20).map(|id| format!("/resumes/{id}/page.png")).collect::<Vec<_>>();
    let answers = futures::future::join_all(addresses.iter().map(|address| browser.get(address))).await;
    assert!(answers.iter().all(|answer| answer.body.starts_with(b"\x89PNG")));
}

/// The small picture of a CV does not outlive the session (T24).
#[sqlx::test]
async fn a_picture_is_asked_for_each_time_and_made_only_when_it_is_another(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let address = format!("/resumes/{id}/page.png");
    let ask = async |browser: &Browser, known: &str| {
        browser.send(Request::get(&address).header("if-none-match", known), Body::empty()).await
    };
    let first = browser.get(&address).await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");

    // With a worker that does nothing any more, none can be made.
    stop_workers(&app, Signal::STOP);
    for known in [tag.clone(), format!("W/{tag}"), format!("\"another\", {tag}")] {
        let same = ask(&browser, &known).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED, "{known}");
        assert!(same.body.is_empty());
        assert_eq!((same.header("etag"), same.header("cache-control")), (&*tag, "private, no-cache"));
    }
    let (other, _) = app.guest().await;
    assert_eq!(ask(&other, &tag).await.status, StatusCode::NOT_FOUND, "whoever has the tag has no CV");
    assert_eq!(ask(&app.browser(), &tag).await.status, StatusCode::UNAUTHORIZED);
    stop_workers(&app, Signal::CONT);

    let document = named(load(&browser, id).await["document"].clone(), "Ada Lovelace");
    browser.call("save_resume", &save(id, 1, "a", &document)).await.json::<i32>();
    let changed = ask(&browser, &tag).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(changed.body != first.body && changed.header("etag") != tag);

    let cookie = browser.cookie().expect("a session");
    browser.post("/logout", &[]).await;
    browser.set_cookie(&cookie);
    assert_eq!(ask(&browser, changed.header("etag")).await.status, StatusCode::UNAUTHORIZED, "the session is over");
}

fn stop_workers(app: &TestApp, signal: Signal) {
    for pid in app.state.typesetter.worker_pids() {
        let pid = Pid::from_raw(pid.cast_signed()).expect("process ids are not zero");
        kill_process(pid, signal).expect("the worker is a child of this process");
    }
}

/// What nobody was asked for is not taken, in a save either (T20).
#[sqlx::test]
async fn a_save_takes_nothing_but_the_document(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let (_, other) = app.guest().await;
    let row = || async {
        sqlx::query_as::<_, (i32, i32, String, i32)>("select id, user_id, name, revision from resumes order by id")
            .fetch_all(&app.pool)
            .await
            .expect("rows")
    };
    let before = row().await;
    let mut request = save(id, 1, "a", &load(&browser, id).await["document"]);
    for (name, value) in [
        ("user_id", json!(before[1].1)),
        ("owner_id", json!(before[1].1)),
        ("name", json!("Another")),
        ("revision", json!(99)),
        ("deleted_at", json!("2026-01-01T00:00:00Z")),
        ("resume_id", json!(other)),
    ] {
        request[name] = value.clone();
        request["request"][name] = value.clone();
        request["request"]["document"][name] = value;
    }
    assert_eq!(browser.call("save_resume", &request).await.json::<i32>(), 2);
    let after = row().await;
    assert_eq!(after[0], (before[0].0, before[0].1, before[0].2.clone(), 2));
    assert_eq!(after[1..], before[1..]);
    let stored = load(&browser, id).await["document"].to_string();
    assert!(!stored.contains("user_id") && !stored.contains("Another"), "{stored}");
}
