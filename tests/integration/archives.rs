//! PDFs that are kept: in a folder, on S3, and while the store is away.

use crate::support::{TestApp, text_of_pdf};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;
use vitae::server::{
    archives,
    db::archives::{NewArchive, insert_pending, mark_ready},
    jobs,
    storage::sha256_hex,
};

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

/// After a day and a half of attempts the next one was later than an interval can say: nothing was stored any more.
#[sqlx::test]
async fn what_could_not_be_stored_for_long_is_in_nobodys_way(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let objects = app.state.settings.server.data_dir.join("objects");
    std::fs::remove_dir_all(&objects).expect("the store goes away");
    std::fs::write(&objects, "in the way").expect("and cannot be made again");
    assert_eq!(archive(&browser, 2).await["ready"], false);
    sqlx::query("update archives set attempts = 10000").execute(&app.pool).await.expect("the row");
    std::fs::remove_file(&objects).expect("the store comes back");
    app.clock.advance(Duration::hours(2));
    assert_eq!(archives::sweep(&app.state.db, &app.state.storage, app.clock.now()).await, Ok(true));
    assert!(latest(&app).await.is_some());
}

#[sqlx::test]
async fn a_guest_who_does_not_come_back_is_removed_with_everything(pool: PgPool) {
    let app = TestApp::new(pool);
    let gone = with_sample(&app).await;
    archive(&gone, 2).await;
    let url = sqlx::query_scalar::<_, String>("select s3_url from resumes where id = 2").fetch_one(&app.pool).await;
    let object = url.expect("the address").strip_prefix("file://").expect("a file").to_owned();
    let (stays, id) = app.guest().await;
    // The database says by its own clock when a guest came.
    let came = sqlx::query("update users set created_at = $1").bind(app.clock.now()).execute(&app.pool).await;
    came.expect("the clock of the test");
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

async fn count(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from archives").fetch_one(&app.pool).await.expect("a count")
}

#[sqlx::test]
async fn of_many_archived_at_once_there_is_room_for_no_more(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_archives = 3);
    let browser = with_sample(&app).await;
    let tries = (0..50).map(|n| {
        let browser = &browser;
        async move {
            match n % 2 {
                0 => browser.call("archive_resume", &json!({ "id": 2 })).await.status == StatusCode::OK,
                _ => browser.post("/resumes/2/archive", &[]).await.status == StatusCode::SEE_OTHER,
            }
        }
    });
    futures::future::join_all(tries).await;
    assert_eq!(count(&app).await, 3);
    let refused = browser.call("archive_resume", &json!({ "id": 2 })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sentence = "There is room for 3 archived PDFs, and 3 MB of them. Delete one to make place for another.";
    assert_eq!(refused.json::<Value>(), json!({ "Limit": sentence }));
    assert_eq!(browser.post("/resumes/2/archive", &[]).await.location(), "/resumes/2/archive");
    assert!(browser.get("/resumes/2/archive").await.text().contains(sentence), "the plain form says so too");
    assert_eq!(count(&app).await, 3);

    // Above, PDFs come one after the other out of one worker. Without that there is no more room either.
    sqlx::query("delete from archives").execute(&app.pool).await.expect("deleted");
    let now = app.clock.now();
    let insert = |n: u8| {
        app.state.db.transaction(move |connection| {
            Box::pin(async move {
                let (sha256, object_key) = ("0".repeat(64), format!("key {n}"));
                let archive = NewArchive {
                    uuid: uuid::Uuid::from_u128(n.into()),
                    resume_id: Some(2),
                    resume_name: "CV",
                    revision: 1,
                    sha256: &sha256,
                    content: b"%PDF",
                    object_key: &object_key,
                    created_at: now,
                    due: now + Duration::hours(1),
                };
                insert_pending(connection, 1, &archive, 3).await
            })
        })
    };
    let inserted = futures::future::join_all((0..50).map(insert)).await;
    assert_eq!(inserted.iter().filter(|inserted| *inserted.as_ref().expect("no fault")).count(), 3);
    assert_eq!(count(&app).await, 3);
}

#[sqlx::test]
async fn large_archives_have_no_more_room_than_small_ones(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_archives = 3);
    let browser = with_sample(&app).await;
    archive(&browser, 2).await;
    sqlx::query("update archives set size = 3000000 - 1000").execute(&app.pool).await.expect("changed");
    let refused = browser.call("archive_resume", &json!({ "id": 2 })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    sqlx::query("update archives set size = 2000000").execute(&app.pool).await.expect("changed");
    assert_eq!(archive(&browser, 2).await["ready"], true);
}

/// Where the object of an archived PDF is.
async fn object(app: &TestApp, uuid: &str) -> std::path::PathBuf {
    let key: String = sqlx::query_scalar("select object_key from archives where uuid::text = $1")
        .bind(uuid)
        .fetch_one(&app.pool)
        .await
        .expect("a row");
    app.state.settings.server.data_dir.join("objects").join(key)
}

async fn latest(app: &TestApp) -> Option<String> {
    sqlx::query_scalar("select s3_url from resumes where id = 2").fetch_one(&app.pool).await.expect("the row")
}

#[sqlx::test]
async fn an_archived_pdf_is_deleted_with_its_bytes(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.guest_archives = 2);
    let browser = with_sample(&app).await;
    let first = archive(&browser, 2).await["uuid"].as_str().expect("a name").to_owned();
    let first_url = latest(&app).await;
    app.clock.advance(Duration::minutes(1));
    let second = archive(&browser, 2).await["uuid"].as_str().expect("a name").to_owned();
    assert_ne!(latest(&app).await, first_url);
    let page = browser.get("/resumes/2/archive").await.text();
    assert!(page.contains(&format!("action=\"/archive/{second}/delete\"")) && page.contains("value=\"2\""), "{page}");

    let path = object(&app, &second).await;
    assert!(path.exists());
    let deleted = browser.post(&format!("/archive/{second}/delete"), &[("resume", "2")]).await;
    assert_eq!(deleted.location(), "/resumes/2/archive");
    assert!(browser.get("/resumes/2/archive").await.text().contains("The archived PDF is deleted."));
    assert!(!path.exists());
    assert_eq!(browser.get(&format!("/archive/{second}/resume.pdf")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("/archive/{second}/delete"), &[]).await.status, StatusCode::NOT_FOUND, "once");
    assert_eq!(latest(&app).await, first_url, "the one before it is the latest again");
    assert_eq!(archive(&browser, 2).await["ready"], true, "there is room again");

    // Of a CV that is gone, too; and there is no latest when there is none.
    let third = latest(&app).await;
    browser.post(&format!("/archive/{first}/delete"), &[]).await;
    assert_eq!(latest(&app).await, third);
    browser.post("/resumes/2/delete", &[]).await;
    app.clock.advance(Duration::days(20));
    browser.get("/resumes").await;
    app.clock.advance(Duration::days(11));
    jobs::tidy(&app.state).await.expect("everything answers");
    let all = browser.get("/archive").await.text();
    let left = all.split("/archive/").nth(1).and_then(|rest| rest.split('/').next()).expect("an archive").to_owned();
    let deleted = browser.post(&format!("/archive/{left}/delete"), &[]).await;
    assert_eq!(deleted.location(), "/archive");
    assert!(browser.get("/archive").await.text().contains("The archived PDF is deleted."));
    assert_eq!(count(&app).await, 0);
}

#[sqlx::test]
async fn a_deletion_that_broke_off_is_done_by_asking_again(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let uuid = archive(&browser, 2).await["uuid"].as_str().expect("a name").to_owned();
    let path = object(&app, &uuid).await;

    let objects = app.state.settings.server.data_dir.join("objects");
    let away = objects.with_file_name("away");
    std::fs::rename(&objects, &away).expect("the store goes away");
    std::fs::write(&objects, "in the way").expect("and cannot be made again");
    let kept = browser.post(&format!("/archive/{uuid}/delete"), &[("resume", "2")]).await;
    assert_eq!(kept.location(), "/resumes/2/archive");
    let page = browser.get("/resumes/2/archive").await.text();
    assert!(page.contains("Delete the PDF again in a moment.") && page.contains(&uuid), "{page}");
    std::fs::remove_file(&objects).expect("the store comes back");
    std::fs::rename(&away, &objects).expect("with what was in it");
    assert!(path.exists() && count(&app).await == 1);

    std::fs::remove_file(&path).expect("it broke off here");
    assert!(browser.get("/resumes/2/archive").await.text().contains(&uuid), "it is still in the list");
    assert_eq!(browser.post(&format!("/archive/{uuid}/delete"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!((count(&app).await, latest(&app).await), (0, None));
}

/// One that may be on its way into the store would leave its bytes there.
#[sqlx::test]
async fn what_is_being_stored_is_not_deleted_yet(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let uuid = archive(&browser, 2).await["uuid"].as_str().expect("a name").to_owned();
    sqlx::query("update archives set state = 'pending', pending_content = 'x', ready_at = null")
        .execute(&app.pool)
        .await
        .expect("changed");
    assert_eq!(browser.post(&format!("/archive/{uuid}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/archive").await.text().contains(&format!("/archive/{uuid}/delete")));
    assert!(object(&app, &uuid).await.exists());
}

/// An account that is deleted takes its row away while the bytes are on their way.
#[sqlx::test]
async fn what_was_deleted_while_it_was_being_stored_is_gone_from_the_store(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let uuid = archive(&browser, 2).await["uuid"].as_str().expect("a name").to_owned();
    let path = object(&app, &uuid).await;
    sqlx::query("update archives set state = 'pending', pending_content = $1, ready_at = null, next_attempt_at = $2")
        .bind(std::fs::read(&path).expect("the bytes"))
        .bind(app.clock.now())
        .execute(&app.pool)
        .await
        .expect("changed");
    std::fs::remove_file(&path).expect("removed");

    // It is stored, and cannot be marked before this lets go of its CV.
    let mut transaction = app.pool.begin().await.expect("begun");
    sqlx::query("select from resumes where id = 2 for update").execute(&mut *transaction).await.expect("locked");
    let (state, now) = (app.state.clone(), app.clock.now());
    let sweep = tokio::spawn(async move { archives::sweep(&state.db, &state.storage, now).await });
    for _ in 0..200 {
        if path.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(path.exists(), "it is on its way");
    sqlx::query("delete from archives").execute(&mut *transaction).await.expect("deleted");
    transaction.commit().await.expect("done");
    assert_eq!(sweep.await.expect("no fault"), Ok(true));
    assert!(!path.exists());
    assert_eq!(archives::sweep(&app.state.db, &app.state.storage, app.clock.now()).await, Ok(false));
}

#[sqlx::test]
async fn of_two_that_become_ready_at_once_the_later_one_is_the_latest(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = with_sample(&app).await;
    let mut uuids: Vec<uuid::Uuid> = Vec::new();
    for _ in 0..2 {
        app.clock.advance(Duration::minutes(1));
        uuids.push(archive(&browser, 2).await["uuid"].as_str().and_then(|uuid| uuid.parse().ok()).expect("a name"));
    }
    let (older, newer) = (uuids[0], uuids[1]);
    for statement in [
        "update archives set state = 'pending', pending_content = 'x', ready_at = null",
        "update resumes set s3_url = null",
    ] {
        sqlx::query(statement).execute(&app.pool).await.expect("changed");
    }
    let now = app.clock.now();
    let mut transaction = app.pool.begin().await.expect("begun");
    assert!(mark_ready(&mut transaction, newer, "newer", now).await.expect("marked"));
    let db = app.state.db.clone();
    let other = tokio::spawn(async move {
        db.transaction(move |connection| Box::pin(async move { mark_ready(connection, older, "older", now).await }))
            .await
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    transaction.commit().await.expect("done");
    assert!(other.await.expect("no fault").expect("marked"));
    assert_eq!(latest(&app).await.as_deref(), Some("newer"));

    // Once more is no fault; one that is gone is told apart.
    let mut connection = app.pool.acquire().await.expect("a connection");
    assert!(mark_ready(&mut connection, newer, "newer", now).await.expect("no fault"), "it is there");
    assert!(!mark_ready(&mut connection, uuid::Uuid::nil(), "none", now).await.expect("no fault"));
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
