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
        let probe = folder.join(format!(".doctor-{}", uuid::Uuid::new_v4()));
        std::fs::write(&probe, "well?")?;
        std::fs::remove_file(&probe)
    };
    write().with_context(|| {
        format!("{} cannot be written to. Give it to the account that runs Vitae: chown -R", folder.display())
    })?;
    Ok(folder.canonicalize()?.display().to_string())
}

/// Whether the disk of the data directory has room for what comes in until somebody looks.
pub(super) fn has_room(settings: &Settings) -> bool {
    free(&settings.server.data_dir).is_ok_and(|free| free >= LEAST)
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
    let answer = get(&format!("{url}/livez")).await.with_context(|| {
        format!("{url} cannot be reached from here. Is the proxy running, and its certificate valid?")
    })?;
    ensure!(
        answer.status().is_success(),
        "{url}/livez answers {}. Start Vitae, or correct the proxy.",
        answer.status()
    );
    Ok(format!("{url} answers, and its certificate is valid"))
}

async fn get(url: &str) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::builder().timeout(PATIENCE).build()?.get(url).send().await
}

/// Whether the proxy in front is one that is named, so that its word is taken for where requests come from. Only the
/// server knows by which address it is asked, so it is asked by the proxy.
pub(super) async fn proxy(settings: &Settings) -> anyhow::Result<String> {
    if !settings.is_https() {
        return Ok("none is expected: PUBLIC_URL is not https".into());
    }
    let named = !settings.server.trusted_proxies.is_empty();
    let said = match get(&format!("{}/readyz", settings.public_url())).await {
        Ok(answer) => answer.bytes().await.ok().and_then(|body| serde_json::from_slice(&body).ok()),
        Err(_) => None,
    };
    judge_proxy(named, said.as_ref())
}

/// What to make of it whether any proxy is named, and of what the server said, if it did.
fn judge_proxy(named: bool, said: Option<&serde_json::Value>) -> anyhow::Result<String> {
    let word = said.and_then(|said| said["proxy"].as_str());
    ensure!(
        named && word != Some(super::UNTRUSTED),
        "PUBLIC_URL is https, so a proxy is in front, and TRUSTED_PROXIES does not name {}: everybody behind it counts as \
         one for the limits on guessing and signing up. Set it to the address that the proxy asks from.",
        if named { "the one that requests come by" } else { "any" }
    );
    Ok(match word {
        Some(_) => "its word is taken for where requests come from",
        None => "one is named; the server does not say whether it is the one",
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_proxy_that_is_not_named_is_told() {
        let judged = |named, said: Option<serde_json::Value>| {
            judge_proxy(named, said.as_ref()).map_err(|error| error.to_string())
        };
        assert!(judged(true, Some(json!({ "proxy": "ok" }))).is_ok());
        assert!(judged(true, None).is_ok(), "that it does not answer is told elsewhere");
        let other = judged(true, Some(json!({ "proxy": super::super::UNTRUSTED }))).expect_err("another one");
        assert!(other.contains("TRUSTED_PROXIES does not name the one that requests come by"), "{other}");
        for said in [None, Some(json!({ "proxy": "ok" }))] {
            let none = judged(false, said).expect_err("none");
            assert!(none.contains("TRUSTED_PROXIES does not name any"), "{none}");
        }
    }
}
