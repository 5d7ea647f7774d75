//! What a document must be to be saved: errors that name the field.
//!
//! Nothing that is merely half typed stands in the way of a save: that is a [`warnings`] matter, shown at the field and
//! never linked on the page.

mod warnings;

use super::{
    date::Dates,
    document::{Bullet, Document, Entry, Role, SCHEMA_VERSION},
    jsonb,
    language::Language,
    template::{Design, TEMPLATES},
    text,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Display};

pub use warnings::warnings;

/// Something wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where: a path of keys and positions as in `sections[2].entries[0].url`.
    pub field: String,
    /// What is wrong and what to do, in words for the person who typed it.
    pub message: String,
}

/// Least contrast of the accent colour on white.
pub const MIN_CONTRAST: f64 = 4.5;

/// Whether a document may be saved and set: its size, its structure, its choices.
///
/// # Errors
/// Everything that is wrong, each with its field; an empty path is the document as a whole.
pub fn validate(document: &Document) -> Result<(), Vec<FieldError>> {
    let mut check = Check::default();
    check.structure(document);
    check.design(&document.design);
    check.basics(document);
    check.many("sections", document.sections.len(), text::MAX_SECTIONS, "sections");
    for (index, section) in document.sections.iter().enumerate() {
        let path = ["sections[", &index.to_string(), "]"].concat();
        check.text(&join(&path, "title"), &section.title);
        check.text(&join(&path, "text"), &section.text);
        check.many(&join(&path, "entries"), section.entries.len(), text::MAX_ENTRIES, "entries");
        for (index, entry) in section.entries.iter().enumerate() {
            check.entry(&item(&path, "entries", index), entry);
        }
    }
    check.whole(document);
    if check.errors.is_empty() { Ok(()) } else { Err(check.errors) }
}

/// Contrast of a colour (`#rrggbb`) on white, 1 to 21 as WCAG counts it; `None` if it is no such colour.
pub fn contrast_on_white(colour: &str) -> Option<f64> {
    let digits =
        colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let linear = |at: usize| -> Option<f64> {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { to_the_2_4((value + 0.055) / 1.055) })
    };
    let luminance = 0.2126 * linear(0)? + 0.7152 * linear(2)? + 0.0722 * linear(4)?;
    Some(1.05 / (luminance + 0.05))
}

/// `base` to the power of 2.4, for a base between 0.05 and 1: the square times the fifth root of the square, by Newton's
/// method. The browser need not load the power of any number for that.
fn to_the_2_4(base: f64) -> f64 {
    let square = base * base;
    let root = (0..16).fold(1.0_f64, |root, _| {
        let fourth = root * root * root * root;
        0.8 * root + square / (5.0 * fourth)
    });
    square * root
}

#[derive(Default)]
struct Check {
    errors: Vec<FieldError>,
    /// Characters in all fields so far.
    chars: usize,
}

impl Check {
    fn error(&mut self, field: &str, message: impl Display) {
        self.errors.push(FieldError { field: field.into(), message: message.to_string() });
    }

    fn structure(&mut self, document: &Document) {
        if document.schema_version != SCHEMA_VERSION {
            self.error("schema_version", "This CV is of another version. Reload the page.");
        }
        if Language::find(&document.language).is_none() {
            self.error("language", "Choose one of the languages.");
        }
        let mut copy = document.clone();
        let mut seen = BTreeSet::from([0]);
        let mut sound = true;
        copy.visit_ids(|id| sound &= seen.insert(*id) && *id < document.next_id);
        if !sound {
            self.error("next_id", "The parts of this CV are numbered wrongly. Reload the page.");
        }
    }

    fn design(&mut self, design: &Design) {
        let template = TEMPLATES.iter().find(|template| template.id == design.template);
        if template.is_none_or(|template| !(1..=template.version).contains(&design.template_version)) {
            self.error("design.template", "Choose one of the templates.");
        }
        match contrast_on_white(&design.accent) {
            None => self.error("design.accent", "Write the colour as # and six digits, such as #1f3a5f."),
            Some(contrast) if contrast < MIN_CONTRAST => {
                self.error("design.accent", "This colour is too light to read on white. Choose a darker one.");
            }
            Some(_) => {}
        }
        if !(80..=130).contains(&design.size) {
            self.error("design.size", "The text size is between 8 and 13 points.");
        }
        if !(1..=5).contains(&design.density) {
            self.error("design.density", "The density is between 1 and 5.");
        }
        self.many("design.aside", design.aside.len(), text::MAX_SECTIONS, "sections");
    }

    fn basics(&mut self, document: &Document) {
        let basics = &document.basics;
        let location = &basics.location;
        for (field, value) in [
            ("name", &basics.name),
            ("headline", &basics.headline),
            ("email", &basics.email),
            ("phone", &basics.phone),
            ("url", &basics.url),
            ("location.address", &location.address),
            ("location.postal_code", &location.postal_code),
            ("location.city", &location.city),
            ("location.region", &location.region),
            ("location.country", &location.country),
        ] {
            self.text(&join("basics", field), value);
        }
        self.many("basics.profiles", basics.profiles.len(), text::MAX_PROFILES, "accounts");
        for (index, profile) in basics.profiles.iter().enumerate() {
            let path = item("basics", "profiles", index);
            for (field, value) in
                [("network", &profile.network), ("username", &profile.username), ("url", &profile.url)]
            {
                self.text(&join(&path, field), value);
            }
            self.extra(&path, &profile.extra);
        }
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if basics.photo.as_ref().is_some_and(|photo| !is_hash(&photo.sha256)) {
            self.error("basics.photo", "Choose the photo again.");
        }
        self.extra("", &document.extra);
        self.extra("basics", &basics.extra);
        self.extra("basics.location", &location.extra);
    }

    fn entry(&mut self, path: &str, entry: &Entry) {
        for (field, value) in [
            ("name", &entry.name),
            ("organization", &entry.organization),
            ("degree", &entry.degree),
            ("area", &entry.area),
            ("level", &entry.level),
            ("location", &entry.location),
            ("url", &entry.url),
            ("text", &entry.text),
        ] {
            self.text(&join(path, field), value);
        }
        self.dates(path, &entry.dates);
        self.words(&join(path, "keywords"), &entry.keywords, "keywords");
        self.bullets(path, &entry.bullets);
        self.many(&join(path, "roles"), entry.roles.len(), text::MAX_ROLES, "roles");
        for (index, role) in entry.roles.iter().enumerate() {
            self.role(&item(path, "roles", index), role);
        }
        self.extra(path, &entry.extra);
    }

    fn role(&mut self, path: &str, role: &Role) {
        for (field, value) in [("title", &role.title), ("location", &role.location), ("text", &role.text)] {
            self.text(&join(path, field), value);
        }
        self.dates(path, &role.dates);
        self.bullets(path, &role.bullets);
        self.extra(path, &role.extra);
    }

    fn bullets(&mut self, path: &str, bullets: &[Bullet]) {
        self.many(&join(path, "bullets"), bullets.len(), text::MAX_BULLETS, "points");
        for (index, bullet) in bullets.iter().enumerate() {
            let path = item(path, "bullets", index);
            self.text(&join(&path, "text"), &bullet.text);
            self.text(&join(&path, "note"), &bullet.note);
            self.words(&join(&path, "tags"), &bullet.tags, "tags");
        }
    }

    fn dates(&mut self, path: &str, dates: &Dates) {
        if !dates.is_real() {
            self.error(&join(path, "dates"), "There is no such date. Check day, month and year.");
        }
    }

    fn words(&mut self, path: &str, words: &[String], what: &str) {
        self.many(path, words.len(), text::MAX_KEYWORDS, what);
        for word in words {
            self.text(path, word);
        }
    }

    fn text(&mut self, path: &str, value: &str) {
        let chars = value.chars().count();
        self.chars += chars;
        if chars > text::MAX_FIELD_CHARS {
            self.error(path, "At most 5,000 characters fit here. Shorten the text.");
        }
        if value.contains('\0') {
            self.error(path, "There is a character here that cannot be stored. Type the text again.");
        }
    }

    fn many(&mut self, path: &str, count: usize, most: usize, what: &str) {
        if count > most {
            self.error(path, ["At most ", &most.to_string(), " ", what, " fit here. Remove some."].concat());
        }
    }

    fn extra(&mut self, path: &str, extra: &Map<String, Value>) {
        if extra.iter().any(|(key, value)| key.contains('\0') || !can_be_kept(value, text::MAX_EXTRA_DEPTH)) {
            self.error(&join(path, "extra"), "Something imported here cannot be stored. Import the file again.");
        }
    }

    fn whole(&mut self, document: &Document) {
        if self.chars > text::MAX_TEXT_CHARS {
            self.error("", "A CV has at most 100,000 characters. Shorten it.");
        }
        if jsonb::size(document, text::MAX_DOCUMENT_BYTES).is_none() {
            self.error("", "A CV has at most 256 KB. Shorten it.");
        }
    }
}

/// Whether an unknown value can be stored and read again: not nested without end, no U+0000.
pub(super) fn can_be_kept(value: &Value, depth: usize) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => depth > 0 && items.iter().all(|item| can_be_kept(item, depth - 1)),
        Value::Object(map) => {
            depth > 0 && map.iter().all(|(key, value)| !key.contains('\0') && can_be_kept(value, depth - 1))
        }
        _ => true,
    }
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.into() } else { [path, ".", field].concat() }
}

fn item(path: &str, list: &str, index: usize) -> String {
    [path, ".", list, "[", &index.to_string(), "]"].concat()
}

#[cfg(test)]
mod tests;
