//! What an operator does: migrations, the database by hand.

pub mod connect;
pub mod migrate;
pub mod psql;
pub mod schema;
