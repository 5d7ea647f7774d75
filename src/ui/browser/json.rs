//! Writes JSON, and reads what this server or this editor wrote.
//!
//! For its size: `serde_json` brings tables of powers and sentences for every mistake, which everybody who opens the editor
//! would have to load. What takes more than a look, escapes and fractions, the browser reads and writes itself.

use serde::Serialize;
use serde_json::{Map, Serializer, Value, ser::Formatter};
use std::io;

/// A value as JSON; nothing if JSON cannot hold it.
pub fn write(value: &impl Serialize) -> Option<String> {
    let mut json = Vec::new();
    let written = value.serialize(&mut Serializer::with_formatter(&mut json, Compact));
    written.ok().and_then(|()| String::from_utf8(json).ok())
}

/// No blanks between values; fractions as the browser writes them.
struct Compact;

impl Formatter for Compact {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let mut text = written(value);
        if !text.contains(['.', 'e']) {
            text.push_str(".0");
        }
        writer.write_all(text.as_bytes())
    }
}

#[cfg(feature = "hydrate")]
fn written(value: f64) -> String {
    leptos::web_sys::js_sys::JSON::stringify(&value.into()).map(String::from).unwrap_or_default()
}

#[cfg(not(feature = "hydrate"))]
fn written(value: f64) -> String {
    value.to_string()
}

/// What a text holds; nothing if it is no JSON.
pub fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.next().is_none().then_some(value)
}

/// How far a text is read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Whether this comes next; goes past it.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Option<Value> {
        match self.next()? {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => self.string().map(Value::String),
            _ => self.word(),
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut map = Map::new();
        self.at += 1;
        let mut ended = self.takes(b'}');
        while !ended {
            self.next().filter(|byte| *byte == b'"')?;
            let key = self.string()?;
            self.takes(b':').then_some(())?;
            map.insert(key, self.value()?);
            ended = self.goes_on(b'}')?;
        }
        Some(Value::Object(map))
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.at += 1;
        let mut ended = self.takes(b']');
        while !ended {
            items.push(self.value()?);
            ended = self.goes_on(b']')?;
        }
        Some(Value::Array(items))
    }

    /// Goes past a comma, or past the end; answers whether it was the end.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        let ended = self.takes(end);
        (ended || self.takes(b',')).then_some(ended)
    }

    fn string(&mut self) -> Option<String> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mut escapes = false;
        loop {
            self.at += 1;
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' => {
                    escapes = true;
                    self.at += 1;
                }
                _ => {}
            }
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at)?;
        if !escapes {
            return quoted.get(1..quoted.len() - 1).map(str::to_owned);
        }
        match read_token(quoted)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A number, or `true`, `false`, `null`.
    fn word(&mut self) -> Option<Value> {
        let rest = self.text.get(self.at..)?;
        let length = rest.find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        self.at += length;
        match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            // Whole numbers are not read by the browser: it would round those that are long.
            _ => match (word.parse::<u64>(), word.parse::<i64>()) {
                (Ok(number), _) if !word.starts_with('+') => Some(number.into()),
                (_, Ok(number)) if word.starts_with('-') => Some(number.into()),
                _ => read_token(word),
            },
        }
    }
}

/// Reads a string with escapes, or a number with a fraction.
#[cfg(feature = "hydrate")]
fn read_token(token: &str) -> Option<Value> {
    use leptos::web_sys::js_sys::JSON;
    let value = JSON::parse(token).ok()?;
    value.as_string().map(Value::String).or_else(|| value.as_f64().map(Value::from))
}

/// Likewise, where there is no browser.
#[cfg(not(feature = "hydrate"))]
fn read_token(token: &str) -> Option<Value> {
    serde_json::from_str(token).ok()
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::domain::{document::arbitrary::any_document, sample};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn is_read(value: &Value) {
        assert_eq!(write(value).and_then(|json| read(&json)).as_ref(), Some(value));
        assert_eq!(read(&value.to_string()).as_ref(), Some(value));
        assert_eq!(read(&format!("{value:#}\n")).as_ref(), Some(value));
    }

    #[test]
    fn what_was_written_is_read() {
        is_read(&serde_json::to_value(sample::sample()).expect("plain data"));
        is_read(&json!({ "": [[], {}, [null, true, false, -0.5, 1e300, i64::MIN, u64::MAX, 0, "\"\\\n\u{1}é😀]}"]] }));
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        for text in
            ["", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"", "\"\\", "1 2", "+1", "tru", "[1}", "nul"]
        {
            assert_eq!(read(text), None, "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_document_is_read(document in any_document()) {
            is_read(&serde_json::to_value(document).expect("plain data"));
        }
    }
}
