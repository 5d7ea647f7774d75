//! Which database is in use: the configured one, or the private one of the data directory.

use super::super::{config::Settings, postgres::PrivatePostgres};
use anyhow::Context;
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

/// A database to work with.
pub struct Connection {
    /// For the application.
    pub options: PgConnectOptions,
    /// For migrations.
    pub owner: PgConnectOptions,
    /// The private server, if this process started it. Keep it as long as the database is used.
    pub private: Option<PrivatePostgres>,
}

/// The database of a server that is about to run: no other may be running in the data directory.
///
/// # Errors
/// See [`PrivatePostgres::start`]; or an address is not one.
pub async fn for_server(settings: &Settings) -> anyhow::Result<Connection> {
    if let Some(connection) = configured(settings)? {
        return Ok(connection);
    }
    let private = PrivatePostgres::start(&settings.server.data_dir, &settings.database.postgres_bin).await?;
    Ok(Connection { options: private.options(), owner: private.options(), private: Some(private) })
}

/// The database for a command: that of the server that is running, or a private one started for it.
///
/// # Errors
/// As [`for_server`].
pub async fn for_command(settings: &Settings) -> anyhow::Result<Connection> {
    if let Some(connection) = configured(settings)? {
        return Ok(connection);
    }
    match PrivatePostgres::running(&settings.server.data_dir)? {
        Some(options) => Ok(Connection { owner: options.clone(), options, private: None }),
        None => for_server(settings).await,
    }
}

fn configured(settings: &Settings) -> anyhow::Result<Option<Connection>> {
    let database = &settings.database;
    if database.url.is_empty() {
        return Ok(None);
    }
    let options = parse("DATABASE_URL", &database.url)?;
    let owner = match database.owner_url.as_str() {
        "" => options.clone(),
        url => parse("DATABASE_OWNER_URL", url)?,
    };
    Ok(Some(Connection { options, owner, private: None }))
}

/// The address may hold a password, so it is not repeated.
fn parse(variable: &str, url: &str) -> anyhow::Result<PgConnectOptions> {
    PgConnectOptions::from_str(url)
        .with_context(|| format!("{variable} is not like postgres://user:password@host/database."))
}
