//! What is applied: sqlx's `_sqlx_migrations`, and beside it `migration_log`.
//!
//! The log says which release did what. It is no column of sqlx's table, because that one is sqlx's and forgets what
//! is taken back; and no migration makes it, because then it could not tell of those before it, and would go when that
//! one is taken back.

#![expect(
    clippy::disallowed_methods,
    reason = "no migration makes these tables, so the checked macros do not see them"
)]

use super::{MigrationError, RELEASE};
use sqlx::{
    PgConnection, Row,
    migrate::{Migrate, Migration},
};
use std::time::Duration;
use time::OffsetDateTime;

/// sqlx's own table.
const TABLE: &str = "_sqlx_migrations";

const LOG: &str = "
    create table if not exists migration_log (
        id bigint generated always as identity,
        version bigint not null,
        direction text not null,
        release text not null,
        elapsed_ms bigint not null,
        at timestamptz not null default now(),
        constraint migration_log_pkey primary key (id),
        constraint migration_log_direction_check check (direction in ('up', 'down'))
    )";

/// A migration that is applied.
pub(super) struct Applied {
    pub(super) version: i64,
    pub(super) checksum: Vec<u8>,
    pub(super) at: OffsetDateTime,
    /// Which release applied it, if that is known.
    pub(super) release: Option<String>,
}

/// All that are applied, the oldest first. Writes nothing: a database without the tables has none.
pub(super) async fn applied(connection: &mut PgConnection) -> Result<Vec<Applied>, MigrationError> {
    let (table, log): (bool, bool) =
        sqlx::query_as("select to_regclass('_sqlx_migrations') is not null, to_regclass('migration_log') is not null")
            .fetch_one(&mut *connection)
            .await?;
    let rows = match (table, log) {
        (false, _) => return Ok(Vec::new()),
        (true, false) => {
            sqlx::query("select version, checksum, installed_on, null::text from _sqlx_migrations order by version")
        }
        (true, true) => sqlx::query(
            "select version, checksum, installed_on,
                 (select release from migration_log l where l.version = m.version and direction = 'up'
                  order by id desc limit 1)
             from _sqlx_migrations m order by version",
        ),
    };
    let read = |row: &sqlx::postgres::PgRow| {
        Ok(Applied {
            version: row.try_get(0)?,
            checksum: row.try_get(1)?,
            at: row.try_get(2)?,
            release: row.try_get(3)?,
        })
    };
    Ok(rows.fetch_all(connection).await?.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
}

/// Makes the tables if they are not there.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<(), MigrationError> {
    connection.ensure_migrations_table(TABLE).await?;
    sqlx::query(LOG).execute(connection).await?;
    Ok(())
}

/// Notes that a migration was done, in either direction.
pub(super) async fn record(
    connection: &mut PgConnection,
    migration: &Migration,
    elapsed: Duration,
) -> Result<(), MigrationError> {
    let down = migration.migration_type.is_down_migration();
    if down {
        sqlx::query("delete from _sqlx_migrations where version = $1")
            .bind(migration.version)
            .execute(&mut *connection)
            .await?;
    } else {
        // Not skipped at all: this is how sqlx notes a migration that somebody else has run.
        connection.skip(TABLE, migration).await?;
    }
    sqlx::query("insert into migration_log (version, direction, release, elapsed_ms) values ($1, $2, $3, $4)")
        .bind(migration.version)
        .bind(if down { "down" } else { "up" })
        .bind(RELEASE)
        .bind(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
        .execute(connection)
        .await?;
    Ok(())
}
