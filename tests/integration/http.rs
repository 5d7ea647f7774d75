//! Manners: headers, errors, health, and text that would like to be markup.

use crate::support::{Answer, Browser, TestApp, same_origin, save};
use axum::{
    body::Body,
    http::{
        Method, Request, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, HOST},
    },
};
use serde_json::{Value, json};
use sqlx::PgPool;
use vitae::server::http::router::routes;

/// What a directive of a policy allows.
fn directive<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
    let mut directives = policy.split(';').map(|part| part.split_whitespace().collect::<Vec<_>>());
    directives.find(|words| words.first() == Some(&name)).map(|words| words[1..].to_vec()).unwrap_or_default()
}

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

/// What `/readyz` says when every part has said something of itself; on a busy machine that may take some time.
async fn all_known(browser: &Browser) -> Answer {
    loop {
        let ready = browser.get("/readyz").await;
        if !ready.text().contains("not known yet") {
            return ready;
        }
    }
}

#[sqlx::test]
async fn the_process_is_up_and_can_work(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
    let ready = all_known(&browser).await;
    let words = json!({
        "database": "ok",
        "schema": "ok",
        "server": "ok",
        "object_store": "ok",
        "workers": "ok",
        "mail": "off",
        "disk": "ok",
        "backup": "none that is proven and new",
        "proxy": "ok",
    });
    assert_eq!((ready.status, ready.json::<Value>()), (StatusCode::OK, words));
}

/// People still write and save without them, and no other server of this installation could do better.
#[sqlx::test]
async fn what_can_be_away_for_a_while_is_told_and_takes_no_server_out(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.mail.smtp_url = "smtp://127.0.0.1:1".into());
    let browser = app.browser();
    std::fs::remove_dir_all(app.state.settings.server.data_dir.join("objects")).expect("the store is gone");
    std::fs::write(app.state.settings.server.data_dir.join("objects"), "a file").expect("and cannot come back");
    let ready = all_known(&browser).await;
    let words = ready.json::<Value>();
    assert_eq!(ready.status, StatusCode::OK, "{words}");
    assert_eq!((&words["object_store"], &words["mail"]), (&json!("unavailable"), &json!("unavailable")), "{words}");
    app.state.stopping.set();
    let stopping = browser.get("/readyz").await;
    assert_eq!(
        (stopping.status, &stopping.json::<Value>()["server"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("stopping"))
    );
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "all else is answered as before");
}

/// DNS rebinding: the name of a page elsewhere leads to this machine.
#[sqlx::test]
async fn only_names_of_ours_are_answered(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.server.public_url = "https://cv.example.org".into());
    let browser = app.browser();
    let ask = async |path: &str, host: &str| {
        browser.send(Request::get(path).header(ACCEPT, "text/html").header(HOST, host), Body::empty()).await
    };
    for host in ["cv.example.org", "localhost:3000", "127.0.0.1:3000", "[::1]:3000"] {
        assert_eq!(ask("/", host).await.status, StatusCode::OK, "{host}");
    }
    for path in ["/", "/resumes", "/robots.txt", "/nowhere"] {
        let elsewhere = ask(path, "evil.example").await;
        assert_eq!(elsewhere.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
        assert!(elsewhere.text().contains("PUBLIC_URL"), "{path}: {}", elsewhere.text());
    }
    let of_http_2 = browser.send(Request::get("http://evil.example/"), Body::empty()).await;
    assert_eq!(of_http_2.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(of_http_2.text().contains("PUBLIC_URL"), "programs are told, too");
    for path in ["/livez", "/readyz"] {
        assert_eq!(ask(path, "10.0.0.7:3000").await.status, StatusCode::OK, "{path}");
    }
}

/// Somebody holds a lock for longer than a request waits: no fault of ours, and it helps to try again.
#[sqlx::test]
async fn a_lock_that_is_waited_for_too_long_is_told_with_when_to_try_again(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document: Value = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    let mut holder = app.pool.begin().await.expect("a transaction");
    sqlx::query("lock table resumes in access exclusive mode").execute(&mut *holder).await.expect("locked");
    let save = save(id, 1, "a", &document);
    let (page, call) = futures::future::join(browser.get("/resumes"), browser.call("save_resume", &save)).await;
    for answer in [page, call] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
        assert_eq!(answer.header("retry-after"), "5");
    }
    holder.rollback().await.expect("let go");
    assert_eq!(browser.call("save_resume", &save).await.status, StatusCode::OK);
}

/// Its number is in the answer wherever the fault was: transactions run in tasks of their own.
#[sqlx::test]
async fn a_fault_in_a_transaction_tells_its_number(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let document: Value = browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    sqlx::query("alter table resume_revisions rename to gone").execute(&app.pool).await.expect("renamed");
    let call = browser.call("save_resume", &save(id, 1, "a", &document)).await;
    assert_eq!(call.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(call.json::<Value>(), json!({ "Internal": { "request_id": call.header("x-request-id") } }));
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
async fn until_the_database_is_up_to_date_there_is_a_page_that_says_so(pool: PgPool) {
    let app = TestApp::starting(pool, |_| {});
    let browser = app.browser();
    assert_eq!(browser.get("/livez").await.status, StatusCode::OK);
    assert_eq!(browser.get("/robots.txt").await.status, StatusCode::OK);
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, &ready.json::<Value>()["schema"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("behind")));
    for path in ["/", "/login", "/resumes"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"), "{path}");
        assert!(page.text().contains("bringing it up to date"), "{path}");
    }
    assert_eq!(browser.post("/guest", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    let call = browser.call("load_resume", &json!({ "id": 1 })).await;
    assert_eq!((call.status, call.json::<Value>()), (StatusCode::SERVICE_UNAVAILABLE, json!("Unavailable")));
    app.state.ready.set();
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
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

#[sqlx::test]
async fn scripts_are_files_of_ours_or_none(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    for route in routes().iter().filter(|route| route.method == Method::GET && !route.path.contains('{')) {
        let answer = browser.get(route.path).await;
        let policy = answer.header("content-security-policy");
        assert_eq!(directive(policy, "default-src"), ["'none'"], "{}: {policy}", route.path);
        for source in directive(policy, "script-src") {
            assert!(["'none'", "'self'"].contains(&source), "{}: {policy}", route.path);
        }
    }
    let editor = browser.get(&format!("/resumes/{id}")).await;
    let policy = editor.header("content-security-policy");
    for source in directive(policy, "script-src") {
        let known = ["'self'", "'wasm-unsafe-eval'"].contains(&source) || source.starts_with("'nonce-");
        assert!(known, "{policy}");
    }
    assert_eq!(directive(policy, "style-src"), ["'self'"]);
    assert_eq!(directive(policy, "base-uri"), ["'none'"]);
}

#[sqlx::test]
async fn answers_of_every_kind_have_the_headers(pool: PgPool) {
    let app = TestApp::with(pool, |settings| settings.limits.sign_ups = 1);
    let browser = app.browser();
    let forged = Request::post("/guest").header(ACCEPT, "text/html");
    let nonsense = same_origin("/api/load_resume").header(CONTENT_TYPE, "application/json");
    let large = "x".repeat(2 * 1024 * 1024);
    let mut answers = vec![
        (StatusCode::UNAUTHORIZED, browser.get("/resumes").await),
        (StatusCode::SEE_OTHER, browser.post("/guest", &[]).await),
        (StatusCode::OK, browser.get("/resumes").await),
        (StatusCode::BAD_REQUEST, browser.send(nonsense, Body::from("{")).await),
        (StatusCode::FORBIDDEN, browser.send(forged, Body::empty()).await),
        (StatusCode::NOT_FOUND, browser.get("/nowhere").await),
        (StatusCode::METHOD_NOT_ALLOWED, browser.get("/guest").await),
        (StatusCode::PAYLOAD_TOO_LARGE, browser.post("/login", &[("email", &large)]).await),
        (StatusCode::UNPROCESSABLE_ENTITY, browser.post("/resumes", &[("name", " ")]).await),
        (StatusCode::TOO_MANY_REQUESTS, app.browser().post("/guest", &[]).await),
    ];
    sqlx::query("alter table resumes rename to gone").execute(&app.pool).await.expect("renamed");
    answers.push((StatusCode::INTERNAL_SERVER_ERROR, browser.get("/resumes").await));
    app.state.db.close().await;
    answers.push((StatusCode::SERVICE_UNAVAILABLE, browser.get("/resumes").await));
    for (status, answer) in answers {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{status}");
        assert!(!answer.header("referrer-policy").is_empty(), "{status}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{status}");
        assert!(answer.header("cache-control").contains("no-store"), "{status}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{status}");
    }
}

#[sqlx::test]
async fn browsers_are_told_to_stay_with_https(pool: PgPool) {
    let app = TestApp::with(pool.clone(), |settings| settings.server.public_url = "https://cv.example.org".into());
    for path in ["/", "/nowhere", "/livez", "/resumes"] {
        let answer = app.browser().get(path).await;
        let told = answer.header("strict-transport-security");
        let age = told.split(';').find_map(|part| part.trim().strip_prefix("max-age=")).map(str::parse::<u64>);
        assert!(age.is_some_and(|age| age.is_ok_and(|age| age >= 365 * 86_400)), "{path}: {told}");
        assert!(told.contains("includeSubDomains"), "{path}: {told}");
    }
    let app = TestApp::new(pool);
    assert_eq!(app.browser().get("/").await.header("strict-transport-security"), "", "there is none to stay with");
}

#[sqlx::test]
async fn a_fault_of_ours_tells_its_number_and_nothing_else(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    sqlx::query("alter table resumes rename to gone").execute(&app.pool).await.expect("renamed");
    let page = browser.get("/resumes").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text().contains(page.header("x-request-id")), "{}", page.text());
    let call = browser.call("load_resume", &json!({ "id": id })).await;
    assert_eq!(call.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(call.json::<Value>(), json!({ "Internal": { "request_id": call.header("x-request-id") } }));
    for answer in [page, call] {
        for word in ["relation", "42P01", "statement", "sqlx"] {
            assert!(!answer.text().contains(word), "{word}");
        }
    }
}

/// T15: whatever somebody calls a CV or themselves, the header has one name of plain letters.
#[sqlx::test]
async fn names_of_downloads_are_encoded(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let mut document: Value =
        browser.call("load_resume", &json!({ "id": id })).await.json::<Value>()["document"].clone();
    let long = "x".repeat(4_000);
    let names = [
        "../../etc/passwd",
        "a\"; filename=\"evil.exe",
        "a\r\nset-cookie: x=y",
        "%2e%2e%2f",
        "\\\\host\\x",
        "Zoë \u{202e}fdp.exe",
        &long,
    ];
    for (revision, name) in (1..).zip(names) {
        document["basics"]["name"] = name.into();
        let saved = browser.call("save_resume", &save(id, revision, &revision.to_string(), &document)).await;
        assert_eq!(saved.status, StatusCode::OK, "{name}: {}", saved.text());
        let file = browser.get(&format!("/resumes/{id}/resume.json")).await;
        let header = file.header("content-disposition");
        let parts = header.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix(".json"));
        let parts = parts.and_then(|rest| rest.split_once(".json\"; filename*=UTF-8''"));
        let (ascii, encoded) = parts.unwrap_or_else(|| panic!("{name}: {header}"));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.,'()+&".contains(&byte);
        assert!(ascii.bytes().all(plain) && !ascii.starts_with('.'), "{name}: {header}");
        assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'%'), "{name}: {header}");
    }
}

#[sqlx::test]
async fn there_is_nothing_for_machines_but_health(pool: PgPool) {
    let app = TestApp::new(pool);
    let browser = app.browser();
    for path in [
        "/metrics",
        "/debug",
        "/debug/pprof/",
        "/actuator/health",
        "/server-status",
        "/test",
        "/api",
        "/pkg",
        "/openapi.json",
        "/graphql",
        "/.env",
        "/.git/config",
        "/Leptos.toml",
        "/Cargo.toml",
        "/data/backups",
        "/outbox",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
