//! `migrate downgrade`, and down and up through all of this release's migrations.

use super::databases::{dump, options, run, write_pair};
use sqlx::PgPool;
use vitae::server::ops::migrate::{self, Backup, MigrationError, Source, downgrade};

/// A row in every table that the first release has.
const ROWS: &str = "
    insert into users (email) values ('ada@example.org');
    insert into resumes (user_id, name, json_content) select id, 'CV', '{}' from users;
    insert into resume_revisions (resume_id, revision, document, kind) select id, 1, '{}', 'create' from resumes;
    insert into archives (uuid, user_id, resume_id, resume_name, revision, sha256, size, object_key, state, pending_content)
        select gen_random_uuid(), user_id, id, name, 1, repeat('0', 64), 1, 'key', 'pending', 'x' from resumes;
    insert into sessions (id_hash, data, expires_at) values (decode(repeat('00', 32), 'hex'), '{}', now());
    insert into events (kind) values ('signed up');
    insert into attempts (key_hash, level, updated_at) values (decode(repeat('00', 32), 'hex'), 1, now());";

#[sqlx::test(migrations = false)]
async fn each_step_down_is_the_schema_before_it(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    assert_eq!(migrate::current(&owner, &source).await.expect("answers"), None);
    let mut dumps = vec![dump(&owner)];
    for migration in source.ups() {
        migrate::apply(&owner, &source, Some(migration.version), Backup::Skip).await.expect("applied");
        dumps.push(dump(&owner));
    }
    let up = dumps.last().cloned().expect("there are some");
    assert!(up.contains("CREATE TABLE public.resumes"));
    run(&mut pool.acquire().await.expect("a connection"), ROWS).await;
    for expected in dumps.iter().rev().skip(1) {
        let plan = downgrade::plan(&owner, &source, 1).await.expect("a plan");
        downgrade::run(&owner, &source, &plan, Backup::Skip).await.expect("taken back");
        assert_eq!(&dump(&owner), expected, "after {}", plan[0].file);
    }
    migrate::apply(&owner, &source, None, Backup::Skip).await.expect("applied again");
    assert_eq!(dump(&owner), up);
    run(&mut pool.acquire().await.expect("a connection"), ROWS).await;
}

#[test]
fn what_our_own_ways_back_lose_is_marked() {
    let source = Source::embedded();
    for up in source.ups() {
        let down = source.down(up.version).unwrap_or_else(|| panic!("{} has no way back", up.version));
        let sql = down.sql.as_str();
        for words in ["drop table", "drop column"] {
            let lines = sql.lines().collect::<Vec<_>>();
            for at in (0..lines.len()).filter(|at| lines[*at].contains(words)) {
                let marked = at > 0 && lines[at - 1].starts_with("-- vitae: loses data: ");
                assert!(marked, "{} {}: {}", up.version, up.description, lines[at]);
            }
        }
    }
}

#[sqlx::test]
async fn the_log_remembers_what_was_taken_back(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let last = source.ups().last().expect("there are some").version;
    let plan = downgrade::plan(&owner, &source, 1).await.expect("a plan");
    downgrade::run(&owner, &source, &plan, Backup::Skip).await.expect("taken back");
    let history = migrate::history(&owner, &source).await.expect("answers");
    assert_eq!(history.matches("pending").count(), 1, "{history}");
    let log: Vec<(i64, String, String)> = sqlx::query_as("select version, direction, release from migration_log")
        .fetch_all(&pool)
        .await
        .expect("the log");
    assert_eq!(log, [(last, "down".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]);
}

#[sqlx::test(migrations = false)]
async fn what_loses_data_asks_for_a_backup(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    write_pair(folder.path(), "1_first", "create table a (id integer); insert into a values (1);", "drop table a;");
    write_pair(folder.path(), "2_second", "create index a_id_idx on a (id);", "drop index a_id_idx;");
    let source = Source::folder(folder.path()).await.expect("a folder");
    migrate::apply(&owner, &source, None, Backup::Skip).await.expect("applied");
    let plan = downgrade::plan(&owner, &source, 2).await.expect("a plan");
    assert_eq!(plan[0].losses, Vec::<String>::new());
    assert_eq!(plan[1].losses, ["drop table a"]);

    let harmless = downgrade::plan(&owner, &source, 1).await.expect("a plan");
    let error = downgrade::run(&owner, &source, &plan, Backup::Refuse("none")).await.expect_err("data would be lost");
    assert!(matches!(error, MigrationError::NoBackup(_)), "{error}");
    downgrade::run(&owner, &source, &harmless, Backup::Refuse("none")).await.expect("an index holds no data");
    let error = downgrade::run(&owner, &source, &harmless, Backup::Skip).await.expect_err("it is taken back already");
    assert!(matches!(error, MigrationError::Changed), "{error}");
}

#[sqlx::test(migrations = false)]
async fn what_another_release_applied_is_not_taken_back(pool: PgPool) {
    let (owner, folder) = (options(&pool), tempfile::tempdir().expect("a folder"));
    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    let older = Source::folder(folder.path()).await.expect("a folder");
    std::fs::write(folder.path().join("2_second.up.sql"), "create table b (id integer);").expect("written");
    let newer = Source::folder(folder.path()).await.expect("a folder");
    migrate::apply(&owner, &newer, None, Backup::Skip).await.expect("applied");
    let error = downgrade::plan(&owner, &older, 1).await.expect_err("not ours").to_string();
    let release = env!("CARGO_PKG_VERSION");
    assert!(error.contains(&format!("2 was applied by Vitae {release}")) && error.contains("--source"), "{error}");
    let error = downgrade::plan(&owner, &newer, 1).await.expect_err("one way").to_string();
    assert_eq!(error, "2_second.up.sql has no down file, so it cannot be taken back");
}
