//! Up.

use super::{
    super::{programs::database, schema::mark::losses},
    MigrationError, Source, connect, ledger, lock,
    source::file,
    step,
};
use crate::server::fault::chain;
use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, Connection, PgConnection, migrate::Migration, postgres::PgConnectOptions};
use std::time::Duration;

/// Between two tries while the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// A backup, taken when it is called; an error says why there is none.
pub type Step<'a> = dyn Fn() -> BoxFuture<'a, anyhow::Result<()>> + Send + Sync + 'a;

/// What is done before the schema of a database that holds data is changed.
#[derive(Clone, Copy)]
pub enum Backup<'a> {
    /// A backup is taken. Called at most once, while no other process migrates, and only if something is to be done.
    Take(&'a Step<'a>),
    /// Nothing: somebody said so.
    Skip,
    /// Nothing: it is a scratch database, which nobody uses yet.
    Scratch,
    /// Nothing can be done, so the schema is left alone. Says why.
    Refuse(&'a str),
}

/// What is about to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its number.
    pub version: i64,
    /// Its file.
    pub file: String,
    /// What users lose by it, a line each.
    pub losses: Vec<String>,
}

impl Pending {
    pub(super) fn of(migration: &Migration) -> Self {
        Self { version: migration.version, file: file(migration), losses: losses(migration.sql.as_str()) }
    }
}

/// Brings the schema up to date, waiting for a database that is away.
///
/// # Errors
/// As [`apply`].
pub async fn apply_when_up(
    owner: &PgConnectOptions,
    source: &Source,
    backup: Backup<'_>,
) -> Result<(), MigrationError> {
    loop {
        match apply(owner, source, None, backup).await {
            Err(error) if error.is_passing() => {
                tracing::warn!(%error, "the database does not answer; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            result => return result.map(drop),
        }
    }
}

/// What [`apply`] would do.
///
/// # Errors
/// The database does not answer, an applied file was edited, or there is no migration `to`.
pub async fn pending(
    owner: &PgConnectOptions,
    source: &Source,
    to: Option<i64>,
) -> Result<Vec<Pending>, MigrationError> {
    let mut connection = connect(owner).await?;
    let pending = left(&mut connection, source, to).await?.into_iter().map(Pending::of).collect();
    connection.close().await?;
    Ok(pending)
}

/// Applies what is not applied yet, up to and with `to`; answers the names of the files.
///
/// Processes that start together do it one after the other. A process with nothing to do waits for nobody.
///
/// # Errors
/// The database does not answer, an applied file was edited, a migration fails, or there is data and no backup. Those
/// before the failing one stay applied.
pub async fn apply(
    owner: &PgConnectOptions,
    source: &Source,
    to: Option<i64>,
    backup: Backup<'_>,
) -> Result<Vec<String>, MigrationError> {
    let mut connection = connect(owner).await?;
    let mut done = Vec::new();
    if !left(&mut connection, source, to).await?.is_empty() {
        lock::acquire(&mut connection).await?;
        let left = left(&mut connection, source, to).await?;
        if !left.is_empty() {
            secure(&mut connection, backup).await?;
            ledger::prepare(&mut connection).await?;
        }
        for migration in left {
            step::run(&mut connection, migration).await?;
            let file = file(migration);
            if matches!(backup, Backup::Scratch) {
                tracing::debug!(database = database(owner), migration = migration.version, "applied {file}");
            } else {
                tracing::info!(database = database(owner), migration = migration.version, "applied {file}");
            }
            done.push(file);
        }
    }
    connection.close().await?;
    Ok(done)
}

/// What is not applied yet, the oldest first, if what is applied is what the files say.
async fn left<'a>(
    connection: &mut PgConnection,
    source: &'a Source,
    to: Option<i64>,
) -> Result<Vec<&'a Migration>, MigrationError> {
    if let Some(version) = to.filter(|version| source.up(*version).is_none()) {
        return Err(MigrationError::NoSuchVersion(version));
    }
    let applied = ledger::applied(connection).await?;
    let mut left = Vec::new();
    for migration in source.ups() {
        match applied.iter().find(|row| row.version == migration.version) {
            Some(row) if row.checksum != *migration.checksum => {
                return Err(MigrationError::Edited { file: file(migration) });
            }
            None if to.is_none_or(|to| migration.version <= to) => left.push(migration),
            _ => {}
        }
    }
    Ok(left)
}

/// Sees to the backup, if there is anything to lose.
pub(super) async fn secure(connection: &mut PgConnection, backup: Backup<'_>) -> Result<(), MigrationError> {
    if !holds_data(connection).await? {
        return Ok(());
    }
    match backup {
        Backup::Take(step) => step().await.map_err(|error| MigrationError::NoBackup(chain(error.as_ref()))),
        Backup::Skip => {
            tracing::warn!("the schema of a database that holds data is changed without a backup");
            Ok(())
        }
        Backup::Scratch => Ok(()),
        Backup::Refuse(reason) => Err(MigrationError::NoBackup(reason.to_owned())),
    }
}

/// Whether any table has a row, apart from those in which migrations are recorded.
async fn holds_data(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let tables = sqlx::query_scalar!(
        r#"select format('%I.%I', n.nspname, c.relname) as "name!"
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
             and c.relname not in ('_sqlx_migrations', 'migration_log')
             and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"#
    )
    .fetch_all(&mut *connection)
    .await?;
    for table in tables {
        let row = sqlx::raw_sql(AssertSqlSafe(format!("select from {table} limit 1")))
            .fetch_optional(&mut *connection)
            .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
