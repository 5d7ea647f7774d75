//! The file that is restored or verified, and what is beside it.

use super::{
    super::{
        backup::{
            decrypt,
            file::{self, Inspected, Temporary},
            manifest::{CHECKSUM, FORMAT, MANIFEST, Manifest, Name, PROOF},
            place::{PARTIAL, Place, create, unfinished},
        },
        progress::Progress,
    },
    feed::Origin,
};
use crate::server::config::Settings;
use anyhow::{Context, bail, ensure};
use std::{
    fs::File,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// How a file is to be opened.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// The file with the secret key, if the backup is encrypted.
    pub identity: String,
    /// Whether a dump without a manifest is trusted: nothing says who made it.
    pub trust: bool,
}

/// A backup whose checksums were found right, decrypted and ready to be restored.
#[derive(Debug)]
pub struct Source {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The dump, compressed or not.
    pub dump: PathBuf,
    /// What it holds; nothing for one that was not made by us.
    pub manifest: Option<Manifest>,
    /// What was found in it.
    pub inspected: Inspected,
    /// What is beside the file: companions, copies of objects, the ledger.
    pub place: Place,
    /// The file with the secret key that it was opened with, or empty.
    pub identity: String,
    _claimed: Vec<Claimed>,
}

impl Source {
    /// Opens a file of this machine, or, if there is none of this name, a backup in a place.
    ///
    /// # Errors
    /// It is damaged in any way, encrypted for somebody else, or of unknown origin; the error says what to do.
    pub async fn open(
        settings: &Settings,
        place: &Place,
        name: &str,
        open: &Open,
        progress: &Progress,
    ) -> anyhow::Result<Self> {
        let path = Path::new(name);
        if path.is_file() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let timeout = std::time::Duration::from_secs(settings.storage.timeout_seconds);
            let beside = Place::folder(folder, timeout)?;
            return Self::check(settings, beside, path.to_owned(), path.to_owned(), Vec::new(), open, progress).await;
        }
        ensure!(
            Name::parse(name).is_some() && place.has(name).await?,
            "'{name}' is neither a file nor a backup in {}. 'vitae backup list' shows what there is.",
            place.name()
        );
        if let Some(folder) = place.as_folder() {
            let path = folder.join(name);
            return Self::check(settings, place.clone(), path.clone(), path, Vec::new(), open, progress).await;
        }
        progress.say(format!("Copying {name} from {}", place.name()));
        let copy = Claimed::new(&unfinished(settings)?)?;
        place.download(name, &copy.file.0).await?;
        let (file, local) = (PathBuf::from(name), copy.file.0.clone());
        Self::check(settings, place.clone(), file, local, vec![copy], open, progress).await
    }

    async fn check(
        settings: &Settings,
        place: Place,
        file: PathBuf,
        local: PathBuf,
        mut claimed: Vec<Claimed>,
        open: &Open,
        progress: &Progress,
    ) -> anyhow::Result<Self> {
        progress.say(format!("Reading {}", file.display()));
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let manifest = read_manifest(&place, &name).await?;
        if let Err(error) = check_sum(&place, &name, &local).await {
            // What is damaged is proven no longer. It may be on a medium that cannot be written to.
            let _ = place.delete(&format!("{name}{PROOF}")).await;
            return Err(error);
        }
        if manifest.is_none() && !open.trust {
            bail!(
                "There is no manifest beside {} ({name}{MANIFEST}), so nothing says that it was made by Vitae. A dump is \
                 a program: restore it only if you know who made it, with --trust.",
                file.display()
            );
        }
        let mut dump = local;
        if Path::new(&name).extension().is_some_and(|ending| ending == "age") {
            let plain = Claimed::new(&unfinished(settings)?)?;
            let (from, to, identity) = (dump, plain.file.0.clone(), open.identity.clone());
            tokio::task::spawn_blocking(move || decrypt(&from, &to, &identity)).await??;
            dump = plain.file.0.clone();
            claimed.push(plain);
        }
        let path = dump.clone();
        let inspected = tokio::task::spawn_blocking(move || file::inspect(&path)).await??;
        if let Some(manifest) = &manifest {
            ensure!(
                manifest.sha256 == inspected.sha256,
                "The manifest beside {} is that of another backup. Put the right one there, or take another backup.",
                file.display()
            );
        }
        let identity = open.identity.clone();
        Ok(Self { file, dump, manifest, inspected, place, identity, _claimed: claimed })
    }

    /// Whose dump it is.
    pub(super) fn origin(&self) -> Origin {
        if self.manifest.is_some() { Origin::Ours } else { Origin::Foreign }
    }

    /// Its name, if it has one that backups have.
    pub fn name(&self) -> Option<Name> {
        self.file.file_name().and_then(|name| name.to_str()).and_then(Name::parse)
    }
}

/// A file of this machine for something that comes from elsewhere. It is locked as long as it is in use: one that is not
/// was left behind by a process that was killed.
#[derive(Debug)]
struct Claimed {
    file: Temporary,
    _lock: File,
}

impl Claimed {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        remove_left_behind(folder)?;
        let file = Temporary(folder.join(format!("{}{PARTIAL}", Uuid::new_v4())));
        let lock = create(&file.0)?;
        lock.try_lock()?;
        Ok(Self { file, _lock: lock })
    }
}

/// Removes what killed processes left of backups that they read: it may be a whole database, and no longer encrypted.
///
/// # Errors
/// The folder cannot be read, or a file in it not be removed.
pub fn remove_left_behind(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_claimed = name.strip_suffix(PARTIAL).is_some_and(|name| Uuid::parse_str(name).is_ok());
        if is_claimed && File::open(&path)?.try_lock().is_ok() {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The one part of a manifest that is the same in all of them.
#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

async fn read_manifest(place: &Place, name: &str) -> anyhow::Result<Option<Manifest>> {
    let Some(bytes) = place.get(&format!("{name}{MANIFEST}")).await? else { return Ok(None) };
    let damaged = || format!("The manifest {name}{MANIFEST} is damaged. Take another backup.");
    let Format { format } = serde_json::from_slice(&bytes).with_context(damaged)?;
    ensure!(format <= FORMAT, "The backup was made by a newer Vitae. Install that one (or a newer) and use it.");
    Ok(Some(serde_json::from_slice(&bytes).with_context(damaged)?))
}

/// The checksum is looked at first of all: it finds every damage.
async fn check_sum(place: &Place, name: &str, local: &Path) -> anyhow::Result<()> {
    let Some(bytes) = place.get(&format!("{name}{CHECKSUM}")).await? else { return Ok(()) };
    let expected = String::from_utf8_lossy(&bytes);
    let local = local.to_owned();
    let actual = tokio::task::spawn_blocking(move || file::sha256_of(&local)).await??;
    ensure!(
        expected.split_whitespace().next() == Some(actual.as_str()),
        "The checksum of {name} is wrong: the file is damaged, or was changed. Take another backup."
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = folder.path().join(format!("{}{PARTIAL}", Uuid::new_v4()));
        let other = folder.path().join("somebody's.partial");
        for path in [&left, &other] {
            std::fs::write(path, "a dump").expect("written");
        }
        let used = Claimed::new(folder.path()).expect("claimed");
        let path = used.file.0.clone();
        assert!(!left.exists() && other.exists());
        remove_left_behind(folder.path()).expect("nothing to remove");
        assert!(path.exists());
        drop(used);
        assert!(!path.exists());
    }
}
