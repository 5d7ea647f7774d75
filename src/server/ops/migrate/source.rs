//! Where migrations come from: the binary, or a folder.

use super::MigrationError;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::path::{Path, PathBuf};

/// All migrations of this build. A binary older than the schema tolerates what it does not know.
pub static MIGRATOR: Migrator = {
    let mut migrator = sqlx::migrate!();
    migrator.ignore_missing = true;
    migrator
};

/// The schema that they make.
const MODEL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/schema.sql"));

/// The file of the model in a folder of migrations.
pub const MODEL_FILE: &str = "schema.sql";

/// Migrations, and the model they lead to.
pub struct Source {
    folder: Option<PathBuf>,
    migrations: Vec<Migration>,
}

impl Source {
    /// What is in the binary.
    pub fn embedded() -> Self {
        Self { folder: None, migrations: MIGRATOR.iter().cloned().collect() }
    }

    /// What is in a folder.
    ///
    /// # Errors
    /// It cannot be read, or a file has no number in front.
    pub async fn folder(path: &Path) -> Result<Self, MigrationError> {
        let migrator = Migrator::new(path).await?;
        Ok(Self { folder: Some(path.to_owned()), migrations: migrator.iter().cloned().collect() })
    }

    /// The ways up, the oldest first.
    pub fn ups(&self) -> impl Iterator<Item = &Migration> {
        self.migrations.iter().filter(|migration| migration.migration_type.is_up_migration())
    }

    /// The way up of this number.
    pub fn up(&self, version: i64) -> Option<&Migration> {
        self.ups().find(|migration| migration.version == version)
    }

    /// The way back of this number.
    pub fn down(&self, version: i64) -> Option<&Migration> {
        let mut downs = self.migrations.iter().filter(|migration| migration.migration_type.is_down_migration());
        downs.find(|migration| migration.version == version)
    }

    /// The declared schema.
    ///
    /// # Errors
    /// The folder has no `schema.sql`.
    pub fn model(&self) -> Result<String, MigrationError> {
        let Some(folder) = &self.folder else { return Ok(MODEL.to_owned()) };
        let path = folder.join(MODEL_FILE);
        std::fs::read_to_string(&path)
            .map_err(|source| MigrationError::File { path: path.display().to_string(), source })
    }
}

/// The name of a migration's file.
pub(super) fn file(migration: &Migration) -> String {
    let ending = match migration.migration_type {
        MigrationType::Simple => "sql",
        MigrationType::ReversibleUp => "up.sql",
        MigrationType::ReversibleDown => "down.sql",
    };
    format!("{}_{}.{ending}", migration.version, migration.description.replace(' ', "_"))
}
