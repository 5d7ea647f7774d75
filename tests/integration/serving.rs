//! A server as a process: who may connect, how it stops, and what it says of itself to commands.

use crate::s3::{Vitae, client, until};
use axum::{Router, routing::get};
use serde_json::Value;
use sqlx::{ConnectOptions, PgPool};
use std::{
    io::ErrorKind,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use vitae::server::http::{door::Door, serve};

fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

fn vitae(pool: &PgPool, data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitae"));
    command
        .args(arguments)
        .env("DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .env("VITAE_DATA_DIR", data)
        .env("TYPESETTING_WORKERS", "1");
    command
}

fn start(pool: &PgPool, data: &Path, address: SocketAddr, variables: &[(&str, &str)]) -> Vitae {
    let mut command = vitae(pool, data, &["serve"]);
    let command = command.env("LEPTOS_SITE_ADDR", address.to_string()).envs(variables.iter().copied());
    Vitae(command.stderr(Stdio::null()).spawn().expect("vitae runs"))
}

/// Asks once on a connection that stays open; answers whether there was an answer.
async fn is_answered(connection: &mut TcpStream) -> bool {
    let asked = connection.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut begin = [0; 12];
    match asked.and(connection.read_exact(&mut begin).await) {
        Ok(_) => &begin == b"HTTP/1.1 200",
        Err(error) => {
            let left = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
            assert!(left.contains(&error.kind()), "{error}");
            false
        }
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_a_proxy_any_number() {
    const PLACES: usize = 5;
    for (trusted, more) in [(vec![], false), (vec!["127.0.0.0/8".parse().expect("a network")], true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().route("/", get(async || "here"));
        let (stop, stopped) = oneshot::channel::<()>();
        let door = Door::new(PLACES, &trusted);
        let server = tokio::spawn(serve::serve(listener, app, door, async move { drop(stopped.await) }));
        let connect = async || TcpStream::connect(address).await.expect("connected");
        let mut inside = Vec::new();
        for _ in 0..PLACES {
            let mut connection = connect().await;
            assert!(is_answered(&mut connection).await);
            inside.push(connection);
        }
        assert_eq!(is_answered(&mut connect().await).await, more);
        drop(inside.pop());
        // The server notices at once that somebody left, but not before we go on.
        let deadline = Instant::now() + Duration::from_secs(10);
        while !is_answered(&mut connect().await).await {
            assert!(Instant::now() < deadline, "there is no place for who comes after somebody left");
        }
        drop((inside, stop));
        server.await.expect("no panic");
    }
}

/// Who balances load hears it from `/readyz` while everything is answered as before.
#[sqlx::test]
async fn a_server_that_is_told_to_stop_says_so_before_it_does(pool: PgPool) {
    let (data, address) = (tempfile::tempdir().expect("a folder"), free_address());
    let mut server = start(&pool, data.path(), address, &[("DRAIN_SECONDS", "3")]);
    let (client, site) = (client(), format!("http://{address}"));
    until(&client, &format!("{site}/readyz"), 200).await;
    let told = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().expect("kill runs").success());
    until(&client, &format!("{site}/readyz"), 503).await;
    let said: Value = {
        let answer = client.get(format!("{site}/readyz")).send().await.expect("an answer");
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
    };
    assert_eq!((said["server"].as_str(), said["database"].as_str()), (Some("stopping"), Some("ok")));
    let page = reqwest::Client::new().get(format!("{site}/")).send().await.expect("a new connection");
    assert_eq!(page.status(), 200);
    let ended = tokio::task::spawn_blocking(move || server.0.wait()).await.expect("no panic");
    assert!(ended.expect("it ends").success());
    assert!(told.elapsed() >= Duration::from_secs(3), "{:?}", told.elapsed());
}

/// Whatever its environment was: a command need not be run in it.
#[sqlx::test]
async fn links_lead_to_the_server_that_is_running(pool: PgPool) {
    let (data, address) = (tempfile::tempdir().expect("a folder"), free_address());
    let link = || {
        let output = vitae(&pool, data.path(), &["admin", "create", "ada@example.org"]).output().expect("vitae runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        said.lines().find(|line| line.starts_with("http")).unwrap_or_else(|| panic!("no link in {said}")).to_owned()
    };
    let server = start(&pool, data.path(), address, &[]);
    until(&client(), &format!("http://{address}/readyz"), 200).await;
    let printed = link();
    assert!(printed.starts_with(&format!("http://{address}/reset-password?token=")), "{printed}");
    until(&client(), &printed, 200).await;
    drop(server);
    let printed = link();
    assert!(printed.starts_with("http://127.0.0.1:3000/"), "nobody runs there any more: {printed}");
}

#[test]
fn a_level_that_is_none_is_refused() {
    let data = tempfile::tempdir().expect("a folder");
    let mut vitae = Command::new(env!("CARGO_BIN_EXE_vitae"));
    let refused = vitae.args(["backup", "list"]).env("VITAE_DATA_DIR", data.path()).env("RUST_LOG", "verbose").output();
    let refused = refused.expect("vitae runs");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.starts_with("vitae: RUST_LOG: 'verbose' is no level."), "{said}");
}

/// Told by the doctor of an installation behind a proxy that no setting names, be the server running or not.
#[sqlx::test]
async fn the_doctor_misses_the_proxy(pool: PgPool) {
    let data = tempfile::tempdir().expect("a folder");
    let line = |proxies: &str| {
        let mut doctor = vitae(&pool, data.path(), &["doctor"]);
        doctor.env("PUBLIC_URL", format!("https://{}", free_address())).env("TRUSTED_PROXIES", proxies);
        let said = String::from_utf8(doctor.output().expect("vitae runs").stdout).expect("UTF-8");
        said.lines()
            .find(|line| line.split_whitespace().nth(1) == Some("proxy"))
            .unwrap_or_else(|| panic!("no proxy in {said}"))
            .to_owned()
    };
    let missing = line("");
    assert!(missing.starts_with("WRONG") && missing.contains("TRUSTED_PROXIES does not name any"), "{missing}");
    assert!(line("127.0.0.1").starts_with("ok"));
}
