//! Values that are not what the schema says, taken for what they probably mean.

use super::{Change, OURS, html};
use crate::domain::{
    date::{Dates, End, PartialDate, parse_span},
    language::Language,
    text::{MAX_EXTRA_DEPTH, without_list_mark},
    validate::can_be_kept,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const WAS_HTML: &str = "HTML became plain text with bold, italic, links and lists.";
const NO_PLACE: &str = "Vitae has no place for this. It is kept in the file but not shown.";

/// Collects what had to be changed.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) changes: Vec<Change>,
    /// The unknown keys that are noted, each with the list that it stands in.
    unknown: BTreeSet<String>,
}

/// What the texts of a list become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListOf {
    /// Points, each rich text.
    Points,
    /// Lines of one rich text.
    Lines,
    /// Words without any style.
    Words,
}

impl ListOf {
    /// What stands between the items, if they are one text.
    fn separators(self) -> &'static [char] {
        match self {
            Self::Points => &['\n', '\r', '\u{b}', '\u{2028}'],
            Self::Lines => &['\n'],
            Self::Words => &[',', ';', '\n'],
        }
    }

    fn without_html(self, text: &str) -> Option<String> {
        if self == Self::Words { html::to_plain(text) } else { html::to_markdown(text) }
    }

    fn item(self, text: &str) -> String {
        if self == Self::Points { without_list_mark(text).into() } else { text.trim().into() }
    }
}

impl Reader {
    /// Notes what became of a field.
    pub(super) fn note(&mut self, field: &str, what: &str) {
        self.changes.push(Change { field: field.into(), what: what.into() });
    }

    /// Keeps a value for a round trip, unless it is nothing or no database could hold it.
    pub(super) fn keep(&mut self, extra: &mut Map<String, Value>, path: &str, name: &str, value: &Value) {
        if is_nothing(value) {
            return;
        }
        if can_be_kept(value, MAX_EXTRA_DEPTH) {
            extra.insert(name.into(), value.clone());
        } else {
            self.note(path, "This is nested too deeply and was left out.");
        }
    }

    /// Keeps the value of a key that nobody knows, and says so: once for all items of a list.
    pub(super) fn keep_unknown(&mut self, extra: &mut Map<String, Value>, path: &str, name: &str, value: &Value) {
        if !is_nothing(value)
            && !goes_without_saying(path, name)
            && can_be_kept(value, MAX_EXTRA_DEPTH)
            && self.unknown.insert(without_positions(path))
        {
            self.note(path, NO_PLACE);
        }
        self.keep(extra, path, name, value);
    }

    /// Keeps a value of a known key that cannot be shown, and says so.
    pub(super) fn set_aside(
        &mut self,
        extra: &mut Map<String, Value>,
        path: &str,
        name: &str,
        value: &Value,
        why: &str,
    ) {
        self.note(path, why);
        self.keep(extra, path, name, value);
    }

    /// Text on one line, or a number as text; `None` if it is neither. Absent is empty.
    pub(super) fn text(&mut self, path: &str, value: &Value) -> Option<String> {
        self.text_without_html(path, value, "HTML became plain text.", |text| {
            html::to_plain(text).map(|text| text.replace('\n', " "))
        })
    }

    /// Rich text, or a number as text; `None` if it is neither. Absent is empty.
    pub(super) fn rich_text(&mut self, path: &str, value: &Value) -> Option<String> {
        self.text_without_html(path, value, WAS_HTML, html::to_markdown)
    }

    fn text_without_html(
        &mut self,
        path: &str,
        value: &Value,
        what: &str,
        read: fn(&str) -> Option<String>,
    ) -> Option<String> {
        match value {
            Value::Null => Some(String::new()),
            Value::String(text) => match read(text.trim()) {
                Some(text) => {
                    if !text.is_empty() {
                        self.note(path, what);
                    }
                    Some(text)
                }
                None => Some(text.trim().into()),
            },
            Value::Number(number) => {
                self.note(path, "This was a number and is text now.");
                Some(number.to_string())
            }
            _ => None,
        }
    }

    /// The texts of a list, and what in it is no text. Text alone is taken apart.
    pub(super) fn list(&mut self, path: &str, value: &Value, kind: ListOf) -> Option<(Vec<String>, Vec<Value>)> {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        let mut was_html = false;
        match value {
            Value::Null => {}
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Null => {}
                        Value::String(text) => match kind.without_html(text) {
                            Some(text) => {
                                was_html = true;
                                texts.extend(text.split('\n').map(|line| kind.item(line)));
                            }
                            None => texts.push(kind.item(text)),
                        },
                        Value::Number(number) => texts.push(number.to_string()),
                        other => others.push(other.clone()),
                    }
                }
                if !others.is_empty() {
                    self.note(path, "Some items of this list are no text. They are kept in the file but not shown.");
                }
            }
            Value::String(text) if text.trim().is_empty() => {}
            Value::String(text) => {
                self.note(path, "This was one text and is a list now.");
                let read = kind.without_html(text);
                was_html = read.is_some();
                let text = read.as_deref().unwrap_or(text);
                texts.extend(text.split(kind.separators()).map(|part| without_list_mark(part).to_owned()));
            }
            _ => return None,
        }
        texts.retain(|text| !text.is_empty());
        if was_html && !texts.is_empty() {
            self.note(path, if kind == ListOf::Words { "HTML became plain text." } else { WAS_HTML });
        }
        Some((texts, others))
    }
}

/// Whether an unknown key is of no interest to a person, or has a note of its own.
fn goes_without_saying(path: &str, name: &str) -> bool {
    matches!(name, "meta" | "$schema" | "id" | "uuid" | OURS)
        || name.starts_with("x-")
        || name.starts_with('_')
        || matches!(path, "basics.image" | "basics.picture")
}

/// A path without the positions in lists: `work[2].team` is `work.team`.
fn without_positions(path: &str) -> String {
    let mut inside = false;
    let outside = |c: &char| {
        inside = *c == '[' || (inside && *c != ']');
        !inside && *c != ']'
    };
    path.chars().filter(outside).collect()
}

/// Dates: one, "Present", or in words a whole span. `None` if it is no date; absent is no dates.
pub(super) fn dates(value: &Value) -> Option<Dates> {
    let on = |date| Dates { start: None, end: Some(End::On(date)) };
    match value {
        Value::Null => Some(Dates::default()),
        Value::Number(year) => {
            let year = year.as_u64().and_then(|year| u16::try_from(year).ok())?;
            Some(PartialDate { year, month: None, day: None }).filter(|date| date.is_real()).map(on)
        }
        Value::String(text) => {
            let text = text.trim();
            // A date and a time: the day is what matters.
            let day = text.get(..10).filter(|_| matches!(text.as_bytes().get(10), None | Some(b'T' | b' ')));
            if let Some(date) = day.and_then(PartialDate::parse_iso) {
                return Some(on(date));
            }
            parse_span(text, Language::of("en")).ok()
        }
        _ => None,
    }
}

/// Whether a value says no more than its absence would.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}
