//! A new backup: dumped, hashed in the same snapshot, read back, and given its name; then proven, if asked. What is whole
//! is kept whether it can be proven or not.

use super::{
    Contents, age,
    copies::Form,
    file::{self, Inspected, Temporary},
    list,
    manifest::{CHECKSUM, FORMAT, LEFT_OUT, MANIFEST, Manifest, Name, OBJECTS_TABLE, Object, PROOF, Reason},
    objects::{self, Look},
    place::{PARTIAL, Place, unfinished},
    verify,
};
use crate::server::{
    config::Settings,
    fault::chain,
    ledger::Ledger,
    ops::{
        connect::Connection,
        programs::{Programs, Version, database},
        progress::{Progress, size},
        restore::{
            remove_left_behind,
            structure::{self, Structure},
        },
        sql::{self, quoted},
    },
    storage::Storage,
};
use anyhow::{Context, ensure};
use sqlx::{PgConnection, Row};
use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

/// What backup is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Why.
    pub reason: Reason,
    /// What time it is.
    pub now: OffsetDateTime,
    /// Whether to prove it at once, by restoring it: before it is encrypted, so no secret key is needed.
    pub prove: bool,
}

/// Makes a backup of a database, with or without a server running on it; answers its name.
///
/// # Errors
/// It cannot be made: then there is nothing under the final name. Or it is made and kept, but cannot be proven, or not
/// all archived PDFs be copied; the error says so. Older backups are as they were.
pub async fn create(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    request: Request,
    progress: &Progress,
) -> anyhow::Result<(Name, Manifest)> {
    let mut beside = sql::connect_beside(&connection.owner).await?;
    sql::lock(&mut beside, &database(&connection.owner)).await?;
    let scratch = place.scratch(settings)?;
    for folder in [&scratch, &unfinished(settings)?] {
        list::remove_unfinished(folder)?;
        remove_left_behind(folder)?;
    }
    list::remove_companions(place).await?;
    let name = free_name(settings, place, request.now).await?;
    // What is to be encrypted is nowhere else before it is.
    let folder = if name.encrypted { unfinished(settings)? } else { scratch.clone() };
    let plain = Temporary(folder.join(format!(".{name}{PARTIAL}")));

    let source = Source::open(settings, connection).await?;
    if !source.closed.is_empty() {
        let role = connection.owner.get_username();
        progress
            .warn(format!("Not in the backup, because '{role}' may not read it: schema {}", source.closed.join(", ")));
    }
    progress.say(format!("Dumping '{}' with pg_dump {}", database(&connection.owner), source.programs.version));
    let (source, contents) = source.dump(&plain.0, progress).await?;
    progress.say("Reading it back");
    let inspected = inspect(&plain.0).await?;
    let mut manifest = source.manifest(&inspected, contents, request);
    let encrypted = encrypt(settings, name, &plain, &scratch).await?;
    let (file, sha256) = encrypted.as_ref().map_or((&plain, &inspected.sha256), |(file, sha256)| (file, sha256));
    put_companions(place, name, sha256, &manifest).await?;
    // The dump has its place on the disk already: it is PDFs that may not fit any more.
    let copied = take_objects(settings, connection, place, name, &mut manifest, progress).await;
    put_file(place, name, &file.0).await?;
    progress.say(format!("{name} ({}) is in {}", size(manifest.size), place.name()));

    // In a folder the dump has its final name now.
    let published = place.as_folder().filter(|_| !name.encrypted).map(|folder| folder.join(name.to_string()));
    let dump = published.as_ref().unwrap_or(&plain.0);
    let proven = async {
        if request.prove {
            verify::prove(settings, connection, &mut beside, dump, &manifest, progress).await?;
            place.put(&format!("{name}{PROOF}"), request.now.format(&Rfc3339)?.into()).await?;
            progress.say(format!("{name} is verified: a restore of it holds exactly what was backed up"));
        }
        anyhow::Ok(())
    }
    .await;
    if let (Err(_), Err(error)) = (&proven, &copied) {
        progress.warn(format!("Not all archived PDFs are beside {name}: {}", chain(error.as_ref())));
    }
    proven.with_context(|| {
        format!("{name} is kept in {}, but it is not proven: it cannot be restored and compared.", place.name())
    })?;
    copied.with_context(|| format!("{name} is kept in {}, but not all archived PDFs are beside it.", place.name()))?;
    Ok((name, manifest))
}

/// Copies archived PDFs; the manifest says so at last.
async fn take_objects(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    name: Name,
    manifest: &mut Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    copy_objects(settings, connection, place, manifest, progress).await?;
    if manifest.objects_copied {
        place.put(&format!("{name}{MANIFEST}"), serde_json::to_vec_pretty(manifest)?.into()).await?;
    }
    Ok(())
}

/// A database that is about to be dumped.
struct Source {
    programs: Programs,
    server: Version,
    snapshot: String,
    /// In the transaction of the snapshot.
    connection: PgConnection,
    options: sqlx::postgres::PgConnectOptions,
    /// Schemas of others that this role cannot read.
    closed: Vec<String>,
}

impl Source {
    async fn open(settings: &Settings, connection: &Connection) -> anyhow::Result<Self> {
        let options = connection.owner.clone();
        let mut connection = sql::connect(&options).await?;
        let known = sql::one(&mut connection, "select to_regclass('public._sqlx_migrations') is not null").await?;
        ensure!(
            known.try_get::<bool, _>(0)?,
            "The database '{}' is none of Vitae: nothing was backed up. Are VITAE_DATA_DIR and DATABASE_URL those of the \
             server?",
            database(&options)
        );
        let server = sql::server_version(&mut connection).await?;
        let programs = Programs::find(&settings.database.postgres_bin, server)?;
        // Not through the pool: this transaction is as long as the dump, and nobody cancels it.
        sql::run(&mut connection, "begin isolation level repeatable read read only").await?;
        let snapshot = sql::one(&mut connection, "select pg_export_snapshot()").await?.try_get(0)?;
        let closed = structure::closed(&mut connection).await?;
        Ok(Self { programs, server, snapshot, connection, options, closed })
    }

    /// Dumps and hashes the same snapshot at the same time.
    async fn dump(mut self, to: &Path, progress: &Progress) -> anyhow::Result<(Dumped, Found)> {
        let mut command = self.programs.command("pg_dump", &self.options);
        command.args(["--format=plain", "--encoding=UTF8", "--no-owner", "--no-privileges"]);
        // What an operator has added to look at the database is not ours, and takes more rights to make than a restore has.
        command.arg("--extension=plpgsql");
        command.arg(format!("--snapshot={}", self.snapshot));
        command.args(LEFT_OUT.iter().map(|table| format!("--exclude-table-data=public.{table}")));
        command.args(self.closed.iter().map(|schema| format!("--exclude-schema={}", quoted(schema))));
        let (to, progress) = (to.to_owned(), progress.clone());
        let dumping = tokio::task::spawn_blocking(move || file::dump(command, &to, &progress));
        let contents = async {
            let contents = Contents::read(&mut self.connection, &left_out()).await?;
            let structure = Structure::read(&mut self.connection).await?.names();
            let objects = read_objects(&mut self.connection, &contents).await?;
            anyhow::Ok(Found { contents, structure, objects })
        };
        let (dumped, contents) = futures::future::join(dumping, contents).await;
        // If both failed, it is because this connection holds the snapshot of the other.
        let contents = contents.context("The database cannot be read to the end.")?;
        dumped??;
        Ok((Dumped { programs: self.programs, server: self.server }, contents))
    }
}

/// What the snapshot holds that was dumped.
struct Found {
    contents: Contents,
    structure: BTreeSet<String>,
    objects: Vec<Object>,
}

/// What made a dump.
struct Dumped {
    programs: Programs,
    server: Version,
}

impl Dumped {
    fn manifest(
        &self,
        inspected: &Inspected,
        Found { contents, structure, objects }: Found,
        request: Request,
    ) -> Manifest {
        Manifest {
            format: FORMAT,
            created_at: request.now,
            reason: request.reason,
            app: env!("CARGO_PKG_VERSION").into(),
            server: self.server.to_string(),
            client: self.programs.version.to_string(),
            size: inspected.size,
            sha256: inspected.sha256.clone(),
            left_out: left_out(),
            digest: contents.digest(),
            contents,
            structure,
            objects_copied: false,
            objects,
            lost: Vec::new(),
            deleted: Vec::new(),
        }
    }
}

fn left_out() -> Vec<String> {
    LEFT_OUT.iter().map(|table| String::from(*table)).collect()
}

async fn read_objects(connection: &mut PgConnection, contents: &Contents) -> sqlx::Result<Vec<Object>> {
    if !contents.tables.contains_key(OBJECTS_TABLE) {
        return Ok(Vec::new());
    }
    sql::run(connection, "set search_path = public").await?;
    objects::named_in(connection).await
}

async fn inspect(path: &Path) -> anyhow::Result<Inspected> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || file::inspect(&path)).await?
}

/// Names are of a second; two backups within one get different ones.
async fn free_name(settings: &Settings, place: &Place, now: OffsetDateTime) -> anyhow::Result<Name> {
    let mut name = Name { at: now.replace_nanosecond(0)?, encrypted: !settings.backup.age_recipient.is_empty() };
    while place.has(&name.to_string()).await? {
        name.at += Duration::SECOND;
    }
    Ok(name)
}

/// Takes the objects along that are on this machine only; a bucket is kept by whoever runs it. What belonged to people who
/// were erased goes, whatever copied it.
async fn copy_objects(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    manifest: &mut Manifest,
    progress: &Progress,
) -> anyhow::Result<()> {
    let noted = hand_ledger_on(settings, place).await?;
    objects::forget(None, place, &noted, &manifest.objects).await?;
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    if !storage.is_folder() || place.is_the_store() {
        return Ok(());
    }
    // A change of the schema waits for this one.
    let look = if manifest.reason == Reason::BeforeMigration { Look::Sizes } else { Look::Bytes };
    let missing = objects::copy(&storage, place, &Form::of(settings), &manifest.objects, look, progress).await?;
    manifest.objects_copied = true;
    if missing.is_empty() {
        return Ok(());
    }
    let mut live = sql::connect(&connection.owner).await?;
    for key in missing {
        let is_lost = objects::is_in_use(&mut live, &key).await?;
        if is_lost { manifest.lost.push(key) } else { manifest.deleted.push(key) }
    }
    Ok(())
}

/// The place may be another than that of the settings: what the ledger there says, it says as well. Answers everybody.
async fn hand_ledger_on(settings: &Settings, place: &Place) -> anyhow::Result<HashSet<Uuid>> {
    let theirs = Ledger::at(place.clone());
    let known = theirs.uids().await?;
    let ours = Ledger::open(settings)?;
    let mut all = ours.uids().await?;
    if !all.is_subset(&known) {
        for (uid, at) in ours.all().await? {
            if !known.contains(&uid) {
                theirs.note(uid, at).await?;
            }
        }
    }
    all.extend(known);
    Ok(all)
}

/// The encrypted file and its checksum, if the settings say that it is to be encrypted.
async fn encrypt(
    settings: &Settings,
    name: Name,
    plain: &Temporary,
    scratch: &Path,
) -> anyhow::Result<Option<(Temporary, String)>> {
    if !name.encrypted {
        return Ok(None);
    }
    let (plain, recipient) = (plain.0.clone(), settings.backup.age_recipient.clone());
    let encrypted = Temporary(scratch.join(format!(".{name}.age{PARTIAL}")));
    tokio::task::spawn_blocking(move || {
        age::encrypt(&plain, &encrypted.0, &recipient)?;
        let sha256 = file::sha256_of(&encrypted.0)?;
        Ok(Some((encrypted, sha256)))
    })
    .await?
}

/// The companions come first: what has its final name is complete.
async fn put_companions(place: &Place, name: Name, sha256: &str, manifest: &Manifest) -> anyhow::Result<()> {
    let put = async {
        place.put(&format!("{name}{CHECKSUM}"), format!("{sha256}  {name}\n").into()).await?;
        place.put(&format!("{name}{MANIFEST}"), serde_json::to_vec_pretty(manifest)?.into()).await
    };
    or_remove_companions(place, name, put.await).await
}

async fn put_file(place: &Place, name: Name, file: &Path) -> anyhow::Result<()> {
    let put = place.put_file(&name.to_string(), file).await;
    or_remove_companions(place, name, put).await
}

async fn or_remove_companions(place: &Place, name: Name, put: anyhow::Result<()>) -> anyhow::Result<()> {
    if put.is_err() {
        for ending in [CHECKSUM, MANIFEST] {
            let _ = place.delete(&format!("{name}{ending}")).await;
        }
    }
    put
}
