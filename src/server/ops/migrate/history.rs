//! What is applied, and what is not.

use super::{MigrationError, Source, connect, ledger};
use crate::server::hex;
use sqlx::{Connection, migrate::Migration, postgres::PgConnectOptions};
use std::{collections::BTreeSet, fmt::Write};
use time::macros::format_description;

/// The newest migration that is applied, or nothing.
///
/// # Errors
/// The database does not answer.
pub async fn current(owner: &PgConnectOptions, source: &Source) -> Result<Option<String>, MigrationError> {
    let mut connection = connect(owner).await?;
    let applied = ledger::applied(&mut connection).await?;
    connection.close().await?;
    Ok(applied.last().map(|row| match source.up(row.version) {
        Some(migration) => format!("{} {}", row.version, migration.description),
        None => format!("{} (of another release: {})", row.version, row.release.as_deref().unwrap_or("unknown")),
    }))
}

/// A table of all migrations: when applied or `pending`, by which release, the beginning of the checksum, the name.
///
/// # Errors
/// The database does not answer.
pub async fn history(owner: &PgConnectOptions, source: &Source) -> Result<String, MigrationError> {
    let mut connection = connect(owner).await?;
    let applied = ledger::applied(&mut connection).await?;
    connection.close().await?;
    let known = source.ups().map(|migration| migration.version);
    let versions: BTreeSet<i64> = known.chain(applied.iter().map(|row| row.version)).collect();
    let mut table = String::new();
    for version in versions {
        let row = applied.iter().find(|row| row.version == version);
        let _ = writeln!(table, "{}", line(version, source.up(version), row));
    }
    Ok(table)
}

fn line(version: i64, migration: Option<&Migration>, row: Option<&ledger::Applied>) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    let when = row.and_then(|row| row.at.format(format).ok()).unwrap_or_else(|| "pending".to_owned());
    let release = row.map_or("", |row| row.release.as_deref().unwrap_or("?"));
    let checksum = row.map(|row| row.checksum.as_slice()).or(migration.map(|migration| &*migration.checksum));
    let checksum = checksum.map(|checksum| hex::encode(checksum.get(..6).unwrap_or(checksum))).unwrap_or_default();
    let edited = matches!((migration, row), (Some(migration), Some(row)) if *migration.checksum != row.checksum);
    let name = migration.map_or("(of another release)", |migration| &*migration.description);
    let note = if edited { " (the file was edited since)" } else { "" };
    format!("{when:<24} {release:<8} {checksum:<12} {version} {name}{note}")
}
