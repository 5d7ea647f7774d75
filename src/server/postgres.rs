//! The private PostgreSQL: started in the data directory when no `DATABASE_URL` is given, kept alive, stopped with the
//! server. It listens on a unix socket only, never runs as root, and keeps `fsync` on.

mod cluster;
mod supervisor;

use super::ops::sql::literal;
use anyhow::{Context, bail};
use cluster::Cluster;
use rustix::fs::{FlockOperation, flock};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    fs::File,
    path::Path,
    time::{Duration, Instant},
};
use supervisor::Supervisor;

/// Role and database of the private server.
const NAME: &str = "vitae";

/// The role of the application: it works with rows, and changes no schema.
const APPLICATION: &str = "vitae_app";

/// What [`APPLICATION`] may do, with the tables that are there and with those to come.
fn rights() -> String {
    format!(
        "grant usage on schema public to {APPLICATION};
         grant select, insert, update, delete on all tables in schema public to {APPLICATION};
         alter default privileges for role {NAME} in schema public
             grant select, insert, update, delete on tables to {APPLICATION}"
    )
}

/// How long the server may take to answer, if only that it is not there yet.
const PATIENCE: Duration = Duration::from_mins(1);

/// Between two looks at whether it accepts connections.
const POLL: Duration = Duration::from_millis(15);

/// A running private PostgreSQL. Dropping it stops the server.
pub struct PrivatePostgres {
    supervisor: Supervisor,
    options: PgConnectOptions,
    password: String,
    _lock: File,
}

impl PrivatePostgres {
    /// Makes the database cluster if there is none, starts the server and waits until it answers.
    ///
    /// `bin` is the folder with `initdb` and `postgres`, or empty for the usual places.
    ///
    /// # Errors
    /// Another server uses the data directory, the programs are missing, or PostgreSQL does not start; each says what
    /// to do.
    pub async fn start(data_dir: &Path, bin: &str) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data_dir)
            .with_context(|| format!("The data directory {} cannot be made.", data_dir.display()))?;
        let data_dir = data_dir.canonicalize()?;
        let lock = lock(&data_dir)?;
        let cluster = Cluster::prepare(&data_dir, bin)?;
        let (options, password) = (cluster.options(), cluster.password().to_owned());
        let supervisor = Supervisor::start(cluster)?;
        let postgres = Self { supervisor, options, password, _lock: lock };
        postgres.answers().await?;
        Ok(postgres)
    }

    /// Whether a data directory has one, running or not.
    pub fn is_in(data_dir: &Path) -> bool {
        Cluster::is_in(data_dir)
    }

    /// How the owner reaches the server of a data directory that is already running, if one is.
    ///
    /// # Errors
    /// The data directory cannot be read.
    pub fn running(data_dir: &Path) -> anyhow::Result<Option<PgConnectOptions>> {
        let Ok(data_dir) = data_dir.canonicalize() else { return Ok(None) };
        match lock(&data_dir) {
            Ok(_) => Ok(None),
            Err(_) => Cluster::existing(&data_dir).map(|cluster| Some(cluster.options())),
        }
    }

    /// The environment in which psql finds the private server of a data directory.
    ///
    /// # Errors
    /// The data directory has none.
    pub fn psql_environment(data_dir: &Path) -> anyhow::Result<Vec<(&'static str, String)>> {
        Ok(Cluster::existing(&data_dir.canonicalize()?)?.psql_environment())
    }

    /// How its owner reaches the server.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Makes the role of the application, if it is new, and gives it its rights.
    async fn create_application(&self) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let exists =
            sqlx::query_scalar!(r#"select exists (select from pg_roles where rolname = $1) as "exists!""#, APPLICATION)
                .fetch_one(&mut connection)
                .await?;
        let create = if exists { String::new() } else { format!("create role {APPLICATION} login;") };
        let password = format!("alter role {APPLICATION} password {};", literal(&self.password));
        sqlx::raw_sql(AssertSqlSafe([create, password, rights()].concat())).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// Waits for the first connection, and makes the database if it is new.
    async fn answers(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match PgConnection::connect_with(&self.options.clone().database("postgres")).await {
                Ok(connection) => {
                    create_database(connection).await?;
                    return self.create_application().await;
                }
                // Recovery from a crash takes as long as it takes: broken off, it begins again at its beginning.
                Err(error) if self.supervisor.still_tries() && (is_starting(&error) || Instant::now() < deadline) => {
                    tokio::time::sleep(POLL).await;
                }
                Err(error) => {
                    bail!("The private PostgreSQL does not answer ({error}).\n{}", self.supervisor.log_tail())
                }
            }
        }
    }
}

/// Whether the server says that it is not there yet (`cannot_connect_now`).
fn is_starting(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "57P03")
}

/// How the application reaches a private server that its owner reaches like this. The password is the same, for both
/// are of this process: what the other role keeps away is what somebody might have it say.
pub fn for_application(owner: PgConnectOptions) -> PgConnectOptions {
    owner.username(APPLICATION)
}

/// Takes the data directory for this process.
fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join("vitae.lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be written.", path.display()))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        anyhow::anyhow!(
            "Another Vitae server is using {}. Stop it first, or give this one a data directory of its own \
             (VITAE_DATA_DIR).",
            data_dir.display()
        )
    })?;
    Ok(file)
}

async fn create_database(mut connection: PgConnection) -> anyhow::Result<()> {
    let exists =
        sqlx::query_scalar!(r#"select exists (select from pg_database where datname = $1) as "exists!""#, NAME)
            .fetch_one(&mut connection)
            .await?;
    if !exists {
        sqlx::raw_sql(AssertSqlSafe(format!("create database {NAME}"))).execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}
