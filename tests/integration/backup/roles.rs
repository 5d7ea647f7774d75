//! With the roles that the documents make, neither of them a superuser, on a server whose autovacuum is always at work.

use super::{NOW, Site, headline};
use crate::migrations::databases::write_pair;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use time::Duration;
use vitae::server::{
    config::Settings,
    db::Database,
    ops::{
        connect::Connection,
        migrate::{self, Backup, Source, generate},
        progress::Progress,
        restore::{self, Scratch},
        sql,
    },
    postgres::PrivatePostgres,
};

/// Rows that keep autovacuum busy.
const ROWS: &str =
    "insert into events (kind, subject) select 'signed-up', gen_random_uuid() from generate_series(1, 100000)";

/// How often the application saves.
const SAVES: std::time::Duration = std::time::Duration::from_millis(20);

/// A server of its own, with a database of ours.
struct Server {
    /// Its pool is a superuser's.
    site: Site,
    private: PrivatePostgres,
}

/// What the documents say that a superuser runs, for other names: this server has those of the documents already.
fn documented() -> String {
    let text = include_str!("../../../docs/operations.md");
    let section = text.split_once("### A role for the server alone").expect("the section").1;
    let block = section.split_once("```sql\n").and_then(|(_, rest)| rest.split_once("```")).expect("a block").0;
    block.replace("vitae", "docs")
}

impl Server {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder for the data");
        // PostgreSQL runs under another account than root.
        std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).expect("changed");
        let private = PrivatePostgres::start(data.path(), "").await.expect("it starts");
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]).stdin(Stdio::piped());
        psql.envs(PrivatePostgres::psql_environment(data.path()).expect("an environment"));
        let mut psql = psql.spawn().expect("psql runs");
        psql.stdin.take().expect("an input").write_all(documented().as_bytes()).expect("written");
        assert!(psql.wait().expect("it ends").success());

        let superuser = private.options().database("docs");
        let host = superuser.get_socket().expect("a socket").display().to_string();
        let url = |role: &str| format!("postgres://{role}@localhost:{}/docs?host={host}", superuser.get_port());
        let mut settings = Settings::defaults().expect("the defaults are valid");
        data.path().clone_into(&mut settings.server.data_dir);
        settings.database.url = url("docs_app:another");
        settings.database.owner_url = url("docs:one");
        let options = |url: &str| url.parse::<PgConnectOptions>().expect("an address");
        let connection = Connection {
            options: options(&settings.database.url),
            owner: options(&settings.database.owner_url),
            private: None,
        };
        migrate::apply(&connection.owner, &Source::embedded(), None, Backup::Skip).await.expect("applied");
        let pool = PgPool::connect_with(superuser).await.expect("connected");
        let site = Site { pool, settings, connection, data };
        site.fill().await;
        for statement in ["alter system set autovacuum_naptime = '1s'", "select pg_reload_conf()"] {
            site.sql(statement).await;
        }
        Self { site, private }
    }

    async fn stop(self) {
        self.site.pool.close().await;
        // Before its folder goes.
        drop(self.private);
    }

    /// Scratch databases of any kind, and their roles.
    async fn scratches(&self) -> Vec<String> {
        let query = "select datname::text from pg_database where datname ~ 'scratch'
                     union all select rolname::text from pg_roles where rolname ~ 'scratch' order by 1";
        sqlx::query_scalar(query).fetch_all(&self.site.pool).await.expect("names")
    }

    /// The program with both roles.
    fn vitae(&self, arguments: &[&str]) -> Command {
        let mut vitae = self.site.vitae(arguments);
        vitae.env("DATABASE_OWNER_URL", &self.site.settings.database.owner_url);
        vitae
    }
}

/// The application at work, until it is told to stop; answers how often it saved.
fn work(options: PgConnectOptions, going: &Arc<AtomicBool>) -> tokio::task::JoinHandle<u32> {
    let going = Arc::clone(going);
    tokio::spawn(async move {
        let database = Database::lazy(options, 2, std::time::Duration::from_secs(3));
        let mut saves = 0;
        let mut pace = tokio::time::interval(SAVES);
        while going.load(Ordering::Relaxed) {
            pace.tick().await;
            let save = sqlx::query("update resumes set json_content = $1 where id % 5 = $2 % 5")
                .bind(headline(&saves.to_string()))
                .bind(saves)
                .execute(database.pool());
            // While it is restored, connections are ended.
            saves += i32::from(save.await.is_ok());
        }
        database.close().await;
        u32::try_from(saves).expect("a number")
    })
}

/// `VITAE_PROOFS` of them; as many as `bin/torture` says.
#[tokio::test]
async fn proofs_and_generated_migrations_leave_nothing_whatever_autovacuum_does() {
    let server = Box::pin(Server::start()).await;
    let site = &server.site;
    site.sql(ROWS).await;
    // What another has left, and this role may not drop, stops nothing.
    let left = ["docs_scratch_0000abcd", "vitae_scratch_1_0"];
    for name in left {
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&site.pool).await.expect("made");
    }
    let going = Arc::new(AtomicBool::new(true));
    let worker = work(site.connection.options.clone(), &going);
    let rounds = std::env::var("VITAE_PROOFS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    std::fs::write(folder.path().join("schema.sql"), "create table a (id integer, b integer);").expect("written");
    for round in 0..rounds {
        site.create(NOW + Duration::minutes(round), true).await.expect("proven");
        assert_eq!(server.scratches().await, left, "after the proof of round {round}");
        let generated = folder.path().join(round.to_string());
        std::fs::create_dir(&generated).expect("made");
        for name in ["1_first.up.sql", "1_first.down.sql", "schema.sql"] {
            std::fs::copy(folder.path().join(name), generated.join(name)).expect("copied");
        }
        let request = generate::Request { folder: &generated, message: "Next", renames: &[], now: NOW };
        generate::generate(&site.connection.owner, &request).await.expect("generated").expect("a migration");
        assert_eq!(server.scratches().await, left, "after the migration of round {round}");
    }
    going.store(false, Ordering::Relaxed);
    assert!(worker.await.expect("it worked") > 10, "there was load");
    server.stop().await;
}

/// Not left to chance: the worker is in there, and stays for minutes.
#[tokio::test]
async fn a_scratch_database_goes_while_autovacuum_works_in_it() {
    let server = Box::pin(Server::start()).await;
    let owner = &server.site.connection.owner;
    let mut beside = sql::connect_beside(owner).await.expect("connected");
    for forced in [true, false] {
        let scratch = Scratch::make(owner, &mut beside).await.expect("made");
        let mut inside = PgConnection::connect_with(&scratch.restricted).await.expect("connected");
        let slow =
            "create table t (n integer) with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
                    insert into t select generate_series(1, 100000)";
        sqlx::raw_sql(slow).execute(&mut inside).await.expect("rows");
        inside.close().await.expect("closed");
        let here = format!(
            "select exists (select from pg_stat_activity where datname = '{}' and backend_type = 'autovacuum worker'
                            and query like '%public.t%')",
            scratch.name
        );
        super::until(&server.site.pool, "autovacuum", Box::leak(here.into_boxed_str())).await;
        if forced {
            let force = format!("drop database \"{}\" with (force)", scratch.name);
            let error = sql::run(&mut beside, force).await.expect_err("it may not end what the system does");
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            assert_eq!(code.as_deref(), Some("42501"), "insufficient_privilege: {error}");
        }
        scratch.remove(&mut beside).await;
        assert_eq!(server.scratches().await, Vec::<String>::new());
    }
    server.stop().await;
}

#[tokio::test]
async fn a_restore_while_the_application_serves_needs_no_superuser() {
    let server = Box::pin(Server::start()).await;
    let site = &server.site;
    let (file, _) = site.backup().await;
    let going = Arc::new(AtomicBool::new(true));
    let worker = work(site.connection.options.clone(), &going);
    let connected =
        "select exists (select from pg_stat_activity where usename = 'docs_app' and application_name = 'vitae')";
    super::until(&site.pool, "the work of the application", connected).await;
    site.pool.close().await;
    let source = site.open(&file, false).await.expect("whole");
    let request = restore::Request { now: NOW, while_serving: true };
    restore::restore(&site.settings, &site.connection, &source, request, &Progress::silent()).await.expect("restored");
    let app = PgPool::connect_with(site.connection.options.clone()).await.expect("connected");
    sqlx::query("update users set email = 'new@example.org' where id = 1").execute(&app).await.expect("it goes on");
    let count = sqlx::query_scalar::<_, i64>("select count(*) from events").fetch_one(&app).await.expect("a number");
    assert_eq!(count, 20);
    app.close().await;
    going.store(false, Ordering::Relaxed);
    assert!(worker.await.expect("it worked") > 0, "there was load");
    site.tidy().await;

    let rights = |said: &str| said.lines().find(|line| line.contains(" rights ")).unwrap_or_default().to_owned();
    let doctor = || String::from_utf8(server.vitae(&["doctor"]).output().expect("it runs").stdout).expect("UTF-8");
    let said = doctor();
    assert!(rights(&said).starts_with("ok"), "{said}");
    let superuser = PgPool::connect_with(server.private.options()).await.expect("connected");
    sqlx::raw_sql("revoke docs_app from docs").execute(&superuser).await.expect("revoked");
    superuser.close().await;
    let said = doctor();
    assert!(rights(&said).starts_with("WRONG") && said.contains("grant docs_app to docs"), "{said}");
    server.stop().await;
}
