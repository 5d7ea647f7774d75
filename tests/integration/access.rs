//! Who may do what: every route and every server function, for nobody, for the owner and for somebody else.

use crate::support::{Answer, Browser, TestApp, same_origin, save};
use axum::{
    body::Body,
    http::{Method, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use vitae::server::http::router::{Access, routes};

/// Arguments with which each server function does its work on CV `id`.
fn arguments(function: &str, id: i32) -> Value {
    let document = json!({ "schema_version": 1, "next_id": 1, "language": "en" });
    match function {
        "load_resume" | "archive_resume" => json!({ "id": id }),
        "rename_resume" => json!({ "id": id, "name": "Name" }),
        "save_resume" => save(id, 1, "access", &document),
        "preview_resume" => json!({ "request": { "id": id, "document": document, "known": [] } }),
        other => panic!("{other} is not in the access matrix"),
    }
}

fn functions() -> Vec<String> {
    let mut functions: Vec<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| {
            assert_eq!(method, Method::POST, "{path} changes things with {method}");
            path.strip_prefix("/api/").unwrap_or_else(|| panic!("{path} is not under /api")).to_owned()
        })
        .collect();
    functions.sort_unstable();
    functions
}

async fn ask(browser: &Browser, method: &Method, path: &str) -> Answer {
    if method == Method::GET {
        browser.get(path).await
    } else if path.ends_with("/import") {
        browser.upload(path, "cv.json", b"{}").await
    } else {
        browser.post(path, &[("name", "Name"), ("from", "empty")]).await
    }
}

/// The route's address for one CV and one archive.
fn address(path: &str, id: i32, uuid: &str) -> String {
    path.replace("{id}", &id.to_string()).replace("{uuid}", uuid).replace("{session}", "00")
}

/// The names of the server functions are an interface: a page of an older build calls them.
#[test]
fn the_names_of_the_server_functions_stay() {
    assert_eq!(
        functions(),
        ["archive_resume", "load_resume", "log_in", "preview_resume", "rename_resume", "save_resume"]
    );
}

#[sqlx::test]
async fn nobody_may_use_what_belongs_to_owners(pool: PgPool) {
    let app = TestApp::new(pool);
    app.guest().await;
    for route in routes().iter().filter(|route| route.access == Access::Owner) {
        let answer = ask(&app.browser(), &route.method, &address(route.path, 1, &uuid::Uuid::nil().to_string())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
    }
    for function in functions() {
        let answer = app.browser().call(&function, &arguments(&function, 1)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{function}");
        assert_eq!(answer.json::<Value>(), json!("Unauthenticated"), "{function}");
    }
}

#[sqlx::test]
async fn what_belongs_to_another_is_like_what_does_not_exist(pool: PgPool) {
    let app = TestApp::new(pool);
    let (owner, id) = app.guest().await;
    let archive: Value = owner.call("archive_resume", &json!({ "id": id })).await.json();
    let archive = archive["uuid"].as_str().expect("a name").to_owned();
    let (other, _) = app.guest().await;
    for route in routes().iter().filter(|route| route.access == Access::Owner && route.path.contains('{')) {
        let theirs = ask(&other, &route.method, &address(route.path, id, &archive)).await;
        for missing in [-1, 0, id + 1000, i32::MAX] {
            let missing =
                ask(&other, &route.method, &address(route.path, missing, &uuid::Uuid::nil().to_string())).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
            assert_eq!(missing.status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
            assert_eq!(theirs.text(), missing.text(), "{} {}", route.method, route.path);
        }
        let mine = ask(&owner, &route.method, &address(route.path, id, &archive)).await;
        let gone = ["/restore", "/delete", "{session}/end"].iter().any(|ending| route.path.ends_with(ending));
        assert!(gone || !mine.status.is_client_error(), "{} {}: {}", route.method, route.path, mine.status);
        owner.post(&format!("/resumes/{id}/restore"), &[]).await;
    }
    for function in functions() {
        let theirs = other.call(&function, &arguments(&function, id)).await;
        let missing = other.call(&function, &arguments(&function, i32::MAX)).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{function}");
        assert_eq!(theirs.text(), missing.text(), "{function}");
    }
}

#[sqlx::test]
async fn only_our_own_pages_may_change_things(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    let hostile: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://evil.127.0.0.1:3000")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for headers in hostile {
        for function in functions() {
            for content_type in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let mut request =
                    axum::http::Request::post(format!("/api/{function}")).header(CONTENT_TYPE, content_type);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let answer = browser.send(request, Body::from(arguments(&function, id).to_string())).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} {headers:?}");
                assert_eq!(answer.location(), "", "{function} {headers:?}");
            }
        }
        for route in routes().iter().filter(|route| route.method == Method::POST) {
            let mut request = axum::http::Request::post(address(route.path, id, ""));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = browser.send(request, Body::empty()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {headers:?}", route.path);
        }
    }
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    assert_eq!(loaded["revision"], 1, "nothing was changed");
    let ours = browser.send(same_origin(&format!("/resumes/{id}/duplicate")), Body::empty()).await;
    assert_eq!(ours.status, StatusCode::SEE_OTHER);
}
