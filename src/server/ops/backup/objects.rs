//! Archived objects, taken along with backups: where the object store is a folder of the machine, it would be lost with
//! it. Keys never change what they name, so each is copied once.

use super::{manifest::Object, place::Place};
use crate::server::{
    ops::progress::Progress,
    storage::{Storage, StorageError, sha256_hex},
};
use std::collections::HashSet;
use time::OffsetDateTime;
use uuid::Uuid;

/// Where copies are in the place.
pub(super) const FOLDER: &str = "objects";

/// Copies what is not there yet, and removes what belonged to people who were erased since.
///
/// # Errors
/// The place or the object store does not answer.
pub(super) async fn copy(
    storage: &Storage,
    place: &Place,
    objects: &[Object],
    erased: &[(Uuid, OffsetDateTime)],
    progress: &Progress,
) -> anyhow::Result<()> {
    let there: HashSet<String> = place.list(FOLDER).await?.into_iter().map(|entry| entry.name).collect();
    for (uid, _) in erased {
        for name in there.iter().filter(|name| name.contains(&uid.to_string())) {
            place.delete(name).await?;
        }
    }
    let (mut copied, mut missing) = (0, 0);
    for object in objects {
        let name = format!("{FOLDER}/{}", object.key);
        if there.contains(&name) {
            continue;
        }
        match storage.get(&object.key).await {
            Ok(content) if sha256_hex(&content) == object.sha256 => {
                place.put(&name, content).await?;
                copied += 1;
            }
            // Removed with its CV since the snapshot, or lost: 'verify' tells.
            Ok(_) | Err(StorageError::Store(object_store::Error::NotFound { .. })) => missing += 1,
            Err(error) => return Err(error.into()),
        }
    }
    if copied + missing > 0 {
        progress.say(format!("Copied {copied} archived PDFs; {missing} are not in the object store as they should be"));
    }
    Ok(())
}

/// Removes the copies that no backup names any more; answers how many.
///
/// # Errors
/// The place does not answer.
pub(super) async fn prune(place: &Place, named: &HashSet<String>, dry_run: bool) -> anyhow::Result<usize> {
    let mut removed = 0;
    for entry in place.list(FOLDER).await? {
        let key = entry.name.strip_prefix(FOLDER).unwrap_or_default().trim_start_matches('/');
        if !named.contains(key) {
            removed += 1;
            if !dry_run {
                place.delete(&entry.name).await?;
            }
        }
    }
    Ok(removed)
}

/// Puts objects that are missing in the store back from their copies; answers the keys of those that cannot be had.
///
/// # Errors
/// The place or the object store does not answer.
pub(in super::super) async fn bring_back(
    storage: &Storage,
    place: &Place,
    objects: &[Object],
) -> anyhow::Result<Vec<String>> {
    let mut missing = Vec::new();
    for object in objects {
        if is_whole(storage, object).await? {
            continue;
        }
        match place.get(&format!("{FOLDER}/{}", object.key)).await? {
            Some(copy) if sha256_hex(&copy) == object.sha256 => {
                storage.put_verified(&object.key, copy, &object.sha256).await?;
            }
            _ => missing.push(object.key.clone()),
        }
    }
    Ok(missing)
}

/// Whether the store has exactly these bytes.
///
/// # Errors
/// It does not answer.
pub(super) async fn is_whole(storage: &Storage, object: &Object) -> anyhow::Result<bool> {
    match storage.get(&object.key).await {
        Ok(content) => Ok(sha256_hex(&content) == object.sha256),
        Err(StorageError::Store(object_store::Error::NotFound { .. })) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether the place has a copy of exactly these bytes.
///
/// # Errors
/// It does not answer.
pub(super) async fn has_copy(place: &Place, object: &Object) -> anyhow::Result<bool> {
    let copy = place.get(&format!("{FOLDER}/{}", object.key)).await?;
    Ok(copy.is_some_and(|copy| sha256_hex(&copy) == object.sha256))
}
