//! PDFs that are kept: in a folder, on S3, and while the store is away.

use crate::support::{TestApp, text_of_pdf};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use vitae::server::{archives, jobs, storage::sha256_hex};

async fn archive(browser: &crate::support::Browser, id: i32) -> Value {
    browser.call("archive_resume", &json!({ "id": id })).await.json()
}

async fn with_sample(app: &TestApp) -> crate::support::Browser {
    let (browser, _) = app.guest().await;
    browser.post("/resumes", &[("name", "Sample"), ("from", "sample")]).await;
    browser
}

/// Archives, downloads and compares; answers where it is.
async fn archives_and_reads_back(app: &TestApp) -> String {
    let browser = with_sample(app).await;
    let archived = archive(&browser, 2).await;
    assert_eq!(archived["ready"], true, "{archived}");
    let uuid = archived["uuid"].as_str().expect("a name");
    let pdf = browser.get(&format!("/archive/{uuid}/resume.pdf")).await;
    assert_eq!(pdf.status, StatusCode::OK);
    assert_eq!(sha256_hex(&pdf.body), archived["sha256"].as_str().expect("a hash"));
    assert_eq!(pdf.body, browser.get("/resumes/2/resume.pdf").await.body, "the archive is the download");
    assert!(text_of_pdf(&pdf.body).contains("Okafor"));
    let url =
        sqlx::query_scalar::<_, Option<String>>("select s3_url from resumes where id = 2").fetch_one(&app.pool).await;
    let url = url.expect("the row").expect("the address of the archive");
    assert!(url.ends_with(&format!("{uuid}/{}.pdf", archived["sha256"].as_str().expect("a hash"))), "{url}");
    url
}

#[sqlx::test]
async fn an_archive_in_a_folder(pool: PgPool) {
    let app = TestApp::new(pool);
    let url = archives_and_reads_back(&app).await;
    let path = url.strip_prefix("file://").expect("a file");
    assert!(std::fs::metadata(path).is_ok_and(|file| file.len() > 1000));
}

#[sqlx::test]
async fn an_archive_stays_as_it_was_when_the_cv_changes(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let archived = archive(&browser, 2).await;
    let path = format!("/archive/{}/resume.pdf", archived["uuid"].as_str().expect("a name"));
    let before = browser.get(&path).await.body;
    let mut loaded: Value = browser.call("load_resume", &json!({ "id": 2 })).await.json();
    loaded["document"]["basics"]["name"] = "Somebody Else".into();
    browser.call("save_resume", &crate::support::save(2, 1, "x", &loaded["document"])).await.json::<i32>();
    assert_eq!(browser.get(&path).await.body, before);
    browser.post("/resumes/2/delete", &[]).await;
    assert_eq!(browser.get(&path).await.body, before, "even when the CV is thrown away");
}

#[sqlx::test]
async fn while_the_store_is_away_the_archive_waits_and_the_pdf_is_there(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let objects = app.state.settings.server.data_dir.join("objects");
    std::fs::remove_dir_all(&objects).expect("the store goes away");
    std::fs::write(&objects, "in the way").expect("and cannot be made again");
    let archived = archive(&browser, 2).await;
    assert_eq!(archived["ready"], false);
    let uuid = archived["uuid"].as_str().expect("a name");
    let pdf = browser.get(&format!("/archive/{uuid}/resume.pdf")).await;
    assert_eq!(sha256_hex(&pdf.body), archived["sha256"].as_str().expect("a hash"), "the bytes are kept meanwhile");
    assert!(browser.get("/resumes/2/archive").await.status.is_success());

    std::fs::remove_file(&objects).expect("the store comes back");
    std::fs::create_dir(&objects).expect("empty");
    app.clock.advance(Duration::minutes(2));
    assert_eq!(archives::sweep(&app.state.db, &app.state.storage, app.clock.now()).await, Ok(true));
    assert_eq!(archives::sweep(&app.state.db, &app.state.storage, app.clock.now()).await, Ok(false));
    let again = browser.get(&format!("/archive/{uuid}/resume.pdf")).await;
    assert_eq!(again.body, pdf.body);
    let state = sqlx::query_as::<_, (String, bool)>("select state, pending_content is null from archives")
        .fetch_one(&app.pool)
        .await;
    assert_eq!(state.expect("the row"), ("ready".into(), true));
}

#[sqlx::test]
async fn a_guest_who_does_not_come_back_is_removed_with_everything(pool: PgPool) {
    let app = TestApp::new(pool);
    let gone = with_sample(&app).await;
    archive(&gone, 2).await;
    let url = sqlx::query_scalar::<_, String>("select s3_url from resumes where id = 2").fetch_one(&app.pool).await;
    let object = url.expect("the address").strip_prefix("file://").expect("a file").to_owned();
    let (stays, id) = app.guest().await;
    app.clock.advance(Duration::days(20));
    assert!(stays.get("/resumes").await.status.is_success(), "a visit counts");
    jobs::tidy(&app.state).await.expect("everything answers");
    assert!(std::path::Path::new(&object).exists(), "twenty days are not long");

    app.clock.advance(Duration::days(11));
    jobs::tidy(&app.state).await.expect("everything answers");
    assert!(!std::path::Path::new(&object).exists());
    let left = sqlx::query_as::<_, (i64, i64, i64)>(
        "select (select count(*) from users), (select count(*) from resumes), (select count(*) from archives)",
    );
    assert_eq!(left.fetch_one(&app.pool).await.expect("a row"), (1, 1, 0));
    assert_eq!(stays.get(&format!("/resumes/{id}")).await.status, StatusCode::OK);
}

#[sqlx::test]
async fn bytes_that_changed_in_the_store_are_not_given_out(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let archived = archive(&browser, 2).await;
    let url = sqlx::query_scalar::<_, String>("select s3_url from resumes where id = 2").fetch_one(&app.pool).await;
    let path = url.expect("the address").strip_prefix("file://").expect("a file").to_owned();
    std::fs::write(path, b"%PDF something else").expect("written");
    let answer = browser.get(&format!("/archive/{}/resume.pdf", archived["uuid"].as_str().expect("a name"))).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}
