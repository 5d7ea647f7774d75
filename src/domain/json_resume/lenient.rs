//! Values that are not what the schema says, taken for what they probably mean.

use super::Change;
use crate::domain::{
    date::{Dates, End, PartialDate, parse_span},
    language::Language,
    text::MAX_EXTRA_DEPTH,
    validate::can_be_kept,
};
use serde_json::{Map, Value};

/// Collects what had to be changed.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) changes: Vec<Change>,
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

    /// Text, or a number as text; `None` if it is neither. Absent is empty.
    pub(super) fn text(&mut self, path: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(text.trim().into()),
            Value::Number(number) => {
                self.note(path, "This was a number and is text now.");
                Some(number.to_string())
            }
            _ => None,
        }
    }

    /// The texts of a list, and what in it is no text. Text alone is taken apart at the separators.
    pub(super) fn list(&mut self, path: &str, value: &Value, separators: &[char]) -> Option<(Vec<String>, Vec<Value>)> {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        match value {
            Value::Null => {}
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Null => {}
                        Value::String(text) => texts.push(text.trim().to_owned()),
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
                let trim = |part: &str| part.trim().trim_start_matches("- ").trim_start_matches("• ").trim().to_owned();
                texts.extend(text.split(separators).map(trim));
            }
            _ => return None,
        }
        texts.retain(|text| !text.is_empty());
        Some((texts, others))
    }
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
