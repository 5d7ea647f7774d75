//! What an operator does: backups, restores, migrations, the database by hand.

pub mod backup;
pub mod connect;
pub mod migrate;
mod programs;
pub mod progress;
pub mod psql;
pub mod restore;
mod sql;
