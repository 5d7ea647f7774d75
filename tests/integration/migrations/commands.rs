//! `vitae migrate` as an operator types it.

use super::databases::{dump, options, write_pair};
use sqlx::{PgPool, SqlSafeStr};
use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

/// The program on a database, in an empty folder.
fn vitae(pool: &PgPool, folder: &Path, arguments: &[&str]) -> Command {
    let owner = options(pool);
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitae"));
    let host = owner.get_socket().map_or(owner.get_host().to_owned(), |socket| socket.display().to_string());
    command
        .arg("migrate")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_remove("DATABASE_URL")
        .env_remove("DATABASE_OWNER_URL")
        .env("RUST_LOG", "off")
        .arg("--database")
        .arg(format!(
            "postgres://{}@localhost/{}?host={host}&port={}",
            owner.get_username(),
            owner.get_database().expect("a name"),
            owner.get_port()
        ));
    command
}

fn run(pool: &PgPool, folder: &Path, arguments: &[&str]) -> (bool, String) {
    text(&vitae(pool, folder, arguments).output().expect("the program runs"))
}

fn text(output: &Output) -> (bool, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.success(), String::from_utf8(text).expect("UTF-8"))
}

#[sqlx::test(migrations = false)]
async fn the_workflow(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::create_dir(here.join("migrations")).expect("made");
    let model = here.join("migrations/schema.sql");
    std::fs::write(&model, "create table users (\n    email varchar(255) not null\n);\n").expect("written");
    let vitae = |arguments: &[&str]| run(&pool, here, arguments);

    let (done, said) = vitae(&["generate", "Create users"]);
    assert!(done && said.contains("_create_users.up.sql"), "{said}");
    let (agree, said) = vitae(&["check"]);
    assert!(!agree && said.contains("_create_users.up.sql is not applied"), "{said}");
    let (done, said) = vitae(&["apply", "--source", "migrations"]);
    assert!(done && said.contains("Applied 2") && said.contains("create users"), "{said}");
    assert!(vitae(&["check"]).0);
    let (done, said) = vitae(&["generate", "Nothing"]);
    assert!(done && said.contains("Nothing was written"), "{said}");

    std::fs::write(&model, "create table users (\n    email varchar(255) not null,\n    photo text\n);\n")
        .expect("written");
    let (agree, said) = vitae(&["check"]);
    assert!(!agree && said.contains("alter table users add column photo text;"), "{said}");
    assert!(vitae(&["generate", "Add photo"]).0);
    assert!(vitae(&["apply", "--source", "migrations"]).0);
    let (done, said) = vitae(&["history", "--source", "migrations"]);
    assert!(done && said.contains("add photo") && !said.contains("pending"), "{said}");

    let (done, said) = vitae(&["downgrade", "--source", "migrations"]);
    assert!(!done && said.contains("drop column photo;") && said.contains("--yes"), "{said}");
    assert!(dump(&options(&pool)).contains("photo"));
    assert!(vitae(&["downgrade", "--source", "migrations", "--yes"]).0);
    assert!(!dump(&options(&pool)).contains("photo"));
    let (done, said) = vitae(&["current", "--source", "migrations"]);
    assert!(done && said.contains("create users"), "{said}");

    let (done, said) = vitae(&["generate", "--empty", "Fill photos"]);
    assert!(done && said.contains("fill_photos.down.sql"), "{said}");
    let (done, said) = vitae(&["generate", "…", "--empty"]);
    assert!(!done && said.contains("no letter or digit"), "{said}");
}

#[sqlx::test]
async fn without_a_command_it_applies_what_is_in_the_binary(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    let (done, said) = run(&pool, folder.path(), &[]);
    assert!(done && said.starts_with("The newest applied migration: 2"), "{said}");
    let (agree, said) = run(&pool, folder.path(), &["check"]);
    assert!(agree && said.contains("agree"), "{said}");
}

#[sqlx::test(migrations = false)]
async fn data_needs_a_backup_or_a_word(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(folder.path(), "1_first", "create table a (id integer); insert into a values (1);", "drop table a;");
    assert!(run(&pool, folder.path(), &["--source", "."]).0);
    write_pair(folder.path(), "2_second", "drop table a;", "create table a (id integer);");
    let (done, said) = run(&pool, folder.path(), &["apply", "--source", "."]);
    assert!(!done && said.contains("2_second.up.sql loses data: drop table a") && said.contains("--yes"), "{said}");
    let apply = |place: &str, more: &[&str]| {
        let arguments = [&["apply", "--source", ".", "--yes"], more].concat();
        text(&vitae(&pool, folder.path(), &arguments).env("BACKUP_PLACE", place).output().expect("the program runs"))
    };
    let (done, said) = apply("/proc/nothing", &[]);
    assert!(!done && said.contains("--no-backup"), "{said}");
    let place = folder.path().join("backups");
    let (done, said) = apply(place.to_str().expect("UTF-8"), &[]);
    assert!(done && said.contains("Applied 2_second.up.sql"), "{said}");
    let backups = std::fs::read_dir(&place).expect("the place").map(|file| file.expect("a file").file_name());
    assert!(backups.into_iter().any(|name| name.to_string_lossy().ends_with(".sql.gz")), "there is a backup");
    write_pair(folder.path(), "3_third", "create table b (id integer); drop table b;", "select 1;");
    let (done, said) = apply("/proc/nothing", &["--no-backup"]);
    assert!(done && said.contains("Applied 3_third.up.sql"), "{said}");
}

/// Waits for a condition of the database.
async fn until(pool: &PgPool, condition: &str) {
    let sql = sqlx::AssertSqlSafe(format!("select exists ({condition})")).into_sql_str();
    while !sqlx::query_scalar::<_, bool>(sql.clone()).fetch_one(pool).await.expect("answers") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[sqlx::test(migrations = false)]
async fn a_killed_process_holds_up_nobody(pool: PgPool) {
    let folder = tempfile::tempdir().expect("a folder");
    let slow = "create table a (id integer); select pg_sleep(600);";
    write_pair(folder.path(), "1_first", slow, "drop table a;");
    let mut process = vitae(&pool, folder.path(), &["apply", "--source", "."]).spawn().expect("started");
    until(&pool, "select from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'")
        .await;
    process.kill().expect("killed");
    process.wait().expect("ended");

    write_pair(folder.path(), "1_first", "create table a (id integer);", "drop table a;");
    let processes: Vec<_> = (0..8)
        .map(|_| {
            let mut command = vitae(&pool, folder.path(), &["apply", "--source", "."]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
        })
        .collect();
    let said: Vec<_> = processes.into_iter().map(|process| text(&process.wait_with_output().expect("ended"))).collect();
    assert!(said.iter().all(|(done, _)| *done), "{said:?}");
    assert_eq!(said.iter().filter(|(_, said)| said.contains("Applied 1_first.up.sql")).count(), 1, "{said:?}");
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in ["apply", "generate", "history", "current", "downgrade", "check"] {
        let output = Command::new(env!("CARGO_BIN_EXE_vitae")).args(["migrate", command, "--help"]).output();
        let (done, said) = text(&output.expect("the program runs"));
        assert!(done && said.contains(&format!("Example: vitae migrate {command}")), "{said}");
    }
}
