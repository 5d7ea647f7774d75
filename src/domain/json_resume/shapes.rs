//! Which key of JSON Resume is which field of ours.

use super::OURS;
use crate::domain::document::{FieldKey, SectionKind};
use serde_json::Value;

/// Where the value of a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Text of the entry.
    Text(FieldKey),
    /// When it began: of the role if there are roles, otherwise of the entry.
    Start,
    /// When it ended; absent: it goes on.
    End,
    /// The one date of the entry.
    Date,
    /// Keywords of the entry.
    Keywords,
    /// Bullets of the role if there are roles, otherwise of the entry.
    Bullets,
    /// Title of the role.
    RoleTitle,
    /// Text of the role.
    RoleText,
    /// Titles of roles that are nothing else.
    RoleTitles,
}

/// One key of an item.
#[derive(Debug)]
pub(super) struct Key {
    /// As the schema names it, or as we do where it has nothing.
    pub(super) name: &'static str,
    /// As older files name it.
    pub(super) older: &'static [&'static str],
    /// Where it goes.
    pub(super) slot: Slot,
}

/// One list of a JSON Resume.
#[derive(Debug)]
pub(super) struct Shape {
    /// The section that it becomes.
    pub(super) kind: SectionKind,
    /// Its key at the top of the file, then older ones.
    pub(super) list: &'static [&'static str],
    /// The keys of its items.
    pub(super) keys: &'static [Key],
    /// Whether an item is one role of an employer.
    pub(super) is_role: bool,
}

impl Shape {
    /// The shape of a kind of section; none for summaries and custom sections.
    pub(super) fn of(kind: SectionKind) -> Option<&'static Self> {
        SHAPES.iter().find(|shape| shape.kind == kind)
    }

    /// The keys that the list may have at the top of a file.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().copied()
    }

    /// Whether an unknown key may be written into an item: it takes no known one's place and does not break the schema.
    pub(super) fn admits(&self, name: &str, value: &Value) -> bool {
        let is_type = self.kind == SectionKind::Projects && name == "type";
        self.keys.iter().all(|key| key.name != name) && name != OURS && (!is_type || value.is_string())
    }
}

const fn key(name: &'static str, slot: Slot) -> Key {
    Key { name, older: &[], slot }
}

const fn text(name: &'static str, field: FieldKey) -> Key {
    key(name, Slot::Text(field))
}

const fn or(name: &'static str, older: &'static [&'static str], slot: Slot) -> Key {
    Key { name, older, slot }
}

const URL: Key = or("url", &["website"], Slot::Text(FieldKey::Url));
const START: Key = key("startDate", Slot::Start);
const END: Key = key("endDate", Slot::End);
const HIGHLIGHTS: Key = key("highlights", Slot::Bullets);
const KEYWORDS: Key = key("keywords", Slot::Keywords);
const LOCATION: Key = text("location", FieldKey::Location);
const SUMMARY: Key = text("summary", FieldKey::Text);

/// All lists, in the order in which an imported CV has its sections.
pub(super) const SHAPES: [Shape; 11] = [
    Shape {
        kind: SectionKind::Experience,
        list: &["work"],
        is_role: true,
        keys: &[
            or("name", &["company"], Slot::Text(FieldKey::Name)),
            LOCATION,
            text("description", FieldKey::Text),
            URL,
            key("position", Slot::RoleTitle),
            START,
            END,
            key("summary", Slot::RoleText),
            HIGHLIGHTS,
        ],
    },
    Shape {
        kind: SectionKind::Education,
        list: &["education"],
        is_role: false,
        keys: &[
            text("institution", FieldKey::Name),
            text("studyType", FieldKey::Degree),
            text("area", FieldKey::Area),
            START,
            END,
            or("score", &["gpa"], Slot::Text(FieldKey::Level)),
            or("courses", &[], Slot::Keywords),
            URL,
            LOCATION,
            SUMMARY,
            HIGHLIGHTS,
        ],
    },
    Shape {
        kind: SectionKind::Projects,
        list: &["projects"],
        is_role: false,
        keys: &[
            text("name", FieldKey::Name),
            or("description", &["summary"], Slot::Text(FieldKey::Text)),
            HIGHLIGHTS,
            KEYWORDS,
            START,
            END,
            URL,
            key("roles", Slot::RoleTitles),
            text("entity", FieldKey::Organization),
        ],
    },
    Shape {
        kind: SectionKind::Skills,
        list: &["skills"],
        is_role: false,
        keys: &[text("name", FieldKey::Name), text("level", FieldKey::Level), KEYWORDS],
    },
    Shape {
        kind: SectionKind::Languages,
        list: &["languages"],
        is_role: false,
        keys: &[
            or("language", &["name"], Slot::Text(FieldKey::Name)),
            or("fluency", &["level"], Slot::Text(FieldKey::Level)),
        ],
    },
    Shape {
        kind: SectionKind::Certificates,
        list: &["certificates", "certifications"],
        is_role: false,
        keys: &[
            or("name", &["title"], Slot::Text(FieldKey::Name)),
            key("date", Slot::Date),
            text("issuer", FieldKey::Organization),
            URL,
            SUMMARY,
        ],
    },
    Shape {
        kind: SectionKind::Awards,
        list: &["awards"],
        is_role: false,
        keys: &[
            or("title", &["name"], Slot::Text(FieldKey::Name)),
            key("date", Slot::Date),
            text("awarder", FieldKey::Organization),
            URL,
            SUMMARY,
        ],
    },
    Shape {
        kind: SectionKind::Publications,
        list: &["publications"],
        is_role: false,
        keys: &[
            or("name", &["title"], Slot::Text(FieldKey::Name)),
            or("releaseDate", &["date"], Slot::Date),
            text("publisher", FieldKey::Organization),
            URL,
            SUMMARY,
        ],
    },
    Shape {
        kind: SectionKind::Volunteering,
        list: &["volunteer"],
        is_role: true,
        keys: &[
            or("organization", &["name"], Slot::Text(FieldKey::Name)),
            LOCATION,
            text("description", FieldKey::Text),
            URL,
            key("position", Slot::RoleTitle),
            START,
            END,
            key("summary", Slot::RoleText),
            HIGHLIGHTS,
        ],
    },
    Shape {
        kind: SectionKind::Interests,
        list: &["interests", "hobbies"],
        is_role: false,
        keys: &[text("name", FieldKey::Name), KEYWORDS],
    },
    Shape {
        kind: SectionKind::References,
        list: &["references"],
        is_role: false,
        keys: &[
            text("name", FieldKey::Name),
            or("reference", &["summary"], Slot::Text(FieldKey::Text)),
            text("position", FieldKey::Organization),
        ],
    },
];
