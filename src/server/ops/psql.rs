//! psql on the database in use.

use super::super::{config::Settings, ops::connect, postgres::PrivatePostgres};
use anyhow::Context;
use std::process::{Command, ExitStatus};

/// Runs psql and waits for it. A private server is started for it if none is running.
///
/// # Errors
/// psql is missing, or the database cannot be started.
pub async fn run(settings: &Settings, arguments: &[String]) -> anyhow::Result<ExitStatus> {
    let mut command = Command::new("psql");
    let _connection;
    if settings.database.url.is_empty() {
        _connection = connect::for_command(settings).await?;
        command.envs(PrivatePostgres::psql_environment(&settings.server.data_dir)?);
    } else {
        let (url, password) = without_password(&settings.database.url);
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        command.arg(url);
    }
    command
        .args(arguments)
        .status()
        .context("psql cannot be run. Install it (Debian: apt-get install postgresql-client).")
}

/// Others can see the arguments of a process, but not its environment.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, _) = authority.rsplit_once('@')?;
        let (user, password) = credentials.split_once(':')?;
        Some((scheme, user, password, &rest[credentials.len()..]))
    });
    match parts {
        Some((scheme, user, password, rest)) => {
            let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
            (format!("{scheme}://{user}{rest}"), Some(password))
        }
        None => (url.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        let (url, password) = without_password("postgres://ann:s%40fe@db.example.org:5432/cv?sslmode=require");
        assert_eq!(url, "postgres://ann@db.example.org:5432/cv?sslmode=require");
        assert_eq!(password.as_deref(), Some("s@fe"));
    }

    #[test]
    fn an_address_without_a_password_stays_as_it_is() {
        assert_eq!(without_password("postgres://localhost/cv"), ("postgres://localhost/cv".into(), None));
    }
}
