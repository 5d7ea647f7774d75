//! Our part of a file: the order of the sections, the look, and whatever else JSON Resume has no place for.

use super::{
    super::{
        OURS,
        lenient::{Reader, is_nothing},
    },
    NOT_OUR_LOOK, WRONG_TYPE,
};
use crate::domain::{
    document::{Entry, SectionKind},
    template::Design,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of our part that is written and read.
pub(super) const VERSION: u32 = 1;

const UNREADABLE: &str = "This cannot be read. It is kept in the file but not shown.";

/// What JSON Resume has no place for, under [`OURS`] at the top.
#[derive(Default, Serialize)]
pub(super) struct Ours {
    /// Of this object itself.
    pub(super) version: u32,
    pub(super) language: String,
    pub(super) design: Design,
    pub(super) sections: Vec<Place>,
    /// What was imported under known keys but cannot stand there.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) kept: Map<String, Value>,
}

/// One section, in the order of the page.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    pub(super) kind: SectionKind,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    /// How many entries of the kind's list are in it.
    pub(super) items: usize,
    /// Whether the owner wants it in the side column.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) aside: bool,
    /// The entries, for sections that JSON Resume has no list for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) entries: Vec<Value>,
}

/// Our part of a file, as far as it can be read; the pieces that cannot are left in `unread`. `None` if there is none,
/// or one of another version.
pub(super) fn read(reader: &mut Reader, map: &Map<String, Value>, unread: &mut Vec<Value>) -> Option<Ours> {
    let value = map.get(OURS).filter(|value| !is_nothing(value))?;
    let Some(map) = value.as_object() else {
        reader.note(OURS, WRONG_TYPE);
        return None;
    };
    if map.get("version").and_then(Value::as_u64) != Some(u64::from(VERSION)) {
        reader.note(OURS, "This was made by another release of Vitae. It is kept in the file but not shown.");
        return None;
    }
    let sections = match map.get("sections") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(sections)) => {
            let sections = sections.iter().enumerate();
            sections.filter_map(|(index, section)| read_place(reader, index, section, unread)).collect()
        }
        Some(other) => {
            reader.note("vitae.sections", UNREADABLE);
            unread.push(other.clone());
            Vec::new()
        }
    };
    let design = map.get("design").map_or_else(|| Ok(Design::default()), Design::deserialize);
    if design.is_err() {
        reader.note("vitae.design", NOT_OUR_LOOK);
    }
    Some(Ours {
        version: VERSION,
        language: map.get("language").and_then(Value::as_str).unwrap_or_default().into(),
        design: design.unwrap_or_default(),
        sections,
        kept: map.get("kept").and_then(Value::as_object).cloned().unwrap_or_default(),
    })
}

fn read_place(reader: &mut Reader, index: usize, value: &Value, unread: &mut Vec<Value>) -> Option<Place> {
    let path = ["vitae.sections[", &index.to_string(), "]"].concat();
    let Ok(mut place) = Place::deserialize(value) else {
        reader.note(&path, UNREADABLE);
        unread.push(value.clone());
        return None;
    };
    for (index, entry) in std::mem::take(&mut place.entries).into_iter().enumerate() {
        if Entry::deserialize(&entry).is_ok() {
            place.entries.push(entry);
        } else {
            reader.note(&[path.as_str(), ".entries[", &index.to_string(), "]"].concat(), UNREADABLE);
            unread.push(entry);
        }
    }
    Some(place)
}
