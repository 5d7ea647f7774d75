//! What is written beside a backup: enough to tell whether a restored database is the one that was backed up.

use super::{care::Keys, contents::Contents};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};
use time::{OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

/// Tables whose rows are left out: what opens a session or an account is of no use in a backup but to a thief.
/// A table that this build does not know may stand here.
pub const LEFT_OUT: &[&str] = &["attempts", "mails", "sessions", "tokens"];

/// The archived objects that the rows of a database name: key, SHA-256, size.
pub(super) const OBJECTS: &str =
    "select object_key, sha256, size from public.archives where state = 'ready' order by object_key";

/// The table that [`OBJECTS`] reads.
pub(super) const OBJECTS_TABLE: &str = "public.archives";

/// The form of this file that this build writes.
pub const FORMAT: u32 = 1;

const STAMP: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]_[hour]-[minute]-[second]");

const BEGINNING: &str = "cv_database_";
const ENDING: &str = ".sql.gz";
const ENCRYPTED: &str = ".age";

/// The name of a backup: `cv_database_2024-01-15_03-00-00.sql.gz`, in UTC, with `.age` if it is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// When it was begun.
    pub at: OffsetDateTime,
    /// By `age`.
    pub encrypted: bool,
}

impl Name {
    /// The name that a file has, if it is one of a backup.
    pub fn parse(name: &str) -> Option<Self> {
        let (name, encrypted) = name.strip_suffix(ENCRYPTED).map_or((name, false), |name| (name, true));
        let stamp = name.strip_prefix(BEGINNING)?.strip_suffix(ENDING)?;
        let at = PrimitiveDateTime::parse(stamp, STAMP).ok()?.assume_utc();
        Some(Self { at, encrypted })
    }

    /// The backup that a companion belongs to.
    pub(super) fn of_companion(name: &str) -> Option<Self> {
        [CHECKSUM, MANIFEST, PROOF].iter().find_map(|ending| Self::parse(name.strip_suffix(ending)?))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = self.at.format(STAMP).map_err(|_| fmt::Error)?;
        let encrypted = if self.encrypted { ENCRYPTED } else { "" };
        write!(formatter, "{BEGINNING}{stamp}{ENDING}{encrypted}")
    }
}

/// Beside the backup: its checksum, as `sha256sum -c` reads it.
pub const CHECKSUM: &str = ".sha256";
/// Beside the backup: a [`Manifest`] as JSON.
pub const MANIFEST: &str = ".json";
/// Beside the backup: when a restore of it was last seen to be right.
pub const PROOF: &str = ".verified";

/// Why a backup is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Somebody asked for it.
    Manual,
    /// It is that time of the day.
    Daily,
    /// The schema is about to change.
    BeforeMigration,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Manual => "manual",
            Self::Daily => "daily",
            Self::BeforeMigration => "before migration",
        })
    }
}

/// An archived object that the backup's rows name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// In the object store.
    pub key: String,
    /// Hexadecimal.
    pub sha256: String,
    /// In bytes.
    pub size: i64,
}

/// All that is known about a backup without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this file: [`FORMAT`].
    pub format: u32,
    /// When the backup was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Why it was made.
    pub reason: Reason,
    /// The version of Vitae.
    pub app: String,
    /// The version of the server of the database.
    pub server: String,
    /// The version of `pg_dump`.
    pub client: String,
    /// Of the dump before it is encrypted, in bytes.
    pub size: u64,
    /// Of the same, hexadecimal.
    pub sha256: String,
    /// Tables whose rows were left out.
    pub left_out: Vec<String>,
    /// One hash over [`Manifest::contents`].
    pub digest: String,
    /// The schema, and how many rows there are and what they hash to.
    pub contents: Contents,
    /// The names of all that the database has besides rows; of none in older backups.
    #[serde(default)]
    pub structure: BTreeSet<String>,
    /// Whether the objects were copied into the place of the backup, under `objects/`.
    pub objects_copied: bool,
    /// The archived objects that its rows name.
    pub objects: Vec<Object>,
    /// Keys of those that were nowhere whole when the objects were copied: the backup is incomplete.
    #[serde(default)]
    pub lost: Vec<String>,
    /// Keys of those that were deleted by their owners while it was made, so that there is no copy of them.
    #[serde(default)]
    pub deleted: Vec<String>,
}

impl Manifest {
    /// What a backup of this name lacks and what to do, in words, if it lacks something.
    pub fn incomplete(&self, name: &str) -> Option<String> {
        if self.lost.is_empty() {
            return None;
        }
        Some(format!(
            "The backup {name} is incomplete: archived PDFs are neither in the object store nor among the copies: {}. Put \
             them back from another place of backups (objects/ in it) or an older state of the disk, and make another \
             backup. If they are lost for good, their owners delete them from their lists of archived PDFs.",
            Keys::of(&self.lost)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn names_are_those_of_the_documents() {
        let at = datetime!(2024-01-15 03:00 UTC);
        let plain = Name { at, encrypted: false };
        assert_eq!(plain.to_string(), "cv_database_2024-01-15_03-00-00.sql.gz");
        assert_eq!(Name::parse(&plain.to_string()), Some(plain));
        let encrypted = Name { at, encrypted: true };
        assert_eq!(Name::parse(&encrypted.to_string()), Some(encrypted));
        assert_eq!(Name::of_companion("cv_database_2024-01-15_03-00-00.sql.gz.age.json"), Some(encrypted));
        for other in ["cv_database_2024-01-15_03-00-00.sql", "cv_database_2024-13-15_03-00-00.sql.gz", "x.sql.gz", ""] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }
}
