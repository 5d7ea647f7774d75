//! Reading what was taken out. Nothing in the file is believed: names are looked up and never paths to write to, sizes
//! are counted, and each CV goes through the same checks as one that is typed.

use super::{
    ABOUT, ARCHIVE, About, DOCUMENT, Earlier, FORMAT, Kept, MANIFEST, MOST_REVISION, Manifest, VERSION,
    bounds::{self, Budget},
};
use crate::{
    domain::{document::Document, version},
    server::{
        resumes::{self, Stored},
        storage::sha256_hex,
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeSet, fs::File};
use time::OffsetDateTime;
use tokio::sync::mpsc::Sender;
use zip::ZipArchive;

/// The largest file that is looked at.
pub const UPLOAD_BYTES: u64 = 64 * 1024 * 1024;

/// Whether a file that begins like this is a ZIP.
pub fn is_zip(begin: &[u8]) -> bool {
    begin.starts_with(b"PK\x03\x04") || begin.starts_with(b"PK\x05\x06")
}

/// Why a ZIP is not taken in; the text says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotOurs {
    /// It cannot be read.
    #[error("This ZIP is damaged. Download it again where it comes from, or choose another file.")]
    Damaged,
    /// It is made to be more than it seems.
    #[error("This ZIP has more in it than an export of Vitae ever has. Nothing was imported.")]
    TooMuch,
    /// It is no export.
    #[error("This ZIP is no export of Vitae: it has no {MANIFEST}. Choose the file that Vitae made, as it was.")]
    NoExport,
    /// It is an export of a later release.
    #[error("This export was made with a newer release of Vitae. Update Vitae, then try again.")]
    Newer,
}

/// A CV of the file, fit to be put in.
#[derive(Debug)]
pub(super) struct Cv {
    /// The folder that it is in.
    pub folder: String,
    pub name: String,
    pub revision: i32,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub in_trash: bool,
    pub document: Value,
    pub schema_version: i32,
    pub history: Vec<Version>,
    /// What it takes in the database, with its history.
    pub bytes: i64,
}

/// An earlier version of a CV, fit to be put in.
#[derive(Debug)]
pub(super) struct Version {
    pub revision: i32,
    pub kind: String,
    pub created_at: OffsetDateTime,
    /// As JSON, which takes a small part of the room that the values take: there are many of them.
    pub document: String,
    /// What that takes in the database.
    pub bytes: i64,
}

/// An archived PDF, the bytes of which are those that were archived.
#[derive(Debug)]
pub(super) struct Pdf {
    /// The folder of its CV; empty if that is gone.
    pub folder: String,
    pub name: String,
    pub revision: i32,
    pub created_at: OffsetDateTime,
    pub sha256: String,
    pub content: Vec<u8>,
}

/// What comes out of the file, one after the other.
#[derive(Debug)]
pub(super) enum Found {
    /// Before the PDFs of its folder.
    Cv(Box<Cv>),
    Pdf(Pdf),
    /// Something that is left out, in a sentence.
    Left(String),
}

/// An export that is being read.
pub(super) struct Export {
    zip: ZipArchive<File>,
    budget: Budget,
    to: Sender<Found>,
}

impl Export {
    /// Looks whether a file is an export; what is in it goes to `to`.
    ///
    /// # Errors
    /// Says why it is none.
    pub(super) fn open(mut file: File, to: Sender<Found>) -> Result<Self, NotOurs> {
        if bounds::is_zip64(&mut file).map_err(|_| NotOurs::Damaged)? {
            return Err(NotOurs::TooMuch);
        }
        let mut zip = ZipArchive::new(file).map_err(|_| NotOurs::Damaged)?;
        if zip.len() > bounds::FILES || zip.has_overlapping_entries().map_err(|_| NotOurs::Damaged)? {
            return Err(NotOurs::TooMuch);
        }
        let mut export = Self { zip, budget: Budget::new(), to };
        let manifest: Manifest = export.json(MANIFEST, bounds::JSON).ok().flatten().ok_or(NotOurs::NoExport)?;
        match manifest {
            Manifest { format, .. } if format != FORMAT => Err(NotOurs::NoExport),
            Manifest { version, .. } if version > VERSION => Err(NotOurs::Newer),
            _ => Ok(export),
        }
    }

    /// Reads all of it. Ends early when nobody takes it any more.
    pub(super) fn read(mut self) -> Option<()> {
        let names: Vec<String> = self.zip.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
        let folders: BTreeSet<&str> = names.iter().filter_map(|name| folder(name)).collect();
        for folder in folders {
            match self.cv(folder, &names) {
                Ok(cv) => self.send(Found::Cv(Box::new(cv)))?,
                Err(why) => self.left(format!("{}: {why}", folder.trim_end_matches('/')))?,
            }
            self.pdfs(folder)?;
        }
        self.pdfs("")
    }

    fn cv(&mut self, folder: &str, names: &[String]) -> Result<Cv, String> {
        let about: About = self.json(&format!("{folder}{ABOUT}"), bounds::JSON)?.ok_or("about.json is missing.")?;
        let document: Value =
            self.json(&format!("{folder}{DOCUMENT}"), bounds::JSON)?.ok_or("document.json is missing.")?;
        let (document, stored) = checked(document)?;
        let revision = about.revision.clamp(1, MOST_REVISION);
        let history = self.history(folder, revision, names);
        let bytes = history.iter().fold(stored.twice(), |sum, version| sum.saturating_add(version.bytes));
        Ok(Cv {
            folder: folder.into(),
            name: about.name,
            revision,
            created_at: about.created_at,
            updated_at: about.updated_at,
            in_trash: about.in_trash,
            document: stored.document,
            schema_version: resumes::schema_version(&document),
            history,
            bytes,
        })
    }

    fn history(&mut self, folder: &str, newest: i32, names: &[String]) -> Vec<Version> {
        let (mut versions, mut size, mut left) = (Vec::new(), 0_u64, 0_u32);
        let start = format!("{folder}revisions/");
        let mut files: Vec<&String> = names.iter().filter(|name| name.starts_with(&start)).collect();
        files.sort_unstable();
        // The newest first: if there are too many, the oldest are left out.
        for name in files.into_iter().rev() {
            let before = self.budget.left();
            let fits = versions.len() < bounds::VERSIONS && size <= bounds::HISTORY;
            let version = fits.then(|| self.version(name, newest)).flatten();
            let stored = version.as_ref().map_or(0, |version: &Version| version.bytes);
            let read = before.saturating_sub(self.budget.left());
            size = size.saturating_add(read.max(u64::try_from(stored).unwrap_or_default()));
            match version {
                Some(version) => versions.push(version),
                None => left += 1,
            }
        }
        if left > 0 {
            // Whether anybody hears of it shows when the CV itself is sent.
            let _ = self.left(format!("{}: {left} of its earlier versions", folder.trim_end_matches('/')));
        }
        versions
    }

    fn version(&mut self, name: &str, newest: i32) -> Option<Version> {
        let earlier: Earlier = self.json(name, bounds::JSON).ok()??;
        let (_, stored) = checked(earlier.document).ok()?;
        let known = ["create", "import", "autosave", "conflict", "restore", "archive"].contains(&earlier.kind.as_str());
        let kind = if known { earlier.kind } else { "import".into() };
        (1..=newest).contains(&earlier.revision).then_some(Version {
            revision: earlier.revision,
            kind,
            created_at: earlier.created_at,
            document: stored.document.to_string(),
            bytes: stored.size(),
        })
    }

    fn pdfs(&mut self, folder: &str) -> Option<()> {
        let list = match self.json::<Vec<Kept>>(&format!("{folder}{ARCHIVE}"), bounds::JSON) {
            Ok(list) => list.unwrap_or_default(),
            Err(why) => return self.left(format!("{folder}{ARCHIVE}: {why}")),
        };
        for kept in list {
            match self.pdf(folder, &kept) {
                Some(content) => self.send(Found::Pdf(Pdf {
                    folder: folder.into(),
                    name: kept.name,
                    revision: kept.revision,
                    created_at: kept.created_at,
                    sha256: kept.sha256,
                    content,
                }))?,
                None => {
                    self.left(format!("An archived PDF of “{}” is missing or is not what was archived.", kept.name))?;
                }
            }
        }
        Some(())
    }

    fn pdf(&mut self, folder: &str, kept: &Kept) -> Option<Vec<u8>> {
        let name = format!("{folder}{}", kept.file.as_ref()?);
        let file = self.zip.by_name(&name).ok()?;
        let content = self.budget.read(file, bounds::PDF).ok()??;
        (content.starts_with(b"%PDF-") && sha256_hex(&content) == kept.sha256).then_some(content)
    }

    /// A file of JSON; nothing if it is not there.
    fn json<T: DeserializeOwned>(&mut self, name: &str, most: u64) -> Result<Option<T>, String> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let file = self.zip.by_index(index).map_err(|_| "It is damaged.")?;
        let content = self.budget.read(file, most).map_err(|_| "It is damaged.")?;
        let content = content.ok_or("It is larger than such a file ever is.")?;
        let value = version::parse_json(&content).map_err(|error| error.to_string())?;
        serde_json::from_value(value).map(Some).map_err(|_| "It is not as Vitae writes it.".into())
    }

    fn left(&self, sentence: String) -> Option<()> {
        self.send(Found::Left(sentence))
    }

    fn send(&self, found: Found) -> Option<()> {
        self.to.blocking_send(found).ok()
    }
}

/// The folder of a CV that a file is in: `resumes/…/`.
fn folder(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("resumes/")?;
    let end = rest.find('/').filter(|end| *end > 0)?;
    name.get(.."resumes/".len() + end + 1)
}

/// A document as it is stored, if it may be.
fn checked(value: Value) -> Result<(Document, Stored), String> {
    let document = version::read(value).map_err(|error| error.to_string())?;
    let stored = resumes::to_stored(&document)
        .map_err(|_| "It has more in it than Vitae takes, or something that it cannot keep.")?;
    Ok((document, stored))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_those_of_cvs() {
        assert_eq!(folder("resumes/01-cv/about.json"), Some("resumes/01-cv/"));
        assert_eq!(folder("resumes/01-cv/revisions/1.json"), Some("resumes/01-cv/"));
        for other in ["resumes/about.json", "resumes//about.json", "archive/x.pdf", "export.json", "../resumes/a/b"] {
            assert_eq!(folder(other), None, "{other}");
        }
    }
}
