//! A whole application for a test, and browsers that talk to it.

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
    },
};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::PgPool;
use std::{net::SocketAddr, sync::Mutex, time::Duration};
use time::macros::datetime;
use tower::ServiceExt;
use vitae::server::{clock::Clock, config::Settings, db::Database, http::router, run, state::AppState};

/// An application with a database of its own.
pub(crate) struct TestApp {
    pub router: Router,
    pub state: AppState,
    pub pool: PgPool,
    pub clock: Clock,
    _data: tempfile::TempDir,
}

impl TestApp {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self::with(pool, |_| {})
    }

    /// An application with other settings.
    pub(crate) fn with(pool: PgPool, change: impl FnOnce(&mut Settings)) -> Self {
        let app = Self::starting(pool, change);
        app.state.ready.set();
        app
    }

    /// One that has not brought its database up to date yet.
    pub(crate) fn starting(pool: PgPool, change: impl FnOnce(&mut Settings)) -> Self {
        let data = tempfile::tempdir().expect("a folder for the data");
        let mut settings = Settings::defaults().expect("the defaults are valid");
        data.path().clone_into(&mut settings.server.data_dir);
        settings.typesetting.workers = 1;
        change(&mut settings);
        let clock = Clock::fixed(datetime!(2026-11-22 12:00 UTC));
        let options = (*pool.connect_options()).clone();
        let db = Database::lazy(options, 5, Duration::from_secs(3));
        let state =
            run::state(settings, db, clock.clone(), env!("CARGO_BIN_EXE_vitae").into()).expect("the parts start");
        let router = router::router(&state).expect("the router is built");
        Self { router, state, pool, clock, _data: data }
    }

    /// A browser without a session.
    pub(crate) fn browser(&self) -> Browser {
        self.browser_at("192.0.2.1")
    }

    /// A browser without a session at an address.
    pub(crate) fn browser_at(&self, address: &str) -> Browser {
        let peer = SocketAddr::new(address.parse().expect("an address"), 50_000);
        Browser { router: self.router.clone(), peer, cookie: Mutex::default() }
    }

    /// A browser of a new guest, and their first CV.
    pub(crate) async fn guest(&self) -> (Browser, i32) {
        let browser = self.browser();
        let answer = browser.post("/guest", &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let id = answer.location().rsplit('/').next().and_then(|id| id.parse().ok()).expect("the address of a CV");
        (browser, id)
    }
}

/// A mail that was sent.
#[derive(Debug)]
pub(crate) struct SentMail {
    pub to: String,
    pub subject: String,
    /// Headers and both forms of the text, as it was sent.
    pub raw: String,
}

impl SentMail {
    /// Where its link leads, without the host.
    pub(crate) fn link(&self) -> String {
        let url = self.url();
        url[url.find("//").expect("an address") + 2..]
            .split_once('/')
            .map(|(_, path)| format!("/{path}"))
            .expect("a path")
    }

    /// Its link.
    pub(crate) fn url(&self) -> String {
        let line = self.raw.lines().find(|line| line.starts_with("http") && line.contains("token="));
        line.unwrap_or_else(|| panic!("no link in {}", self.raw)).trim().to_owned()
    }
}

/// Settings with which mails go into a folder.
pub(crate) fn with_mail(settings: &mut Settings) {
    settings.mail.smtp_url = "outbox".into();
}

impl TestApp {
    /// Sends what waits; answers what was sent now, and takes it away.
    pub(crate) async fn mails(&self) -> Vec<SentMail> {
        vitae::server::mail::send_all(&self.state).await.expect("the queue is empty");
        let Ok(files) = std::fs::read_dir(self.state.settings.server.data_dir.join("outbox")) else { return vec![] };
        let mail = |file: std::io::Result<std::fs::DirEntry>| {
            let path = file.expect("a file").path();
            let raw = std::fs::read_to_string(&path).expect("text").replace("\r\n", "\n");
            let raw = raw.replace("=\n", "").replace("=3D", "=");
            std::fs::remove_file(path).expect("removed");
            let header =
                |name: &str| raw.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
            SentMail { to: header("To:"), subject: header("Subject:"), raw }
        };
        files.map(mail).collect()
    }

    /// The only mail that waits.
    pub(crate) async fn mail(&self) -> SentMail {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }
}

/// Keeps a cookie, and says where its requests come from as browsers do.
pub(crate) struct Browser {
    router: Router,
    peer: SocketAddr,
    cookie: Mutex<Option<String>>,
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(ACCEPT, "text/html"), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        let request =
            same_origin(path).header(ACCEPT, "text/html").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.into()).await
    }

    pub(crate) async fn upload(&self, path: &str, file_name: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\ncontent-type: application/json\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        let request =
            same_origin(path).header(ACCEPT, "text/html").header(CONTENT_TYPE, "multipart/form-data; boundary=limit");
        self.send(request, body.into()).await
    }

    /// Calls a server function.
    pub(crate) async fn call(&self, function: &str, arguments: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(arguments).expect("arguments are JSON");
        self.send(same_origin(&format!("/api/{function}")).header(CONTENT_TYPE, "application/json"), body.into()).await
    }

    pub(crate) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        self.try_send(request, body).await.expect("the whole answer")
    }

    /// Likewise; nothing if the answer breaks off.
    pub(crate) async fn try_send(&self, request: axum::http::request::Builder, body: Body) -> Option<Answer> {
        let cookie = self.cookie();
        let request = match HttpBody::size_hint(&body).exact() {
            Some(length) => request.header(CONTENT_LENGTH, length),
            None => request,
        };
        let request = match &cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let request = request.extension(ConnectInfo(self.peer));
        let response =
            self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        if let Some(set) = parts.headers.get(SET_COOKIE) {
            let set = set.to_str().expect("cookies are text");
            let gone = set.contains("Max-Age=0");
            *self.cookie.lock().expect("not poisoned") =
                (!gone).then(|| set.split(';').next().unwrap_or_default().to_owned());
        }
        let body = body.collect().await.ok()?.to_bytes().to_vec();
        Some(Answer { status: parts.status, headers: parts.headers, body })
    }

    /// The same browser, at another application that knows the same sessions.
    pub(crate) fn at(&self, router: &Router) -> Self {
        Self { router: router.clone(), peer: self.peer, cookie: Mutex::new(self.cookie()) }
    }

    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("not poisoned").clone()
    }

    pub(crate) fn set_cookie(&self, cookie: &str) {
        *self.cookie.lock().expect("not poisoned") = Some(cookie.to_owned());
    }
}

/// A POST as a page of ours sends it.
pub(crate) fn same_origin(path: &str) -> axum::http::request::Builder {
    Request::builder().method(Method::POST).uri(path).header("sec-fetch-site", "same-origin")
}

fn encode(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// What came back.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there")
}

/// How many of these paths are of files with this ending.
pub(crate) fn ending<'a>(paths: impl IntoIterator<Item = &'a String>, ending: &str) -> usize {
    paths.into_iter().filter(|path| std::path::Path::new(path).extension().is_some_and(|end| end == ending)).count()
}

/// The text of a PDF as `pdftotext` reads it.
pub(crate) fn text_of_pdf(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cv.pdf");
    std::fs::write(&path, pdf).expect("written");
    let output =
        std::process::Command::new("pdftotext").arg(&path).arg("-").output().expect("poppler-utils is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A saved document, as the editor sends it.
pub(crate) fn save(id: i32, base_revision: i32, save_id: &str, document: &Value) -> Value {
    serde_json::json!({ "request": { "id": id, "base_revision": base_revision, "save_id": save_id, "document": document } })
}
