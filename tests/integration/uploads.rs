//! What is sent is bounded before anybody reads it, and of one person or address a few things are read at once.

use crate::support::{Answer, Browser, TestApp, fixture, same_origin};
use axum::{
    body::Body,
    http::{
        Request, StatusCode,
        header::{ACCEPT, CONTENT_TYPE},
    },
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::json;
use sqlx::PgPool;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::{mpsc, oneshot};
use vitae::server::http::{bodies, uploads};

/// A request with a file.
fn form() -> axum::http::request::Builder {
    let form = same_origin("/resumes/import").header(ACCEPT, "text/html");
    form.header(CONTENT_TYPE, "multipart/form-data; boundary=limit")
}

const HEAD: &str = "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cv.json\"\r\n\r\n";

/// Sends pieces without an end, up to the largest body that is taken; answers how many bytes of it were read.
async fn endless(browser: &Browser, begin: &'static str, piece: &'static [u8]) -> (Answer, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let pieces = stream::once(async move { Bytes::from(begin) })
        .chain(stream::repeat(Bytes::from_static(piece)).take(64 * 1024 * 1024 / piece.len()));
    let pieces = pieces.map(move |piece| {
        counter.fetch_add(piece.len(), Ordering::SeqCst);
        Ok::<_, io::Error>(piece)
    });
    let answer = browser.send(form(), Body::from_stream(pieces)).await;
    (answer, read.load(Ordering::SeqCst))
}

#[sqlx::test]
async fn of_a_form_that_does_not_come_to_its_field_little_is_read(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, _) = app.guest().await;
    let floods: [(&str, &[u8]); 4] = [
        ("", &[b'x'; 16 * 1024]),
        ("--limit\r\n", &[b'x'; 16 * 1024]),
        ("--limit\r\n", b"x-header: of many\r\n"),
        ("--limit\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\nx\r\n--limit\r\nx: ", &[b'x'; 16 * 1024]),
    ];
    for (begin, piece) in floods {
        let (answer, read) = endless(&browser, begin, piece).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{begin}");
        assert!(answer.text().contains("is no form with a file"), "{begin}");
        assert!(read < 64 * 1024, "{begin}: {read} bytes were read");
    }
    let after_another = [
        "--limit\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\nx\r\n".as_bytes(),
        HEAD.as_bytes(),
        &fixture("sample.resume.json"),
        b"\r\n--limit--\r\n",
    ]
    .concat();
    let answer = browser.send(form(), after_another.into()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "a form is read as ever: {}", answer.text());
}

/// Something that is being sent: told when its first bytes are read, and goes on when it is told to.
struct Sending {
    began: oneshot::Receiver<()>,
    goes_on: mpsc::Sender<Bytes>,
    answer: tokio::task::JoinHandle<Answer>,
}

impl Sending {
    fn start(browser: Browser, request: axum::http::request::Builder, opening: &'static str) -> Self {
        let ((tell_begun, began), (goes_on, mut rest)) = (oneshot::channel(), mpsc::channel(1));
        let first = stream::once(async move {
            let _ = tell_begun.send(());
            Ok(Bytes::from(opening))
        });
        let rest = stream::poll_fn(move |context| rest.poll_recv(context)).map(Ok::<_, io::Error>);
        let body = Body::from_stream(first.chain(rest));
        let answer = tokio::spawn(async move { browser.send(request, body).await });
        Self { began, goes_on, answer }
    }

    /// Whether anything of it was read by now.
    fn has_begun(&mut self) -> bool {
        self.began.try_recv().is_ok()
    }

    async fn finish(self, rest: impl Into<Bytes>) -> StatusCode {
        self.goes_on.send(rest.into()).await.expect("somebody reads");
        drop(self.goes_on);
        self.answer.await.expect("no panic").status
    }
}

#[sqlx::test]
async fn one_person_sends_few_files_at_once_and_holds_up_nobody_else(pool: PgPool) {
    let app = TestApp::new(pool);
    let (ann, _) = app.guest().await;
    let (bob, _) = app.guest().await;
    let mut sent = Vec::new();
    for _ in 0..uploads::AT_ONCE {
        let mut sending = Sending::start(ann.at(&app.router), form(), HEAD);
        (&mut sending.began).await.expect("there is a place");
        sent.push(sending);
    }
    let mut waiting = Sending::start(ann.at(&app.router), form(), HEAD);
    let cv = fixture("sample.resume.json");
    let other = bob.upload("/resumes/import", "cv.json", &cv).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text());
    assert!(!waiting.has_begun(), "of the next one nothing is read");
    let rest = [&cv[..], b"\r\n--limit--\r\n"].concat();
    assert_eq!(sent.remove(0).finish(rest.clone()).await, StatusCode::SEE_OTHER);
    (&mut waiting.began).await.expect("now there is a place");
    assert_eq!(waiting.finish(rest).await, StatusCode::SEE_OTHER);
}

#[sqlx::test]
async fn of_one_address_few_large_requests_are_collected_at_once(pool: PgPool) {
    let app = TestApp::new(pool);
    let (guest, id) = app.guest().await;
    let request = || same_origin("/api/load_resume").header(CONTENT_TYPE, "application/json");
    let mut sent = Vec::new();
    for _ in 0..bodies::AT_ONCE {
        let mut sending = Sending::start(app.browser(), request(), "{");
        (&mut sending.began).await.expect("there is a place");
        sent.push(sending);
    }
    let mut waiting = Sending::start(guest.at(&app.router), request(), "{");
    assert_eq!(
        guest.call("load_resume", &json!({ "id": id })).await.status,
        StatusCode::OK,
        "a small one needs no place"
    );
    let elsewhere = Sending::start(app.browser_at("198.51.100.7"), request(), "{");
    assert_eq!(elsewhere.finish("}").await, StatusCode::BAD_REQUEST, "another address has its own places");
    assert!(!waiting.has_begun(), "of the next one nothing is read");
    drop(sent.remove(0).goes_on);
    (&mut waiting.began).await.expect("now there is a place");
    assert_eq!(waiting.finish(format!("\"id\":{id}}}")).await, StatusCode::OK);
}

/// A request that may not be made is refused before what comes with it is read.
#[sqlx::test]
async fn of_what_is_refused_nothing_is_read(pool: PgPool) {
    let app = TestApp::new(pool);
    let forged = Request::post("/api/load_resume").header("sec-fetch-site", "cross-site");
    for (request, status) in [(forged, StatusCode::FORBIDDEN), (form(), StatusCode::UNAUTHORIZED)] {
        let mut sending = Sending::start(app.browser(), request, "--limit");
        let answer = (&mut sending.answer).await.expect("no panic");
        assert_eq!((answer.status, sending.has_begun()), (status, false));
    }
}
