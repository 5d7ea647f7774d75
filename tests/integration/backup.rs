//! Backups and restores, on real databases and with the real client programs.

mod create;
mod damage;
mod drill;
mod erased;
mod hostile;
mod objects;
mod restoring;
mod roles;
mod store;
mod unproven;
mod where_it_looks;

use serde_json::json;
use sqlx::PgPool;
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};
use time::{OffsetDateTime, macros::datetime};
use vitae::{
    domain::sample,
    server::{
        config::Settings,
        ops::{
            backup::{
                self, Request,
                manifest::{Manifest, Name, Reason},
                place::Place,
            },
            connect::Connection,
            progress::Progress,
            restore::{self, Open, Restored, Source},
        },
        storage::{Storage, sha256_hex},
    },
};

/// When the tests happen.
const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// An installation with something in it.
struct Site {
    pool: PgPool,
    settings: Settings,
    connection: Connection,
    data: tempfile::TempDir,
}

impl Site {
    async fn new(pool: PgPool) -> Self {
        let site = Self::empty(pool);
        site.fill().await;
        site
    }

    fn empty(pool: PgPool) -> Self {
        let data = tempfile::tempdir().expect("a folder for the data");
        let mut settings = Settings::defaults().expect("the defaults are valid");
        data.path().clone_into(&mut settings.server.data_dir);
        settings.database.url = url(&pool);
        let options = (*pool.connect_options()).clone();
        let connection = Connection { options: options.clone(), owner: options, private: None };
        Self { pool, settings, connection, data }
    }

    async fn sql(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the statements are right");
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.expect("a number")
    }

    /// People, CVs, history, sessions, and three archived PDFs of the first one.
    async fn fill(&self) {
        let document = serde_json::to_value(sample::sample()).expect("JSON");
        sqlx::query(
            "with people as (
                 insert into users (uid, email, password_hash)
                 select ('00000000-0000-0000-0000-0000000000' || lpad(n::text, 2, '0'))::uuid,
                        'person' || n || '@example.org', 'hash' from generate_series(1, 20) as n returning id
             ), cvs as (
                 insert into resumes (user_id, name, json_content, created_at)
                 select id, E'CV\\tof \\\\ \"' || id || E'\"\\r\\n\\\\.\\n', $1, '2026-11-01Z' from people, generate_series(1, 2)
                 returning id
             )
             insert into resume_revisions (resume_id, revision, document, kind) select id, 1, $1, 'create' from cvs",
        )
        .bind(document)
        .execute(&self.pool)
        .await
        .expect("rows");
        self.sql(
            "insert into sessions (id_hash, user_id, data, expires_at)
             select sha256(id::text::bytea), id, '{\"canary\": \"session-of-somebody\"}', now() + interval '1 day' from users;
             insert into attempts values (sha256('x'), 1, now());
             insert into events (kind, subject) select 'signed-up', uid from users",
        )
        .await;
        let storage = self.storage();
        for n in 1..=3 {
            let content = format!("%PDF {n}").into_bytes();
            let hash = sha256_hex(&content);
            let key =
                format!("pdf/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-00000000000{n}/{hash}.pdf");
            storage.put_verified(&key, content.clone().into(), &hash).await.expect("stored");
            sqlx::query(
                "insert into archives (uuid, user_id, resume_id, resume_name, revision, sha256, size, object_key, state, ready_at)
                 values (('00000000-0000-0000-0000-00000000000' || $4)::uuid, 1, 1, 'CV', 1, $1, $2, $3, 'ready', now())",
            )
            .bind(&hash)
            .bind(i64::try_from(content.len()).expect("small"))
            .bind(&key)
            .bind(n.to_string())
            .execute(&self.pool)
            .await
            .expect("a row");
        }
    }

    fn storage(&self) -> Storage {
        Storage::open(&self.settings.storage, self.data.path()).expect("opened")
    }

    fn place(&self) -> Place {
        Place::open(&self.settings).expect("opened")
    }

    async fn create(&self, now: OffsetDateTime, prove: bool) -> anyhow::Result<(Name, Manifest)> {
        self.create_for(Reason::Manual, now, prove).await
    }

    async fn create_for(&self, reason: Reason, now: OffsetDateTime, prove: bool) -> anyhow::Result<(Name, Manifest)> {
        let request = Request { reason, now, prove };
        backup::create(&self.settings, &self.connection, &self.place(), request, &Progress::silent()).await
    }

    /// A proven backup, and its file.
    async fn backup(&self) -> (PathBuf, Manifest) {
        let (name, manifest) = self.create(NOW, true).await.expect("a backup");
        (self.data.path().join("backups").join(name.to_string()), manifest)
    }

    async fn open(&self, file: &Path, trust: bool) -> anyhow::Result<Source> {
        let open = Open { trust, ..Open::default() };
        let name = file.to_str().expect("UTF-8");
        Source::open(&self.settings, &self.place(), name, &open, &Progress::silent()).await
    }

    async fn verify(&self, file: &Path) -> anyhow::Result<()> {
        let source = self.open(file, false).await?;
        backup::verify(&self.settings, &self.connection, &source, NOW, &Progress::silent()).await
    }

    async fn restore(&self, file: &Path, trust: bool) -> anyhow::Result<Restored> {
        let source = self.open(file, trust).await?;
        let request = restore::Request { now: NOW, while_serving: false };
        restore::restore(&self.settings, &self.connection, &source, request, &Progress::silent()).await
    }

    /// Removes what a restore put aside, so that nothing is left of the test.
    async fn tidy(&self) {
        restore::remove_old(&self.connection.owner, NOW + time::Duration::DAY * 36500).await.expect("removed");
    }

    /// The program, as an operator runs it on this installation.
    fn vitae(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitae"));
        command.args(arguments).current_dir(self.data.path());
        command.env("VITAE_DATA_DIR", self.data.path()).env("DATABASE_URL", &self.settings.database.url);
        command
    }

    /// Encrypts from now on for a new key pair; answers the file with the secret key.
    fn encrypt(&mut self, name: &str) -> PathBuf {
        let identity = self.data.path().join(name);
        let made = Command::new("age-keygen").arg("-o").arg(&identity).output().expect("age is installed");
        let words = String::from_utf8_lossy(&made.stderr).into_owned();
        words.trim().rsplit(' ').next().expect("a key").clone_into(&mut self.settings.backup.age_recipient);
        identity
    }

    /// The databases and roles that a backup or restore makes for itself, and that must not stay.
    async fn left_behind(&self) -> i64 {
        sqlx::query_scalar(
            "select count(*) from (select datname as name from pg_database union all select rolname from pg_roles) as names
             where starts_with(name::text, left(current_database(), 40)) and name like '%\\_scratch\\_%'",
        )
        .fetch_one(&self.pool)
        .await
        .expect("a number")
    }

    fn files(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.data.path().join("backups"));
        let names = folder.into_iter().flatten().map(|entry| entry.expect("readable").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// The address of the database of a test.
fn url(pool: &PgPool) -> String {
    let options = pool.connect_options();
    let host = options.get_socket().map_or(options.get_host().to_owned(), |socket| socket.display().to_string());
    let database = options.get_database().expect("a name");
    format!("postgres://{}@localhost:{}/{database}?host={host}", options.get_username(), options.get_port())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// What a program said, and that it failed.
fn refused(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it should have failed: {words}");
    words
}

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The bytes of a gzip file, as gunzip reads it.
fn gunzip(path: &Path) -> Vec<u8> {
    let output = Command::new("gzip").args(["-dc"]).arg(path).output().expect("gzip runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn gzip(content: &[u8], to: &Path) {
    use std::io::Write;
    let file = std::fs::File::create(to).expect("made");
    let mut gzip = Command::new("gzip").stdin(std::process::Stdio::piped()).stdout(file).spawn().expect("gzip runs");
    gzip.stdin.take().expect("an input").write_all(content).expect("written");
    assert!(gzip.wait().expect("it ends").success());
}

/// Waits until a query answers true; fails after half a minute. No answer is none: the database may just be getting its
/// name.
async fn until(pool: &PgPool, what: &str, query: &'static str) {
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while !sqlx::query_scalar::<_, bool>(query).fetch_one(pool).await.unwrap_or(false) {
        assert!(std::time::Instant::now() < deadline, "{what} did not happen");
        tokio::task::yield_now().await;
    }
}

/// A document that is saved.
fn headline(text: &str) -> serde_json::Value {
    let mut document = serde_json::to_value(sample::sample()).expect("JSON");
    document["basics"]["headline"] = json!(text);
    document
}
