//! Statements about databases themselves: their names cannot be parameters, and the catalogs are not in what the checked
//! macros see.

use super::programs::{Version, database};
use anyhow::Context;
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgConnection, Row,
    postgres::{PgConnectOptions, PgRow},
};
use std::time::Duration;

/// Where one connects to make, rename and drop other databases.
const MAINTENANCE: &str = "postgres";

/// What PostgreSQL answers who waited for a lock as long as they wanted to (its appendix A).
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// A name as a quoted identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a quoted literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Runs statements. Whatever is put into them goes through [`quoted`] or [`literal`].
///
/// # Errors
/// Those of the database.
pub async fn run(connection: &mut PgConnection, statements: impl Into<String>) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statements.into())).execute(connection).await?;
    Ok(())
}

/// The one row of a query, which goes by the same rule.
///
/// # Errors
/// Those of the database.
pub async fn one(connection: &mut PgConnection, query: impl Into<String>) -> sqlx::Result<PgRow> {
    query_of(query.into()).fetch_one(connection).await
}

/// All rows of a query, which goes by the same rule.
///
/// # Errors
/// Those of the database.
pub async fn all(connection: &mut PgConnection, query: impl Into<String>) -> sqlx::Result<Vec<PgRow>> {
    query_of(query.into()).fetch_all(connection).await
}

#[expect(clippy::disallowed_methods, reason = "what the checked macros cannot see; the rule is above")]
fn query_of(query: String) -> sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments> {
    sqlx::query(AssertSqlSafe(query)).persistent(false)
}

/// A connection without the limits on time that requests have.
///
/// # Errors
/// The database does not answer.
pub async fn connect(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    // A dump takes as long as it takes.
    let options = options.clone().application_name("vitae backup").disable_statement_logging();
    let connected = tokio::time::timeout(Duration::from_secs(10), options.connect()).await;
    connected
        .context("It did not answer in time.")
        .and_then(|connected| Ok(connected?))
        .with_context(|| format!("The database '{}' does not answer.", database(&options)))
}

/// A connection beside the database, from which it can be renamed and dropped.
///
/// # Errors
/// The server does not answer.
pub async fn connect_beside(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    connect(&options.clone().database(MAINTENANCE)).await
}

/// Whether there is a database.
///
/// # Errors
/// Those of the database.
pub async fn exists(options: &PgConnectOptions) -> anyhow::Result<bool> {
    let mut beside = connect_beside(options).await?;
    let name = literal(&database(options));
    Ok(one(&mut beside, format!("select exists (select from pg_database where datname = {name})")).await?.try_get(0)?)
}

/// The version of the server.
///
/// # Errors
/// Those of the database.
pub async fn server_version(connection: &mut PgConnection) -> anyhow::Result<Version> {
    let text: String = one(connection, "show server_version").await?.try_get(0)?;
    Version::find(&text).with_context(|| format!("The server says that its version is '{text}'."))
}

/// Takes the one right to work on backups of a database, as long as the connection lives.
///
/// # Errors
/// Somebody else has it.
pub async fn lock(beside: &mut PgConnection, database: &str) -> anyhow::Result<()> {
    let key = literal(&format!("vitae backup of {database}"));
    // PostgreSQL needs a moment to see that a process that had it has ended.
    run(beside, "set lock_timeout = '2s'").await?;
    match run(beside, format!("select pg_advisory_lock(hashtextextended({key}, 0))")).await {
        Ok(()) => Ok(run(beside, "set lock_timeout = 0").await?),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => anyhow::bail!(
            "Another backup, verification or restore of '{database}' is running. Wait until it is done and try again."
        ),
        Err(error) => Err(error.into()),
    }
}
