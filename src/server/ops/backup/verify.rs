//! The proof of a backup: it is restored into a database of its own, and what is in there is compared.

use super::{
    Contents,
    manifest::{Manifest, Object, PROOF},
    objects,
    place::Place,
};
use crate::server::{
    config::Settings,
    fault::chain,
    ledger::Ledger,
    ops::{
        connect::Connection,
        programs::{Programs, database},
        progress::Progress,
        restore::{Origin, Scratch, Source, check, feed, structure::Structure},
        sql,
    },
    storage::Storage,
};
use anyhow::{bail, ensure};
use sqlx::{Connection as _, PgConnection};
use std::{collections::HashSet, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// So many of the archived objects are read and compared, where there are no copies of them.
const SAMPLES: usize = 20;

/// Restores a backup into a database of its own, compares, and removes that again. If it is one of a place, that it
/// was verified is noted beside it, or taken back.
///
/// # Errors
/// It is damaged, or what comes out is not what went in; the error has each difference.
pub async fn verify(
    settings: &Settings,
    connection: &Connection,
    source: &Source,
    now: OffsetDateTime,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut beside = sql::connect_beside(&connection.owner).await?;
    sql::lock(&mut beside, &database(&connection.owner)).await?;
    let proof = source.name().map(|name| format!("{name}{PROOF}"));
    let Some(manifest) = &source.manifest else {
        bail!("{} has no manifest beside it, so there is nothing to compare it with.", source.file.display());
    };
    let mut proven = prove(settings, connection, &mut beside, &source.dump, manifest, progress).await;
    if proven.is_ok() {
        proven = verify_objects(settings, connection, source, manifest, progress).await;
    }
    if let Some(proof) = proof {
        let noted = match &proven {
            Ok(()) => source.place.put(&proof, now.format(&Rfc3339)?.into()).await,
            Err(_) => source.place.delete(&proof).await,
        };
        // It may be on a medium that cannot be written to.
        if let Err(error) = noted {
            progress.say(format!("The result could not be noted: {}", chain(error.as_ref())));
        }
    }
    proven
}

/// Restores a dump into a database of its own and compares. The caller has the lock.
///
/// # Errors
/// As [`verify`].
pub(super) async fn prove(
    settings: &Settings,
    connection: &Connection,
    beside: &mut PgConnection,
    dump: &Path,
    manifest: &Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    let programs = Programs::find(&settings.database.postgres_bin, sql::server_version(beside).await?)?;
    let scratch = Scratch::make(&connection.owner, beside).await?;
    progress.say("Restoring it into a database of its own");
    let compared = async {
        let (into, dump) = (scratch.restricted.clone(), dump.to_owned());
        tokio::task::spawn_blocking(move || feed(&programs, &into, &dump, Origin::Ours)).await??;
        progress.say("Comparing what is in it");
        let mut restored = sql::connect(&scratch.owner).await?;
        differences(&mut restored, manifest).await?;
        check::tell(&check::schema(&connection.owner, beside, &mut restored, Origin::Ours).await?, progress);
        check::documents(&mut restored).await?;
        Ok(restored.close().await?)
    }
    .await;
    scratch.remove(beside).await;
    compared
}

/// Holds a restored database against what the manifest says.
///
/// # Errors
/// Each difference.
pub(in super::super) async fn differences(restored: &mut PgConnection, manifest: &Manifest) -> anyhow::Result<()> {
    let actual = Contents::read(restored, &manifest.left_out).await?;
    let mut differences = manifest.contents.differences(&actual);
    let names = Structure::read(restored).await?.names();
    differences.extend(manifest.structure.difference(&names).map(|name| format!("it has no {name}")));
    ensure!(
        differences.is_empty() && manifest.contents.digest() == manifest.digest,
        "The backup does not hold what it should; take another one. {}",
        differences.join("; ")
    );
    Ok(())
}

/// Reads the copies of all archived objects that the backup's rows name; where there are none, because a bucket has the
/// objects, some of these, spread over all of them.
async fn verify_objects(
    settings: &Settings,
    connection: &Connection,
    source: &Source,
    manifest: &Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    if let Some(words) = manifest.incomplete(&source.file.display().to_string()) {
        bail!(words);
    }
    if !manifest.objects_copied {
        return verify_samples(settings, connection, manifest, progress).await;
    }
    progress.say(format!("Reading the copies of {} archived PDFs", manifest.objects.len()));
    let erased = erased(settings, &source.place).await?;
    let (read, bad) = objects::prove(&source.place, manifest, &erased, &source.identity).await?;
    ensure!(
        bad.is_empty(),
        "The database is fine, but copies of {} archived PDFs are not what they were: {}. The next backup makes them anew \
         from the object store, if that has them: vitae backup create --verify",
        bad.len(),
        bad.join(", ")
    );
    progress.say(format!("The copies of {read} archived PDFs were read and are right"));
    Ok(())
}

/// Everybody whom the ledgers name: that of the settings and that of a place.
///
/// # Errors
/// One of them does not answer.
pub(in super::super) async fn erased(settings: &Settings, place: &Place) -> anyhow::Result<HashSet<Uuid>> {
    let mut erased = Ledger::open(settings)?.uids().await?;
    erased.extend(Ledger::at(place.clone()).uids().await?);
    Ok(erased)
}

async fn verify_samples(
    settings: &Settings,
    connection: &Connection,
    manifest: &Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    let mut live = sql::connect(&connection.owner).await?;
    let step = manifest.objects.len().div_ceil(SAMPLES).max(1);
    let samples: Vec<&Object> = manifest.objects.iter().step_by(step).collect();
    let mut lost = Vec::new();
    for object in &samples {
        if !objects::is_whole(&storage, object).await? && objects::is_in_use(&mut live, &object.key).await? {
            lost.push(object.key.as_str());
        }
    }
    ensure!(
        lost.is_empty(),
        "The database is fine, but archived PDFs are not in the object store as they were: {}. Bring them back from an \
         older version of the bucket, or from another place of backups (objects/ in it).",
        lost.join(", ")
    );
    progress.say(format!("{} of {} archived PDFs were read and are right", samples.len(), manifest.objects.len()));
    Ok(())
}
