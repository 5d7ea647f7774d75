//! One database in the place of another, in one transaction: at no moment is there none.

use super::{
    super::{
        programs::database,
        sql::{self, literal, quoted},
    },
    scratch::named,
};
use anyhow::Context;
use sqlx::{PgConnection, Row, postgres::PgConnectOptions};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use time::{
    Duration, OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description,
};

/// How long the old database is kept.
pub const KEPT: Duration = Duration::days(7);

const BEFORE: &str = "_before_";
const STAMP: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]t[hour][minute][second]");

/// How often the swap is tried: connections come back as fast as they are ended.
const TRIES: usize = 5;

/// Between two times that connections are ended.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Renames the database in use away and the new one in; answers what the old one is called now, if there was one.
///
/// # Errors
/// Connections to it cannot be ended, or the server does not answer. Nothing is renamed then.
pub(super) async fn swap(
    owner: &PgConnectOptions,
    beside: &mut PgConnection,
    new: &str,
    now: OffsetDateTime,
) -> anyhow::Result<Option<String>> {
    let name = database(owner);
    let exists = sql::all(beside, format!("select from pg_database where datname = {}", literal(&name))).await?;
    let old = if exists.is_empty() { None } else { Some(named(&name, BEFORE, &now.format(STAMP)?)) };
    let away = old.as_ref().map(|old| format!("alter database {} rename to {};", quoted(&name), quoted(old)));
    let statements = format!(
        "begin; {} alter database {} rename to {}; commit",
        away.unwrap_or_default(),
        quoted(new),
        quoted(&name)
    );
    let done = Arc::new(AtomicBool::new(false));
    let others = sql::connect_beside(owner).await?;
    let ending = tokio::spawn(end_connections(others, name, new.to_owned(), Arc::clone(&done)));
    let swapped = rename(beside, &statements).await;
    done.store(true, Ordering::SeqCst);
    // To its end: those who connect from now on are to stay.
    ending.await?;
    swapped.context(
        "The databases cannot be renamed, because somebody is connected to the old one, which goes on. Stop all servers \
         and try again; or let this role end their connections ('vitae doctor' says how).",
    )?;
    Ok(old)
}

/// A rename waits for others to leave, and meanwhile lets nobody in.
async fn rename(beside: &mut PgConnection, statements: &str) -> sqlx::Result<()> {
    let mut tries = 0;
    loop {
        tries += 1;
        match sql::run(beside, statements).await {
            Err(error) if tries < TRIES => {
                sql::run(beside, "rollback").await?;
                tracing::debug!(%error, "the swap is tried again");
            }
            Err(error) => {
                let _ = sql::run(beside, "rollback").await;
                return Err(error);
            }
            Ok(()) => return Ok(()),
        }
    }
}

/// Ends the connections to both databases until it is done.
async fn end_connections(mut beside: PgConnection, name: String, new: String, done: Arc<AtomicBool>) {
    while !done.load(Ordering::SeqCst) {
        if let Err(error) = sql::end_connections(&mut beside, &[&name, &new]).await {
            tracing::debug!(%error, "connections cannot be ended");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The databases that restores have put aside, and when.
///
/// # Errors
/// The server does not answer.
pub async fn old_databases(owner: &PgConnectOptions) -> anyhow::Result<Vec<(String, OffsetDateTime)>> {
    let mut beside = sql::connect_beside(owner).await?;
    let name = database(owner);
    let rows = sql::all(&mut beside, "select datname::text from pg_database order by 1").await?;
    let mut old = Vec::new();
    for row in rows {
        let candidate: String = row.try_get(0)?;
        let stamp = candidate.rsplit_once(BEFORE).and_then(|(_, stamp)| PrimitiveDateTime::parse(stamp, STAMP).ok());
        if let Some(at) = stamp
            && named(&name, BEFORE, &at.format(STAMP)?) == candidate
        {
            old.push((candidate, at.assume_utc()));
        }
    }
    Ok(old)
}

/// Removes those that were put aside before a time; answers their names.
///
/// # Errors
/// The server does not answer, or somebody may not remove them.
pub async fn remove_old(owner: &PgConnectOptions, before: OffsetDateTime) -> anyhow::Result<Vec<String>> {
    let mut removed = Vec::new();
    for (name, at) in old_databases(owner).await? {
        if at <= before {
            let mut beside = sql::connect_beside(owner).await?;
            sql::drop_database(&mut beside, &name).await?;
            removed.push(name);
        }
    }
    Ok(removed)
}
