//! Finds the words that Typst may not break as it likes, and says where they may break if they must.
//!
//! Typst ends lines within words: after a hyphen (which whoever copies the text then loses), after a slash, anywhere in
//! an address. What is longer than a line and has no such place runs off the page. So a word with such places, and one
//! that may be wider than a column, is put between marks, with marks for breaks in it. The templates (`common.typ`) keep
//! it on one line, or break it, best places first, if it is wider than the column that it stands in. The marks are
//! characters for private use, which no text of a CV has.

mod runs;

use super::{faces, prepare::is_mark};
use crate::domain::text::is_email;
use hypher::Lang;
use runs::Runs;
use serde_json::Value;
use std::ops::Range;

const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// The `@` of an e-mail, or punctuation of another address.
const BEST: char = '\u{e002}';
/// A hyphen that is there; punctuation of an e-mail.
const GOOD: char = '\u{e003}';
/// Between syllables, where a hyphen is put.
const SYLLABLE: char = '\u{e004}';
/// Anywhere, with a hyphen.
const ANYWHERE: char = '\u{e005}';

/// After so many letters without a place to break, one is made.
const LONGEST: usize = 4;
/// So many letters are then kept together.
const PIECE: usize = 3;

/// Fields that are no words of the page.
const NO_WORDS: [&str; 9] = ["lang", "region", "look", "fit", "label", "layout", "kind", "href", "w"];

/// The text without marks.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !(OPEN..=ANYWHERE).contains(c)).collect()
}

/// Marks all words of a sheet that are in need of it.
pub(super) fn mark(sheet: &mut Value) {
    let code = sheet["lang"].as_str().and_then(|lang| <[u8; 2]>::try_from(lang.as_bytes()).ok());
    Words { lang: code.and_then(Lang::from_iso), room: narrowest_column(&sheet["look"]) }.value(sheet);
}

/// How wide the narrowest column of any template is, less what a bullet takes; in sizes of the text.
fn narrowest_column(look: &Value) -> f64 {
    let millimetre = 72.0 / 25.4;
    let paper = if look["page"] == "letter" { 612.0 } else { 210.0 * millimetre };
    let margin = match look["margins"].as_str() {
        Some("narrow") => 16.0,
        Some("normal") => 21.0,
        _ => 26.0,
    };
    let size = look["size"].as_f64().unwrap_or(14.0).max(1.0);
    0.3 * (paper - 2.0 * margin * millimetre) / size - 1.0
}

struct Words {
    lang: Option<Lang>,
    room: f64,
}

/// A word that is put between marks, as its place in a text; and where it may break: before these places.
struct Kept {
    place: Range<usize>,
    breaks: Vec<(usize, char)>,
}

impl Words {
    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(runs) if !runs.is_empty() && runs.iter().all(|run| run["t"].is_string()) => {
                *runs = self.runs(std::mem::take(runs));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                let words = fields.iter_mut().filter(|(name, _)| !NO_WORDS.contains(&name.as_str()));
                words.for_each(|(_, field)| self.value(field));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut at = 0;
        for word in self.kept(text) {
            out.push_str(&text[at..word.place.start]);
            out.push(OPEN);
            word.write(text, word.place.clone(), &mut out);
            out.push(CLOSE);
            at = word.place.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// A word is one word though a part of it is bold: `{w: [{t, b?, i?, href?}, …]}` takes the place of such parts.
    fn runs(&self, runs: Vec<Value>) -> Vec<Value> {
        let text: String = runs.iter().filter_map(|run| run["t"].as_str()).collect();
        let kept = self.kept(&text);
        if kept.is_empty() {
            return runs;
        }
        let runs = Runs::of(runs);
        let mut out = Vec::new();
        let mut at = 0;
        for word in &kept {
            runs.plain(&text, at..word.place.start, &mut out);
            runs.word(&text, word, &mut out);
            at = word.place.end;
        }
        runs.plain(&text, at..text.len(), &mut out);
        out.into_iter().map(|(_, run)| run).collect()
    }

    /// The words of a text that are put between marks.
    fn kept(&self, text: &str) -> Vec<Kept> {
        words(text).into_iter().filter_map(|place| self.keep(text, place)).collect()
    }

    fn keep(&self, text: &str, place: Range<usize>) -> Option<Kept> {
        let word = &text[place.clone()];
        // A little more, for letters that are kerned apart.
        if 1.02 * word.chars().map(faces::widest).sum::<f64>() > self.room {
            let breaks = self.breaks(word).into_iter().map(|(at, mark)| (place.start + at, mark)).collect();
            return Some(Kept { place, breaks });
        }
        let ends_in_dash = word.chars().count() > 1 && word.ends_with(is_dash);
        (ends_in_dash || breaks_by_itself(word)).then(|| Kept { place, breaks: Vec::new() })
    }

    /// Where a word may break, in order.
    fn breaks(&self, word: &str) -> Vec<(usize, char)> {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        let email = is_email(core);
        let mut breaks: Vec<(usize, char)> = Vec::new();
        for (at, c) in word.char_indices() {
            let after = at + c.len_utf8();
            if at > 0 && !word[..after].ends_with("//") && word[after..].starts_with(char::is_alphanumeric) {
                breaks.extend(after_punctuation(c, email).map(|mark| (after, mark)));
            }
        }
        for (at, letters) in runs_of_letters(word) {
            breaks.extend(self.syllables(letters).into_iter().map(|within| (at + within, SYLLABLE)));
        }
        breaks.sort_unstable();
        let anywhere = anywhere(word, &breaks);
        breaks.extend(anywhere);
        breaks.sort_unstable();
        breaks
    }

    /// The ends of the syllables but the last.
    fn syllables(&self, letters: &str) -> Vec<usize> {
        let Some(lang) = self.lang else { return Vec::new() };
        let ends = hypher::hyphenate(letters, lang).scan(0, |at, syllable| {
            *at += syllable.len();
            Some(*at)
        });
        ends.filter(|end| *end < letters.len()).collect()
    }
}

impl Kept {
    /// Writes a part of it with marks for its breaks; one at the end of the part belongs to it.
    fn write(&self, text: &str, part: Range<usize>, out: &mut String) {
        let mut at = part.start;
        for (place, mark) in self.breaks.iter().filter(|(place, _)| *place > part.start && *place <= part.end) {
            out.push_str(&text[at..*place]);
            out.push(*mark);
            at = *place;
        }
        out.push_str(&text[at..part.end]);
    }
}

/// The words of a text: what stands between blanks. A dash between clauses ends one.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || is_written_without_blanks(c) {
            words.extend(start.take().map(|start| start..at));
        } else if is_dash(c) {
            words.push(start.take().unwrap_or(at)..at + c.len_utf8());
        } else {
            start = start.or(Some(at));
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

fn is_dash(c: char) -> bool {
    matches!(c, '—' | '―')
}

/// Scripts in which a line may end after (nearly) every letter, or where only a dictionary knows: Typst does.
fn is_written_without_blanks(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0FFF | 0x1000..=0x109F | 0x1100..=0x11FF | 0x1780..=0x17FF | 0x2E80..=0xA4CF | 0xA960..=0xA97F
        | 0xAA60..=0xAA7F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x1F000..=0x3_FFFF)
}

/// Whether Typst may break a word by the rules of Unicode (UAX #14) or its own of addresses. In doubt it may.
fn breaks_by_itself(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_letter = |c: char| c.is_alphanumeric() || is_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let mut last = true;
    let mut doubtful = word.contains("://") || word.contains("www.");
    for c in core.chars() {
        let letter = is_letter(c);
        doubtful |= !letter && (!last || !".,:'’_&@#*+=\"%$~^".contains(c));
        last = letter;
    }
    doubtful
}

/// How good a break is after this character, if a letter or digit follows it.
fn after_punctuation(c: char, email: bool) -> Option<char> {
    match c {
        '@' if email => Some(BEST),
        '.' | '_' | '-' if email => Some(GOOD),
        '/' | '.' | '_' | '?' | '&' | '=' if !email => Some(BEST),
        '-' | '–' | '‐' => Some(GOOD),
        _ => None,
    }
}

/// What is nothing but letters, and where it begins.
fn runs_of_letters(word: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let pieces = word.split_inclusive(|c: char| !c.is_alphabetic()).map(|piece| {
        let start = at;
        at += piece.len();
        (start, piece.trim_end_matches(|c: char| !c.is_alphabetic()))
    });
    pieces.filter(|(_, letters)| !letters.is_empty()).collect()
}

/// Breaks within what has no better ones.
fn anywhere(word: &str, better: &[(usize, char)]) -> Vec<(usize, char)> {
    let ends = better.iter().map(|(at, _)| *at).chain([word.len()]);
    let starts = [0].into_iter().chain(better.iter().map(|(at, _)| *at));
    starts.zip(ends).flat_map(|(start, end)| pieces(&word[start..end]).map(move |at| (start + at, ANYWHERE))).collect()
}

/// Where a piece may be cut: marks stay with their letter.
fn pieces(piece: &str) -> impl Iterator<Item = usize> {
    let stays = |c: char| is_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let letters: Vec<usize> = piece.char_indices().filter(|(_, c)| !stays(*c)).map(|(at, _)| at).collect();
    let cut = if letters.len() > LONGEST { letters.len() - 1 } else { 0 };
    letters.into_iter().take(cut).skip(PIECE).step_by(PIECE)
}

#[cfg(test)]
mod tests;
