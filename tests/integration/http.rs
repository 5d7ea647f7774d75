//! Manners: headers, errors, health, and text that would like to be markup.

use crate::support::{TestApp, save};
use axum::{
    body::Body,
    http::{Request, StatusCode, header::ACCEPT},
};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test]
async fn pages_without_an_island_may_run_nothing(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    for path in ["/", "/templates", "/privacy"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.header("content-security-policy").contains("script-src 'none'"), "{path}");
        assert!(!page.text().contains("<script"), "{path} has a script");
        assert!(!page.text().contains(".wasm"), "{path} loads wasm");
    }
}

#[sqlx::test]
async fn the_editor_runs_only_its_own_script(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let page = browser.get(&format!("/resumes/{id}")).await;
    let policy = page.header("content-security-policy").to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(page.text().contains(&format!("nonce=\"{nonce}\"")));
    assert!(!policy.contains("script-src 'unsafe-inline'"));
    let again = browser.get(&format!("/resumes/{id}")).await;
    assert!(!again.header("content-security-policy").contains(nonce), "a nonce is used once");
}

#[sqlx::test]
async fn every_answer_has_the_headers(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    for path in ["/", "/nowhere", "/livez", "/resumes"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
    }
}

#[sqlx::test]
async fn an_unknown_address_gets_a_page_that_says_so(pool: PgPool) {
    let app = TestApp::new(pool);
    let page = app.browser().get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("Page not found"));
    let machine = app.browser().send(Request::get("/nowhere"), Body::empty()).await;
    assert_eq!(machine.status, StatusCode::NOT_FOUND);
    assert!(machine.body.is_empty());
}

#[sqlx::test]
async fn the_process_is_up_and_can_work(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
    let ready = browser.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.json::<Value>()),
        (StatusCode::OK, json!({ "database": "ok", "object_store": "ok" }))
    );
}

#[sqlx::test]
async fn without_a_database_there_is_a_page_that_says_so(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    app.state.db.close().await;
    let page = browser.get("/resumes").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "5");
    assert!(page.text().contains("cannot reach its database"), "{}", page.text());
    let call = browser.call("load_resume", &json!({ "id": id })).await;
    assert_eq!((call.status, call.json::<Value>()), (StatusCode::SERVICE_UNAVAILABLE, json!("Unavailable")));
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
}

#[sqlx::test]
async fn text_never_becomes_markup(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let hostile = "</textarea></script><script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut document: Value =
        browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    for field in ["name", "headline", "email", "phone", "url"] {
        document["basics"][field] = hostile.into();
    }
    document["sections"][0]["text"] = hostile.into();
    assert_eq!(browser.call("save_resume", &save(id, 1, "x", &document)).await.status, StatusCode::OK);
    browser.post(&format!("/resumes/{id}/rename"), &[("name", "<script>alert(2)</script>")]).await;
    for path in [format!("/resumes/{id}"), "/resumes".into(), format!("/resumes/{id}/archive")] {
        let page = browser.get(&path).await.text();
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("<img src=x"), "{path}");
    }
    let preview = json!({ "request": { "id": id, "document": document, "known": [] } });
    let preview: Value = browser.call("preview_resume", &preview).await.json();
    let svg = preview["pages"][0]["svg"].as_str().expect("a drawing");
    assert!(!svg.contains("<script") && !svg.contains("<img"), "{svg}");
}

#[sqlx::test]
async fn a_wrong_method_or_a_strange_id_is_no_fault_of_ours(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    for path in ["/resumes/x", "/resumes/99999999999999", "/archive/x/resume.pdf", "/resumes/1.5/resume.pdf"] {
        let status = browser.get(path).await.status;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    assert_eq!(browser.get("/guest").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let page = browser.send(Request::get("/guest").header(ACCEPT, "text/html"), Body::empty()).await;
    assert!(page.text().contains("<h1>"));
}
