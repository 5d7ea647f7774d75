//! A backup becomes the database: put into a new one by a role that may do nothing else, migrated, checked, and only then
//! swapped in. Whatever happens before that leaves the old one serving.

pub mod check;
mod feed;
mod grants;
mod scratch;
mod source;
pub mod structure;
mod swap;

use super::{
    backup::{self, place::Place},
    connect::Connection,
    migrate::{self, Backup as MigrationBackup, Source as Migrations},
    programs::{Programs, Version, database},
    progress::Progress,
    sql,
};
use crate::server::{config::Settings, fault::chain, ledger::Ledger, storage::Storage};
use anyhow::{Context, bail, ensure};
pub use feed::{Origin, feed};
pub use scratch::Scratch;
pub use source::{Open, Source, remove_left_behind};
use sqlx::{Connection as _, PgConnection, Row};
pub use swap::{KEPT, old_databases, remove_old};
use time::OffsetDateTime;
use uuid::Uuid;

/// How the restore is to go.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What time it is.
    pub now: OffsetDateTime,
    /// Whether a server may be running on the database; its connections are ended at the swap.
    pub while_serving: bool,
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// The name that the database had until now is that of the new one; the old one has this, if there was one.
    pub old: Option<String>,
    /// People who were erased since the backup and are erased again.
    pub erased: u64,
    /// Archived objects that the database names and nobody has.
    pub missing: Vec<String>,
}

/// Restores a backup into the database in use.
///
/// # Errors
/// The backup does not fit, is damaged, or cannot be restored; the old database is as it was.
pub async fn restore(
    settings: &Settings,
    connection: &Connection,
    source: &Source,
    request: Request,
    progress: &Progress,
) -> anyhow::Result<Restored> {
    let name = database(&connection.owner);
    let mut beside = sql::connect_beside(&connection.owner).await?;
    sql::lock(&mut beside, &name).await?;
    if !request.while_serving {
        refuse_while_serving(&mut beside, &name).await?;
    }
    let server = sql::server_version(&mut beside).await?;
    let programs = Programs::find(&settings.database.postgres_bin, server)?;
    refuse_newer(source, server)?;

    let scratch = Scratch::make(&connection.owner, &mut beside).await?;
    progress.say(format!("Restoring into '{}'", scratch.name));
    let filled = fill(settings, connection, source, &scratch, programs, &mut beside, progress).await;
    let (mut erased, missing) = match filled {
        Ok(filled) => filled,
        Err(error) => {
            scratch.remove(&mut beside).await;
            return Err(error);
        }
    };
    progress.say(format!("Swapping it in for '{name}'"));
    let old = swap::swap(&connection.owner, &mut beside, &scratch.name, request.now).await?;
    // Whoever was erased while all this went on, too; and whatever is left of anybody who ever was.
    let forgotten = forget(settings, connection, source, progress).await;
    erased += forgotten
        .context("The backup is restored, but people who were erased may be in it again; restore it once more.")?;
    Ok(Restored { old, erased, missing })
}

/// Everything up to the swap.
async fn fill(
    settings: &Settings,
    connection: &Connection,
    source: &Source,
    scratch: &Scratch,
    programs: Programs,
    beside: &mut PgConnection,
    progress: &Progress,
) -> anyhow::Result<(u64, Vec<String>)> {
    let (into, dump, origin) = (scratch.restricted.clone(), source.dump.clone(), source.origin());
    tokio::task::spawn_blocking(move || feed(&programs, &into, &dump, origin)).await??;
    scratch.adopt(beside).await?;
    progress.say("Comparing what is in it");
    let mut restored = sql::connect(&scratch.owner).await?;
    if let Some(manifest) = &source.manifest {
        backup::differences(&mut restored, manifest).await?;
    }
    refuse_newer_schema(&mut restored).await?;
    check::tell(&check::schema(&connection.owner, beside, &mut restored, origin).await?, progress);
    progress.say("Migrating it");
    let migrated = migrate::apply(&scratch.owner, &Migrations::embedded(), None, MigrationBackup::Scratch).await;
    migrated.context("The restored database cannot be brought up to date.")?;
    progress.say("Checking it");
    check::documents(&mut restored).await?;
    empty_left_out(&mut restored).await?;
    note_who_is_leaving(settings, connection).await?;
    let erased = erase_again(settings, source, &mut restored).await?;
    grants::copy(connection, &mut restored).await?;
    // Not what the manifest names: nothing comes back of those who were just erased.
    let objects = backup::named_in(&mut restored).await?;
    restored.close().await?;
    let missing = bring_back(settings, source, &objects, progress).await?;
    Ok((erased, missing))
}

/// A server would go on with what it has in memory, and people would lose what they write meanwhile.
async fn refuse_while_serving(beside: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let query = format!(
        "select count(*) from pg_stat_activity where application_name = 'vitae' and datname = {}",
        sql::literal(name)
    );
    let connections: i64 = sql::one(beside, query).await?.try_get(0)?;
    ensure!(
        connections == 0,
        "A Vitae server is running on the database. Stop it and try again, or say --while-serving: what is saved while \
         the restore runs is then only in the old database."
    );
    Ok(())
}

/// Before anything is made: what the file itself says.
fn refuse_newer(source: &Source, server: Version) -> anyhow::Result<()> {
    if let Some(from) = source.inspected.server {
        ensure!(
            from.major <= server.major,
            "The backup is of PostgreSQL {from}, and this server is {server}. Restore it into PostgreSQL {} or newer.",
            from.major
        );
    }
    match &source.manifest {
        Some(manifest) => known_schema(&manifest.contents.migrations),
        None => Ok(()),
    }
}

async fn refuse_newer_schema(restored: &mut PgConnection) -> anyhow::Result<()> {
    let there = sql::one(restored, "select to_regclass('public._sqlx_migrations') is not null").await?;
    ensure!(
        there.try_get::<bool, _>(0)?,
        "The dump is not one of a database of Vitae: it has no table _sqlx_migrations."
    );
    let rows = sql::all(restored, "select version from public._sqlx_migrations where success order by version").await?;
    let versions = rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<Vec<i64>>>()?;
    known_schema(&versions)
}

fn known_schema(versions: &[i64]) -> anyhow::Result<()> {
    if let Some(unknown) = versions.iter().rev().find(|version| !migrate::MIGRATOR.version_exists(**version)) {
        bail!(
            "The backup has the schema {unknown} of a newer Vitae. Install that one (or a newer) and restore with it."
        );
    }
    Ok(())
}

/// A dump that was not made by us may have them.
async fn empty_left_out(restored: &mut PgConnection) -> anyhow::Result<()> {
    for table in backup::manifest::LEFT_OUT {
        let there = sql::one(restored, format!("select to_regclass('public.{table}') is not null")).await?;
        if there.try_get::<bool, _>(0)? {
            sql::run(restored, format!("delete from public.{table}")).await?;
        }
    }
    Ok(())
}

/// Erases everybody whom the ledgers name, in the place of the settings and beside the backup; answers how many.
async fn erase_again(settings: &Settings, source: &Source, restored: &mut PgConnection) -> anyhow::Result<u64> {
    let ours = Ledger::open(settings)?;
    let mut uids: Vec<Uuid> = ours.all().await?.into_iter().map(|(uid, _)| uid).collect();
    for (uid, at) in Ledger::at(source.place.clone()).all().await? {
        if !uids.contains(&uid) {
            // Ours may have been lost with everything else.
            ours.note(uid, at).await?;
            uids.push(uid);
        }
    }
    let erased = sqlx::query!("delete from users where uid = any($1)", &uids).execute(restored).await?;
    Ok(erased.rows_affected())
}

async fn bring_back(
    settings: &Settings,
    source: &Source,
    objects: &[backup::manifest::Object],
    progress: &Progress,
) -> anyhow::Result<Vec<String>> {
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    progress.say(format!("Looking for {} archived PDFs", objects.len()));
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    backup::bring_back(&storage, &source.place, objects, &source.identity).await
}

/// Those who asked to be forgotten and are not gone yet, because something was away, are known to the database of now alone:
/// the ledger is told of them before another takes its place.
async fn note_who_is_leaving(settings: &Settings, connection: &Connection) -> anyhow::Result<()> {
    if !sql::exists(&connection.owner).await? {
        return Ok(());
    }
    let mut live = sql::connect(&connection.owner).await?;
    let query = "select uid, leaving_at from public.users where leaving_at is not null";
    let rows = match sql::all(&mut live, query).await {
        // There may be nothing in it yet.
        Err(sqlx::Error::Database(_)) => return Ok(()),
        rows => rows?,
    };
    let ledger = Ledger::open(settings)?;
    for row in rows {
        ledger.note(row.try_get(0)?, row.try_get(1)?).await?;
    }
    Ok(())
}

/// In the database that is the one in use from now on: erases everybody whom the ledgers name, and what the object store
/// and the places of backups have of them; answers how many there were.
async fn forget(
    settings: &Settings,
    connection: &Connection,
    source: &Source,
    progress: &Progress,
) -> anyhow::Result<u64> {
    let mut live = sql::connect(&connection.owner).await?;
    let erased = erase_again(settings, source, &mut live).await?;
    let named = backup::named_in(&mut live).await?;
    let uids = backup::erased(settings, &source.place).await?;
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    backup::forget(Some(&storage), &Place::open(settings)?, &uids, &named).await?;
    // The backup may lie on a medium that cannot be written to.
    if let Err(error) = backup::forget(None, &source.place, &uids, &named).await {
        progress.say(format!(
            "Copies of archived PDFs of people who were erased are still beside the backup: {}",
            chain(error.as_ref())
        ));
    }
    Ok(erased)
}
