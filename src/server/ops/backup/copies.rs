//! Copies of archived objects in a place of backups, one file each. An object is `pdf/{owner}/{archive}/{hash}.pdf`; its
//! copy in clear is that below `objects/`, an encrypted one `objects/pdf/{owner}/{archive}/{recipient}.{hash}.age`, with the
//! beginnings of the SHA-256 of the public key and of the file itself. So a name says what its file must hash to: a copy is
//! proven by whoever can read it, and the secret key is needed only for what is in it.

use super::{
    age,
    place::{Entry, Place},
};
use crate::server::{
    config::Settings,
    storage::{StorageKey, sha256_hex},
};
use anyhow::ensure;
use bytes::Bytes;
use uuid::Uuid;

/// Where copies are in the place.
pub(in super::super) const FOLDER: &str = "objects";

const ENCRYPTED: &str = ".age";

/// So many hexadecimal digits of the hash of a public key tell it from others.
const RECIPIENT: usize = 8;

/// And so many of the hash of a file tell it from a damaged one: names have an end.
const HASH: usize = 32;

/// A copy, as its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Copied {
    /// In the place.
    pub(in super::super) name: String,
    /// The folder of the object in the store.
    pub(in super::super) archive: String,
    /// The public key it is encrypted for, shortened; nothing for one in clear.
    recipient: Option<String>,
    /// The beginning of the SHA-256 of the file, hexadecimal.
    hash: String,
    /// Of the file, in bytes.
    size: u64,
}

impl Copied {
    /// The copy that a file of the place is, if it is one.
    pub(in super::super) fn parse(entry: &Entry) -> Option<Self> {
        let key = entry.name.strip_prefix(FOLDER)?.trim_start_matches('/');
        let (archive, file) = key.rsplit_once('/')?;
        let (recipient, hash) = match file.strip_suffix(ENCRYPTED) {
            None => (None, StorageKey::sha256_in(key)?),
            Some(file) => file.split_once('.').map(|(recipient, hash)| (Some(recipient.to_owned()), hash))?,
        };
        Some(Self {
            name: entry.name.clone(),
            archive: archive.to_owned(),
            recipient,
            hash: hash.to_owned(),
            size: entry.size,
        })
    }

    /// The key of the object, which only the name of one in clear says.
    pub(in super::super) fn key(&self) -> Option<String> {
        (!self.is_encrypted()).then(|| format!("{}/{}.pdf", self.archive, self.hash))
    }

    /// Whether it is encrypted.
    pub(in super::super) fn is_encrypted(&self) -> bool {
        self.recipient.is_some()
    }

    /// Whether an object of so many bytes can be in it.
    pub(in super::super) fn can_hold(&self, size: i64) -> bool {
        let size = u64::try_from(size).unwrap_or(0);
        if self.is_encrypted() { self.size > size } else { self.size == size }
    }

    /// Whose it is.
    pub(in super::super) fn owner(&self) -> Option<Uuid> {
        StorageKey::owner_in(&self.archive)
    }

    /// Whether its bytes are those that were written.
    ///
    /// # Errors
    /// The place does not answer.
    pub(in super::super) async fn is_whole(&self, place: &Place) -> anyhow::Result<bool> {
        Ok(place.sha256_of(&self.name).await?.is_some_and(|hash| hash.starts_with(&self.hash)))
    }

    /// What is in it; nothing if it is damaged, or if it is encrypted and there is no key, or another. Whether that is what
    /// was archived, its SHA-256 says.
    ///
    /// # Errors
    /// The place does not answer.
    pub(in super::super) async fn open(&self, place: &Place, identity: &str) -> anyhow::Result<Option<Bytes>> {
        let Some(bytes) = place.get(&self.name).await?.filter(|bytes| sha256_hex(bytes).starts_with(&self.hash)) else {
            return Ok(None);
        };
        if !self.is_encrypted() {
            return Ok(Some(bytes));
        }
        if identity.is_empty() {
            return Ok(None);
        }
        let identity = identity.to_owned();
        let opened = tokio::task::spawn_blocking(move || age::open(bytes, &identity)).await?;
        Ok(opened.ok().map(Bytes::from))
    }
}

/// How copies are to be.
#[derive(Clone, Debug)]
pub(in super::super) struct Form {
    /// The public key to encrypt them for, or empty.
    recipient: String,
}

impl Form {
    /// As the settings say.
    pub(super) fn of(settings: &Settings) -> Self {
        Self { recipient: settings.backup.age_recipient.clone() }
    }

    /// Whether copies are encrypted.
    pub(super) fn encrypts(&self) -> bool {
        !self.recipient.is_empty()
    }

    /// Whether a copy is like this.
    pub(super) fn is_of(&self, copy: &Copied) -> bool {
        copy.recipient == self.shortened()
    }

    fn shortened(&self) -> Option<String> {
        self.encrypts().then(|| sha256_hex(self.recipient.as_bytes())[..RECIPIENT].to_owned())
    }

    /// Makes a copy of what a key names, and reads it back.
    ///
    /// # Errors
    /// The place does not answer, or gives back something else; `age` fails.
    pub(super) async fn put(&self, place: &Place, key: &str, content: Bytes) -> anyhow::Result<Copied> {
        let (archive, recipient) = (archive_of(key).to_owned(), self.shortened());
        let bytes = if recipient.is_some() {
            let to = self.recipient.clone();
            Bytes::from(tokio::task::spawn_blocking(move || age::seal(content, &to)).await??)
        } else {
            content
        };
        let mut hash = sha256_hex(&bytes);
        let name = match &recipient {
            None => format!("{FOLDER}/{key}"),
            Some(shortened) => {
                hash.truncate(HASH);
                format!("{FOLDER}/{archive}/{shortened}.{hash}{ENCRYPTED}")
            }
        };
        let copy = Copied { name, archive, recipient, hash, size: u64::try_from(bytes.len()).unwrap_or(u64::MAX) };
        place.put(&copy.name, bytes).await?;
        ensure!(copy.is_whole(place).await?, "{} does not give back what is put there.", place.name());
        Ok(copy)
    }
}

/// The folder of an object, which no other is in.
pub(in super::super) fn archive_of(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(archive, _)| archive)
}

/// The copies of the object in a folder.
///
/// # Errors
/// The place does not answer.
pub(in super::super) async fn of(place: &Place, archive: &str) -> anyhow::Result<Vec<Copied>> {
    Ok(place.list(&format!("{FOLDER}/{archive}")).await?.iter().filter_map(Copied::parse).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCHIVE: &str = "pdf/00000000-0000-0000-0000-000000000001/x";

    fn parsed(name: &str) -> Option<Copied> {
        Copied::parse(&Entry { name: name.into(), size: 1 })
    }

    #[test]
    fn a_name_says_what_is_in_the_file() {
        let hash = "a".repeat(64);
        let key = format!("{ARCHIVE}/{hash}.pdf");
        let clear = parsed(&format!("objects/{key}")).expect("a copy");
        assert_eq!((clear.archive.as_str(), clear.hash.as_str(), clear.key()), (ARCHIVE, hash.as_str(), Some(key)));
        let sealed = parsed(&format!("objects/{ARCHIVE}/01234567.89ab.age")).expect("a copy");
        assert_eq!((sealed.archive.as_str(), sealed.hash.as_str(), sealed.key()), (ARCHIVE, "89ab", None));
        assert_eq!(sealed.owner(), Some(Uuid::from_u128(1)));
        assert!(clear.can_hold(1) && !clear.can_hold(2) && sealed.can_hold(0) && !sealed.can_hold(1));
        for foreign in ["objects/readme.txt", "objects/pdf/x.age", "objects", "other/pdf/x.pdf"] {
            assert_eq!(parsed(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_copy_for_another_key_is_of_another_form() {
        let form = |recipient: &str| Form { recipient: recipient.into() };
        let shortened = form("age1ours").shortened().expect("a key");
        let copy = parsed(&format!("objects/{ARCHIVE}/{shortened}.89ab.age")).expect("a copy");
        assert!(form("age1ours").is_of(&copy) && !form("age1theirs").is_of(&copy) && !form("").is_of(&copy));
        assert!(form("").is_of(&parsed(&format!("objects/{ARCHIVE}/{}.pdf", "a".repeat(64))).expect("a copy")));
    }
}
