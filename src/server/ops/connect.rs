//! Which database is in use: the configured one, or the private one of the data directory.

use super::super::{
    config::Settings,
    data_dir::ELSEWHERE,
    postgres::{PrivatePostgres, for_application},
};
use super::programs::database;
use anyhow::{Context, ensure};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{net::IpAddr, str::FromStr};

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
    Ok(Connection { options: for_application(private.options()), owner: private.options(), private: Some(private) })
}

/// The database for a command on what is there: that of the server that is running, or a private one started for it.
///
/// # Errors
/// As [`for_server`]; and there is none yet, so that a command in the wrong folder does not make one there.
pub async fn for_command(settings: &Settings) -> anyhow::Result<Connection> {
    ensure_there_is_one(settings)?;
    for_first_command(settings).await
}

/// The database for a command that may be the first of all; as [`for_command`], but made if there is none.
///
/// # Errors
/// As [`for_server`].
pub async fn for_first_command(settings: &Settings) -> anyhow::Result<Connection> {
    if let Some(connection) = configured(settings)? {
        return Ok(connection);
    }
    match PrivatePostgres::running(&settings.server.data_dir)? {
        Some(owner) => Ok(Connection { options: for_application(owner.clone()), owner, private: None }),
        None => for_server(settings).await,
    }
}

/// Whether the settings name a database, or there is one in the data directory.
///
/// # Errors
/// There is none; the error says where it was looked for.
pub fn ensure_there_is_one(settings: &Settings) -> anyhow::Result<()> {
    let folder = &settings.server.data_dir;
    ensure!(
        !settings.database.url.is_empty() || PrivatePostgres::is_in(folder),
        "There is no database in {}. {ELSEWHERE}",
        std::path::absolute(folder)?.display()
    );
    Ok(())
}

/// Which database the settings lead to, in words.
///
/// # Errors
/// An address is not one, or there is no working directory.
pub fn described(settings: &Settings) -> anyhow::Result<String> {
    Ok(match configured(settings)? {
        Some(connection) => format!("the database '{}'", database(&connection.options)),
        None => format!("the private database in {}", std::path::absolute(&settings.server.data_dir)?.display()),
    })
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

/// Whether what is said to a database may be heard on the way, and nobody has decided that it may: it is on another
/// machine, and the address does not say what is asked of it (`sslmode`).
pub fn may_be_overheard(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback());
    !here && matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow)
}

/// What to do then.
pub const OVERHEARD: &str = "The database is on another machine, and DATABASE_URL does not say how the way there is \
     protected. Add sslmode=verify-full to it (see docs/configuration.md), or sslmode=disable if the network is yours \
     alone.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_on_another_machine_needs_a_word_about_its_protection() {
        let may = |url: &str| may_be_overheard(&parse("DATABASE_URL", url).expect("an address"));
        for here in [
            "postgres://localhost/vitae",
            "postgres://app@127.0.0.1:5433/vitae",
            "postgres://[::1]/vitae",
            "postgres://app@localhost/vitae?host=/run/postgresql",
            "postgres://db.example.org/vitae?sslmode=verify-full",
            "postgres://db/vitae?sslmode=disable",
        ] {
            assert!(!may(here), "{here}");
        }
        for there in ["postgres://db/vitae", "postgres://10.0.0.7/vitae", "postgres://db/vitae?sslmode=prefer"] {
            assert!(may(there), "{there}");
        }
    }
}
