//! One process migrates at a time.

use super::MigrationError;
use sqlx::PgConnection;
use std::time::Duration;

/// Between two looks at whether the other process is done.
const POLL: Duration = Duration::from_millis(50);

/// What holds for the statements of a migration. Waiting for a lock on a table makes everybody else wait behind, so it
/// is given up soon, and tried again; a statement itself may take its time. A server that can look after its clients
/// while it works (14, on Linux) ends the statement of a process that was killed, and so gives the lock back.
const MANNERS: &str = "
    set lock_timeout = '4s';
    set statement_timeout = 0;
    set timezone = 'UTC';
    set client_min_messages = 'warning';
    do $$
    begin
        set client_connection_check_interval = '500ms';
    exception when others then
        null;
    end
    $$";

/// Waits until no other process migrates this database. The lock goes with the connection, however that ends.
///
/// It is asked for again and again, and not waited for inside of PostgreSQL: a waiting statement is one that
/// `create index concurrently` waits for in turn, for ever.
pub(super) async fn acquire(connection: &mut PgConnection) -> Result<(), MigrationError> {
    let mut told = false;
    while !tried(connection).await? {
        if !told {
            tracing::info!("another process is migrating the database; waiting for it");
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
    sqlx::raw_sql(MANNERS).execute(connection).await?;
    Ok(())
}

async fn tried(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select pg_try_advisory_lock(hashtextextended('vitae migrations', 0)) as "locked!""#)
        .fetch_one(connection)
        .await
}
