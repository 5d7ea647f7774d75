//! What backups there are, and whether the newest proven one is new enough.

use super::{
    care,
    manifest::{MANIFEST, Manifest, Name, PROOF, Reason},
    place::{PARTIAL, Place},
};
use crate::server::ops::progress::size;
use anyhow::bail;
use std::{fmt, path::Path};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

/// A day, and time enough for the next backup to be made and proven.
const OLDEST: Duration = Duration::hours(26);

/// A backup in a place.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its name.
    pub name: Name,
    /// In bytes.
    pub size: u64,
    /// When a restore of it was last seen to be right.
    pub verified_at: Option<OffsetDateTime>,
    /// What it holds; nothing if it was not made by Vitae, or if that cannot be read any more.
    pub manifest: Option<Manifest>,
}

impl Backup {
    /// Whether the server made it because it was time.
    pub(super) fn is_daily(&self) -> bool {
        self.manifest.as_ref().is_some_and(|known| known.reason == Reason::Daily)
    }

    /// Whether it is of a time to come: the clock was wrong when it was made.
    pub(super) fn is_ahead(&self, now: OffsetDateTime) -> bool {
        self.name.at > now + Duration::HOUR
    }

    /// What it lacks, in words, if it lacks something.
    pub fn incomplete(&self) -> Option<String> {
        self.manifest.as_ref()?.incomplete(&self.name.to_string())
    }
}

impl fmt::Display for Backup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
        let verified = self.verified_at.and_then(|at| at.format(format).ok());
        let verified = verified.map_or_else(|| "not verified".into(), |at| format!("verified {at}"));
        let name = self.name.to_string();
        write!(formatter, "{name:<46} {:>10}  {verified:<30}", size(self.size))?;
        match &self.manifest {
            Some(manifest) => write!(formatter, "  {}, Vitae {}", manifest.reason, manifest.app),
            None => formatter.write_str("  without a good manifest"),
        }
    }
}

/// All backups of a place, the newest first.
///
/// # Errors
/// The place does not answer.
pub async fn list(place: &Place) -> anyhow::Result<Vec<Backup>> {
    let files = place.files().await?;
    let mut backups = Vec::new();
    for file in &files {
        let Some(name) = Name::parse(&file.name) else { continue };
        let manifest = read_manifest(place, name).await?;
        let verified_at = read_proof(place, name).await?.filter(|_| manifest.is_some());
        backups.push(Backup { name, size: file.size, verified_at, manifest });
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.name));
    Ok(backups)
}

async fn read_proof(place: &Place, name: Name) -> anyhow::Result<Option<OffsetDateTime>> {
    let proof = place.get(&format!("{name}{PROOF}")).await?;
    Ok(proof.and_then(|proof| OffsetDateTime::parse(std::str::from_utf8(&proof).ok()?.trim(), &Rfc3339).ok()))
}

async fn read_manifest(place: &Place, name: Name) -> anyhow::Result<Option<Manifest>> {
    let manifest = place.get(&format!("{name}{MANIFEST}")).await?;
    Ok(manifest.and_then(|manifest| serde_json::from_slice(&manifest).ok()))
}

/// Says how the newest proven backup is.
///
/// # Errors
/// There is none, it is older than 26 hours, the newest of all is incomplete, or archived objects were found lost.
pub async fn status(place: &Place, now: OffsetDateTime) -> anyhow::Result<String> {
    let backups = list(place).await?;
    if let Some(words) = backups.iter().find(|backup| !backup.is_ahead(now)).and_then(Backup::incomplete) {
        bail!(words);
    }
    care::nothing_is_lost(place).await?;
    let Some(newest) = backups.iter().find(|backup| backup.verified_at.is_some() && !backup.is_ahead(now)) else {
        bail!("There is no verified backup in {}. Make one: vitae backup create --verify", place.name());
    };
    let age = (now - newest.name.at).whole_hours();
    if now - newest.name.at > OLDEST {
        bail!(
            "The newest verified backup in {} is {age} hours old: {}. Make one, and look in the log for why the daily \
             one failed: vitae backup create --verify",
            place.name(),
            newest.name
        );
    }
    Ok(format!("The newest verified backup in {} is {age} hours old: {}", place.name(), newest.name))
}

/// Removes the files that a killed backup was writing in a folder. The caller has the lock, so nobody is making one.
///
/// # Errors
/// The folder cannot be read, or a file in it not be removed.
pub(super) fn remove_unfinished(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(".cv_database_") && name.ends_with(PARTIAL) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Removes what is beside a backup that a kill kept from having its name. The caller has the lock.
///
/// # Errors
/// The place does not answer.
pub(super) async fn remove_companions(place: &Place) -> anyhow::Result<()> {
    let files = place.files().await?;
    let is_there = |name: &str| files.iter().any(|file| file.name == name);
    for file in &files {
        if Name::of_companion(&file.name).is_some_and(|name| !is_there(&name.to_string())) {
            place.delete(&file.name).await?;
        }
    }
    Ok(())
}
