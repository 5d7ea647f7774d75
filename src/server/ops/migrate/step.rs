//! One migration, up or down.

use super::{super::schema::script, MigrationError, ledger, source::file};
use sqlx::{AssertSqlSafe, PgConnection, migrate::Migration};
use std::time::{Duration, Instant};

/// How often a migration is tried that waits for a busy table in vain.
const TRIES: u32 = 5;

/// Between two tries, so that those who waited behind it get through.
const PAUSE: Duration = Duration::from_secs(1);

/// Does a migration and notes it, both or neither; after a statement that fails the schema is the old one.
///
/// One that begins with `-- no-transaction` is done statement by statement, and noted when all are done. What it did
/// before it failed stays, so it must be one that can be run again.
pub(super) async fn run(connection: &mut PgConnection, migration: &Migration) -> Result<(), MigrationError> {
    let mut tries = 1;
    loop {
        match once(connection, migration).await {
            Err(error) if tries < TRIES && !migration.no_tx && is_busy(&error) => {
                tracing::warn!(migration = migration.version, "a table it needs is busy; trying again");
                tokio::time::sleep(PAUSE).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

async fn once(connection: &mut PgConnection, migration: &Migration) -> Result<(), MigrationError> {
    let started = Instant::now();
    let script = async |connection: &mut PgConnection| {
        let done = script::run(connection, &file(migration), migration.sql.as_str()).await;
        done.map_err(|script| MigrationError::Failed { script, kept: kept(migration) })
    };
    if migration.no_tx {
        drop_broken_indexes(connection).await?;
        script(connection).await?;
    }
    // This connection is no pooled one: if this future is dropped, the server takes all of it back.
    sqlx::raw_sql("begin").execute(&mut *connection).await?;
    let result = async {
        if !migration.no_tx {
            script(connection).await?;
        }
        ledger::record(connection, migration, started.elapsed()).await?;
        sqlx::raw_sql("commit").execute(&mut *connection).await?;
        Ok(())
    }
    .await;
    if result.is_err() {
        // If the connection is broken, this fails too, and the first error is the one to tell.
        let _ = sqlx::raw_sql("rollback").execute(connection).await;
    }
    result
}

/// Drops what a `create index concurrently` left that did not finish, or `if not exists` would take it for the index.
async fn drop_broken_indexes(connection: &mut PgConnection) -> Result<(), MigrationError> {
    let broken = sqlx::query_scalar!(
        r#"select format('%I.%I', n.nspname, c.relname) as "name!"
           from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
           where not i.indisvalid and c.relkind = 'i' and n.nspname <> 'pg_toast'
             and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)"#
    )
    .fetch_all(&mut *connection)
    .await?;
    for name in broken {
        tracing::warn!("the index {name} was not finished; it is dropped");
        sqlx::raw_sql(AssertSqlSafe(format!("drop index concurrently if exists {name}")))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn kept(migration: &Migration) -> String {
    if migration.no_tx {
        "It runs outside of a transaction: what stands before that line is done. Correct the cause and run it again"
            .to_owned()
    } else {
        format!("Nothing of it was kept: the schema is as it was before {}", migration.version)
    }
}

/// Whether it waited in vain for a lock (`lock_not_available`).
fn is_busy(error: &MigrationError) -> bool {
    match error {
        MigrationError::Failed { script, .. } => {
            script.source.as_database_error().is_some_and(|error| error.code().as_deref() == Some("55P03"))
        }
        _ => false,
    }
}
