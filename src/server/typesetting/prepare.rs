//! Makes a sheet safe to typeset: what is left is plain text that Typst can take, and choices that templates know.
//!
//! The domain validates before a CV is saved; this is the last line before the layout, and takes any JSON.

use super::words;
use serde_json::{Map, Value};

/// Longest run of combining marks that is kept; real writing has at most three or four.
const MAX_MARKS: usize = 6;
/// How much of the text is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// Everything.
    Keep,
    /// All but combining marks, for text whose marks make Typst fail.
    Strip,
}

/// The sheet in the form that the templates rely on.
pub(super) fn sheet(mut sheet: Value, marks: Marks) -> Value {
    clean(&mut sheet, "", marks);
    if let Value::Object(fields) = &mut sheet {
        choose(
            fields,
            "lang",
            |lang| (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase()),
            "en",
        );
        choose(fields, "region", |region| region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase()), "");
        if let Some(Value::Object(look)) = fields.get_mut("look") {
            choose(look, "accent", is_colour, "#1f3a5f");
            let size = look.get("size").and_then(Value::as_f64).unwrap_or(9.8).clamp(6.0, 14.0);
            look.insert("size".into(), size.into());
        }
    }
    words::mark(&mut sheet);
    sheet
}

fn choose(fields: &mut Map<String, Value>, key: &str, valid: fn(&str) -> bool, default: &str) {
    if !fields.get(key).and_then(Value::as_str).is_some_and(valid) {
        fields.insert(key.into(), default.into());
    }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn clean(value: &mut Value, key: &str, marks: Marks) {
    match value {
        Value::String(text) => *text = clean_text(text, key, marks),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, key, marks)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, field)| clean(field, key, marks)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn clean_text(text: &str, key: &str, marks: Marks) -> String {
    match key {
        "href" => Some(text).filter(|href| is_safe_href(href)).unwrap_or_default().into(),
        "label" => text.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_".contains(*c)).take(40).collect(),
        "t" => keep_writable(text, marks),
        _ => keep_writable(text, marks).trim().into(),
    }
}

/// Whether a link may be put on a page: http, https, mailto and tel only.
pub(super) fn is_safe_href(href: &str) -> bool {
    let scheme = href.split(':').next().unwrap_or_default();
    href.len() <= 2000
        && href.len() > scheme.len() + 1
        && ["http", "https", "mailto", "tel"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
        && !href.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Drops what has no place in text: controls, overrides of direction, private use, non-characters, heaps of marks.
fn keep_writable(text: &str, marks: Marks) -> String {
    let most = if marks == Marks::Keep { MAX_MARKS } else { 0 };
    let mut row = 0;
    let allowed = text.chars().filter(|c| !is_unwritable(*c)).filter(|c| {
        row = if is_mark(*c) { row + 1 } else { 0 };
        row <= most
    });
    allowed.map(|c| if c == '\t' { ' ' } else { c }).collect()
}

fn is_unwritable(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(code, 0xAD | 0x200B | 0x2028 | 0x2029 | 0x202A..=0x202E | 0x2066..=0x2069 | 0xFEFF)
        || matches!(code, 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF | 0xFFF9..=0xFFFC | 0xFDD0..=0xFDEF | 0xE_0000..=0xE_0FFF)
        || code & 0xFFFE == 0xFFFE
}

/// Combining marks of the scripts that stack them (categories Mn and Me, by block).
pub(super) fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5 | 0x05C7
        | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7..=0x06E8
        | 0x06EA..=0x06ED | 0x0711 | 0x0730..=0x074A | 0x07A6..=0x07B0 | 0x07EB..=0x07F3 | 0x0816..=0x082D
        | 0x0859..=0x085B | 0x08CA..=0x0902 | 0x093C | 0x0941..=0x0948 | 0x094D | 0x0E31 | 0x0E34..=0x0E3A
        | 0x0E47..=0x0E4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0x302A..=0x302D | 0x3099..=0x309A
        | 0xA66F..=0xA672 | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn prepared(text: &str) -> String {
        let sheet = sheet(json!({ "name": text }), Marks::Keep);
        sheet["name"].as_str().expect("a string stays a string").into()
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["Amélie O’Connor", "Ελληνικά, русский, Tiếng Việt", "a\nb", "C++ & <C#> $x$"]
        {
            assert_eq!(prepared(text), text);
        }
    }

    #[test]
    fn controls_overrides_and_private_use_are_dropped() {
        assert_eq!(prepared("a\u{0}b\u{202e}c\u{e000}d\u{fffe}e\u{feff}f\u{ad}h\tg"), "abcdefh g");
    }

    #[test]
    fn heaps_of_marks_are_cut_and_can_be_stripped() {
        let heap = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(prepared(&heap).chars().count(), 1 + MAX_MARKS);
        let stripped = sheet(json!({ "name": heap }), Marks::Strip);
        assert_eq!(stripped["name"], "a");
    }

    #[test]
    fn only_safe_links_and_known_choices_stay() {
        let sheet = sheet(
            json!({ "lang": "../x", "region": "u", "look": { "accent": "red", "size": 900 },
                "contacts": [{ "href": "javascript:alert(1)" }, { "href": "HTTPS://example.org" }, { "href": "java\nscript:x" }] }),
            Marks::Keep,
        );
        assert_eq!((&sheet["lang"], &sheet["region"]), (&json!("en"), &json!("")));
        assert_eq!(sheet["look"], json!({ "accent": "#1f3a5f", "size": 14.0 }));
        let hrefs: Vec<_> = sheet["contacts"].as_array().into_iter().flatten().map(|c| &c["href"]).collect();
        assert_eq!(hrefs, ["", "HTTPS://example.org", ""]);
    }
}
