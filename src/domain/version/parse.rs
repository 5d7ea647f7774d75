//! From the bytes of a file to JSON: the many ways in which text is written, and an end to how much there is of it.

use super::ImportError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{borrow::Cow, fmt};

/// Most values in a file: more than any CV has. A value takes far more room in memory than in a file.
pub(super) const MAX_VALUES: usize = 50_000;

/// Most lists and objects in each other.
const MAX_DEPTH: usize = 100;

/// Most keys that are told to stand twice.
const MAX_TOLD: usize = 20;

/// Most characters of where such a key is.
const MAX_PATH: usize = 100;

/// The text of a file: UTF-8, or UTF-16 with its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| ImportError::NotText)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, ImportError> {
    let (units, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(units.iter().copied().map(unit)).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty()).map(Cow::Owned).ok_or(ImportError::NotText)
}

/// The text with U+FFFD for each escape that is half of a character; nothing if it has none. JavaScript and Python write
/// such halves when they cut text, and JSON allows them. What stands in their place is as long, so that lines and
/// columns stay what they are.
pub(super) fn without_halves(text: &str) -> Option<String> {
    let (mut whole, mut rest, mut found) = (String::new(), text, false);
    while let Some((before, escape)) = rest.find('\\').map(|at| rest.split_at(at)) {
        let (length, half) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, false),
            (Some(0xd800..=0xdfff), _) => (6, true),
            // What comes after a backslash may be one that begins no escape.
            _ => (escape.chars().take(2).map(char::len_utf8).sum::<usize>(), false),
        };
        let (escape, after) = escape.split_at(length);
        whole.push_str(before);
        whole.push_str(if half { "\\ufffd" } else { escape });
        found |= half;
        rest = after;
    }
    whole.push_str(rest);
    found.then_some(whole)
}

/// The number in an escape (`\u00eb`) that a text begins with.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// What a text holds, without U+0000, which no database holds; and the keys that stand in one object twice, of which the
/// last counts.
pub(super) fn json(text: &str) -> Result<(Value, Vec<String>), ImportError> {
    let mut reading = Reading::default();
    let mut from = serde_json::Deserializer::from_str(text);
    let read = Next { reading: &mut reading, depth: 0 }.deserialize(&mut from);
    match read.and_then(|value| from.end().map(|()| value)) {
        Ok(value) => Ok((value, reading.twice)),
        Err(error) => {
            Err(reading.refused.unwrap_or_else(|| ImportError::NotJson { line: error.line(), column: error.column() }))
        }
    }
}

/// How far it is read.
#[derive(Default)]
struct Reading {
    /// How many there were.
    values: usize,
    /// Where it is: `work[2].startDate`.
    path: String,
    /// Paths of keys that stand twice.
    twice: Vec<String>,
    /// Why nothing more is read.
    refused: Option<ImportError>,
}

impl Reading {
    fn refuse<E: Error>(&mut self, why: ImportError) -> E {
        let error = E::custom(&why);
        self.refused = Some(why);
        error
    }

    fn stands_twice(&mut self) {
        let path: String = self.path.chars().take(MAX_PATH).collect();
        if self.twice.len() < MAX_TOLD && !self.twice.contains(&path) {
            self.twice.push(path);
        }
    }
}

/// The next value.
struct Next<'a> {
    reading: &'a mut Reading,
    depth: usize,
}

impl Next<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.reading.refuse(ImportError::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Next<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        self.reading.values += 1;
        if self.reading.values > MAX_VALUES {
            return Err(self.reading.refuse(ImportError::TooMuch));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Next<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(without_nul(text).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Self { reading, depth } = self.deeper::<A::Error>()?;
        let (mut list, end) = (Vec::new(), reading.path.len());
        loop {
            reading.path.push_str(&["[", &list.len().to_string(), "]"].concat());
            let item = items.next_element_seed(Next { reading: &mut *reading, depth })?;
            reading.path.truncate(end);
            match item {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Self { reading, depth } = self.deeper::<A::Error>()?;
        let (mut map, end) = (Map::new(), reading.path.len());
        while let Some(key) = entries.next_key::<String>()? {
            let key = without_nul(&key);
            if end > 0 {
                reading.path.push('.');
            }
            reading.path.push_str(&key);
            let value = entries.next_value_seed(Next { reading: &mut *reading, depth })?;
            if map.insert(key, value).is_some() {
                reading.stands_twice();
            }
            reading.path.truncate(end);
        }
        Ok(Value::Object(map))
    }
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
