//! The server's own backups: made, proven and pruned once a day. And what restores put aside is removed in time.

use super::{
    Keep, Request,
    care::{self, Order, Part},
    create, list,
    manifest::Reason,
    place::Place,
    prune::{prune, supersede},
};
use crate::server::{
    clock::Clock,
    config::Settings,
    fault::chain,
    ops::{
        connect::{self, Connection},
        programs::database,
        progress::Progress,
        restore::{KEPT, remove_old},
        sql,
    },
};
use anyhow::Context;
use std::time::Duration;
use time::{Duration as Span, OffsetDateTime, Time};

/// The longest between two looks at whether it is time: a failed backup is tried again so soon.
const LOOK: Duration = Duration::from_mins(10);

/// So long after one that is kept but could not be proven another one is made, which takes its place.
const AGAIN: Span = Span::HOUR;

/// The longest that making and proving a backup may take.
const LONGEST: Duration = Duration::from_hours(6);

/// Runs until it is dropped. Any number of processes may do this on one database: the first makes the backup, and the
/// others see that it is there.
pub async fn run(settings: &Settings, clock: &Clock) {
    loop {
        let now = clock.now();
        if let Some(at) = settings.backup.at
            && let Err(error) = bounded(Box::pin(when_due(settings, at, now))).await
        {
            tracing::error!(error = chain(error.as_ref()), "the daily backup failed and will be tried again");
        }
        if let Err(error) = bounded(forget_old(settings, now)).await {
            tracing::error!(error = chain(error.as_ref()), "a database of before a restore cannot be removed");
        }
        tokio::time::sleep(pause(settings.backup.at, clock.now())).await;
    }
}

/// Until the next look: at the time itself, however long after the start of the server that is.
fn pause(at: Option<Time>, now: OffsetDateTime) -> Duration {
    let next = at.and_then(|at| Duration::try_from(last_time(at, now) + Span::DAY - now).ok());
    next.map_or(LOOK, |next| next.min(LOOK))
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
    // All processes look at the same moment.
    let mut beside = sql::connect_beside(&connection.owner).await?;
    let name = database(&connection.owner);
    if !sql::try_daily(&mut beside, &name).await? {
        return Ok(false);
    }
    let made = make_if_due(settings, &connection, &place, last_time(at, now), now).await;
    sql::end_daily(&mut beside, &name).await?;
    made
}

async fn make_if_due(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> anyhow::Result<bool> {
    if !is_due(connection, place, since, now).await? {
        return Ok(false);
    }
    let progress = Progress::to_log();
    let request = Request { reason: Reason::Daily, now, prove: true };
    let made = create(settings, connection, place, request, &progress).await;
    let superseded = supersede(connection, place, since, now).await;
    let (name, manifest) = made?;
    superseded?;
    if let Some(words) = manifest.incomplete(&name.to_string()) {
        tracing::error!("{words}");
    }
    // The backup is there whatever follows, so it is not to be made again.
    if let Err(error) = afterwards(settings, connection, place, now, &progress).await {
        tracing::error!(error = chain(error.as_ref()), "looking after the backups failed");
    }
    Ok(true)
}

/// Reads a part of the archived objects and their copies again, and removes backups that are too old.
async fn afterwards(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    now: OffsetDateTime,
    progress: &Progress,
) -> anyhow::Result<()> {
    let identity = settings.backup.age_identity.clone();
    let order = Order { part: Part::of_day(now), mend: true, identity };
    let found = care::look_after(settings, connection, place, &order).await?;
    progress.say(format!("Read {} archived PDFs and {} copies again", found.objects, found.copies));
    found.tell();
    for name in prune(connection, place, Keep::of(settings), now, false).await? {
        progress.say(format!("Removed {name}"));
    }
    Ok(())
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

/// Whether no proven backup was made since then, those of a clock that was ahead left out; after one that is not proven,
/// not at once. The first of all is made when there was something to back up then, so that a fresh installation is not
/// busy with it.
async fn is_due(
    connection: &Connection,
    place: &Place,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> anyhow::Result<bool> {
    let backups = list(place).await?;
    let daily: Vec<_> = backups.iter().filter(|backup| backup.is_daily() && !backup.is_ahead(now)).collect();
    if let Some(newest) = daily.first() {
        let proven = daily.iter().any(|backup| backup.name.at >= since && backup.verified_at.is_some());
        return Ok(newest.name.at < since || !proven && newest.name.at + AGAIN <= now);
    }
    let mut live = sql::connect(&connection.owner).await?;
    let oldest = sqlx::query!("select min(created_at) as at from users").fetch_one(&mut live).await?.at;
    Ok(oldest.is_some_and(|oldest| oldest < since))
}

#[cfg(test)]
mod tests {
    use super::{LOOK, last_time, pause};
    use std::time::Duration;
    use time::macros::{datetime, time};

    #[test]
    fn the_last_time_is_today_or_yesterday() {
        let last = |now| last_time(time!(03:00), now);
        assert_eq!(last(datetime!(2026-11-22 03:00 UTC)), datetime!(2026-11-22 03:00 UTC));
        assert_eq!(last(datetime!(2026-11-22 02:59:59 UTC)), datetime!(2026-11-21 03:00 UTC));
        assert_eq!(last(datetime!(2026-11-22 23:00 UTC)), datetime!(2026-11-22 03:00 UTC));
    }

    #[test]
    fn the_next_look_is_at_the_time_itself() {
        let until = |now| pause(Some(time!(03:00)), now);
        assert_eq!(until(datetime!(2026-11-22 02:53 UTC)), Duration::from_mins(7));
        assert_eq!(until(datetime!(2026-11-22 02:59:59.75 UTC)), Duration::from_millis(250));
        assert_eq!(until(datetime!(2026-11-22 03:00 UTC)), LOOK);
        assert_eq!(until(datetime!(2026-11-22 23:59 UTC)), LOOK);
        assert_eq!(pause(None, datetime!(2026-11-22 02:53 UTC)), LOOK);
    }
}
