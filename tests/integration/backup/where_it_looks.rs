//! Commands in the wrong folder: they make nothing there, and say where they looked.

use super::{Site, refused};
use sqlx::PgPool;
use std::process::{Command, Stdio};

/// All commands but the three that may be the first of all, `render`, which needs none, and those that only explain.
const COMMANDS: &[&[&str]] = &[
    &["backup"],
    &["backup", "create"],
    &["backup", "list"],
    &["backup", "verify", "--latest"],
    &["backup", "verify", "cv_database_2026-11-22_12-00-00.sql.gz"],
    &["backup", "prune"],
    &["backup", "status"],
    &["migrate", "history"],
    &["migrate", "current"],
    &["migrate", "downgrade"],
    &["migrate", "check"],
    &["migrate", "generate", "Nothing"],
    &["admin", "list"],
    &["admin", "grant", "ann@example.org"],
    &["psql", "--", "-c", "select 1"],
    &["doctor"],
    &["doctor", "--archive"],
    &["restore", "--remove-old", "--yes"],
];

fn vitae(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitae"));
    command.args(arguments).current_dir(folder).env_remove("VITAE_DATA_DIR").env_remove("DATABASE_URL");
    command.stdin(Stdio::null());
    command
}

fn is_empty(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder).expect("readable").next().is_none()
}

#[test]
fn no_command_makes_a_data_directory_where_there_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().canonicalize().expect("a path").join("data");
    let data = data.to_str().expect("UTF-8");
    for command in COMMANDS {
        let output = vitae(folder.path(), command).output().expect("it runs");
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{command:?}: {said}");
        let says_where = said.contains(data) || said.contains(&data.replace("/data", "/./data"));
        assert!(says_where && said.contains("VITAE_DATA_DIR"), "{command:?}: {said}");
        assert!(is_empty(folder.path()), "{command:?}: {said}");
    }
}

#[sqlx::test]
async fn not_for_a_database_of_ones_own_either(pool: PgPool) {
    let site = Site::new(pool).await;
    let folder = tempfile::tempdir().expect("a folder");
    for command in COMMANDS.iter().filter(|command| !matches!(command[0], "psql" | "admin" | "restore")) {
        let reads_rows = command[0] == "migrate";
        let output = vitae(folder.path(), command).env("DATABASE_URL", &site.settings.database.url).output();
        let output = output.expect("it runs");
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
        assert!(
            reads_rows || (!output.status.success() && said.contains("There is no data directory")),
            "{command:?}: {said}"
        );
        assert!(is_empty(folder.path()), "{command:?}: {said}");
    }
    let elsewhere = folder.path().join("elsewhere");
    let out = elsewhere.to_str().expect("UTF-8");
    for command in ["list", "status", "prune"] {
        let words = refused(&site.vitae(&["backup", command, "--out", out]).output().expect("it runs"));
        assert!(words.contains(out) && !elsewhere.exists(), "{command}: {words}");
    }
}
