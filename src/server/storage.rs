//! The object store: a folder, or anything that speaks S3.

use super::{config, data_dir};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, aws::AmazonS3Builder, local::LocalFileSystem, path::Path};
use sha2::{Digest, Sha256};
use std::{future::Future, sync::Arc, time::Duration};
use uuid::Uuid;

/// What can go wrong with the object store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It refused, or broke off.
    #[error("the object store failed: {0}")]
    Store(#[from] object_store::Error),
    /// It did not answer in time.
    #[error("the object store did not answer in time")]
    Timeout,
    /// What came back is not what went in.
    #[error("the object store gave back other bytes than it was given")]
    Corrupt,
}

impl StorageError {
    /// Whether the store answered that there is no such object.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Store(object_store::Error::NotFound { .. }))
    }
}

/// Names an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageKey {
    /// An archived PDF.
    Pdf {
        /// `users.uid`.
        owner: Uuid,
        /// `archives.uuid`.
        archive: Uuid,
        /// Hexadecimal.
        sha256: String,
    },
}

impl StorageKey {
    /// The key under the store's prefix: `pdf/{owner}/{archive}/{sha256}.pdf`.
    pub fn path(&self) -> String {
        match self {
            Self::Pdf { owner, archive, sha256 } => format!("pdf/{owner}/{archive}/{sha256}.pdf"),
        }
    }

    /// The owner that the path of a key names.
    pub fn owner_in(path: &str) -> Option<Uuid> {
        path.strip_prefix("pdf/")?.split('/').next()?.parse().ok()
    }

    /// What the bytes hash to, as the path of a key says.
    pub fn sha256_in(path: &str) -> Option<&str> {
        let name = path.strip_prefix("pdf/")?.rsplit('/').next()?.strip_suffix(".pdf")?;
        (name.len() == 64).then_some(name)
    }

    /// The folder of everything that belongs to somebody.
    pub fn folder_of(owner: Uuid) -> String {
        format!("pdf/{owner}")
    }
}

/// The object store; cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    url: String,
    timeout: Duration,
}

impl Storage {
    /// The store that the settings name. Nothing is asked of it yet.
    ///
    /// # Errors
    /// The address is not one of a store, or the folder cannot be made.
    pub fn open(settings: &config::Storage, data_dir: &std::path::Path) -> anyhow::Result<Self> {
        let timeout = Duration::from_secs(settings.timeout_seconds);
        match settings.url.trim_end_matches('/') {
            "" => {
                data_dir::ensure(data_dir)?;
                Self::folder(&data_dir.join("objects"), timeout)
            }
            url => match url.split_once("://") {
                Some(("file", path)) => Self::folder(std::path::Path::new(path), timeout),
                Some(("s3", rest)) => Self::s3(rest, timeout),
                _ => anyhow::bail!("OBJECT_STORE_URL must begin with file:/// or s3://, not '{url}'."),
            },
        }
    }

    /// What speaks to the store, and the prefix of all keys: for backups, which are larger than what goes through here.
    pub(super) fn parts(&self) -> (Arc<dyn ObjectStore>, Path) {
        (Arc::clone(&self.store), self.prefix.clone())
    }

    /// Whether the store is a folder of this machine.
    pub fn is_folder(&self) -> bool {
        self.url.starts_with("file://")
    }

    fn folder(path: &std::path::Path, timeout: Duration) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path)?;
        let path = path.canonicalize()?;
        let store = LocalFileSystem::new_with_prefix(&path)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store), prefix: Path::default(), url: format!("file://{}", path.display()), timeout })
    }

    fn s3(rest: &str, timeout: Duration) -> anyhow::Result<Self> {
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let retry = object_store::RetryConfig { max_retries: 3, retry_timeout: timeout, ..Default::default() };
        // Credentials, region and endpoint come from the usual AWS_* variables.
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
        #[expect(
            clippy::disallowed_methods,
            reason = "AWS_* are read by the builder, and here to allow what one of them says"
        )]
        if std::env::var("AWS_ENDPOINT_URL")
            .or_else(|_| std::env::var("AWS_ENDPOINT"))
            .is_ok_and(|url| url.starts_with("http://"))
        {
            builder = builder.with_allow_http(true);
        }
        let url = format!("s3://{rest}");
        Ok(Self { store: Arc::new(builder.build()?), prefix: Path::from(prefix), url, timeout })
    }

    /// The address of an object, as it is put into `resumes.s3_url`.
    pub fn url_of(&self, key: &str) -> String {
        format!("{}/{key}", self.url)
    }

    /// Stores bytes and reads them back: when this is done, the store has exactly these.
    ///
    /// # Errors
    /// The store refuses, does not answer in time, or gives back something else.
    pub async fn put_verified(&self, key: &str, content: Bytes, sha256: &str) -> Result<(), StorageError> {
        let path = self.path(key);
        self.in_time(async { Ok(self.store.put(&path, PutPayload::from_bytes(content)).await?) }).await?;
        let stored = self.get(key).await?;
        if sha256_hex(&stored) == sha256 { Ok(()) } else { Err(StorageError::Corrupt) }
    }

    /// Reads an object.
    ///
    /// # Errors
    /// It is not there, or the store does not answer in time.
    pub async fn get(&self, key: &str) -> Result<Bytes, StorageError> {
        let path = self.path(key);
        self.in_time(async { Ok(self.store.get(&path).await?.bytes().await?) }).await
    }

    /// The SHA-256 of an object, hexadecimal, read in pieces: nothing if it is not there.
    ///
    /// # Errors
    /// The store does not answer in time.
    pub async fn sha256_of(&self, key: &str) -> Result<Option<String>, StorageError> {
        let path = self.path(key);
        self.in_time(async { Ok(hash_in(&self.store, &path).await?) }).await
    }

    /// The keys of all objects, in no order.
    pub fn keys(&self) -> impl Stream<Item = Result<String, StorageError>> + use<> {
        let depth = self.prefix.parts().count();
        // What else is in there is none of ours: the place of backups may be.
        let listed = self.store.list(Some(&self.path("pdf")));
        listed.map(move |entry| Ok(entry?.location.parts().skip(depth).collect::<Path>().to_string()))
    }

    /// Those who have a folder in the store.
    ///
    /// # Errors
    /// The store does not answer in time.
    pub async fn owners(&self) -> Result<Vec<Uuid>, StorageError> {
        let path = self.path("pdf");
        let listed = self.in_time(async { Ok(self.store.list_with_delimiter(Some(&path)).await?) }).await?;
        Ok(listed.common_prefixes.iter().filter_map(|folder| folder.filename()?.parse().ok()).collect())
    }

    /// The keys of the objects of somebody.
    ///
    /// # Errors
    /// The store does not answer in time.
    pub async fn keys_of(&self, owner: Uuid) -> Result<Vec<String>, StorageError> {
        let depth = self.prefix.parts().count();
        let path = self.path(&StorageKey::folder_of(owner));
        let listed = self.store.list(Some(&path)).map_ok(|object| object.location).try_collect::<Vec<Path>>();
        let found = self.in_time(async { Ok(listed.await?) }).await?;
        Ok(found.into_iter().map(|path| path.parts().skip(depth).collect::<Path>().to_string()).collect())
    }

    /// Removes an object; one that is gone already is as good.
    ///
    /// # Errors
    /// The store refuses, or does not answer in time.
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.remove(&self.path(key)).await
    }

    async fn remove(&self, path: &Path) -> Result<(), StorageError> {
        self.in_time(async {
            match self.store.delete(path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// Removes every object in a folder; what is gone already is as good.
    ///
    /// # Errors
    /// The store refuses, or does not answer in time.
    pub async fn delete_all(&self, folder: &str) -> Result<(), StorageError> {
        let path = self.path(folder);
        let found = self.store.list(Some(&path)).map_ok(|object| object.location).try_collect::<Vec<Path>>();
        for location in self.in_time(async { Ok(found.await?) }).await? {
            self.remove(&location).await?;
        }
        Ok(())
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn answers(&self) -> Result<(), StorageError> {
        let path = self.path("readyz");
        self.in_time(async {
            match self.store.head(&path).await {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    fn path(&self, key: &str) -> Path {
        let key = Path::from(key);
        if self.prefix.as_ref().is_empty() { key } else { Path::from(format!("{}/{key}", self.prefix)) }
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, StorageError>>) -> Result<T, StorageError> {
        tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(StorageError::Timeout))
    }
}

/// The SHA-256 of what is in a store under a path, read in pieces; nothing if it is not there.
pub(super) async fn hash_in(store: &Arc<dyn ObjectStore>, path: &Path) -> object_store::Result<Option<String>> {
    let mut pieces = match store.get(path).await {
        Ok(found) => found.into_stream(),
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut hash = Sha256::new();
    while let Some(piece) = pieces.try_next().await? {
        hash.update(&piece);
    }
    Ok(Some(super::hex::encode(&hash.finalize())))
}

/// SHA-256 in hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    super::hex::encode(&Sha256::digest(bytes))
}
