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
use sqlx::{Connection as _, PgConnection, Row};
use std::path::Path;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// So many of the archived objects are read and compared.
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
    let proven = prove(settings, connection, &mut beside, &source.dump, manifest, progress).await;
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
    proven?;
    verify_objects(settings, connection, &source.place, manifest, progress).await
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

/// Reads some of the objects that the backup's rows name, spread over all of them.
async fn verify_objects(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    manifest: &Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    let step = manifest.objects.len().div_ceil(SAMPLES).max(1);
    let samples: Vec<&Object> = manifest.objects.iter().step_by(step).collect();
    let mut lost = Vec::new();
    for object in &samples {
        let whole = objects::is_whole(&storage, object).await? || objects::has_copy(place, object).await?;
        if !whole && is_in_use(connection, &object.key).await? {
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

/// Whether the database still names an object: what was deleted since may be gone.
async fn is_in_use(connection: &Connection, key: &str) -> anyhow::Result<bool> {
    let mut live = sql::connect(&connection.owner).await?;
    let query = format!("select exists (select from public.archives where object_key = {})", sql::literal(key));
    // There may be no such table: this may be the machine that everything was lost on.
    let row = sql::one(&mut live, query).await;
    Ok(row.and_then(|row| row.try_get(0)).unwrap_or(true))
}
