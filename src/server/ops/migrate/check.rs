//! Whether the model, the migrations and the database agree.

use super::{
    super::schema::{
        SchemaError,
        catalog::{Catalog, Key},
        read::read,
        scratch::Scratch,
        script,
        write::{self, Written},
    },
    MigrationError, Source, connect, ledger,
    source::{MODEL_FILE, file},
};
use sqlx::{Connection, PgConnection, migrate::Migration, postgres::PgConnectOptions};

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Statements that would make the schema of the migrations that of the model.
    pub model: String,
    /// Files that are not applied.
    pub pending: Vec<String>,
    /// Files that were edited after they were applied.
    pub edited: Vec<String>,
    /// Statements that would make the database what its migrations say.
    pub database: String,
}

impl Report {
    /// Whether all agree.
    pub fn agrees(&self) -> bool {
        self.model.is_empty() && self.pending.is_empty() && self.edited.is_empty() && self.database.is_empty()
    }
}

/// Compares `schema.sql` with the migrations, and the database with those that are applied to it.
///
/// # Errors
/// The database does not answer, scratch databases cannot be made, or a script does not run.
pub async fn check(owner: &PgConnectOptions, source: &Source) -> Result<Report, MigrationError> {
    let mut scratch = Scratch::open(owner).await?;
    let report = compare(owner, source, &mut scratch).await;
    let closed = scratch.close().await;
    let report = report?;
    closed?;
    Ok(report)
}

async fn compare(owner: &PgConnectOptions, source: &Source, scratch: &mut Scratch) -> Result<Report, MigrationError> {
    let mut report = Report::default();
    let migrated = migrated(scratch, source.ups()).await?;
    let model = modelled(scratch, source).await?;
    report.model = write::script(&between(scratch, &migrated, &model).await?);

    let mut connection = connect(owner).await?;
    let applied = ledger::applied(&mut connection).await?;
    let row = |migration: &Migration| applied.iter().find(|row| row.version == migration.version);
    for migration in source.ups() {
        match row(migration) {
            None => report.pending.push(file(migration)),
            Some(row) if row.checksum != *migration.checksum => report.edited.push(file(migration)),
            Some(_) => {}
        }
    }
    if let Some(row) = applied.iter().find(|row| source.up(row.version).is_none()) {
        return Err(MigrationError::Foreign {
            version: row.version,
            release: row.release.clone().unwrap_or_else(|| "unknown".to_owned()),
        });
    }
    let expected = if report.pending.is_empty() {
        migrated
    } else {
        self::migrated(scratch, source.ups().filter(|up| row(up).is_some())).await?
    };
    let mut actual = read(&mut connection).await?;
    connection.close().await?;
    let theirs = |key: &Key| {
        // An operator may have extensions of their own.
        matches!(key, Key::Extension(_)) && !expected.objects.contains_key(key)
    };
    actual.objects.retain(|key, _| !theirs(key));
    report.database = write::script(&between(scratch, &actual, &expected).await?);
    Ok(report)
}

/// The schema that migrations make.
pub(super) async fn migrated<'a>(
    scratch: &mut Scratch,
    migrations: impl Iterator<Item = &'a Migration>,
) -> Result<Catalog, MigrationError> {
    let mut connection = scratch.database().await?;
    run_all(&mut connection, migrations).await?;
    let catalog = known(read(&mut connection).await.map_err(SchemaError::from)?, "the migrations")?;
    scratch.give_back(connection, catalog.clone());
    Ok(catalog)
}

/// Runs migrations on an empty database.
pub(super) async fn run_all<'a>(
    connection: &mut PgConnection,
    migrations: impl Iterator<Item = &'a Migration>,
) -> Result<(), MigrationError> {
    for migration in migrations {
        let sql = migration.sql.as_str();
        let sql = if migration.no_tx { sql.to_owned() } else { format!("begin;{sql}\n;commit") };
        script::run(connection, &file(migration), &sql).await.map_err(SchemaError::from)?;
    }
    Ok(())
}

/// The schema that the model declares.
pub(super) async fn modelled(scratch: &mut Scratch, source: &Source) -> Result<Catalog, MigrationError> {
    let mut connection = scratch.database().await?;
    script::run(&mut connection, MODEL_FILE, &source.model()?).await.map_err(SchemaError::from)?;
    let catalog = known(read(&mut connection).await.map_err(SchemaError::from)?, MODEL_FILE)?;
    scratch.give_back(connection, catalog.clone());
    Ok(catalog)
}

/// The way from one to the other, if they are not the same in PostgreSQL's words.
async fn between(scratch: &mut Scratch, from: &Catalog, to: &Catalog) -> Result<Vec<Written>, MigrationError> {
    if from.same(to) {
        return Ok(Vec::new());
    }
    let (from, to) = (scratch.canonical(from).await?, scratch.canonical(to).await?);
    Ok(write::way(&from, &to).map_err(SchemaError::from)?)
}

/// The catalog, unless it has what cannot be compared.
pub(super) fn known(catalog: Catalog, where_from: &'static str) -> Result<Catalog, SchemaError> {
    if catalog.unknown.is_empty() {
        Ok(catalog)
    } else {
        Err(SchemaError::Unknown { where_from, names: catalog.unknown })
    }
}
