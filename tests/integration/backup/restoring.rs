//! Restores: everything comes back, and until the end the old database serves.

use super::{NOW, Site, refused, succeeded};
use sqlx::PgPool;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};
use time::Duration;
use uuid::Uuid;
use vitae::server::{
    db::Database,
    ledger::Ledger,
    ops::{
        connect::Connection,
        migrate::{self, Backup, Source, downgrade},
        restore,
    },
};

#[sqlx::test]
async fn everything_is_back_but_sessions_and_those_who_were_erased(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, manifest) = site.backup().await;
    let erased = Uuid::from_u128(7);
    Ledger::open(&site.settings).expect("opened").note(erased, NOW).await.expect("noted");
    site.sql("delete from users where id > 3; update resumes set name = 'damaged'; insert into users (email) values ('new@example.org')").await;
    let key = &manifest.objects[0].key;
    site.storage().delete(key).await.expect("lost");

    let restored = site.restore(&file, false).await.expect("restored");
    assert_eq!((restored.erased, restored.missing.len()), (1, 0));
    assert_eq!(site.count("select count(*) from users").await, 19);
    assert_eq!(
        site.count("select count(*) from users where email in ('new@example.org', 'person7@example.org')").await,
        0
    );
    assert_eq!(site.count("select count(*) from resumes where name = 'damaged'").await, 0);
    assert_eq!(site.count("select count(*) from resume_revisions").await, 38);
    assert_eq!(site.count("select count(*) from sessions").await, 0);
    assert_eq!(site.storage().get(key).await.expect("brought back"), "%PDF 1");
    site.sql("insert into users (email) values ('next@example.org')").await;
    assert_eq!(site.count("select id::bigint from users where email = 'next@example.org'").await, 21, "ids go on");

    let old = restored.old.expect("a name");
    let kept = restore::old_databases(&site.connection.owner).await.expect("a list");
    assert_eq!(kept, [(old, NOW)]);
    let early = restore::remove_old(&site.connection.owner, NOW - Duration::DAY).await.expect("answers");
    assert!(early.is_empty(), "it is kept for a while");
    let removed = succeeded(&site.vitae(&["restore", "--remove-old", "--yes"]).output().expect("it runs"));
    assert!(removed.contains("Removed"), "{removed}");
    assert!(restore::old_databases(&site.connection.owner).await.expect("a list").is_empty());
    assert_eq!(site.left_behind().await, 0);
}

#[sqlx::test]
async fn a_backup_of_an_older_schema_is_brought_up_to_date(pool: PgPool) {
    let site = Site::new(pool).await;
    let (owner, source) = (&site.connection.owner, Source::embedded());
    let plan = downgrade::plan(owner, &source, 2).await.expect("two of them");
    downgrade::run(owner, &source, &plan, Backup::Skip).await.expect("taken back");
    let (file, _) = site.backup().await;
    migrate::apply(owner, &source, None, Backup::Skip).await.expect("applied");
    site.restore(&file, false).await.expect("restored");
    assert!(!migrate::history(owner, &source).await.expect("answers").contains("pending"));
    assert_eq!(site.count("select count(*) from resumes").await, 40);
    site.tidy().await;
}

#[sqlx::test]
async fn a_backup_of_a_newer_schema_is_refused(pool: PgPool) {
    let site = Site::new(pool).await;
    site.sql("insert into _sqlx_migrations values (20990101000000, 'later', now(), true, 'x', 1)").await;
    let (file, _) = site.backup().await;
    let error = site.restore(&file, false).await.expect_err("newer").to_string();
    assert!(error.contains("20990101000000") && error.contains("Install that one"), "{error}");
    assert_eq!(site.left_behind().await, 0);
}

#[sqlx::test]
async fn while_a_server_runs_it_must_be_said(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let server = Database::lazy(site.connection.options.clone(), 2, std::time::Duration::from_secs(3));
    sqlx::query("select 1").execute(server.pool()).await.expect("connected");
    let error = site.restore(&file, false).await.expect_err("a server is running").to_string();
    assert!(error.contains("--while-serving"), "{error}");
    let arguments = ["restore", "--yes", "--while-serving", file.to_str().expect("UTF-8")];
    succeeded(&site.vitae(&arguments).output().expect("it runs"));
    let count = sqlx::query_scalar::<_, i64>("select count(*) from users").fetch_one(server.pool()).await;
    assert_eq!(count.expect("the server goes on with the new one"), 20);
    server.close().await;
    site.tidy().await;
}

/// What the application's role may do, in order.
const RIGHTS: &str =
    "select string_agg(concat_ws(' ', table_name, privilege_type), ', ' order by table_name, privilege_type)
                      from information_schema.role_table_grants where grantee = 'vitae_test_app'";

#[sqlx::test]
async fn the_applications_role_may_afterwards_what_it_could_before(pool: PgPool) {
    let mut site = Site::new(pool).await;
    site.sql(
        "do $$ begin create role vitae_test_app login; exception when duplicate_object or unique_violation then null; end $$;
         grant usage on schema public to vitae_test_app;
         grant select, insert, update, delete on all tables in schema public to vitae_test_app;
         alter default privileges in schema public grant select on tables to vitae_test_app;
         revoke update, delete on events from vitae_test_app;
         grant usage on all sequences in schema public to vitae_test_app",
    )
    .await;
    site.connection.options = site.connection.options.clone().username("vitae_test_app");
    let rights = async || sqlx::query_scalar::<_, String>(RIGHTS).fetch_one(&site.pool).await.expect("rights");
    let before = rights().await;
    assert!(before.contains("events INSERT") && !before.contains("events DELETE"), "{before}");
    let (file, _) = site.backup().await;
    site.restore(&file, false).await.expect("restored");
    assert_eq!(rights().await, before);
    let app = PgPool::connect_with(site.connection.options.clone()).await.expect("connected");
    sqlx::raw_sql("insert into users (email) values ('new@example.org'); update resumes set name = 'mine'")
        .execute(&app)
        .await
        .expect("it works with them");
    for beyond in ["delete from events", "drop table resumes", "create table other ()"] {
        sqlx::query(beyond).execute(&app).await.expect_err(beyond);
    }
    site.sql("create table later ()").await;
    sqlx::query("select * from later").execute(&app).await.expect("what is made later, too");
    app.close().await;
    site.tidy().await;
}

/// On a server of an operator's own: the role may make databases and roles, and nothing more.
#[sqlx::test]
async fn no_superuser_is_needed(pool: PgPool) {
    let mut site = Site::empty(pool);
    let name = format!("owner_{}", site.data.path().file_name().expect("a name").to_string_lossy().replace('.', ""));
    let make = format!("create role \"{name}\" login createdb createrole; create database \"{name}\" owner \"{name}\"");
    for statement in make.split("; ") {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&site.pool).await.expect("made");
    }
    let owner = site.connection.owner.clone().username(&name).database(&name);
    site.settings.database.url =
        site.settings.database.url.replace(&**site.connection.owner.get_database().as_ref().expect("a name"), &name);
    site.connection = Connection { options: owner.clone(), owner: owner.clone(), private: None };
    migrate::apply(&owner, &Source::embedded(), None, Backup::Skip).await.expect("applied");
    let live = sqlx::PgPool::connect_with(owner.clone()).await.expect("connected");
    sqlx::query("insert into users (email) values ('ann@example.org')").execute(&live).await.expect("a row");
    let (file, _) = site.backup().await;
    sqlx::query("delete from users").execute(&live).await.expect("gone");
    site.restore(&file, false).await.expect("restored");
    let count = sqlx::query_scalar::<_, i64>("select count(*) from users").fetch_one(&live).await;
    assert_eq!(count.expect("an answer"), 1);
    live.close().await;
    site.tidy().await;
    for statement in [format!("drop database \"{name}\""), format!("drop role \"{name}\"")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&site.pool).await.expect("nothing of it is left");
    }
}

#[sqlx::test]
async fn it_asks_first(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let output = site.vitae(&["restore", file.to_str().expect("UTF-8")]).stdin(Stdio::null()).output();
    assert!(refused(&output.expect("it runs")).contains("--yes"));
    assert!(restore::old_databases(&site.connection.owner).await.expect("a list").is_empty());
}

/// The lock of a killed process goes with its connections.
const NOBODY: &str = "select not exists (
    select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = 'postgres')
    and (classid::bigint << 32) + objid::bigint = hashtextextended('vitae backup of ' || current_database(), 0)
)";

/// Each line that the program says is one step: it is killed after every one of them.
#[sqlx::test]
async fn killed_at_any_step_the_old_database_goes_on(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    site.sql("insert into users (email) values ('since@example.org')").await;
    let arguments = ["restore", "--yes", file.to_str().expect("UTF-8")];
    let mut steps = 0;
    loop {
        let mut vitae = site.vitae(&arguments).stderr(Stdio::piped()).spawn().expect("it runs");
        let words = BufReader::new(vitae.stderr.take().expect("a pipe"));
        let said = words.lines().take(steps + 1).count();
        vitae.kill().expect("killed");
        vitae.wait().expect("it ended");
        if said <= steps {
            break;
        }
        steps += 1;
        // What PostgreSQL was told before the kill it still does.
        super::until(&site.pool, "the end of the killed one", NOBODY).await;
        let since = site.count("select count(*) from users where email = 'since@example.org'").await;
        let swapped = !restore::old_databases(&site.connection.owner).await.expect("a list").is_empty();
        // After its last word the swap may have been quicker than the signal: then it is done, and whole.
        assert_eq!(since, i64::from(!swapped), "after step {steps}");
        assert_eq!(site.count("select count(*) from resumes").await, 40, "after step {steps}");
        if swapped {
            break;
        }
    }
    assert!(steps >= 6, "{steps} steps");
    site.tidy().await;
    let again = site.vitae(&arguments).output().expect("it runs");
    succeeded(&again);
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert_eq!(site.left_behind().await, 0, "what the killed ones left is gone");
    site.tidy().await;
}

#[sqlx::test]
async fn when_postgresql_breaks_off_the_old_database_goes_on(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let breaking = async {
        let feeding = "select exists (select from pg_stat_activity where starts_with(usename, left(current_database(), 40)) and usename like '%\\_scratch\\_%')";
        super::until(&site.pool, "feeding", feeding).await;
        site.sql("select pg_terminate_backend(pid) from pg_stat_activity where starts_with(usename, left(current_database(), 40))").await;
    };
    let (restored, ()) = futures::future::join(site.restore(&file, false), breaking).await;
    let error = format!("{:#}", restored.expect_err("PostgreSQL broke off"));
    assert!(error.contains("cannot be restored"), "{error}");
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert_eq!(site.left_behind().await, 0);
}

#[sqlx::test]
async fn encrypted_backups_need_the_secret_key_and_nothing_else(pool: PgPool) {
    let mut site = Site::new(pool).await;
    let identity = site.data.path().join("key.txt");
    let made = Command::new("age-keygen").arg("-o").arg(&identity).output().expect("age is installed");
    let words = String::from_utf8_lossy(&made.stderr).into_owned();
    words.trim().rsplit(' ').next().expect("a key").clone_into(&mut site.settings.backup.age_recipient);
    let (file, _) = site.backup().await;
    let name = file.to_str().expect("UTF-8");
    assert!(name.ends_with(".sql.gz.age"), "{name}");
    let bytes = std::fs::read(&file).expect("readable");
    assert!(bytes.starts_with(b"age-encryption.org/v1"));
    assert!(!site.files().iter().any(|name| name.contains("partial")), "{:?}", site.files());

    let words = refused(&site.vitae(&["backup", "verify", name]).output().expect("it runs"));
    assert!(words.contains("--identity"), "{words}");
    let other = site.data.path().join("other.txt");
    Command::new("age-keygen").arg("-o").arg(&other).output().expect("age is installed");
    let with = |identity: &std::path::Path, command: &[&str]| {
        let identity = identity.to_str().expect("UTF-8");
        site.vitae(&[command, &["--identity", identity, name]].concat()).output().expect("it runs")
    };
    assert!(refused(&with(&other, &["backup", "verify"])).contains("the key is not the one"));
    succeeded(&with(&identity, &["backup", "verify"]));
    site.sql("delete from users").await;
    succeeded(&with(&identity, &["restore", "--yes"]));
    assert_eq!(site.count("select count(*) from users").await, 20);
    site.tidy().await;
}
