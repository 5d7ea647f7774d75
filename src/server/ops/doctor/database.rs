//! The database: does it answer, is it up to date, does anybody hold it up?

use super::super::{
    connect::{Connection, OVERHEARD, may_be_overheard},
    migrate::MIGRATOR,
    programs::{Programs, Version, database},
    restore::{
        Origin,
        check::{self, told},
        structure,
    },
    sql::{self, literal},
};
use crate::server::{clock::Clock, config::Settings};
use anyhow::{Context, ensure};
use sqlx::Row;
use std::time::Instant;
use time::{Duration, OffsetDateTime};

/// The oldest that is tested.
const OLDEST: u32 = 15;

/// Clocks may differ by so much.
const SKEW: Duration = Duration::seconds(5);

/// Its version, and how quick it is.
pub(super) async fn answers(connection: &Connection) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.options).await?;
    let version = sql::server_version(&mut live).await?;
    ensure!(version.major >= OLDEST, "PostgreSQL {version} is too old. Move to {OLDEST} or newer.");
    let started = Instant::now();
    sql::one(&mut live, "select 1").await?;
    Ok(format!("PostgreSQL {version}, answers in {:.1} ms", started.elapsed().as_secs_f64() * 1000.0))
}

/// Whether somebody may listen on the way to it.
pub(super) fn way(connection: &Connection) -> anyhow::Result<String> {
    ensure!(!may_be_overheard(&connection.options) && !may_be_overheard(&connection.owner), OVERHEARD);
    Ok("it is on this machine, or the address says how the way there is protected".into())
}

/// Whether backups and restores have their programs.
pub(super) async fn programs(settings: &Settings, connection: &Connection) -> anyhow::Result<String> {
    let server: Version = sql::server_version(&mut sql::connect(&connection.owner).await?).await?;
    let programs = Programs::find(&settings.database.postgres_bin, server)?;
    Ok(format!("pg_dump and psql {} fit the server", programs.version))
}

/// Whether the owner may make databases, to prove backups in.
pub(super) async fn rights(connection: &Connection) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.owner).await?;
    let query = "select rolsuper or rolcreatedb and rolcreaterole from pg_roles where rolname = current_user";
    let may: bool = sql::one(&mut live, query).await?.try_get(0)?;
    let owner = connection.owner.get_username();
    ensure!(
        may,
        "The role '{owner}' cannot make databases, so backups cannot be verified or restored: \
         alter role {owner} createdb createrole"
    );
    let role = connection.options.get_username();
    let query = format!(
        "select coalesce(bool_and(ours.rolsuper or not theirs.rolsuper
             and (pg_has_role(theirs.oid, 'usage') or pg_has_role('pg_signal_backend', 'usage'))), true)
         from pg_roles ours, pg_roles theirs where ours.rolname = current_user and theirs.rolname = {}",
        literal(role)
    );
    let may: bool = sql::one(&mut live, query).await?.try_get(0)?;
    ensure!(
        may,
        "The role '{owner}' cannot end the connections of '{role}', so nothing can be restored while a server runs: \
         grant {role} to {owner}"
    );
    Ok(format!("'{owner}' can make databases to verify and restore backups"))
}

/// Whether the schema is what our migrations make, and what else there is.
pub(super) async fn schema(connection: &Connection) -> anyhow::Result<String> {
    let owner = &connection.owner;
    let mut beside = sql::connect_beside(owner).await?;
    if sql::lock(&mut beside, &database(owner)).await.is_err() {
        return Ok("a backup, verification or restore is running: ask again when it is done".into());
    }
    let mut live = sql::connect(owner).await?;
    let mut found = check::differences(owner, &mut beside, &mut live, Origin::Ours).await?;
    // No backup has them.
    found.faults.retain(|fault| !fault.starts_with("it has extension "));
    ensure!(
        found.faults.is_empty(),
        "The schema is not what migrations make: {}. Backups of it are kept, but cannot be proven. What was added belongs \
         into a schema of your own; for the rest, 'vitae migrate check' says what would mend it.",
        told(&found.faults)
    );
    if found.newer {
        return Ok("a newer Vitae has migrated it, so that it cannot be compared".into());
    }
    let mut also = Vec::new();
    if !found.added.is_empty() {
        also.push(format!("no migration made {}; it is in backups", told(&found.added)));
    }
    let left_out = structure::left_out(&mut live).await?;
    if !left_out.is_empty() {
        also.push(format!("not in backups: {}", left_out.join(", ")));
    }
    Ok(if also.is_empty() { "it is what migrations make".into() } else { also.join(". ") })
}

/// Whether the application may work with all rows.
pub(super) async fn rights_of_application(connection: &Connection) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.options).await?;
    let query = "select coalesce(string_agg(c.relname, ', ' order by c.relname), '') from pg_class c
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                   and c.relname not in ('_sqlx_migrations', 'migration_log')
                   and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                            and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))";
    let closed: String = sql::one(&mut live, query).await?.try_get(0)?;
    let role = connection.options.get_username();
    ensure!(
        closed.is_empty(),
        "The role '{role}' may not work with {closed}. As the owner: grant select, insert, update, delete on all tables \
         in schema public to {role}"
    );
    Ok(format!("'{role}' may read and write all rows"))
}

/// Whether the schema is that of this program.
pub(super) async fn migrations(connection: &Connection) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.owner).await?;
    let applied = sql::all(&mut live, "select version, success from public._sqlx_migrations order by version").await;
    let applied = applied.context("No migration was ever applied. Run: vitae migrate apply")?;
    let mut versions = Vec::new();
    for row in &applied {
        let version: i64 = row.try_get(0)?;
        ensure!(row.try_get::<bool, _>(1)?, "The migration {version} broke off. See docs/operations.md.");
        versions.push(version);
    }
    let ups = MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration());
    let pending = ups.filter(|migration| !versions.contains(&migration.version)).count();
    ensure!(pending == 0, "{pending} migrations are pending. Run: vitae migrate apply");
    let newest = versions.last().copied().unwrap_or(0);
    if !MIGRATOR.version_exists(newest) {
        let query = format!(
            "select release from public.migration_log where version = {newest} and direction = 'up' order by id desc limit 1"
        );
        let release = sql::one(&mut live, query).await.and_then(|row| row.try_get::<String, _>(0));
        let release = release.map_or_else(|_| "a newer Vitae".to_owned(), |release| format!("Vitae {release}"));
        anyhow::bail!(
            "The schema {newest} is of {release}, and this one does not know it. Install {release}, or take the schema \
             back with it: vitae migrate downgrade"
        );
    }
    Ok(format!("the schema is up to date: {newest}"))
}

/// Whether something waits for something else for long.
pub(super) async fn locks(connection: &Connection) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.owner).await?;
    let query = "select pid, coalesce(application_name, ''), state = 'idle in transaction',
                        extract(epoch from now() - state_change)::bigint
                 from pg_stat_activity where datname = current_database() and (
                     wait_event_type = 'Lock' and state_change < now() - interval '10 seconds'
                     or state = 'idle in transaction' and state_change < now() - interval '1 minute')
                 order by state_change limit 1";
    let Some(row) = sql::all(&mut live, query).await?.into_iter().next() else {
        return Ok("nobody waits for a lock".into());
    };
    let (pid, name, idle, seconds): (i32, String, bool, i64) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    let does = if idle { "holds a transaction open and does nothing" } else { "waits for a lock" };
    anyhow::bail!(
        "The connection {pid} ('{name}') {does} for {seconds} s. End what holds it up: \
         vitae psql -- -c 'select pg_terminate_backend({pid})'"
    )
}

/// Whether the machine and the database agree about the time.
pub(super) async fn clock(connection: &Connection, clock: &Clock) -> anyhow::Result<String> {
    let mut live = sql::connect(&connection.options).await?;
    let theirs: OffsetDateTime = sql::one(&mut live, "select clock_timestamp()").await?.try_get(0)?;
    let now = clock.now();
    let apart = (theirs - now).abs();
    ensure!(
        apart < SKEW,
        "The clocks of this machine and of the database are {} s apart. Turn on time synchronisation on both.",
        apart.whole_seconds()
    );
    ensure!(now.year() >= 2026, "The clock of this machine says {}. Set it.", now.date());
    Ok("this machine and the database agree".into())
}

/// Of the database, in bytes; nothing if it does not say.
pub(super) async fn size(connection: &Connection) -> Option<u64> {
    let mut live = sql::connect(&connection.owner).await.ok()?;
    let size = sql::one(&mut live, "select pg_database_size(current_database())").await.ok()?;
    size.try_get::<i64, _>(0).ok().and_then(|size| u64::try_from(size).ok())
}
