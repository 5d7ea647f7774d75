//! The versions of a CV.

use crate::support::{Browser, TestApp, save, text_of_pdf};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use vitae::server::db::revisions::KEPT;

/// Saves a CV with another headline, and says which revision it is then.
async fn write(app: &TestApp, browser: &Browser, id: i32, headline: &str) -> i64 {
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    let mut document = loaded["document"].clone();
    document["basics"]["headline"] = headline.into();
    app.clock.advance(Duration::minutes(6));
    let base = i32::try_from(loaded["revision"].as_i64().expect("a number")).expect("a small one");
    let saved = browser.call("save_resume", &save(id, base, headline, &document)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    saved.json::<i64>()
}

async fn headline(browser: &Browser, id: i32) -> String {
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    loaded["document"]["basics"]["headline"].as_str().expect("text").to_owned()
}

#[sqlx::test]
async fn every_version_can_be_looked_at_and_brought_back(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let first = write(&app, &browser, id, "Cartographer").await;
    let second = write(&app, &browser, id, "Astronomer").await;
    assert_eq!((first, second), (2, 3));

    let page = browser.get(&format!("/resumes/{id}/history")).await;
    assert_eq!(page.status, StatusCode::OK);
    for version in [1, 2] {
        assert!(page.text().contains(&format!("/resumes/{id}/history/{version}/restore")), "{}", page.text());
    }
    assert!(!page.text().contains("/history/3/restore"), "what it is now need not be brought back");
    let pdf = browser.get(&format!("/resumes/{id}/history/2/resume.pdf")).await;
    assert!(text_of_pdf(&pdf.body).contains("Cartographer"));

    let back = browser.post(&format!("/resumes/{id}/history/2/restore"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(browser.get(back.location()).await.text().contains("Version 2 is back."));
    assert_eq!(headline(&browser, id).await, "Cartographer");
    // What was there before is a version, and so is what is written from here on.
    assert_eq!(write(&app, &browser, id, "Navigator").await, 5);
    browser.post(&format!("/resumes/{id}/history/3/restore"), &[]).await;
    assert_eq!(headline(&browser, id).await, "Astronomer");
    let kinds: Vec<(i32, String)> =
        sqlx::query_as("select revision, kind from resume_revisions where resume_id = $1 order by revision")
            .bind(id)
            .fetch_all(&app.pool)
            .await
            .expect("rows");
    let expected = [(1, "create"), (2, "autosave"), (3, "autosave"), (4, "restore"), (5, "autosave"), (6, "restore")];
    assert_eq!(kinds, expected.map(|(revision, kind)| (revision, kind.to_owned())));
}

/// Otherwise whoever calls each save another tab's fills the disk.
#[sqlx::test]
async fn of_what_was_saved_the_newest_versions_stay(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    write(&app, &browser, id, "Cartographer").await;
    let rows = "insert into resume_revisions (resume_id, revision, document, kind, created_at)
                select $1, revision, '{}', 'autosave', '2000-01-01' from generate_series(3, $2) revision";
    sqlx::query(rows).bind(id).bind(KEPT + 1).execute(&app.pool).await.expect("many versions");
    sqlx::query("update resumes set revision = $2 where id = $1")
        .bind(id)
        .bind(KEPT + 1)
        .execute(&app.pool)
        .await
        .expect("the row");
    let kept = async || {
        let rows = "select count(*), min(revision), max(revision) from resume_revisions where kind <> 'create'";
        sqlx::query_as::<_, (i64, i32, i32)>(rows).fetch_one(&app.pool).await.expect("a row")
    };
    assert_eq!(kept().await, (500, 2, 501));
    write(&app, &browser, id, "Astronomer").await;
    assert_eq!(kept().await, (500, 3, 502));
    browser.post(&format!("/resumes/{id}/history/1/restore"), &[]).await;
    assert_eq!(kept().await, (500, 4, 503), "the one that it began with is kept");
}

#[sqlx::test]
async fn a_tab_that_does_not_know_of_it_is_told(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    write(&app, &browser, id, "Cartographer").await;
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    browser.post(&format!("/resumes/{id}/history/1/restore"), &[]).await;
    let late = browser.call("save_resume", &save(id, 2, "late", &loaded["document"])).await;
    assert_eq!((late.status, late.json::<Value>()), (StatusCode::CONFLICT, json!({ "Conflict": { "current": 3 } })));
}

#[sqlx::test]
async fn versions_of_others_and_of_what_is_in_the_trash_do_not_exist(pool: PgPool) {
    let app = TestApp::new(pool);
    let ((browser, id), (other, _)) = (app.guest().await, app.guest().await);
    let gone = |revision: i32| format!("/resumes/{id}/history/{revision}");
    assert_eq!(other.get(&format!("/resumes/{id}/history")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{}/resume.pdf", gone(1))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{}/restore", gone(1)), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("{}/restore", gone(7)), &[]).await.status, StatusCode::NOT_FOUND);
    browser.post(&format!("/resumes/{id}/delete"), &[]).await;
    assert_eq!(browser.get(&format!("/resumes/{id}/history")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("{}/restore", gone(1)), &[]).await.status, StatusCode::NOT_FOUND);
}
