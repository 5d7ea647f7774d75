//! Whether a restored database is one that this program can work with, and nothing else is in it.

use super::{
    super::{
        migrate::{self, Backup, Source},
        programs::database,
        sql::{self, quoted},
    },
    scratch::named,
};
use crate::domain::version;
use anyhow::{Context, ensure};
use rand::RngExt as _;
use sqlx::{Connection as _, PgConnection, Row, postgres::PgConnectOptions};
use std::collections::BTreeSet;

/// So many differences are told.
const TOLD: usize = 10;

/// Everything in a database that is not rows, as lines that can be compared: what a dump could bring along to be run later.
const SCHEMA: &str = "
    with ours as (select oid, nspname from pg_namespace where nspname <> 'information_schema' and nspname not like 'pg\\_%')
    select line from (
        select format('schema %s', nspname) as line from ours
        union all
        select format('%s %s.%s %s', case relkind when 'r' then 'table' when 'S' then 'sequence' when 'i' then 'index'
                      else 'relation of kind ' || relkind::text end, nspname, relname, coalesce(pg_get_viewdef(c.oid), ''))
        from pg_class c join ours on ours.oid = relnamespace where relkind not in ('i', 't', 'c')
        union all
        select format('index %s', indexdef) from pg_indexes where schemaname in (select nspname from ours)
        union all
        select format('column %s.%s.%s %s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod),
                      attnotnull, attidentity, pg_get_expr(adbin, adrelid))
        from pg_attribute a join pg_class c on c.oid = attrelid join ours on ours.oid = relnamespace
             left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where relkind = 'r' and attnum > 0 and not attisdropped
        union all
        select format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(c.oid))
        from pg_constraint c join ours on ours.oid = connamespace
        union all
        select format('function %s.%s %s', nspname, proname, pg_get_functiondef(p.oid))
        from pg_proc p join ours on ours.oid = pronamespace where prokind <> 'a'
        union all
        select format('aggregate %s', p.oid::regprocedure) from pg_proc p join ours on ours.oid = pronamespace
        where prokind = 'a'
        union all
        select format('trigger %s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
        union all
        select format('rule %s', pg_get_ruledef(r.oid)) from pg_rewrite r
               join pg_class c on c.oid = ev_class join ours on ours.oid = relnamespace
        union all
        select format('policy %s on %s', polname, polrelid::regclass) from pg_policy
        union all
        select format('event trigger %s', evtname) from pg_event_trigger
        union all
        select format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
        union all
        select format('operator %s', o.oid::regoperator) from pg_operator o join ours on ours.oid = oprnamespace
        union all
        select format('cast %s', oid) from pg_cast where oid >= 16384
        union all
        select format('type %s.%s', nspname, typname) from pg_type t join ours on ours.oid = typnamespace
        where typrelid = 0 and typelem = 0
    ) as lines order by line";

/// Compares the schema of a restored database with what our migrations make, up to the same one. A table, function or
/// trigger too much, or one that differs, is refused: it would run with the rights of the application.
///
/// # Errors
/// Each difference.
pub async fn schema(
    owner: &PgConnectOptions,
    beside: &mut PgConnection,
    restored: &mut PgConnection,
) -> anyhow::Result<()> {
    let newest =
        sql::one(restored, "select coalesce(max(version), 0) from public._sqlx_migrations where success").await;
    let newest: i64 = newest.context("The dump is not one of a database of Vitae.")?.try_get(0)?;
    let name = named(&database(owner), "_scratch_", &format!("{:08x}", rand::rng().random::<u32>()));
    sql::run(beside, format!("create database {} template template0 encoding 'UTF8'", quoted(&name))).await?;
    let expected = migrated(&owner.clone().database(&name), newest).await;
    sql::run(beside, format!("drop database if exists {} with (force)", quoted(&name))).await?;
    let (expected, actual) = (expected?, read(restored).await?);
    let added = actual.difference(&expected).map(|line| format!("it has {}", shortened(line)));
    // Databases that no release but the first has migrated have no log of it yet.
    let missing = expected.difference(&actual).filter(|line| !line.contains(" public.migration_log"));
    let missing = missing.map(|line| format!("it has no {}", shortened(line)));
    let differences: Vec<String> = added.chain(missing).take(TOLD).collect();
    ensure!(
        differences.is_empty(),
        "The dump is not one of a database of Vitae as its migrations make it: {}.",
        differences.join("; ")
    );
    Ok(())
}

async fn migrated(empty: &PgConnectOptions, newest: i64) -> anyhow::Result<BTreeSet<String>> {
    let mut connection = sql::connect(empty).await?;
    let source = Source::embedded();
    // What a newer Vitae has applied, this one does not know; who restores it is told elsewhere.
    let known = source.ups().map(|migration| migration.version).filter(|version| *version <= newest).max();
    if known.is_some() {
        migrate::apply(empty, &source, known, Backup::Skip).await?;
    }
    let schema = read(&mut connection).await?;
    connection.close().await?;
    Ok(schema)
}

async fn read(connection: &mut PgConnection) -> anyhow::Result<BTreeSet<String>> {
    sql::run(connection, "set search_path = pg_catalog").await?;
    let rows = sql::all(connection, SCHEMA).await?;
    sql::run(connection, "set search_path = public").await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?)
}

fn shortened(line: &str) -> String {
    line.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect()
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
