//! Where backups are: a folder of this machine, or somewhere in an object store.

use super::super::super::{
    config,
    config::Settings,
    data_dir,
    storage::{Storage, hash_in},
};
use anyhow::{Context, ensure};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, buffered::BufWriter, local::LocalFileSystem, path::Path,
};
use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::io::AsyncWriteExt;

/// Parts of a file on its way into an object store.
const PART: usize = 8 * 1024 * 1024;

/// Files that are not whole yet end like this; the place does not show them.
pub(in super::super) const PARTIAL: &str = ".partial";

/// A place for backups; cheap to clone.
#[derive(Clone, Debug)]
pub struct Place {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    folder: Option<PathBuf>,
    name: String,
    is_the_store: bool,
    timeout: Duration,
}

/// A file of the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the place.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

impl Place {
    /// The place that the settings name.
    ///
    /// # Errors
    /// The folder cannot be made, or the address is not one of a store.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let timeout = Duration::from_secs(settings.storage.timeout_seconds);
        let data_dir = &settings.server.data_dir;
        match settings.backup.place.as_str() {
            "" => {
                data_dir::ensure(data_dir)?;
                Self::folder(&data_dir.join("backups"), timeout)
            }
            "store" => Ok(Self::store(&Storage::open(&settings.storage, data_dir)?, "backups", timeout)),
            url if url.starts_with("s3://") => {
                let storage = config::Storage { url: url.to_owned(), ..settings.storage.clone() };
                Ok(Self::store(&Storage::open(&storage, data_dir)?, "", timeout))
            }
            path => Self::folder(folder_in(path)?, timeout),
        }
    }

    /// The place that the settings name, as [`Place::open`] answers it, for a command that only looks: a folder outside of
    /// the data directory is not made.
    ///
    /// # Errors
    /// As [`Place::open`]; and there is no such folder.
    pub fn existing(settings: &Settings) -> anyhow::Result<Self> {
        match settings.backup.place.as_str() {
            "" | "store" => {}
            url if url.starts_with("s3://") => {}
            path => is_there(folder_in(path)?)?,
        }
        Self::open(settings)
    }

    /// A folder of this machine, for a command that only looks.
    ///
    /// # Errors
    /// There is none.
    pub fn existing_folder(path: &FilePath, timeout: Duration) -> anyhow::Result<Self> {
        is_there(path)?;
        Self::folder(path, timeout)
    }

    /// A folder of this machine; made, for its owner alone, if there is none.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn folder(path: &FilePath, timeout: Duration) -> anyhow::Result<Self> {
        let open = || -> anyhow::Result<Self> {
            // Those above it are others' as well: PostgreSQL must get through to its own in the data directory.
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
            let path = path.canonicalize()?;
            let store = LocalFileSystem::new_with_prefix(&path)?.with_fsync(true);
            let name = path.display().to_string();
            Ok(Self {
                store: Arc::new(store),
                prefix: Path::default(),
                folder: Some(path),
                name,
                is_the_store: false,
                timeout,
            })
        };
        open().with_context(|| {
            format!("{} cannot be used for backups; choose another folder with BACKUP_PLACE or --out.", path.display())
        })
    }

    fn store(storage: &Storage, below: &str, timeout: Duration) -> Self {
        let (store, prefix) = storage.parts();
        let prefix = prefix.parts().chain(Path::from(below).parts()).collect();
        Self {
            store,
            prefix,
            folder: None,
            name: storage.url_of(below).trim_end_matches('/').to_owned(),
            is_the_store: !below.is_empty(),
            timeout,
        }
    }

    /// For messages: the folder or the address.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder, if it is one of this machine.
    pub fn as_folder(&self) -> Option<&FilePath> {
        self.folder.as_deref()
    }

    /// Stores something small under a name, durably: when this is done a loss of power does not lose it. What had the
    /// name before is replaced.
    ///
    /// # Errors
    /// The place refuses or does not answer in time.
    pub async fn put(&self, name: &str, content: Bytes) -> anyhow::Result<()> {
        let done = match &self.folder {
            Some(folder) => {
                let path = folder.join(name);
                tokio::task::spawn_blocking(move || write(&path, &content)).await?.map_err(anyhow::Error::from)
            }
            None => self.in_time(self.store.put(&self.path(name), PutPayload::from_bytes(content))).await.map(drop),
        };
        done.with_context(|| format!("'{name}' cannot be written to {}.", self.name))
    }

    /// Puts a whole file in under a name. In a folder the file must lie in it already (see [`Place::scratch`]), and is
    /// moved.
    ///
    /// # Errors
    /// As [`Place::put`]. The name does not exist then.
    pub async fn put_file(&self, name: &str, file: &FilePath) -> anyhow::Result<()> {
        let done = match &self.folder {
            Some(folder) => publish(file, &folder.join(name)).map_err(anyhow::Error::from),
            None => self.upload(name, file).await,
        };
        done.with_context(|| format!("'{name}' cannot be written to {}.", self.name))
    }

    /// A folder to write a large file in before it is moved in: the place itself, or one of the data directory.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn scratch(&self, settings: &Settings) -> anyhow::Result<PathBuf> {
        self.folder.clone().map_or_else(|| unfinished(settings), Ok)
    }

    /// Whether the place is in the object store itself, so that what is in there need not be copied.
    pub fn is_the_store(&self) -> bool {
        self.is_the_store
    }

    /// The files of the place itself, without those in its folders.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn files(&self) -> anyhow::Result<Vec<Entry>> {
        let listed = self.store.list_with_delimiter(Some(&self.prefix));
        let found = self.in_time(listed).await.with_context(|| format!("{} cannot be listed.", self.name))?;
        Ok(self.entries(found.objects))
    }

    /// What is in the place under a prefix, as it is listed.
    pub fn stream(&self, below: &str) -> impl Stream<Item = anyhow::Result<Entry>> + use<'_> {
        let listed = self.store.list(Some(&self.path(below)));
        let entries = listed.map(|found| match found {
            Ok(meta) => Ok(self.entries(vec![meta]).pop()),
            Err(error) => Err(anyhow::Error::from(error).context(format!("{} cannot be listed.", self.name))),
        });
        entries.try_filter_map(|entry| std::future::ready(Ok(entry)))
    }

    /// What is in the place under a prefix (whole names between slashes).
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn list(&self, below: &str) -> anyhow::Result<Vec<Entry>> {
        let prefix = self.path(below);
        let listed = self.store.list(Some(&prefix)).try_collect::<Vec<_>>();
        let found = self.in_time(listed).await.with_context(|| format!("{} cannot be listed.", self.name))?;
        Ok(self.entries(found))
    }

    fn entries(&self, found: Vec<ObjectMeta>) -> Vec<Entry> {
        let depth = self.prefix.parts().count();
        let entries = found.into_iter().map(|meta| {
            let name = meta.location.parts().skip(depth).collect::<Path>().to_string();
            Entry { name, size: meta.size }
        });
        entries.filter(|entry| !entry.name.ends_with(PARTIAL)).collect()
    }

    /// Reads something small; nothing if it is not there.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn get(&self, name: &str) -> anyhow::Result<Option<Bytes>> {
        let path = self.path(name);
        let read = async {
            match self.store.get(&path).await {
                Ok(found) => found.bytes().await.map(Some),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.in_time(read).await.with_context(|| format!("'{name}' cannot be read from {}.", self.name))
    }

    /// The SHA-256 of what has a name, hexadecimal, read in pieces; nothing if it is not there.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn sha256_of(&self, name: &str) -> anyhow::Result<Option<String>> {
        let path = self.path(name);
        let hash = self.in_time(hash_in(&self.store, &path)).await;
        hash.with_context(|| format!("'{name}' cannot be read from {}.", self.name))
    }

    /// Whether there is something under a name.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn has(&self, name: &str) -> anyhow::Result<bool> {
        let path = self.path(name);
        match self.in_time(self.store.head(&path)).await {
            Ok(_) => Ok(true),
            Err(error) if is_not_found(&error) => Ok(false),
            Err(error) => Err(error.context(format!("'{name}' cannot be found out about in {}.", self.name))),
        }
    }

    /// Copies a large file of the place to this machine.
    ///
    /// # Errors
    /// It is not there, the place does not answer, or the disk is full.
    pub async fn download(&self, name: &str, to: &FilePath) -> anyhow::Result<()> {
        let copy = async {
            let mut stream = self.store.get(&self.path(name)).await?.into_stream();
            let mut file = tokio::fs::File::from_std(create(to)?);
            while let Some(chunk) = stream.next().await {
                file.write_all(&chunk?).await?;
            }
            file.sync_all().await?;
            anyhow::Ok(())
        };
        copy.await.with_context(|| format!("'{name}' cannot be copied from {} to {}.", self.name, to.display()))
    }

    /// Removes something; what is gone already is as good.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub async fn delete(&self, name: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        match self.in_time(self.store.delete(&path)).await {
            Err(error) if !is_not_found(&error) => {
                Err(error.context(format!("'{name}' cannot be removed from {}.", self.name)))
            }
            _ => Ok(()),
        }
    }

    async fn upload(&self, name: &str, file: &FilePath) -> anyhow::Result<()> {
        let mut source = tokio::fs::File::open(file).await?;
        let mut target = BufWriter::with_capacity(Arc::clone(&self.store), self.path(name), PART);
        if let Err(error) = tokio::io::copy(&mut source, &mut target).await {
            let _ = target.abort().await;
            return Err(error.into());
        }
        Ok(target.shutdown().await?)
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.parts().chain(Path::from(name).parts()).collect()
    }

    async fn in_time<T>(&self, work: impl Future<Output = object_store::Result<T>>) -> anyhow::Result<T> {
        Ok(tokio::time::timeout(self.timeout, work).await.context("It did not answer in time.")??)
    }
}

/// The folder of this machine for files on their way from or to an object store.
pub(in super::super) fn unfinished(settings: &Settings) -> anyhow::Result<PathBuf> {
    data_dir::ensure(&settings.server.data_dir)?;
    let path = settings.server.data_dir.join("unfinished-backups");
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
    made.with_context(|| format!("{} cannot be made.", path.display()))?;
    Ok(path)
}

/// The folder that `BACKUP_PLACE` names.
fn folder_in(path: &str) -> anyhow::Result<&FilePath> {
    let folder = path.strip_prefix("file://").unwrap_or(path);
    ensure!(!folder.contains(':'), "BACKUP_PLACE '{path}' is neither a folder, nor s3://bucket/folder, nor 'store'.");
    Ok(FilePath::new(folder))
}

fn is_there(folder: &FilePath) -> anyhow::Result<()> {
    ensure!(
        folder.is_dir(),
        "There is no folder {}. Is its disk mounted? Choose another with BACKUP_PLACE or --out.",
        std::path::absolute(folder)?.display()
    );
    Ok(())
}

fn is_not_found(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(object_store::Error::NotFound { .. }))
}

/// A new file that only its owner may read.
pub(in super::super) fn create(path: &FilePath) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Writes a file whole or not at all.
fn write(path: &FilePath, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // Two may write the same at once.
    let partial = path.with_file_name(format!(".{}{PARTIAL}", uuid::Uuid::new_v4()));
    let written = create(&partial).and_then(|mut file| file.write_all(content));
    match written.and_then(|()| publish(&partial, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = fs::remove_file(&partial);
            Err(error)
        }
    }
}

/// Gives a file its final name, once it and the name are on the disk.
fn publish(from: &FilePath, to: &FilePath) -> std::io::Result<()> {
    fs::File::open(from)?.sync_all()?;
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}
