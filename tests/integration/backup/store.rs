//! Backups in an object store.

use super::{Site, refused, succeeded};
use crate::{
    erasure::files,
    s3::{BUCKET, s3_server},
    support::ending,
};
use sqlx::PgPool;
use std::{net::SocketAddr, process::Command};

fn vitae(site: &Site, store: SocketAddr, arguments: &[&str]) -> Command {
    let mut command = site.vitae(arguments);
    command.env("BACKUP_PLACE", format!("s3://{BUCKET}/b"));
    command.env("AWS_ENDPOINT_URL", format!("http://{store}")).env("AWS_REGION", "eu-central-1");
    command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "secretsecret");
    command.env("OBJECT_STORE_TIMEOUT_SECONDS", "3");
    command
}

async fn run(mut command: Command) -> std::process::Output {
    tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs")
}

#[sqlx::test]
async fn backups_go_to_a_bucket_and_come_back(pool: PgPool) {
    let site = Site::new(pool).await;
    let objects = tempfile::tempdir().expect("a folder");
    let store = s3_server(objects.path()).await;
    let created = succeeded(&run(vitae(&site, store, &["backup", "create"])).await);
    assert!(created.contains("s3://cv-archive/b/cv_database_"), "{created}");
    let verified = succeeded(&run(vitae(&site, store, &["backup", "verify", "--latest"])).await);
    assert!(verified.contains("is verified"), "{verified}");
    let listed = succeeded(&run(vitae(&site, store, &["backup", "list"])).await);
    assert!(listed.contains("verified 20"), "{listed}");
    succeeded(&run(vitae(&site, store, &["backup", "status"])).await);
    let name = listed.split_whitespace().next().expect("a name");
    std::fs::remove_dir_all(site.data.path().join("objects")).expect("the archive is lost");
    site.sql("delete from users").await;
    succeeded(&run(vitae(&site, store, &["restore", "--yes", name])).await);
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert!(site.data.path().join("objects/pdf").exists(), "the archive came back with it");
    assert!(!site.data.path().join("backups").exists(), "nothing is kept on the machine");
    let left = std::fs::read_dir(site.data.path().join("unfinished-backups")).expect("the folder");
    assert_eq!(left.count(), 0);
    site.tidy().await;
}

#[sqlx::test]
async fn a_store_that_is_away_is_told(pool: PgPool) {
    let site = Site::new(pool).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    for command in [&["backup", "create"][..], &["backup", "status"], &["backup", "verify", "--latest"]] {
        let words = refused(&run(vitae(&site, nobody, command)).await);
        assert!(words.contains("s3://cv-archive/b cannot be"), "{command:?}: {words}");
    }
}

/// The files of the bucket.
fn in_bucket(objects: &tempfile::TempDir) -> Vec<String> {
    let found = files(&objects.path().join(BUCKET).join("b/objects")).into_iter();
    found.filter(|path| std::path::Path::new(path).is_file()).collect()
}

#[sqlx::test]
async fn copies_in_a_bucket_are_encrypted_and_proven_as_well(pool: PgPool) {
    let mut site = Site::new(pool).await;
    let objects = tempfile::tempdir().expect("a folder");
    let store = s3_server(objects.path()).await;
    succeeded(&run(vitae(&site, store, &["backup", "create"])).await);
    assert_eq!(ending(&in_bucket(&objects), "pdf"), 3);
    let identity = site.encrypt("key.txt");
    let identity = identity.to_str().expect("UTF-8");
    let recipient = site.settings.backup.age_recipient.clone();
    let encrypting = |arguments: &[&str]| {
        let mut command = vitae(&site, store, arguments);
        command.env("BACKUP_AGE_RECIPIENT", &recipient);
        command
    };
    let created = succeeded(&run(encrypting(&["backup", "create", "--verify"])).await);
    let copies = in_bucket(&objects);
    assert_eq!(ending(&copies, "age"), 3, "{copies:?}");
    assert_eq!(copies.len(), 3, "those in clear are gone: {copies:?}");

    let name = created.trim().rsplit('/').next().expect("a name");
    let verify = ["backup", "verify", name, "--identity", identity];
    succeeded(&run(encrypting(&verify)).await);
    let whole = std::fs::read(&copies[0]).expect("readable");
    std::fs::write(&copies[0], &whole[..whole.len() - 1]).expect("cut off");
    assert!(refused(&run(encrypting(&verify)).await).contains("copies of 1 archived PDFs"));
    succeeded(&run(encrypting(&["backup", "create"])).await);
    succeeded(&run(encrypting(&verify)).await);

    std::fs::remove_dir_all(site.data.path().join("objects")).expect("the archive is lost");
    succeeded(&run(encrypting(&["restore", "--yes", name, "--identity", identity])).await);
    assert_eq!(ending(&files(&site.data.path().join("objects/pdf")), "pdf"), 3);
    site.tidy().await;
}
