//! Which backups are kept: the newest of each of the last days, weeks and months.

use super::{
    list::{Backup, list},
    manifest::{CHECKSUM, MANIFEST, Name, PROOF, Reason},
    objects,
    place::Place,
};
use crate::server::{
    config::Settings,
    ops::{connect::Connection, programs::database, sql},
};
use anyhow::bail;
use std::collections::{BTreeSet, HashSet};
use time::{Duration, OffsetDateTime};

/// For so long a backup stays that was made by hand or before a migration, whatever else there is of its day: somebody
/// may want back what they were about to change.
const WANTED: Duration = Duration::days(7);

/// Of how many days, weeks and months the newest backup is kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// Days.
    pub daily: u32,
    /// Weeks, as ISO 8601 counts them.
    pub weekly: u32,
    /// Months.
    pub monthly: u32,
}

impl Keep {
    /// As the settings say.
    pub fn of(settings: &Settings) -> Self {
        let backup = &settings.backup;
        Self { daily: backup.keep_daily, weekly: backup.keep_weekly, monthly: backup.keep_monthly }
    }

    /// The backups that may go. Never among them: the newest, the newest that is verified, and what somebody wanted a
    /// short time ago.
    fn superfluous(self, backups: &[Backup], now: OffsetDateTime) -> Vec<Name> {
        let mut kept = BTreeSet::new();
        kept.extend(backups.iter().filter(|backup| is_wanted(backup, now)).map(|backup| backup.name));
        kept.extend(backups.first().map(|backup| backup.name));
        kept.extend(backups.iter().find(|backup| backup.verified_at.is_some()).map(|backup| backup.name));
        let day = |name: &Name| (name.at.year(), u32::from(name.at.ordinal()));
        let week = |name: &Name| {
            let (year, week, _) = name.at.to_iso_week_date();
            (year, u32::from(week))
        };
        let month = |name: &Name| (name.at.year(), u32::from(u8::from(name.at.month())));
        kept.extend(newest_of_each(backups, self.daily, day));
        kept.extend(newest_of_each(backups, self.weekly, week));
        kept.extend(newest_of_each(backups, self.monthly, month));
        backups.iter().map(|backup| backup.name).filter(|name| !kept.contains(name)).collect()
    }
}

fn is_wanted(backup: &Backup, now: OffsetDateTime) -> bool {
    let reason = backup.manifest.as_ref().map(|manifest| manifest.reason);
    matches!(reason, Some(Reason::Manual | Reason::BeforeMigration)) && now < backup.name.at + WANTED
}

/// The newest verified backup, else the newest, of each of the last `count` spans that have one.
fn newest_of_each(backups: &[Backup], count: u32, span: impl Fn(&Name) -> (i32, u32)) -> Vec<Name> {
    let spans: BTreeSet<(i32, u32)> = backups.iter().map(|backup| span(&backup.name)).collect();
    let of = |wanted| {
        let within: Vec<&Backup> = backups.iter().filter(|backup| span(&backup.name) == wanted).collect();
        let verified = within.iter().find(|backup| backup.verified_at.is_some());
        verified.or(within.first()).map(|backup| backup.name)
    };
    spans.into_iter().rev().take(usize::try_from(count).unwrap_or(usize::MAX)).filter_map(of).collect()
}

/// Removes backups that are not to be kept, and copies of objects that no backup names any more; answers the names of
/// the backups. With `dry_run` nothing is removed.
///
/// # Errors
/// Somebody is making one, the newest is incomplete, or the place does not answer.
pub async fn prune(
    connection: &Connection,
    place: &Place,
    keep: Keep,
    now: OffsetDateTime,
    dry_run: bool,
) -> anyhow::Result<Vec<Name>> {
    let mut beside = sql::connect_beside(&connection.owner).await?;
    sql::lock(&mut beside, &database(&connection.owner)).await?;
    let backups = list(place).await?;
    // An older one may have what it lacks.
    if let Some(newest) = backups.first()
        && let Some(words) = newest.incomplete()
    {
        bail!("Nothing is removed. {words}");
    }
    let names = keep.superfluous(&backups, now);
    if !dry_run {
        for name in &names {
            remove(place, *name).await?;
        }
    }
    let kept = backups.iter().filter(|backup| !names.contains(&backup.name));
    // As long as one of them does not say what it needs, everything may be needed.
    let manifests: Option<Vec<_>> = kept.map(|backup| backup.manifest.as_ref()).collect();
    if let Some(manifests) = manifests {
        let keys: HashSet<String> =
            manifests.iter().flat_map(|manifest| manifest.objects.iter().map(|object| object.key.clone())).collect();
        objects::prune(place, &keys, dry_run).await?;
    }
    Ok(names)
}

/// Removes the daily backups since a time that were never proven, but for the newest daily one, which takes their place.
///
/// # Errors
/// As [`prune`].
pub(super) async fn supersede(
    connection: &Connection,
    place: &Place,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> anyhow::Result<()> {
    let mut beside = sql::connect_beside(&connection.owner).await?;
    sql::lock(&mut beside, &database(&connection.owner)).await?;
    let backups = list(place).await?;
    let daily = backups.iter().filter(|backup| backup.is_daily() && backup.name.at >= since && !backup.is_ahead(now));
    for backup in daily.skip(1).filter(|backup| backup.verified_at.is_none()) {
        remove(place, backup.name).await?;
    }
    Ok(())
}

/// Removes a backup and its companions. The caller has the lock.
async fn remove(place: &Place, name: Name) -> anyhow::Result<()> {
    // The file first: without it, companions are known to belong to nothing.
    for ending in ["", CHECKSUM, MANIFEST, PROOF] {
        place.delete(&format!("{name}{ending}")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::ops::backup::{
        Contents,
        manifest::{FORMAT, Manifest},
    };
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    /// One a day, at three, for so many days; the newest first.
    fn daily(days: i64) -> Vec<Backup> {
        let newest = datetime!(2026-11-22 03:00 UTC);
        (0..days).map(|day| backup(newest - Duration::days(day), true)).collect()
    }

    fn backup(at: OffsetDateTime, verified: bool) -> Backup {
        let name = Name { at, encrypted: false };
        Backup { name, size: 1, verified_at: verified.then_some(at), manifest: None }
    }

    fn kept(keep: Keep, backups: &[Backup]) -> Vec<String> {
        let gone = keep.superfluous(backups, NOW);
        let kept = backups.iter().filter(|backup| !gone.contains(&backup.name));
        kept.map(|backup| backup.name.at.date().to_string()).collect()
    }

    #[test]
    fn the_newest_of_days_weeks_and_months_are_kept() {
        let keep = Keep { daily: 7, weekly: 4, monthly: 6 };
        let expected = [
            "2026-11-22",
            "2026-11-21",
            "2026-11-20",
            "2026-11-19",
            "2026-11-18",
            "2026-11-17",
            "2026-11-16",
            "2026-11-15",
            "2026-11-08",
            "2026-11-01",
            "2026-10-31",
            "2026-09-30",
            "2026-08-31",
            "2026-07-31",
            "2026-06-30",
        ];
        assert_eq!(kept(keep, &daily(400)), expected);
    }

    #[test]
    fn days_without_a_backup_do_not_count() {
        let backups = [0, 10, 20].map(|day| backup(datetime!(2026-11-22 03:00 UTC) - Duration::days(day), true));
        assert_eq!(kept(Keep { daily: 2, weekly: 0, monthly: 0 }, &backups), ["2026-11-22", "2026-11-12"]);
    }

    #[test]
    fn the_newest_verified_one_always_stays() {
        let mut backups = daily(5);
        for backup in &mut backups[..3] {
            backup.verified_at = None;
        }
        let none = Keep { daily: 0, weekly: 0, monthly: 0 };
        assert_eq!(kept(none, &backups), ["2026-11-22", "2026-11-19"]);
    }

    #[test]
    fn of_one_day_the_verified_one_stays() {
        let newest = datetime!(2026-11-22 03:00 UTC);
        let backups = [
            backup(newest, true),
            backup(newest - Duration::hours(13), false),
            backup(newest - Duration::hours(14), true),
        ];
        let gone = Keep { daily: 2, weekly: 0, monthly: 0 }.superfluous(&backups, NOW);
        assert_eq!(gone, [backups[1].name]);
    }

    #[test]
    fn what_somebody_wanted_stays_for_a_week() {
        let newest = datetime!(2026-11-22 11:00 UTC);
        let of = |age, reason| {
            let at = newest - age;
            let manifest = Manifest {
                format: FORMAT,
                created_at: at,
                reason,
                app: String::new(),
                server: String::new(),
                client: String::new(),
                size: 1,
                sha256: String::new(),
                left_out: Vec::new(),
                digest: String::new(),
                contents: Contents::default(),
                structure: BTreeSet::new(),
                objects_copied: false,
                objects: Vec::new(),
                lost: Vec::new(),
                deleted: Vec::new(),
            };
            Backup { manifest: Some(manifest), ..backup(at, false) }
        };
        let backups = [
            backup(newest, true),
            of(Duration::HOUR, Reason::Daily),
            of(Duration::HOUR * 2, Reason::Manual),
            of(Duration::HOUR * 3, Reason::BeforeMigration),
            of(Duration::DAY * 6, Reason::Manual),
            of(Duration::DAY * 7, Reason::Manual),
            of(Duration::DAY * 8, Reason::BeforeMigration),
        ];
        let gone = Keep { daily: 1, weekly: 0, monthly: 0 }.superfluous(&backups, NOW);
        assert_eq!(gone, [backups[1].name, backups[5].name, backups[6].name]);
    }
}
