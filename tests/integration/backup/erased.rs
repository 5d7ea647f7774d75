//! What was erased stays erased: the rows, the archived PDFs in the store, and their copies.

use super::{NOW, Site, succeeded};
use crate::erasure::files;
use sqlx::PgPool;
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};
use time::Duration;
use uuid::Uuid;
use vitae::server::ledger::Ledger;

/// Who has archived PDFs.
const ANN: Uuid = Uuid::from_u128(1);

/// Everything of hers in a folder.
fn of_ann(folder: &Path) -> Vec<String> {
    let named = |path: &String| path.contains(&ANN.to_string()) && !path.contains("/erased/");
    let found: Vec<String> = files(folder).into_iter().filter(named).collect();
    found.into_iter().filter(|path| Path::new(path).is_file()).collect()
}

impl Site {
    /// As the server does it: the ledger, the objects, the rows.
    async fn erase_ann(&self) {
        Ledger::open(&self.settings).expect("opened").note(ANN, NOW).await.expect("noted");
        self.storage().delete_all(&format!("pdf/{ANN}")).await.expect("deleted");
        self.sql("delete from users where id = 1").await;
    }

    async fn ann_is_gone(&self, beside: &Path) {
        assert_eq!(self.count("select count(*) from users").await, 19);
        assert_eq!(self.count("select count(*) from archives").await, 0);
        assert_eq!(of_ann(&self.data.path().join("objects")), Vec::<String>::new());
        assert_eq!(of_ann(beside), Vec::<String>::new(), "the copies");
    }
}

#[sqlx::test]
async fn an_archived_pdf_does_not_come_back_with_a_restore(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let backups = site.data.path().join("backups");
    assert_eq!(of_ann(&backups).len(), 3);
    site.erase_ann().await;
    let restored = site.restore(&file, false).await.expect("restored");
    assert_eq!((restored.erased, restored.missing.len()), (1, 0));
    site.ann_is_gone(&backups).await;
    site.tidy().await;
    site.verify(&file).await.expect("what was erased is no loss");

    // What an earlier release brought back goes with the next one.
    let key = format!("pdf/{ANN}/00000000-0000-0000-0000-000000000001/{}.pdf", "a".repeat(64));
    site.storage()
        .put_verified(&key, "%PDF 1".into(), &vitae::server::storage::sha256_hex(b"%PDF 1"))
        .await
        .expect("put");
    let name = file.to_str().expect("UTF-8");
    succeeded(&site.vitae(&["restore", "--yes", "--while-serving", name]).output().expect("it runs"));
    site.ann_is_gone(&backups).await;
    site.tidy().await;
}

/// Whoever is erased while a restore runs is erased in what it makes the database.
#[sqlx::test]
async fn who_is_erased_while_a_restore_runs_is_not_brought_back(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let content = |path: String| (std::fs::read(&path).expect("readable"), path);
    let hers: Vec<_> = of_ann(site.data.path()).into_iter().map(content).collect();
    assert_eq!(hers.len(), 6);
    let arguments = ["restore", "--yes", "--while-serving", file.to_str().expect("UTF-8")];
    for (round, at) in (1..).zip(["Migrating", "Looking for"]) {
        let mut vitae = site.vitae(&arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
        let mut words = BufReader::new(vitae.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while !line.starts_with(at) {
            line.clear();
            assert!(words.read_line(&mut line).expect("readable") > 0, "it never said {at}");
        }
        signal("-STOP", &vitae);
        site.erase_ann().await;
        signal("-CONT", &vitae);
        let mut rest = String::new();
        words.read_to_string(&mut rest).expect("readable");
        assert!(vitae.wait().expect("it ends").success(), "{at}: {rest}");
        // What it copied before she was erased goes with the next backup.
        site.create(NOW + Duration::hours(round), false).await.expect("a backup");
        site.ann_is_gone(&site.data.path().join("backups")).await;
        site.tidy().await;

        // For the next round she is somebody who was never erased.
        std::fs::remove_file(site.data.path().join("backups/erased").join(ANN.to_string())).expect("there is a note");
        for (content, path) in &hers {
            std::fs::create_dir_all(Path::new(path).parent().expect("a folder")).expect("made");
            std::fs::write(path, content).expect("written");
        }
        assert_eq!(site.restore(&file, false).await.expect("restored").erased, 0);
        assert_eq!(site.count("select count(*) from archives").await, 3);
        site.tidy().await;
    }
}

fn signal(name: &str, child: &Child) {
    succeeded(&Command::new("kill").args([name, &child.id().to_string()]).output().expect("kill runs"));
}

#[sqlx::test]
async fn who_asked_to_be_forgotten_and_is_not_gone_yet_is_not_brought_back(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    // The store is away: only the database of now knows.
    site.sql("update users set leaving_at = '2026-11-22 12:00Z', disabled_at = now() where id = 1").await;
    let restored = site.restore(&file, false).await.expect("restored");
    assert_eq!(restored.erased, 1);
    site.ann_is_gone(&site.data.path().join("backups")).await;
    site.tidy().await;
}
