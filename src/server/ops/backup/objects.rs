//! Archived objects, taken along with backups: where the object store is a folder of the machine, it would be lost with
//! it. Keys never change what they name, so each is copied once; every backup reads its copies again.

use super::{
    copies::{Copied, FOLDER, Form, archive_of},
    manifest::{Manifest, Object},
    place::Place,
};
use crate::server::{
    ops::{progress::Progress, sql},
    storage::{Storage, StorageError, StorageKey, sha256_hex},
};
use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::{PgConnection, Row};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Objects that are read side by side: of a store that is far away there may be many.
pub(super) const SIDE_BY_SIDE: usize = 4;

/// How the copies that are there are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Whether there is one of the right size.
    Sizes,
    /// Each is read and compared.
    Bytes,
}

/// What became of an object.
enum Done {
    Kept,
    Copied,
    /// It is nowhere whole.
    Missing(String),
}

/// Makes sure that there is a copy of each object as the settings want it; answers the keys of those of which there is no
/// whole one anywhere.
///
/// # Errors
/// The place or the object store does not answer.
pub(super) async fn copy(
    storage: &Storage,
    place: &Place,
    form: &Form,
    objects: &[Object],
    look: Look,
    progress: &Progress,
) -> anyhow::Result<Vec<String>> {
    let mut there = by_archive(place).await?;
    let doing = objects.iter().map(|object| {
        let copies = there.remove(archive_of(&object.key)).unwrap_or_default();
        copy_one(storage, place, form, object, copies, look)
    });
    let doing: Vec<_> = doing.collect();
    let mut doing = stream::iter(doing).buffer_unordered(SIDE_BY_SIDE);
    let (mut copied, mut missing) = (0, Vec::new());
    while let Some(done) = doing.try_next().await? {
        match done {
            Done::Kept => {}
            Done::Copied => copied += 1,
            Done::Missing(key) => missing.push(key),
        }
    }
    // Older backups need them, and they are to be as secret as those of this one.
    for copy in there.into_values().flatten() {
        copied += u64::from(form.encrypts() && !copy.is_encrypted() && encrypt(place, form, &copy).await?);
    }
    if copied > 0 {
        progress.say(format!("Copied {copied} archived PDFs"));
    }
    missing.sort_unstable();
    Ok(missing)
}

async fn copy_one(
    storage: &Storage,
    place: &Place,
    form: &Form,
    object: &Object,
    copies: Vec<Copied>,
    look: Look,
) -> anyhow::Result<Done> {
    let (mut whole, mut damaged) = (Vec::new(), Vec::new());
    for copy in copies {
        let is_whole = copy.can_hold(object.size) && (look == Look::Sizes || copy.is_whole(place).await?);
        if is_whole { whole.push(copy) } else { damaged.push(copy) }
    }
    if let Some(kept) = whole.iter().find(|copy| form.is_of(copy)) {
        remove_but(place, kept, &[&whole[..], &damaged].concat()).await?;
        return Ok(Done::Kept);
    }
    let content = match content_of(storage, object).await? {
        Some(content) => Some(content),
        None => open_any(place, &whole, &object.sha256, "").await?,
    };
    let Some(content) = content else {
        // One that is encrypted for a key of before is one still.
        return Ok(if whole.is_empty() { Done::Missing(object.key.clone()) } else { Done::Kept });
    };
    let made = form.put(place, &object.key, content).await?;
    remove_but(place, &made, &[&whole[..], &damaged].concat()).await?;
    if !damaged.is_empty() {
        tracing::warn!(object.key, "the copy of an archived PDF was damaged and is made anew");
    }
    Ok(Done::Copied)
}

/// Removes the copies of an object but for one.
///
/// # Errors
/// The place does not answer.
pub(super) async fn remove_but(place: &Place, kept: &Copied, copies: &[Copied]) -> anyhow::Result<()> {
    for other in copies.iter().filter(|copy| copy.name != kept.name) {
        place.delete(&other.name).await?;
    }
    Ok(())
}

/// Replaces a copy in clear that only older backups name; answers whether it did. One that is damaged stays as it is.
async fn encrypt(place: &Place, form: &Form, copy: &Copied) -> anyhow::Result<bool> {
    let (Some(key), Some(content)) = (copy.key(), copy.open(place, "").await?) else {
        tracing::warn!(copy.name, "the copy of an archived PDF is damaged, so it was not encrypted");
        return Ok(false);
    };
    form.put(place, &key, content).await?;
    place.delete(&copy.name).await?;
    Ok(true)
}

/// The copies of a place, by the folder of what they are of.
///
/// # Errors
/// The place does not answer.
async fn by_archive(place: &Place) -> anyhow::Result<HashMap<String, Vec<Copied>>> {
    let mut copies: HashMap<String, Vec<Copied>> = HashMap::new();
    for copy in place.list(FOLDER).await?.iter().filter_map(Copied::parse) {
        copies.entry(copy.archive.clone()).or_default().push(copy);
    }
    Ok(copies)
}

/// Removes the copies that no backup names any more; answers how many.
///
/// # Errors
/// The place does not answer.
pub(super) async fn prune(place: &Place, named: &HashSet<String>, dry_run: bool) -> anyhow::Result<usize> {
    let named: HashSet<&str> = named.iter().map(|key| archive_of(key)).collect();
    let mut removed = 0;
    for entry in place.list(FOLDER).await? {
        if !Copied::parse(&entry).is_some_and(|copy| named.contains(copy.archive.as_str())) {
            removed += 1;
            if !dry_run {
                place.delete(&entry.name).await?;
            }
        }
    }
    Ok(removed)
}

/// The archived objects that the rows of a database name.
///
/// # Errors
/// Those of the database.
pub(in super::super) async fn named_in(connection: &mut PgConnection) -> sqlx::Result<Vec<Object>> {
    let rows = sql::all(connection, super::manifest::OBJECTS).await?;
    rows.iter().map(|row| Ok(Object { key: row.try_get(0)?, sha256: row.try_get(1)?, size: row.try_get(2)? })).collect()
}

/// Puts objects that are missing in the store back from their copies; answers the keys of those that cannot be had.
///
/// # Errors
/// The place or the object store does not answer, or a copy is encrypted and no key is named.
pub(in super::super) async fn bring_back(
    storage: &Storage,
    place: &Place,
    objects: &[Object],
    identity: &str,
) -> anyhow::Result<Vec<String>> {
    let copies = by_archive(place).await?;
    let looking = objects.iter().map(|object| {
        let copies = copies.get(archive_of(&object.key)).map_or(&[][..], Vec::as_slice);
        async move {
            if is_whole(storage, object).await? {
                return Ok(None);
            }
            if identity.is_empty() && copies.iter().any(Copied::is_encrypted) {
                anyhow::bail!(
                    "The copies of archived PDFs are encrypted. Name the file with the secret key (AGE-SECRET-KEY-…) \
                     with --identity or BACKUP_AGE_IDENTITY."
                );
            }
            let Some(content) = open_any(place, copies, &object.sha256, identity).await? else {
                return Ok(Some(object.key.clone()));
            };
            storage.put_verified(&object.key, content, &object.sha256).await?;
            Ok(None)
        }
    });
    let looking: Vec<_> = looking.collect();
    let found: Vec<Option<String>> =
        stream::iter(looking).buffer_unordered(SIDE_BY_SIDE).try_collect::<Vec<_>>().await?;
    let mut missing: Vec<String> = found.into_iter().flatten().collect();
    missing.sort_unstable();
    Ok(missing)
}

/// What is in the first of these copies that has it.
///
/// # Errors
/// The place does not answer.
pub(super) async fn open_any(
    place: &Place,
    copies: &[Copied],
    sha256: &str,
    identity: &str,
) -> anyhow::Result<Option<Bytes>> {
    for copy in copies {
        if let Some(content) = copy.open(place, identity).await?
            && sha256_hex(&content) == sha256
        {
            return Ok(Some(content));
        }
    }
    Ok(None)
}

/// What the store has, if it is exactly these bytes.
///
/// # Errors
/// It does not answer.
pub(super) async fn content_of(storage: &Storage, object: &Object) -> anyhow::Result<Option<Bytes>> {
    match storage.get(&object.key).await {
        Ok(content) => Ok(Some(content).filter(|content| sha256_hex(content) == object.sha256)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether the store has exactly these bytes.
///
/// # Errors
/// It does not answer.
pub(super) async fn is_whole(storage: &Storage, object: &Object) -> Result<bool, StorageError> {
    Ok(storage.sha256_of(&object.key).await?.is_some_and(|hash| hash == object.sha256))
}

/// Whether a database names an object of somebody who is not on their way out: what was deleted since may be gone.
///
/// # Errors
/// The database does not answer.
pub(super) async fn is_in_use(connection: &mut PgConnection, key: &str) -> anyhow::Result<bool> {
    let query = format!(
        "select exists (select from public.archives join public.users on users.id = archives.user_id
                        where object_key = {} and leaving_at is null)",
        sql::literal(key)
    );
    match sql::one(connection, query).await {
        Ok(row) => Ok(row.try_get(0)?),
        // There may be no such table: this may be the machine that everything was lost on; or the column is still to come.
        Err(sqlx::Error::Database(_)) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Whether the copies of all that a backup names are whole; answers the keys of those that are not, and how many were read.
/// With the secret key what is in them is compared as well. Those who were erased since have none.
///
/// # Errors
/// The place does not answer.
pub(super) async fn prove(
    place: &Place,
    manifest: &Manifest,
    erased: &HashSet<Uuid>,
    identity: &str,
) -> anyhow::Result<(usize, Vec<String>)> {
    let copies = by_archive(place).await?;
    let is_needed = |object: &&Object| {
        let is_erased = StorageKey::owner_in(&object.key).is_some_and(|owner| erased.contains(&owner));
        !is_erased && !manifest.deleted.contains(&object.key)
    };
    let reading = manifest.objects.iter().filter(is_needed).map(|object| {
        let copies = copies.get(archive_of(&object.key)).map_or(&[][..], Vec::as_slice);
        async move {
            let proven = is_proven(place, copies, object, identity).await?;
            anyhow::Ok(if proven { None } else { Some(object.key.clone()) })
        }
    });
    let reading: Vec<_> = reading.collect();
    let read = reading.len();
    let found = stream::iter(reading).buffer_unordered(SIDE_BY_SIDE).try_collect::<Vec<_>>().await?;
    let mut bad: Vec<String> = found.into_iter().flatten().collect();
    bad.sort_unstable();
    Ok((read, bad))
}

async fn is_proven(place: &Place, copies: &[Copied], object: &Object, identity: &str) -> anyhow::Result<bool> {
    for copy in copies {
        let proven = if copy.is_encrypted() && identity.is_empty() {
            copy.is_whole(place).await?
        } else {
            copy.open(place, identity).await?.is_some_and(|content| sha256_hex(&content) == object.sha256)
        };
        if proven {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes what belonged to people who were erased, but for what is named: the objects, if there is a store, and their
/// copies.
///
/// # Errors
/// The store or the place does not answer.
pub(in super::super) async fn forget(
    storage: Option<&Storage>,
    place: &Place,
    erased: &HashSet<Uuid>,
    named: &[Object],
) -> anyhow::Result<()> {
    if erased.is_empty() {
        return Ok(());
    }
    let named: HashSet<&str> = named.iter().map(|object| object.key.as_str()).collect();
    if let Some(storage) = storage {
        for owner in storage.owners().await?.into_iter().filter(|owner| erased.contains(owner)) {
            for key in storage.keys_of(owner).await?.iter().filter(|key| !named.contains(key.as_str())) {
                storage.delete(key).await?;
            }
        }
    }
    let named: HashSet<&str> = named.into_iter().map(archive_of).collect();
    for copy in place.list(FOLDER).await?.iter().filter_map(Copied::parse) {
        let is_erased = copy.owner().is_some_and(|owner| erased.contains(&owner));
        if is_erased && !named.contains(copy.archive.as_str()) {
            place.delete(&copy.name).await.context("What belonged to somebody who was erased is still there.")?;
        }
    }
    Ok(())
}
