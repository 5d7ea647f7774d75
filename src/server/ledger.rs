//! The erasure ledger: who asked to be forgotten, kept with the backups and outside of the database, so that a restored
//! database forgets them again. An entry is a small file `erased/{users.uid}` with the time in it.

use super::{config::Settings, ops::backup::place::Place};
use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::HashSet;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// Where the entries are in the place of the backups.
const FOLDER: &str = "erased";

/// Entries read side by side: of a store that is far away there may be many.
const SIDE_BY_SIDE: usize = 32;

/// The ledger; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ledger {
    place: Place,
}

impl Ledger {
    /// The ledger in the place that the settings name for backups.
    ///
    /// # Errors
    /// The place cannot be used; see [`Place::open`].
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self::at(Place::open(settings)?))
    }

    /// The ledger of a place.
    pub fn at(place: Place) -> Self {
        Self { place }
    }

    /// Notes that somebody was erased. When this is done a loss of power does not lose it. Doing it again does no harm.
    ///
    /// # Errors
    /// The place refuses or does not answer: do not erase then, for a restored backup would bring them back.
    pub async fn note(&self, uid: Uuid, at: OffsetDateTime) -> anyhow::Result<()> {
        self.place.put(&format!("{FOLDER}/{uid}"), at.format(&Rfc3339)?.into()).await
    }

    /// Everybody who was erased, and when.
    ///
    /// # Errors
    /// The place does not answer, or an entry cannot be read.
    pub async fn all(&self) -> anyhow::Result<Vec<(Uuid, OffsetDateTime)>> {
        let reading = self.place.list(FOLDER).await?.into_iter().map(|entry| async move {
            let read = self.read(&entry.name).await;
            read.with_context(|| format!("The ledger's entry {} cannot be read.", entry.name))
        });
        let mut entries: Vec<_> = stream::iter(reading).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        entries.sort_unstable();
        Ok(entries)
    }

    /// Everybody who was erased, by `users.uid` alone.
    ///
    /// # Errors
    /// The place does not answer, or there is something else among the entries.
    pub async fn uids(&self) -> anyhow::Result<HashSet<Uuid>> {
        let listed = self.place.list(FOLDER).await?;
        let uids = listed.iter().map(|entry| {
            let uid = entry.name.rsplit('/').next().unwrap_or_default().parse();
            uid.with_context(|| format!("The ledger's entry {} is none.", entry.name))
        });
        uids.collect()
    }

    async fn read(&self, name: &str) -> anyhow::Result<(Uuid, OffsetDateTime)> {
        let uid = name.rsplit('/').next().unwrap_or_default().parse()?;
        let content = self.place.get(name).await?.context("It is gone.")?;
        Ok((uid, OffsetDateTime::parse(std::str::from_utf8(&content)?, &Rfc3339)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use time::macros::datetime;

    fn settings(folder: &std::path::Path) -> Settings {
        let mut settings = Settings::defaults().expect("the defaults are valid");
        folder.clone_into(&mut settings.server.data_dir);
        settings
    }

    #[tokio::test]
    async fn what_was_noted_is_there_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = settings(folder.path());
        let ledger = Ledger::open(&settings).expect("opened");
        assert_eq!(ledger.all().await.expect("readable"), []);
        let (ann, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
        ledger.note(bob, datetime!(2026-11-22 12:00:00.5 UTC)).await.expect("noted");
        ledger.note(ann, datetime!(2026-11-21 12:00 UTC)).await.expect("noted");
        ledger.note(ann, datetime!(2026-11-23 12:00 UTC)).await.expect("noted again");
        let expected = [(ann, datetime!(2026-11-23 12:00 UTC)), (bob, datetime!(2026-11-22 12:00:00.5 UTC))];
        assert_eq!(Ledger::open(&settings).expect("opened").all().await.expect("readable"), expected);

        let mode = |path: &str| {
            let path = folder.path().join(path);
            std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!(mode("backups"), 0o700);
        assert_eq!(mode(&format!("backups/erased/{ann}")), 0o600);
    }

    #[tokio::test]
    async fn an_entry_that_makes_no_sense_is_not_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(&settings(folder.path())).expect("opened");
        ledger.note(Uuid::nil(), datetime!(2026-11-22 12:00 UTC)).await.expect("noted");
        std::fs::write(folder.path().join("backups/erased").join(Uuid::nil().to_string()), "?").expect("written");
        let error = ledger.all().await.expect_err("no time").to_string();
        assert!(error.contains("erased/00000000"), "{error}");
    }
}
