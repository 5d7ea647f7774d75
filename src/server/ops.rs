//! What an operator does: backups, restores, migrations, a look at everything, the database by hand.

pub mod backup;
pub mod connect;
pub mod doctor;
pub mod migrate;
pub mod programs;
pub mod progress;
pub mod psql;
pub mod restore;
pub mod schema;
pub mod sql;
