//! Databases of tests as an outsider sees them: through `pg_dump`.

use sqlx::{AssertSqlSafe, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{path::Path, process::Command};

/// How the owner connects.
pub(crate) fn options(pool: &PgPool) -> PgConnectOptions {
    (*pool.connect_options()).clone()
}

/// The schema as `pg_dump` writes it.
pub(crate) fn dump(options: &PgConnectOptions) -> String {
    let host = options.get_socket().map_or(options.get_host().to_owned(), |socket| socket.display().to_string());
    let output = Command::new("pg_dump")
        .args(["--schema-only", "--no-owner", "-h", &host, "-p", &options.get_port().to_string()])
        .args(["-U", options.get_username(), options.get_database().expect("a name")])
        .args(["--exclude-table=_sqlx_migrations", "--exclude-table=migration_log*"])
        .output()
        .expect("pg_dump is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Newer versions fence a dump with a random word.
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n")
}

/// The same without regard to order, as PostgreSQL cannot move columns.
pub(crate) fn unordered(dump: &str) -> Vec<String> {
    let statements = dump.lines().filter(|line| !line.is_empty() && !line.starts_with("--"));
    let mut lines: Vec<String> = statements.map(|line| line.trim_end_matches(',').to_owned()).collect();
    lines.sort();
    lines
}

/// Runs SQL that must succeed.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await {
        panic!("{error} in {sql}");
    }
}

/// Leaves nothing in the database.
pub(crate) async fn reset(connection: &mut PgConnection) {
    run(connection, "drop schema public cascade; create schema public").await;
    run(
        connection,
        "do $$ declare name text; begin
             for name in select extname from pg_extension where extname <> 'plpgsql' loop
                 execute format('drop extension %I cascade', name);
             end loop;
         end $$",
    )
    .await;
}

/// Writes a pair of migrations.
pub(crate) fn write_pair(folder: &Path, name: &str, up: &str, down: &str) {
    std::fs::write(folder.join(format!("{name}.up.sql")), up).expect("written");
    std::fs::write(folder.join(format!("{name}.down.sql")), down).expect("written");
}
