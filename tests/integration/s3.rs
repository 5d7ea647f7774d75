//! Archives on a real S3 server, which checks signatures: the whole program, as an operator starts it.

use crate::support::text_of_pdf;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub(crate) const BUCKET: &str = "cv-archive";

/// Serves a folder as S3, to those who sign with `key` and `secret`.
pub(crate) async fn s3_server(folder: &std::path::Path) -> SocketAddr {
    std::fs::create_dir(folder.join(BUCKET)).expect("a bucket is a folder");
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("a store"));
    builder.set_auth(SimpleAuth::from_single("key", "secretsecret"));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let io = hyper_util::rt::TokioIo::new(stream);
                let server = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
                let _ = server.serve_connection(io, service).await;
            });
        }
    });
    address
}

/// A client; the library wants to know whose cryptography it would use if it had to.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// The program; killed when the test ends.
pub(crate) struct Vitae(pub(crate) Child);

impl Drop for Vitae {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(pool: &PgPool, data: &std::path::Path, s3: SocketAddr, secret: &str) -> (Vitae, String) {
    let options = pool.connect_options();
    let database = options.get_database().expect("a name");
    let host = options.get_socket().map_or(options.get_host().to_owned(), |socket| socket.display().to_string());
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let child = Command::new(env!("CARGO_BIN_EXE_vitae"))
        .arg("serve")
        .env("VITAE_DATA_DIR", data)
        .env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"))
        .env(
            "DATABASE_URL",
            format!("postgres://{}@localhost:{}/{database}?host={host}", options.get_username(), options.get_port()),
        )
        .env("OBJECT_STORE_URL", format!("s3://{BUCKET}/cvs"))
        .env("AWS_ENDPOINT_URL", format!("http://{s3}"))
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_REGION", "eu-central-1")
        .env("TYPESETTING_WORKERS", "1")
        .stderr(Stdio::null())
        .spawn()
        .expect("vitae runs");
    (Vitae(child), format!("http://127.0.0.1:{port}"))
}

/// Asks again until the answer is the one waited for, for half a minute at most.
pub(crate) async fn until(client: &reqwest::Client, url: &str, status: u16) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = client.get(url).send().await.map(|answer| answer.status().as_u16()).unwrap_or_default();
        if answer == status {
            return;
        }
        assert!(Instant::now() < deadline, "{url} answers {answer}, not {status}");
        tokio::task::yield_now().await;
    }
}

#[sqlx::test]
async fn a_pdf_is_archived_on_s3_and_comes_back(pool: PgPool) {
    let (objects, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let s3 = s3_server(objects.path()).await;
    let (_vitae, site) = start(&pool, data.path(), s3, "secretsecret");
    let client = client();
    until(&client, &format!("{site}/readyz"), 200).await;
    let guest = client.post(format!("{site}/guest")).header("origin", &site).send().await.expect("an answer");
    let cookie = guest.headers()["set-cookie"].to_str().expect("text").split(';').next().unwrap_or_default().to_owned();
    let archived = client
        .post(format!("{site}/api/archive_resume"))
        .header("origin", &site)
        .header("cookie", &cookie)
        .header("content-type", "application/json")
        .body(json!({ "id": 1 }).to_string())
        .send()
        .await
        .expect("an answer");
    let archived: Value = serde_json::from_slice(&archived.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(archived["ready"], true, "{archived}");
    let url = format!("{site}/archive/{}/resume.pdf", archived["uuid"].as_str().expect("a name"));
    let pdf = client.get(url).header("cookie", &cookie).send().await.expect("an answer").bytes().await.expect("a body");
    assert_eq!(vitae::server::storage::sha256_hex(&pdf), archived["sha256"].as_str().expect("a hash"));
    text_of_pdf(&pdf);
    let address = sqlx::query_scalar::<_, String>("select s3_url from resumes where id = 1").fetch_one(&pool).await;
    let address = address.expect("the address");
    let key = address.strip_prefix(&format!("s3://{BUCKET}/")).expect("an address in the bucket");
    assert_eq!(std::fs::read(objects.path().join(BUCKET).join(key)).expect("the object"), pdf);
}

#[sqlx::test]
async fn a_store_that_refuses_is_told_by_readyz(pool: PgPool) {
    let (objects, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let s3 = s3_server(objects.path()).await;
    let (_vitae, site) = start(&pool, data.path(), s3, "not the secret");
    let client = client();
    until(&client, &format!("{site}/readyz"), 200).await;
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = client.get(format!("{site}/readyz")).send().await.expect("an answer");
        let said: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
        match said["object_store"].as_str() {
            Some("unavailable") => break,
            word => assert_eq!(word, Some("not known yet"), "{said}"),
        }
        assert!(Instant::now() < deadline, "{said}");
        tokio::task::yield_now().await;
    }
}
