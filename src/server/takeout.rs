//! Everything that somebody has, in one ZIP: taken out, and put in again. `takeout/README.txt`, which lies in each of
//! them, says what is where; the types here are its files.
//!
//! "The same" after a way out and in again means: each CV's document, name, revision and times; its history; the bytes
//! of each archived PDF with its name, revision, time and hash. Ids are new ones.

mod bounds;
mod open;
mod put;
mod stream;
mod write;

pub use open::{UPLOAD_BYTES, is_zip};
pub use put::{PutIn, put_in};
pub use write::take_out;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{OffsetDateTime, serde::rfc3339};

/// The highest revision that a file may claim: there is room above it for all saves to come.
const MOST_REVISION: i32 = 1_000_000_000;

/// What tells such a file from other ZIPs.
const FORMAT: &str = "vitae-export";

/// The version of what is in it.
const VERSION: u32 = 1;

/// `export.json`: what this is.
const MANIFEST: &str = "export.json";

/// `about.json` in the folder of a CV.
const ABOUT: &str = "about.json";

/// `document.json` in the folder of a CV.
const DOCUMENT: &str = "document.json";

/// `archive.json` in the folder of a CV; at the top, for PDFs whose CV is gone.
const ARCHIVE: &str = "archive.json";

/// `export.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    #[serde(with = "rfc3339")]
    exported_at: OffsetDateTime,
}

/// `about.json`: a CV, but for what is in it.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    name: String,
    revision: i32,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    in_trash: bool,
}

/// `revisions/….json`: an earlier version of a CV.
#[derive(Debug, Serialize, Deserialize)]
struct Earlier {
    revision: i32,
    kind: String,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    document: Value,
}

/// An entry of `archive.json`: a PDF beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// Where, from the folder of `archive.json`; nothing if the object store has lost it.
    file: Option<String>,
    name: String,
    revision: i32,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    sha256: String,
    bytes: i64,
}
