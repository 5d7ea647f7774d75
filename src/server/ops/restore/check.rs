//! Whether a restored database is one that this program can work with, and nothing else is in it.

use super::{
    super::{
        migrate::{self, Backup, Source},
        programs::database,
        progress::Progress,
        sql::{self, quoted},
    },
    feed::Origin,
    scratch::named,
    structure::{Differences, Structure},
};
use crate::domain::version;
use anyhow::{Context, ensure};
use rand::RngExt as _;
use sqlx::{Connection as _, PgConnection, Row, postgres::PgConnectOptions};

/// So many differences are told.
const TOLD: usize = 10;

/// Compares the schema of a restored database with what our migrations make, up to the same one; answers what else is in
/// it that may be.
///
/// # Errors
/// Each difference that may not be.
pub async fn schema(
    owner: &PgConnectOptions,
    beside: &mut PgConnection,
    restored: &mut PgConnection,
    origin: Origin,
) -> anyhow::Result<Differences> {
    let found = differences(owner, beside, restored, origin).await?;
    ensure!(
        found.faults.is_empty(),
        "The dump is not one of a database of Vitae as its migrations make it: {}.",
        told(&found.faults)
    );
    Ok(found)
}

/// How a database differs from what our migrations make of an empty one. The caller has the lock on [`sql::lock`].
///
/// # Errors
/// The database does not answer, or a scratch database cannot be made.
pub async fn differences(
    owner: &PgConnectOptions,
    beside: &mut PgConnection,
    connection: &mut PgConnection,
    origin: Origin,
) -> anyhow::Result<Differences> {
    let applied = sql::all(connection, "select version from public._sqlx_migrations where success").await;
    let applied = applied.context("The dump is not one of a database of Vitae.")?;
    let applied = applied.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<Vec<i64>>>()?;
    let newer = applied.iter().any(|version| !migrate::MIGRATOR.version_exists(*version));
    let name = named(&database(owner), "_scratch_", &format!("{:08x}", rand::rng().random::<u32>()));
    sql::run(beside, format!("create database {} template template0 encoding 'UTF8'", quoted(&name))).await?;
    let expected = migrated(&owner.clone().database(&name), applied.into_iter().max().unwrap_or(0)).await;
    sql::drop_scratch(beside, &name).await;
    Ok(Structure::read(connection).await?.differences(&expected?, origin, newer))
}

async fn migrated(empty: &PgConnectOptions, newest: i64) -> anyhow::Result<Structure> {
    let mut connection = sql::connect(empty).await?;
    let source = Source::embedded();
    // What a newer Vitae has applied, this one does not know; who restores it is told elsewhere.
    let known = source.ups().map(|migration| migration.version).filter(|version| *version <= newest).max();
    if known.is_some() {
        migrate::apply(empty, &source, known, Backup::Scratch).await?;
    }
    let schema = Structure::read(&mut connection).await?;
    connection.close().await?;
    Ok(schema)
}

/// Says what else there is.
pub fn tell(found: &Differences, progress: &Progress) {
    if found.newer {
        progress.say("A newer Vitae has migrated this database; what it made cannot be compared, and is in the backup");
    } else if !found.added.is_empty() {
        let added = told(&found.added);
        progress.warn(format!("In the database and in the backup is what no migration of Vitae made: {added}"));
    }
}

/// The first of them.
pub fn told(things: &[String]) -> String {
    let more = things.len().saturating_sub(TOLD);
    let first = things.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join("; ");
    if more == 0 { first } else { format!("{first}; and {more} more") }
}

/// Reads every CV as the application would.
///
/// # Errors
/// One cannot be read.
pub async fn documents(restored: &mut PgConnection) -> anyhow::Result<()> {
    use futures::TryStreamExt;
    let mut damaged = 0;
    let mut rows =
        sqlx::query_scalar!("select json_content from resumes where json_content is not null").fetch(restored);
    while let Some(document) = rows.try_next().await? {
        damaged += usize::from(document.is_some_and(|document| version::read(document).is_err()));
    }
    ensure!(
        damaged == 0,
        "{damaged} CVs in the backup cannot be read by this version of Vitae. Install the one that made it."
    );
    Ok(())
}
