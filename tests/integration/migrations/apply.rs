//! `migrate apply`, and what `serve` does at its start.

use super::databases::{dump, options, write_pair};
use futures::FutureExt;
use sqlx::PgPool;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use vitae::server::{
    fault::chain,
    ops::migrate::{self, Backup, MigrationError, Source},
};

const NONE: Backup<'_> = Backup::Refuse("none can be made");

async fn source(folder: &Path) -> Source {
    Source::folder(folder).await.expect("a folder of migrations")
}

/// How often something was done, by the log.
async fn logged(pool: &PgPool, direction: &str) -> i64 {
    sqlx::query_scalar("select count(*) from migration_log where direction = $1")
        .bind(direction)
        .fetch_one(pool)
        .await
        .expect("the log is there")
}

#[sqlx::test(migrations = false)]
async fn processes_that_start_together_migrate_one_after_the_other(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let starts = futures::future::join_all((0..8).map(|_| migrate::apply(&owner, &source, None, NONE))).await;
    assert!(starts.iter().all(Result::is_ok), "{starts:?}");
    let count = i64::try_from(source.ups().count()).expect("few");
    assert_eq!(logged(&pool, "up").await, count, "each is applied once");
}

#[sqlx::test(migrations = false)]
async fn apply_goes_as_far_as_it_is_told(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let second = source.ups().nth(1).expect("there are two").version;
    let done = migrate::apply(&owner, &source, Some(second), NONE).await.expect("applied");
    assert_eq!(done.len(), 2);
    assert!(migrate::current(&owner, &source).await.expect("answers").expect("one").contains(&second.to_string()));
    let history = migrate::history(&owner, &source).await.expect("answers");
    assert_eq!(history.matches("pending").count(), source.ups().count() - 2, "{history}");
    assert_eq!(history.matches(env!("CARGO_PKG_VERSION")).count(), 2, "{history}");
    let error = migrate::apply(&owner, &source, Some(second + 1), NONE).await.expect_err("there is none");
    assert!(matches!(error, MigrationError::NoSuchVersion(_)), "{error}");
}

/// What a start costs when there is nothing to do, the connection included: at most 50 ms.
#[sqlx::test]
async fn a_check_with_nothing_to_do_is_quick(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let mut times = Vec::new();
    for _ in 0..31 {
        let started = Instant::now();
        assert_eq!(migrate::apply(&owner, &source, None, NONE).await.expect("applied"), Vec::<String>::new());
        times.push(started.elapsed());
    }
    times.sort();
    eprintln!("migration check with nothing to do: median {:?}, longest {:?}", times[15], times[30]);
    assert!(times[15] <= Duration::from_millis(50), "{times:?}");
}

#[sqlx::test(migrations = false)]
async fn what_fails_is_named_and_leaves_nothing(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    write_pair(
        folder.path(),
        "2_second",
        "create table b (id integer);\n\ninsert into b\nvalues ('x');",
        "drop table b;",
    );
    let error = migrate::apply(&options(&pool), &source(folder.path()).await, None, NONE).await.expect_err("no number");
    assert_eq!(
        error.to_string(),
        "2_second.up.sql, line 4: a row holds a value that does not fit (SQLSTATE 22P02). \
         Nothing of it was kept: the schema is as it was before 2"
    );
    assert!(dump(&options(&pool)).contains("public.a ") && !dump(&options(&pool)).contains("public.b "));

    write_pair(
        folder.path(),
        "2_second",
        "create table b (id integer);\ncreate table a (id integer);",
        "drop table b;",
    );
    let error = migrate::apply(&options(&pool), &source(folder.path()).await, None, NONE).await.expect_err("it exists");
    assert!(error.to_string().starts_with("2_second.up.sql, line 2: relation \"a\" already exists."), "{error}");
}

#[sqlx::test(migrations = false)]
async fn an_applied_file_that_was_edited_is_refused_by_name(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    migrate::apply(&options(&pool), &source(folder.path()).await, None, NONE).await.expect("applied");
    write_pair(folder.path(), "1_first", "create table a (id bigint);", "drop table a;");
    write_pair(folder.path(), "2_second", "create table b (id integer);", "drop table b;");
    let edited = source(folder.path()).await;
    let error = migrate::apply(&options(&pool), &edited, None, NONE).await.expect_err("edited").to_string();
    assert!(error.starts_with("1_first.up.sql was edited after it was applied"), "{error}");
    assert!(!dump(&options(&pool)).contains("public.b "));
    let history = migrate::history(&options(&pool), &edited).await.expect("answers");
    assert!(history.contains("1 first (the file was edited since)"), "{history}");
}

#[sqlx::test(migrations = false)]
async fn an_older_release_runs_on_a_newer_schema(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    let older = source(folder.path()).await;
    write_pair(folder.path(), "2_second", "create table b (id integer);", "drop table b;");
    migrate::apply(&options(&pool), &source(folder.path()).await, None, NONE).await.expect("applied");
    assert_eq!(migrate::apply(&options(&pool), &older, None, NONE).await.expect("left alone"), Vec::<String>::new());
    let history = migrate::history(&options(&pool), &older).await.expect("answers");
    assert!(history.contains("2 (of another release)"), "{history}");
}

#[sqlx::test(migrations = false)]
async fn data_is_not_migrated_without_a_backup(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    let taken = AtomicU32::new(0);
    let take = || {
        taken.fetch_add(1, Ordering::SeqCst);
        futures::future::ready(Ok(())).boxed()
    };
    let fail = || futures::future::ready(Err(anyhow::anyhow!("pg_dump is older than the server"))).boxed();

    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    migrate::apply(&owner, &source(folder.path()).await, None, Backup::Take(&take)).await.expect("applied");
    assert_eq!(taken.load(Ordering::SeqCst), 0, "there was nothing to lose");
    migrate::apply(&owner, &source(folder.path()).await, None, Backup::Take(&fail)).await.expect("nothing to do");

    sqlx::raw_sql("insert into a values (1)").execute(&pool).await.expect("inserted");
    write_pair(folder.path(), "2_second", "create table b (id integer);", "drop table b;");
    let pending = source(folder.path()).await;
    for (backup, reason) in [
        (Backup::Take(&fail), "pg_dump is older than the server"),
        (Backup::Refuse("none can be made"), "none can be made"),
    ] {
        let error = migrate::apply(&owner, &pending, None, backup).await.expect_err("no backup").to_string();
        assert!(error.contains(reason) && error.contains("--no-backup"), "{error}");
        assert!(!dump(&owner).contains("public.b "));
    }
    let together = (0..4).map(|_| migrate::apply(&owner, &pending, None, Backup::Take(&take)));
    assert!(futures::future::join_all(together).await.iter().all(Result::is_ok));
    assert_eq!(taken.load(Ordering::SeqCst), 1, "one backup for all that start together");

    write_pair(folder.path(), "3_third", "create table c (id integer);", "drop table c;");
    migrate::apply(&owner, &source(folder.path()).await, None, Backup::Skip).await.expect("somebody said so");
}

#[sqlx::test(migrations = false)]
async fn without_a_transaction_it_can_be_run_again_and_by_many(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    write_pair(
        folder.path(),
        "1_first",
        "create table a (id integer); insert into a values (1), (1);",
        "drop table a;",
    );
    let index = "-- no-transaction\ncreate unique index concurrently if not exists a_id_idx on a (id);";
    write_pair(folder.path(), "2_second", index, "-- no-transaction\ndrop index concurrently if exists a_id_idx;");
    let source = source(folder.path()).await;
    let error = migrate::apply(&owner, &source, None, Backup::Skip).await.expect_err("two are the same").to_string();
    assert!(error.starts_with("2_second.up.sql, line 2: ") && error.contains("run it again"), "{error}");
    assert!(!error.contains("(1)"), "{error}");
    sqlx::raw_sql("delete from a where ctid = '(0,1)'").execute(&pool).await.expect("deleted");

    // A process that waited inside of PostgreSQL would be one that the index waits for.
    let starts = futures::future::join_all((0..8).map(|_| migrate::apply(&owner, &source, None, Backup::Skip))).await;
    assert!(starts.iter().all(Result::is_ok), "{starts:?}");
    assert_eq!(logged(&pool, "up").await, 2);
    let valid: bool = sqlx::query_scalar("select indisvalid from pg_index where indexrelid = 'a_id_idx'::regclass")
        .fetch_one(&pool)
        .await
        .expect("the index is there");
    assert!(valid);
}

#[sqlx::test(migrations = false)]
async fn a_busy_table_is_waited_for_with_manners(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    let settings = "create table settings as select current_setting('lock_timeout') as lock_timeout;
                    create sequence tries;";
    write_pair(folder.path(), "1_first", settings, "drop table settings");
    // What a sequence counts is not taken back.
    let busy = "create table b (id integer);
                do $$ begin
                    if nextval('tries') < 3 then raise exception 'busy' using errcode = 'lock_not_available'; end if;
                end $$;";
    write_pair(folder.path(), "2_second", busy, "drop table b");
    migrate::apply(&owner, &source(folder.path()).await, None, Backup::Skip).await.expect("applied at the third try");
    let timeout: String =
        sqlx::query_scalar("select lock_timeout from settings").fetch_one(&pool).await.expect("one row");
    assert_eq!(timeout, "4s");

    write_pair(
        folder.path(),
        "3_third",
        "select pg_sleep(0); alter sequence tries restart;\n-- \ndo $$ begin raise exception 'still busy' using errcode = 'lock_not_available'; end $$;",
        "select 1",
    );
    let error = migrate::apply(&owner, &source(folder.path()).await, None, Backup::Skip).await.expect_err("busy");
    assert!(error.to_string().contains("3_third.up.sql, line 3: still busy"), "{error}");
}

#[tokio::test]
async fn a_folder_with_a_file_that_has_no_number_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("first_table.up.sql"), "select 1").expect("written");
    let error = Source::folder(folder.path()).await.map(|_| ()).expect_err("no number").to_string();
    assert!(error.contains("first_table.up.sql"), "{error}");
}

#[sqlx::test(migrations = false)]
async fn errors_name_no_line_of_the_source_of_postgresql(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    let up = "create table a (id integer);\ninsert into a values (1), (1);\ncreate unique index a_idx on a (id);";
    write_pair(folder.path(), "1_first", up, "drop table a;");
    let source = Source::folder(folder.path()).await.expect("a folder");
    let error = migrate::apply(&owner, &source, None, NONE).await.expect_err("two are the same");
    let said = chain(&error);
    assert!(said.starts_with("1_first.up.sql, line 3: could not create unique index \"a_idx\". "), "{said}");
    assert!(!said.contains(" at line "), "{said}");
    let error = sqlx::query("select * from nothing").execute(&pool).await.expect_err("no such table");
    assert!(error.to_string().contains(" at line "), "{error}");
    assert_eq!(chain(&error), "error returned from database: relation \"nothing\" does not exist");
}
