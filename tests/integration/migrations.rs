//! Migrations: applied, taken back, killed, checked and written.

mod apply;
mod changes;
mod check;
mod commands;
pub(crate) mod databases;
mod downgrade;
mod generate;
mod kill;
mod releases;
