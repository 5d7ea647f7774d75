//! What can go wrong with migrations. Each says what to do.

use super::{
    super::schema::{SchemaError, script::ScriptError},
    RELEASE,
};
use sqlx::migrate::MigrateError;

/// Why a migration was not done.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// sqlx's table cannot be used, or the files cannot be read.
    #[error(transparent)]
    Library(#[from] MigrateError),
    /// A file is not what was applied.
    #[error(
        "{file} was edited after it was applied. Give it back its old text (`git checkout`), and write a new migration \
         for what is to change"
    )]
    Edited {
        /// Its name.
        file: String,
    },
    /// A statement failed.
    #[error("{script}. {kept}")]
    Failed {
        /// Which one, and why.
        script: ScriptError,
        /// What that means for the schema.
        kept: String,
    },
    /// No migration has this number.
    #[error("there is no migration {0}; `vitae migrate history` lists them")]
    NoSuchVersion(i64),
    /// A newer release applied it, or one that has a folder of its own.
    #[error(
        "{version} was applied by Vitae {release}, and is none of the migrations of this one ({this}), which can \
         neither compare it nor take it back. Use Vitae {release} for that (`vitae migrate downgrade` takes it back); if \
         it came from a folder, name that with --source",
        this = RELEASE
    )]
    Foreign {
        /// Its number.
        version: i64,
        /// Which release, if that is known.
        release: String,
    },
    /// Nobody wrote the way back.
    #[error("{0} has no down file, so it cannot be taken back")]
    OneWay(String),
    /// Another process migrated in between.
    #[error("another process changed the schema in the meantime; look again and repeat the command")]
    Changed,
    /// The database holds data and no backup can be made.
    #[error(
        "the database holds data, and there is no backup of it from before the change: {0}. Make one (`pg_dump`) and \
         repeat the command with --no-backup"
    )]
    NoBackup(String),
    /// Schemas cannot be compared.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What was generated does not do what it should: a fault of this program.
    #[error("the generated migration does not lead to {place}: {} differ. Nothing was written", names.join(", "))]
    Astray {
        /// Where it should lead.
        place: &'static str,
        /// What is not as it should be.
        names: Vec<String>,
    },
    /// Nothing that makes a name of a file.
    #[error("'{0}' has no letter or digit that could name a file")]
    NoName(String),
}

impl MigrationError {
    /// Whether it may pass by waiting: the database is down or coming up.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) | Self::Library(MigrateError::Execute(error)) => away(error),
            _ => false,
        }
    }
}

fn away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // 57P03: cannot_connect_now.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "57P03"),
        _ => false,
    }
}
