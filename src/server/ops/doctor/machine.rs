//! The machine: its disk, and how the site is reached.

use super::super::{backup::place::Place, progress::size};
use crate::server::config::Settings;
use anyhow::{Context, ensure};
use std::{path::Path, time::Duration};

/// Less room than this is too little for anything.
const LEAST: u64 = 500_000_000;

/// A proxy that does not answer within this is taken to be away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether it can be written to.
pub(super) fn data_directory(settings: &Settings) -> anyhow::Result<String> {
    let folder = &settings.server.data_dir;
    let write = || {
        std::fs::create_dir_all(folder)?;
        let probe = folder.join(format!(".doctor-{}", uuid::Uuid::new_v4()));
        std::fs::write(&probe, "well?")?;
        std::fs::remove_file(&probe)
    };
    write().with_context(|| {
        format!("{} cannot be written to. Give it to the account that runs Vitae: chown -R", folder.display())
    })?;
    Ok(folder.canonicalize()?.display().to_string())
}

/// Whether there is room for what is there once more: for a restore, and for the backup.
pub(super) fn disk_space(settings: &Settings, database: Option<u64>) -> anyhow::Result<String> {
    let needed = LEAST.max(database.unwrap_or(0) * 2);
    let here = room(&settings.server.data_dir, needed)?;
    match Place::open(settings)?.as_folder() {
        Some(backups) => Ok(format!("{} are free, and {} for backups", size(here), size(room(backups, needed)?))),
        None => Ok(format!("{} are free", size(here))),
    }
}

fn room(folder: &Path, needed: u64) -> anyhow::Result<u64> {
    let free = free(folder)?;
    ensure!(
        free >= needed,
        "Only {} are free on the disk of {}; {} are needed for a backup and a restore. Make room, or use a larger disk.",
        size(free),
        folder.display(),
        size(needed)
    );
    Ok(free)
}

fn free(folder: &Path) -> anyhow::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail * disk.f_frsize)
}

/// Whether browsers reach the site over TLS, with a certificate that they accept.
pub(super) async fn address(settings: &Settings) -> anyhow::Result<String> {
    let url = settings.public_url();
    ensure!(
        !settings.may_be_overheard(),
        "PUBLIC_URL is {url}: passwords and cookies can be read on the way. Put a proxy with TLS in front and make it \
         https://…"
    );
    if !settings.is_https() {
        return Ok(format!("{url}, for this machine alone"));
    }
    let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
    let answer = client.get(format!("{url}/livez")).send().await;
    let answer = answer.with_context(|| {
        format!("{url} cannot be reached from here. Is the proxy running, and its certificate valid?")
    })?;
    ensure!(
        answer.status().is_success(),
        "{url}/livez answers {}. Start Vitae, or correct the proxy.",
        answer.status()
    );
    Ok(format!("{url} answers, and its certificate is valid"))
}
