//! A server whose database is away when it starts.

use super::Proxy;
use crate::s3::{Vitae, client, until};
use sqlx::PgPool;
use std::process::{Command, Stdio};

#[sqlx::test]
async fn a_server_answers_before_its_database_does(pool: PgPool) {
    let options = pool.connect_options();
    let (data, proxy) = (tempfile::tempdir().expect("a folder"), Proxy::start(&options, usize::MAX));
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = port.expect("a port").to_string();
    let socket = data.path().join("socket");
    let database = format!(
        "postgres://{}@localhost:{}/{}?host={}&sslmode=disable",
        options.get_username(),
        options.get_port(),
        options.get_database().expect("a name"),
        socket.display()
    );
    let child = Command::new(env!("CARGO_BIN_EXE_vitae"))
        .arg("serve")
        .env("VITAE_DATA_DIR", data.path().join("data"))
        .env("LEPTOS_SITE_ADDR", &address)
        .env("DATABASE_URL", database)
        .env("TYPESETTING_WORKERS", "1")
        .stderr(Stdio::null())
        .spawn()
        .expect("vitae runs");
    let (_vitae, client, site) = (Vitae(child), client(), format!("http://{address}"));
    until(&client, &format!("{site}/livez"), 200).await;
    for path in ["readyz", "", "resumes"] {
        until(&client, &format!("{site}/{path}"), 503).await;
    }
    std::os::unix::fs::symlink(proxy.folder(), socket).expect("the database is back");
    until(&client, &format!("{site}/readyz"), 200).await;
    until(&client, &format!("{site}/"), 200).await;
}
