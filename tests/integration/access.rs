//! The access matrix: every route of the route table and every server function, for everybody who may ask, about what is
//! theirs, what is another's and what does not exist.

use crate::support::{Answer, Browser, TestApp, same_origin, save};
use axum::{
    body::Body,
    http::{Method, StatusCode, header::CONTENT_TYPE},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use vitae::server::http::router::{Access, Cost, Route, routes};

const PASSWORD: &str = "correct horse battery staple";

/// Server functions that anybody may call.
const PUBLIC: [&str; 1] = ["log_in"];

/// Headers with which some programs are told that a request comes from inside. Here they mean nothing (T8).
const INSIDE: [&str; 4] = ["x-server-side-call", "x-internal", "x-forwarded-user", "x-real-ip"];

/// Arguments with which each server function does its work on CV `id`.
fn arguments(function: &str, id: i32) -> Value {
    let document = json!({ "schema_version": 1, "next_id": 1, "language": "en" });
    match function {
        "load_resume" | "archive_resume" => json!({ "id": id }),
        "log_in" => json!({ "email": "nobody@example.org", "password": PASSWORD }),
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

/// The functions that work on somebody's CV.
fn owners_functions() -> impl Iterator<Item = String> {
    functions().into_iter().filter(|function| !PUBLIC.contains(&function.as_str()))
}

/// What somebody has, by the parameters of the addresses.
#[derive(Clone, Debug)]
struct Things {
    id: i32,
    uuid: String,
    session: String,
    uid: String,
}

impl Things {
    /// What nobody has: near what somebody has, and far from it.
    fn missing(near: &Self) -> [Self; 4] {
        [near.id + 1000, 0, -1, i32::MAX].map(|id| Self {
            id,
            uuid: uuid::Uuid::nil().to_string(),
            session: "00".repeat(32),
            uid: uuid::Uuid::nil().to_string(),
        })
    }

    /// The address of a route for these.
    fn address(&self, route: &Route) -> String {
        let Self { id, uuid, session, uid } = self;
        let address = route.path.replace("{id}", &id.to_string());
        let address = address
            .replace("{revision}", "1")
            .replace("{uuid}", uuid)
            .replace("{session}", session)
            .replace("{uid}", uid);
        assert!(!address.contains('{'), "{} has a parameter that is not in the access matrix", route.path);
        address
    }
}

/// Somebody who asks.
struct Actor {
    name: &'static str,
    browser: Browser,
    things: Things,
}

impl Actor {
    async fn new(app: &TestApp, name: &'static str, browser: Browser, email: &str) -> Self {
        let id: i32 = sqlx::query_scalar(
            "select max(resumes.id) from resumes join users on users.id = user_id where email like $1",
        )
        .bind(email)
        .fetch_one(&app.pool)
        .await
        .expect("a CV");
        let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
        let (uid, session): (uuid::Uuid, String) = sqlx::query_as(
            "select uid, encode(id_hash, 'hex') from users join sessions on sessions.user_id = users.id
             where email like $1 order by sessions.created_at limit 1",
        )
        .bind(email)
        .fetch_one(&app.pool)
        .await
        .expect("a user with a session");
        let archive = archive["uuid"].as_str().expect("a name").to_owned();
        Self { name, browser, things: Things { id, uuid: archive, session, uid: uid.to_string() } }
    }

    /// An account with a CV, an archived PDF and two sessions.
    async fn with_account(app: &TestApp, name: &'static str) -> Self {
        let email = format!("{name}@example.org");
        let credentials = [("email", email.as_str()), ("password", PASSWORD)];
        let browser = app.browser();
        browser.post("/signup", &credentials).await;
        browser.post("/resumes", &[("name", "CV"), ("from", "sample")]).await;
        let there = app.browser();
        there.post("/login", &credentials).await;
        // The session that is looked for is the older one; the one that asks is the other.
        Self::new(app, name, there, &email).await
    }
}

/// Everybody who may ask, and things that are nobody's.
struct World {
    app: TestApp,
    anonymous: Browser,
    guest: Actor,
    ann: Actor,
    bob: Actor,
    disabled: Actor,
    admin: Actor,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let app = TestApp::with(pool, |settings| {
            settings.limits.requests = 1_000_000;
            settings.limits.sign_ups = 1_000_000;
            // Google is set up and away: nobody listens on the port of discard.
            settings.google.client_id = "id".into();
            settings.google.client_secret = vitae::server::config::Secret("secret".into());
            settings.google.issuer_url = "http://127.0.0.1:9".into();
        });
        let (browser, _) = app.guest().await;
        let guest = Actor::new(&app, "guest", browser, "%@guest.invalid").await;
        let ann = Actor::with_account(&app, "ann").await;
        let bob = Actor::with_account(&app, "bob").await;
        let disabled = Actor::with_account(&app, "disabled").await;
        let admin = Actor::with_account(&app, "admin").await;
        for change in [
            "update users set disabled_at = now() where email = 'disabled@example.org'",
            "update users set role = 'admin' where email = 'admin@example.org'",
        ] {
            sqlx::query(change).execute(&app.pool).await.expect("changed");
        }
        Self { anonymous: app.browser(), app, guest, ann, bob, disabled, admin }
    }

    /// Those who are nobody to the server.
    fn nobodies(&self) -> [(&'static str, &Browser); 2] {
        [("anonymous", &self.anonymous), ("disabled", &self.disabled.browser)]
    }

    /// What the cells that refuse must leave as it is.
    async fn dump(&self) -> String {
        sqlx::query_scalar(
            "select concat(
                 (select string_agg(users::text, e'\\n' order by id) from users),
                 (select string_agg(concat(id, user_id, name, revision, md5(json_content::text), deleted_at), e'\\n' order by id) from resumes),
                 (select string_agg(concat(uuid, user_id, state), e'\\n' order by uuid) from archives),
                 (select string_agg(encode(id_hash, 'hex'), e'\\n' order by id_hash) from sessions where user_id is not null))",
        )
        .fetch_one(&self.app.pool)
        .await
        .expect("a row")
    }
}

async fn ask(browser: &Browser, route: &Route, things: &Things) -> Answer {
    let address = things.address(route);
    if route.method == Method::GET {
        browser.get(&address).await
    } else if route.cost == Cost::Upload {
        browser.upload(&address, "cv.json", b"{}").await
    } else {
        browser.post(&address, &[("name", "Name"), ("from", "empty")]).await
    }
}

/// What every answer has, whatever it says (T24, T25).
#[track_caller]
fn is_guarded(answer: &Answer, what: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
    assert!(!answer.header("referrer-policy").is_empty(), "{what}");
    assert!(!answer.status.is_server_error() || answer.status == StatusCode::SERVICE_UNAVAILABLE, "{what}");
}

/// The names of the server functions are an interface: a page of an older build calls them.
#[test]
fn the_names_of_the_server_functions_stay() {
    assert_eq!(
        functions(),
        ["archive_resume", "load_resume", "log_in", "preview_resume", "rename_resume", "save_resume"]
    );
}

/// The cells that refuse, all in one, so that they can be counted and what they leave alone be compared.
#[sqlx::test]
async fn every_negative_cell_refuses(pool: PgPool) {
    let world = World::new(pool).await;
    let World { guest, ann, bob, disabled, admin, .. } = &world;
    let before = world.dump().await;
    let mut cells = 0;
    for route in routes() {
        let what = |who: &str| format!("{} {} by {who}", route.method, route.path);
        let missing = Things::missing(&ann.things);
        match route.access {
            Access::Public => {}
            Access::Owner => {
                for (name, browser) in world.nobodies() {
                    for things in [&disabled.things, &ann.things, &missing[0]] {
                        let answer = ask(browser, &route, things).await;
                        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", what(name));
                        is_guarded(&answer, &what(name));
                        cells += 1;
                    }
                }
                if !route.path.contains('{') {
                    continue;
                }
                for actor in [guest, bob, admin] {
                    let theirs = ask(&actor.browser, &route, &ann.things).await;
                    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{}", what(actor.name));
                    assert!(theirs.header("cache-control").contains("no-store"), "{}", what(actor.name));
                    cells += 1;
                    for missing in &missing {
                        let missing = ask(&actor.browser, &route, missing).await;
                        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{}", what(actor.name));
                        assert_eq!(theirs.text(), missing.text(), "{}", what(actor.name));
                        cells += 1;
                    }
                }
            }
            Access::Admin => {
                let actors = [("guest", &guest.browser), ("ann", &ann.browser), ("bob", &bob.browser)];
                for (name, browser) in world.nobodies().into_iter().chain(actors) {
                    let nothing = browser.get("/nothing-is-here").await;
                    for things in [&ann.things, &bob.things, &missing[0]] {
                        let answer = ask(browser, &route, things).await;
                        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", what(name));
                        assert_eq!(answer.text(), nothing.text(), "{}", what(name));
                        is_guarded(&answer, &what(name));
                        cells += 1;
                    }
                }
            }
        }
    }
    for function in owners_functions() {
        for (name, browser) in world.nobodies() {
            for id in [disabled.things.id, ann.things.id, i32::MAX] {
                let answer = browser.call(&function, &arguments(&function, id)).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{function} by {name}");
                assert_eq!(answer.json::<Value>(), json!("Unauthenticated"), "{function} by {name}");
                cells += 1;
            }
        }
        for actor in [guest, bob, admin] {
            let theirs = actor.browser.call(&function, &arguments(&function, ann.things.id)).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{function} by {}", actor.name);
            cells += 1;
            for missing in Things::missing(&ann.things) {
                let missing = actor.browser.call(&function, &arguments(&function, missing.id)).await;
                assert_eq!(missing.status, StatusCode::NOT_FOUND, "{function} by {}", actor.name);
                assert_eq!(theirs.text(), missing.text(), "{function} by {}", actor.name);
                cells += 1;
            }
        }
    }
    assert_eq!(world.dump().await, before, "and nothing was changed");
    let count = format!("{cells} negative cells of the access matrix refuse\n");
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/access"), count).expect("bin/test prints it");
    assert!(cells > 400, "only {cells} cells");
}

/// What is one's own can be opened, so that the refusals above mean something.
#[sqlx::test]
async fn what_is_ones_own_is_there(pool: PgPool) {
    let world = World::new(pool).await;
    let mine = |access| routes().into_iter().filter(move |route| route.access == access && route.method == Method::GET);
    for route in mine(Access::Owner) {
        for actor in [&world.ann, &world.guest] {
            let answer = ask(&actor.browser, &route, &actor.things).await;
            assert!(!answer.status.is_client_error(), "{} by {}: {}", route.path, actor.name, answer.status);
            is_guarded(&answer, route.path);
        }
    }
    for route in mine(Access::Admin) {
        let answer = ask(&world.admin.browser, &route, &world.ann.things).await;
        assert!(!answer.status.is_client_error(), "{}: {}", route.path, answer.status);
    }
    for function in owners_functions() {
        let answer = world.ann.browser.call(&function, &arguments(&function, world.ann.things.id)).await;
        assert!(answer.status.is_success(), "{function}: {}", answer.text());
    }
}

#[sqlx::test]
async fn no_header_lets_anybody_in(pool: PgPool) {
    let world = World::new(pool).await;
    for route in routes().into_iter().filter(|route| route.access != Access::Public && route.method == Method::GET) {
        let mut request = axum::http::Request::get(world.ann.things.address(&route));
        for name in INSIDE {
            request = request.header(name, "true");
        }
        let answer = world.anonymous.send(request, Body::empty()).await;
        assert!(answer.status.is_client_error(), "{}: {}", route.path, answer.status);
    }
}

#[sqlx::test]
async fn only_our_own_pages_may_change_things(pool: PgPool) {
    let world = World::new(pool).await;
    let (browser, things) = (&world.ann.browser, &world.ann.things);
    let before = world.dump().await;
    let hostile: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://evil.127.0.0.1:3000")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
        &[("sec-fetch-site", "")],
        &[("origin", "")],
        &[("sec-fetch-site", ""), ("origin", "")],
        // A name of somebody else's that leads here: page and request have the same one, and it is not ours.
        &[("host", "evil.example:3000"), ("origin", "http://evil.example:3000")],
    ];
    for headers in hostile {
        let is_elsewhere = headers.iter().any(|(name, _)| *name == "host");
        let refused = if is_elsewhere { StatusCode::MISDIRECTED_REQUEST } else { StatusCode::FORBIDDEN };
        for function in functions() {
            for content_type in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let mut request =
                    axum::http::Request::post(format!("/api/{function}")).header(CONTENT_TYPE, content_type);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let answer = browser.send(request, Body::from(arguments(&function, things.id).to_string())).await;
                assert_eq!(answer.status, refused, "{function} {headers:?}");
                assert_eq!(answer.location(), "", "{function} {headers:?}");
            }
        }
        for route in routes().iter().filter(|route| route.method == Method::POST) {
            let mut request = axum::http::Request::post(things.address(route));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = browser.send(request, Body::empty()).await;
            assert_eq!(answer.status, refused, "{} {headers:?}", route.path);
        }
    }
    assert_eq!(world.dump().await, before, "nothing was changed");
    let ours = browser.send(same_origin(&format!("/resumes/{}/duplicate", things.id)), Body::empty()).await;
    assert_eq!(ours.status, StatusCode::SEE_OTHER);
}

/// Whatever is answered says what it is, and no cache keeps what is somebody's (T24); the small picture of a CV only the
/// browser of its owner does, which asks each time whether it may still show it.
#[sqlx::test]
async fn every_answer_says_what_it_is_and_who_may_keep_it(pool: PgPool) {
    let world = World::new(pool).await;
    let fixed = |route: &Route| route.path.contains("{hash}") || route.path.contains("{file}");
    for route in routes().into_iter().filter(|route| route.method == Method::GET && !fixed(route)) {
        let actor = if route.access == Access::Admin { &world.admin } else { &world.ann };
        let answer = ask(&actor.browser, &route, &world.ann.things).await;
        let kind = answer.header("content-type");
        if !answer.body.is_empty() {
            assert!(!kind.is_empty(), "{}", route.path);
            assert!(!kind.starts_with("text/") || kind.ends_with("; charset=utf-8"), "{}: {kind}", route.path);
        }
        let keep = answer.header("cache-control");
        if route.path == "/resumes/{id}/page.png" {
            assert_eq!(keep, "private, no-cache", "{}", route.path);
        } else if route.access != Access::Public {
            assert!(keep.contains("no-store"), "{}: {keep}", route.path);
        }
    }
}
