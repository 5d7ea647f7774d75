//! Migrations: reversible pairs, embedded in the binary.

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};
use std::{fmt::Write, time::Duration};
use time::{OffsetDateTime, macros::format_description};

/// All migrations of this build. A binary older than the schema tolerates what it does not know.
pub static MIGRATOR: Migrator = {
    let mut migrator = sqlx::migrate!();
    migrator.ignore_missing = true;
    migrator
};

/// Between two tries while the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Brings the schema up to date, waiting for a database that is away. Processes that start together do it one after
/// the other (an advisory lock).
///
/// # Errors
/// A migration fails, or an applied one was edited.
pub async fn apply_when_up(owner: &PgConnectOptions) -> anyhow::Result<()> {
    loop {
        match apply(owner).await {
            Err(MigrateError::Execute(error)) if away(&error) => {
                tracing::warn!(%error, "the database does not answer; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            result => return Ok(result?),
        }
    }
}

fn away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "57P03"),
        _ => false,
    }
}

/// Brings the schema up to date.
///
/// # Errors
/// As [`apply_when_up`], or the database does not answer.
pub async fn apply(owner: &PgConnectOptions) -> Result<(), MigrateError> {
    let mut connection = connect(owner).await?;
    MIGRATOR.run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    Ok(())
}

/// Takes back the last `count` migrations; answers their names.
///
/// # Errors
/// A migration fails, or the database does not answer.
pub async fn downgrade(owner: &PgConnectOptions, count: usize) -> Result<Vec<String>, MigrateError> {
    let mut connection = connect(owner).await?;
    let applied: Vec<i64> = applied(&mut connection).await?.into_iter().map(|row| row.version).collect();
    let keep = applied.len().saturating_sub(count);
    let target = applied[..keep].last().copied().unwrap_or(0);
    MIGRATOR.undo(&mut connection, target).await?;
    connection.close().await?;
    Ok(applied[keep..].iter().rev().map(|version| name(*version)).collect())
}

/// The newest migration that is applied, or nothing.
///
/// # Errors
/// The database does not answer.
pub async fn current(owner: &PgConnectOptions) -> Result<Option<String>, MigrateError> {
    let mut connection = connect(owner).await?;
    Ok(applied(&mut connection).await?.last().map(|row| name(row.version)))
}

/// A table of all migrations, applied and pending.
///
/// # Errors
/// The database does not answer.
pub async fn history(owner: &PgConnectOptions) -> Result<String, MigrateError> {
    let mut connection = connect(owner).await?;
    let applied = applied(&mut connection).await?;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    let mut table = String::new();
    for migration in MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration()) {
        let row = applied.iter().find(|row| row.version == migration.version);
        let when = row.and_then(|row| row.installed_on.format(format).ok()).unwrap_or_else(|| "pending".into());
        let checksum = super::super::hex::encode(&migration.checksum[..6]);
        let _ = writeln!(table, "{:<24} {checksum} {}", when, name(migration.version));
    }
    for row in applied.iter().filter(|row| !MIGRATOR.version_exists(row.version)) {
        let _ = writeln!(table, "{:<24} {:<12} {} (of a newer Vitae)", "applied", "", row.version);
    }
    Ok(table)
}

struct Applied {
    version: i64,
    installed_on: OffsetDateTime,
}

async fn applied(connection: &mut PgConnection) -> Result<Vec<Applied>, MigrateError> {
    use sqlx::{Row, migrate::Migrate};
    connection.ensure_migrations_table("_sqlx_migrations").await?;
    #[expect(clippy::disallowed_methods, reason = "the table is sqlx's own, which the checked macros do not see")]
    let rows = sqlx::query("select version, installed_on from _sqlx_migrations where success order by version")
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(Applied { version: row.try_get("version")?, installed_on: row.try_get("installed_on")? }))
        .collect()
}

fn name(version: i64) -> String {
    let description =
        MIGRATOR.iter().find(|migration| migration.version == version).map(|migration| &*migration.description);
    format!("{version} {}", description.unwrap_or("(of a newer Vitae)"))
}

async fn connect(owner: &PgConnectOptions) -> Result<PgConnection, MigrateError> {
    Ok(owner.connect().await?)
}
