//! The server's own backups: made, proven and pruned once a day. And what restores put aside is removed in time.

use super::{Keep, Request, create, list, manifest::Reason, place::Place, prune};
use crate::server::{
    clock::Clock,
    config::Settings,
    fault::chain,
    ops::{
        connect::{self, Connection},
        progress::Progress,
        restore::{KEPT, remove_old},
        sql,
    },
};
use anyhow::Context;
use std::time::Duration;
use time::{Duration as Span, OffsetDateTime, Time};

/// Between two looks at whether it is time: a failed backup is tried again so soon.
const LOOK: Duration = Duration::from_mins(10);

/// The longest that making and proving a backup may take.
const LONGEST: Duration = Duration::from_hours(6);

/// Runs until it is dropped. Any number of processes may do this on one database: the first makes the backup, and the
/// others see that it is there.
pub async fn run(settings: &Settings, clock: &Clock) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let now = clock.now();
        if let Some(at) = settings.backup.at
            && let Err(error) = bounded(Box::pin(when_due(settings, at, now))).await
        {
            tracing::error!(error = chain(error.as_ref()), "the daily backup failed and will be tried again");
        }
        if let Err(error) = bounded(forget_old(settings, now)).await {
            tracing::error!(error = chain(error.as_ref()), "a database of before a restore cannot be removed");
        }
    }
}

/// Gives something up after a time: a connection that died without a word would hold up all later backups.
async fn bounded<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::time::timeout(LONGEST, work).await.context("it took too long")?
}

/// Makes the backup of today, if it is time and there is none; answers whether it did.
///
/// # Errors
/// It cannot be made, or is not what it should be.
pub async fn when_due(settings: &Settings, at: Time, now: OffsetDateTime) -> anyhow::Result<bool> {
    let connection = connect::for_command(settings).await?;
    let place = Place::open(settings)?;
    if !is_due(&connection, &place, last_time(at, now), now).await? {
        return Ok(false);
    }
    let progress = Progress::to_log();
    create(settings, &connection, &place, Request { reason: Reason::Daily, now, prove: true }, &progress).await?;
    for name in prune(&connection, &place, Keep::of(settings), false).await? {
        progress.say(format!("Removed {name}"));
    }
    Ok(true)
}

/// Removes what restores have put aside, when it was kept for long enough.
async fn forget_old(settings: &Settings, now: OffsetDateTime) -> anyhow::Result<()> {
    let connection = connect::for_command(settings).await?;
    for name in remove_old(&connection.owner, now - KEPT).await? {
        tracing::info!("Removed the database '{name}' of before a restore");
    }
    Ok(())
}

/// The last moment at which a backup was to be made.
fn last_time(at: Time, now: OffsetDateTime) -> OffsetDateTime {
    let today = now.replace_time(at);
    if today <= now { today } else { today - Span::DAY }
}

/// Whether no backup was made since then, those of a clock that was ahead left out. The first of all is made when there was something to back up then, so that a
/// fresh installation is not busy with it.
async fn is_due(
    connection: &Connection,
    place: &Place,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> anyhow::Result<bool> {
    let daily = |backup: &super::Backup| {
        let is_daily = backup.manifest.as_ref().is_some_and(|known| known.reason == Reason::Daily);
        is_daily && !backup.is_ahead(now)
    };
    let backups = list(place).await?;
    if let Some(newest) = backups.iter().find(|backup| daily(backup)) {
        return Ok(newest.name.at < since);
    }
    let mut live = sql::connect(&connection.owner).await?;
    let oldest = sqlx::query!("select min(created_at) as at from users").fetch_one(&mut live).await?.at;
    Ok(oldest.is_some_and(|oldest| oldest < since))
}

#[cfg(test)]
mod tests {
    use super::last_time;
    use time::macros::{datetime, time};

    #[test]
    fn the_last_time_is_today_or_yesterday() {
        let last = |now| last_time(time!(03:00), now);
        assert_eq!(last(datetime!(2026-11-22 03:00 UTC)), datetime!(2026-11-22 03:00 UTC));
        assert_eq!(last(datetime!(2026-11-22 02:59:59 UTC)), datetime!(2026-11-21 03:00 UTC));
        assert_eq!(last(datetime!(2026-11-22 23:00 UTC)), datetime!(2026-11-22 03:00 UTC));
    }
}
