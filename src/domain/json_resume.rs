//! JSON Resume, the open format of CVs: read leniently, written strictly.
//!
//! What JSON Resume has no place for (custom sections, headings, their order, the look, dates that begin and do not
//! say whether they end) goes under keys of our own, `vitae`, which the schema allows. An entry whose plain fields do
//! not say all of it has its whole self there too; it counts only as long as the plain fields are what was written
//! beside it, so that a change made elsewhere wins. What an import does not understand is kept in `extra` and written
//! back.

mod basics;
mod compare;
mod html;
mod items;
mod layout;
mod lenient;
mod shapes;

use super::document::Document;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The schema that what is written is valid against: the first that allows further keys at the top.
pub const SCHEMA_URL: &str = "https://raw.githubusercontent.com/jsonresume/resume-schema/master/schema.json";

/// The key of what JSON Resume has no place for.
const OURS: &str = "vitae";

/// Something that an import could not take over as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where in the file: `work[2].startDate`.
    pub field: String,
    /// What became of it, in words for the person who imported it.
    pub what: String,
}

/// Makes a document of a JSON Resume of any version. Never fails: what is not understood is kept aside and named.
///
/// The document may be more than fits: [`validate`](super::validate::validate) it.
pub fn read(value: &Value) -> (Document, Vec<Change>) {
    let mut reader = lenient::Reader::default();
    let empty = Map::new();
    let map = value.as_object().unwrap_or(&empty);
    let mut document = layout::read(&mut reader, map);
    document.renumber();
    (document, reader.changes)
}

/// The visible part of a document as a JSON Resume that is valid against [`SCHEMA_URL`].
///
/// Hidden things, private notes, tags and the photo are left out: the file is made to be given away.
pub fn write(document: &Document) -> Value {
    Value::Object(layout::write(&document.visible()))
}

/// Whether an object has a key that says that it is a JSON Resume: one of its own, or ours where a CV has nothing but
/// sections that JSON Resume does not know.
pub fn has_known_key(map: &Map<String, Value>) -> bool {
    map.contains_key("basics")
        || map.get(OURS).is_some_and(Value::is_object)
        || shapes::SHAPES.iter().any(|shape| shape.names().any(|name| map.contains_key(name)))
}

#[cfg(test)]
mod tests;
