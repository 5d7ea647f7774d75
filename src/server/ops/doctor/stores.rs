//! The object store and the place of backups: may we do what we need to?

use super::super::backup::{
    self, Copied,
    manifest::Name,
    place::{self, Place},
};
use crate::server::{
    config::Settings,
    storage::{Storage, sha256_hex},
};
use anyhow::{Context, ensure};
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, path::Path};
use time::OffsetDateTime;
use uuid::Uuid;

const PROBE: &str = "doctor";

/// Put, get, list, delete, with a small object.
pub(super) async fn object_store(settings: &Settings) -> anyhow::Result<String> {
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)
        .context("The object store cannot be opened. Check OBJECT_STORE_URL")?;
    let key = format!("{PROBE}/{}", Uuid::new_v4());
    let content = key.clone().into_bytes();
    let hash = sha256_hex(&content);
    let tried = async {
        storage.put_verified(&key, content.into(), &hash).await.context("Putting or getting an object failed")?;
        let (store, prefix) = storage.parts();
        let folder: Path = prefix.parts().chain([PROBE.into()]).collect();
        let listed = store
            .list(Some(&folder))
            .any(async |entry| entry.is_ok_and(|entry| entry.location.as_ref().ends_with(&key)));
        ensure!(listed.await, "Listing objects failed");
        storage.delete(&key).await.context("Deleting an object failed")?;
        anyhow::Ok(())
    };
    tried.await.with_context(|| {
        format!(
            "{} does not work. Check OBJECT_STORE_URL, and the AWS_* variables and rights of a bucket",
            storage.url_of("")
        )
    })?;
    Ok(format!("{} can be written, read, listed and deleted from", storage.url_of("").trim_end_matches('/')))
}

/// Put, get, list, delete.
pub(super) async fn backup_place(settings: &Settings) -> anyhow::Result<String> {
    let place = Place::open(settings).context("The place of backups cannot be opened. Check BACKUP_PLACE")?;
    let name = format!("{PROBE}/{}", Uuid::new_v4());
    place.put(&name, name.clone().into()).await?;
    let read = place.get(&name).await?;
    let listed = place.list(PROBE).await?.iter().any(|entry| entry.name == name);
    place.delete(&name).await?;
    ensure!(
        read.as_deref() == Some(name.as_bytes()) && listed,
        "{} does not give back what is put there. Check BACKUP_PLACE.",
        place.name()
    );
    if settings.backup.place.is_empty() {
        return Ok(format!(
            "{} works. It is lost with the data directory: set BACKUP_PLACE to another disk",
            place.name()
        ));
    }
    Ok(format!("{} can be written, read, listed and deleted from", place.name()))
}

/// Whether backups can be encrypted as the settings say, and decrypted if the secret key is here.
pub(super) async fn encryption(settings: &Settings) -> anyhow::Result<String> {
    let (recipient, identity) = (settings.backup.age_recipient.clone(), settings.backup.age_identity.clone());
    if recipient.is_empty() {
        return Ok("backups and their copies of archived PDFs are not encrypted. See BACKUP_AGE_RECIPIENT".into());
    }
    let folder = place::unfinished(settings)?;
    let is_here = !identity.is_empty();
    tokio::task::spawn_blocking(move || backup::try_keys(&folder, &recipient, &identity)).await??;
    let (place, before) = in_clear(settings).await?;
    let before = match before {
        0 => String::new(),
        _ => format!(". {before} backups of before are in clear; they go as they grow old"),
    };
    let known = if is_here {
        "can be encrypted, and decrypted with BACKUP_AGE_IDENTITY"
    } else {
        "can be encrypted; whether you can decrypt them: vitae backup verify --latest --identity FILE"
    };
    Ok(format!(
        "backups and the copies of archived PDFs in {place} {known}. Manifests and the ledger (hashes, sizes, random ids) \
         are in clear{before}"
    ))
}

/// Where backups are, and how many of them are in clear.
async fn in_clear(settings: &Settings) -> anyhow::Result<(String, usize)> {
    let place = Place::open(settings)?;
    let copies = place.stream(backup::COPIES).try_fold(0_usize, async |count, entry| {
        Ok(count + usize::from(Copied::parse(&entry).is_some_and(|copy| !copy.is_encrypted())))
    });
    let copies = copies.await?;
    ensure!(
        copies == 0,
        "{copies} copies of archived PDFs in {} are in clear. A backup encrypts them: vitae backup create",
        place.name()
    );
    let names = place.files().await?;
    let in_clear = names.iter().filter_map(|entry| Name::parse(&entry.name)).filter(|name| !name.encrypted);
    Ok((place.name().to_owned(), in_clear.count()))
}

/// Whether there is one that is proven and new.
pub(super) async fn last_backup(settings: &Settings, now: OffsetDateTime) -> anyhow::Result<String> {
    backup::status(&Place::open(settings)?, now).await
}
