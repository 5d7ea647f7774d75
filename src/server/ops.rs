//! What an operator does: backups, migrations, the database by hand.

pub mod backup;
pub mod connect;
pub mod migrate;
pub mod psql;
