//! Statements about databases themselves: their names cannot be parameters, and the catalogs are not in what the checked
//! macros see.

use super::programs::{Version, database};
use crate::server::fault::chain;
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

/// What PostgreSQL answers when somebody uses a database that is to go (its appendix A).
const OBJECT_IN_USE: &str = "55006";

/// How often a database is dropped in vain before force is used.
const TRIES: usize = 3;

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

/// Drops a database, if it is there, whoever is connected to it.
///
/// PostgreSQL sends autovacuum away by itself. But `with (force)` it first wants to end everybody, and a role that is no
/// superuser may not end what the system does: so force is the last resort.
///
/// # Errors
/// Those of the database; or somebody is connected whom this role may not end.
pub async fn drop_database(beside: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let statement = format!("drop database if exists {}", quoted(name));
    for _ in 0..TRIES {
        end_connections(beside, &[name]).await?;
        match run(beside, statement.as_str()).await {
            Err(error) if is(&error, OBJECT_IN_USE) => tracing::debug!("'{name}' is in use and cannot be dropped yet"),
            done => return done,
        }
    }
    run(beside, format!("{statement} with (force)")).await
}

/// Drops a scratch database. One that cannot be dropped now stops nothing: whoever needs the next one tries again.
pub async fn drop_scratch(beside: &mut PgConnection, name: &str) {
    if let Err(error) = drop_database(beside, name).await {
        let error = chain(&error);
        tracing::warn!(
            error,
            "the scratch database '{name}' cannot be dropped now; the next proof or restore tries again"
        );
    }
}

/// Ends all other connections to databases that this role may end: not those of superusers, and nothing that the system
/// does.
///
/// # Errors
/// Those of the database.
pub async fn end_connections(connection: &mut PgConnection, databases: &[&str]) -> sqlx::Result<()> {
    let names: Vec<String> = databases.iter().map(|name| literal(name)).collect();
    let statement = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity
             join pg_roles theirs on theirs.oid = usesysid join pg_roles ours on ours.rolname = current_user
         where datname in ({}) and pid <> pg_backend_pid() and (ours.rolsuper or not theirs.rolsuper
             and (pg_has_role(theirs.oid, 'usage') or pg_has_role('pg_signal_backend', 'usage')))",
        names.join(", ")
    );
    run(connection, statement).await
}

fn is(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some(code))
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
        Err(error) if is(&error, LOCK_NOT_AVAILABLE) => anyhow::bail!(
            "Another backup, verification or restore of '{database}' is running. Wait until it is done and try again."
        ),
        Err(error) => Err(error.into()),
    }
}

/// Takes the one right to make the daily backup of a database, as long as the connection lives; answers whether nobody
/// else has it.
///
/// # Errors
/// Those of the database.
pub async fn try_daily(beside: &mut PgConnection, database: &str) -> sqlx::Result<bool> {
    let key = daily_key(database);
    one(beside, format!("select pg_try_advisory_lock({key})")).await?.try_get(0)
}

/// Gives back what [`try_daily`] took. PostgreSQL does it by itself when the connection ends, but not at once.
///
/// # Errors
/// Those of the database.
pub async fn end_daily(beside: &mut PgConnection, database: &str) -> sqlx::Result<()> {
    let key = daily_key(database);
    run(beside, format!("select pg_advisory_unlock({key})")).await
}

fn daily_key(database: &str) -> String {
    format!("hashtextextended({}, 0)", literal(&format!("vitae daily backup of {database}")))
}
