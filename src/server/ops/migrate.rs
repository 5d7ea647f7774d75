//! Migrations: reversible pairs, embedded in the binary, and `schema.sql`, the schema they make.
//!
//! sqlx reads the files, computes their checksums and keeps `_sqlx_migrations`. What it does not do is here: one
//! migration a transaction with its record in it, errors with file and line, a lock that `create index concurrently`
//! can live with, a record of which release did what, and the way back.

pub mod apply;
pub mod check;
pub mod downgrade;
pub mod error;
pub mod generate;
pub mod history;
mod ledger;
mod lock;
pub mod source;
mod step;

pub use apply::{Backup, apply, apply_when_up};
pub use error::MigrationError;
pub use history::{current, history};
pub use source::{MIGRATOR, Source};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

/// The release that this binary is.
const RELEASE: &str = env!("CARGO_PKG_VERSION");

async fn connect(owner: &PgConnectOptions) -> Result<PgConnection, MigrationError> {
    Ok(owner.clone().application_name("vitae migrate").connect().await?)
}
