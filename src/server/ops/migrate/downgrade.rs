//! Down.

use super::{
    MigrationError, Source,
    apply::{Backup, Pending, secure},
    connect, ledger, lock,
    source::file,
    step,
};
use sqlx::{Connection, PgConnection, migrate::Migration, postgres::PgConnectOptions};

/// What taking the last `count` migrations back would do, the newest first.
///
/// # Errors
/// The database does not answer; or one of them is of another release, or has no way back.
pub async fn plan(owner: &PgConnectOptions, source: &Source, count: usize) -> Result<Vec<Pending>, MigrationError> {
    let mut connection = connect(owner).await?;
    let plan = last(&mut connection, source, count).await?.into_iter().map(Pending::of).collect();
    connection.close().await?;
    Ok(plan)
}

/// Does what was planned. A backup is only asked for if data is lost.
///
/// # Errors
/// As [`plan`]; another process was faster; a migration fails; or there is data and no backup.
pub async fn run(
    owner: &PgConnectOptions,
    source: &Source,
    plan: &[Pending],
    backup: Backup<'_>,
) -> Result<(), MigrationError> {
    let mut connection = connect(owner).await?;
    lock::acquire(&mut connection).await?;
    let now = last(&mut connection, source, plan.len()).await?;
    if !now.iter().map(|migration| migration.version).eq(plan.iter().map(|planned| planned.version)) {
        return Err(MigrationError::Changed);
    }
    if plan.iter().any(|planned| !planned.losses.is_empty()) {
        secure(&mut connection, backup).await?;
    }
    ledger::prepare(&mut connection).await?;
    for migration in now {
        step::run(&mut connection, migration).await?;
        tracing::info!(migration = migration.version, "took back {}", file(migration));
    }
    connection.close().await?;
    Ok(())
}

/// The ways back of the last migrations, the newest first.
async fn last<'a>(
    connection: &mut PgConnection,
    source: &'a Source,
    count: usize,
) -> Result<Vec<&'a Migration>, MigrationError> {
    let applied = ledger::applied(connection).await?;
    let way_back = |row: &ledger::Applied| match (source.up(row.version), source.down(row.version)) {
        (_, Some(down)) => Ok(down),
        (Some(up), None) => Err(MigrationError::OneWay(file(up))),
        (None, None) => Err(MigrationError::Foreign {
            version: row.version,
            release: row.release.clone().unwrap_or_else(|| "unknown".to_owned()),
        }),
    };
    applied.iter().rev().take(count).map(way_back).collect()
}
