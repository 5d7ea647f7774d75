//! Reading documents from outside: our own of any version, and files to import.

mod parse;

use super::{
    document::{Document, SCHEMA_VERSION},
    json_resume::{self, Change},
};
use serde_json::{Map, Value};

/// Largest file that an import looks at, in bytes: eight times what a CV may have, for blanks and line ends.
pub const MAX_IMPORT_BYTES: usize = 2 * 1024 * 1024;

/// One step from a schema version to the next.
type Upgrade = fn(&mut Map<String, Value>);

/// What upgrades a document: the first from version 1 to 2, and so on. Never changed once released.
const UPGRADES: [Upgrade; 0] = [];

/// Why a stored document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No object, or no schema version.
    #[error("This is not a CV made with Vitae.")]
    NotOurs,
    /// Made by a later release.
    #[error(
        "This CV was made with a newer release of Vitae (document version {found}, this one reads up to {SCHEMA_VERSION}). Update Vitae, then try again."
    )]
    Newer {
        /// Its schema version.
        found: u64,
    },
    /// Something in it has the wrong type.
    #[error("This CV is damaged: {0}.")]
    Damaged(String),
}

/// Why a file cannot be imported; the text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More than [`MAX_IMPORT_BYTES`].
    #[error("This file is larger than 2 MB. A CV as JSON is far smaller; choose that file.")]
    TooLarge,
    /// Nothing in it.
    #[error("This file is empty. Choose a JSON Resume file or one exported from Vitae.")]
    Empty,
    /// Neither UTF-8 nor UTF-16.
    #[error("This file is not UTF-8 text. Save it as UTF-8 and try again.")]
    NotText,
    /// Not JSON.
    #[error("This file is not valid JSON: line {line}, column {column}. Correct it there, or export it again.")]
    NotJson {
        /// Where reading stopped, from 1.
        line: usize,
        /// Where reading stopped, from 1.
        column: usize,
    },
    /// Lists in lists in lists.
    #[error("This file is nested more than a hundred levels deep, which no CV is. Choose another file.")]
    TooDeep,
    /// More values than a CV ever has.
    #[error("This file holds more than any CV does. Choose another file.")]
    TooMuch,
    /// JSON, but nothing that is known.
    #[error(
        "This file is JSON but holds no CV: it has none of the keys of a JSON Resume (basics, work, education, skills …). Choose another file."
    )]
    NoCv,
    /// Ours, but unreadable.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A document of ours, of any version.
    Vitae,
    /// A JSON Resume, of any version.
    JsonResume,
    /// Something else.
    Unknown,
}

/// An imported CV.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The CV. It may still be more than fits: [`validate`](super::validate::validate) it.
    pub document: Document,
    /// What could not be taken over as it was.
    pub changes: Vec<Change>,
}

/// Reads a document of ours: upgrades it to [`SCHEMA_VERSION`] and repairs its ids.
///
/// # Errors
/// When it is not ours, newer than this build, or damaged.
pub fn read(value: Value) -> Result<Document, ReadError> {
    let Value::Object(mut map) = value else { return Err(ReadError::NotOurs) };
    let found =
        map.get("schema_version").and_then(Value::as_u64).filter(|found| *found > 0).ok_or(ReadError::NotOurs)?;
    if found > u64::from(SCHEMA_VERSION) {
        return Err(ReadError::Newer { found });
    }
    for (version, upgrade) in (1..).zip(UPGRADES) {
        if version >= found {
            upgrade(&mut map);
        }
    }
    map.insert("schema_version".into(), SCHEMA_VERSION.into());
    let mut document: Document =
        serde_json::from_value(Value::Object(map)).map_err(|error| ReadError::Damaged(error.to_string()))?;
    document.repair_ids();
    Ok(document)
}

/// What a value is.
pub fn detect(value: &Value) -> Format {
    let Some(map) = value.as_object() else { return Format::Unknown };
    if map.get("schema_version").is_some_and(Value::is_number) {
        Format::Vitae
    } else if json_resume::has_known_key(map) {
        Format::JsonResume
    } else {
        Format::Unknown
    }
}

/// Reads a file as JSON; a byte order mark is no fault. Characters that a database cannot hold (U+0000) are left out.
///
/// # Errors
/// When it is too large, no text, no JSON, holds too much or is nested without end.
pub fn parse_json(bytes: &[u8]) -> Result<Value, ImportError> {
    Ok(parsed(bytes)?.0)
}

/// Likewise, with what could not be taken as it is.
fn parsed(bytes: &[u8]) -> Result<(Value, Vec<Change>), ImportError> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(ImportError::TooLarge);
    }
    let text = parse::text(bytes)?;
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    let whole = parse::without_halves(&text);
    let (value, twice) = parse::json(whole.as_deref().unwrap_or(&text))?;
    let halves =
        whole.map(|_| Change { field: "file".into(), what: "Characters that were cut in half were replaced.".into() });
    let twice = twice
        .into_iter()
        .map(|field| Change { field, what: "This key stands twice in the file; the last one counts.".into() });
    Ok((value, halves.into_iter().chain(twice).collect()))
}

/// Makes a CV from a file, whichever of the known formats it has.
///
/// # Errors
/// As [`parse_json`], or when it holds no CV.
pub fn import(bytes: &[u8]) -> Result<Imported, ImportError> {
    let (value, mut changes) = parsed(bytes)?;
    match detect(&value) {
        Format::Vitae => Ok(Imported { document: read(value)?, changes }),
        Format::JsonResume => {
            let (document, read) = json_resume::read(&value);
            changes.extend(read);
            Ok(Imported { document, changes })
        }
        Format::Unknown => Err(ImportError::NoCv),
    }
}

#[cfg(test)]
mod tests;
