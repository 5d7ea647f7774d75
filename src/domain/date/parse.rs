//! Reading the dates that people type.

use super::{Dates, End, PartialDate};
use crate::domain::language::Language;

/// Why typed dates cannot be read; the text says what to type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// No date, in none of the ways that are understood.
    #[error("Type dates such as “Mar 2021 – present”, “2019–2022” or “June 2020”.")]
    Unreadable,
    /// A month or day that does not exist.
    #[error("There is no such day. Check the day and the month.")]
    NotReal,
    /// A year that no CV needs.
    #[error("Type the year with four digits, such as 2021.")]
    Year,
}

/// Reads what people type for a span: "mar 2021 - now", "2019–2022", "03/2021 to 06/2022", "since 2020", "June 2020".
///
/// Months, "to", "since" and "present" are understood in English and in the language of the CV. Nothing typed is no
/// dates; a single date becomes an `end` alone ([`Dates::single`]); "2020 – ?" is a beginning without an end. How long
/// it was, as `LinkedIn` writes it behind the dates, is not looked at.
///
/// # Errors
/// When it is no date, or one that does not exist.
pub fn parse_span(text: &str, language: &Language) -> Result<Dates, DateError> {
    let text = fold(text);
    let text = text.trim();
    if text.is_empty() {
        return Ok(Dates::default());
    }
    let (rest, since) = without_since(without_length(text), language);
    if let Some((start, end)) = split_words(rest, language) {
        return span(start, end, language);
    }
    // "2018-", as "2018 –".
    if let Some(start) = rest.strip_suffix('-') {
        return span(start, "", language);
    }
    let single = parse_end(rest, language);
    match single {
        Ok(End::On(date)) if since => Ok(Dates { start: Some(date), end: Some(End::Present) }),
        Ok(end) => Ok(Dates { start: None, end: Some(end) }),
        // "2019-2022": a hyphen that is not inside a date.
        Err(error) => rest
            .match_indices('-')
            .find_map(|(at, _)| span(&rest[..at], &rest[at + 1..], language).ok().filter(|dates| dates.start.is_some()))
            .ok_or(error),
    }
}

/// Reads one date: "2020", "2020-03", "03/2021", "Mar 2021", "1 March 2021", in English or the language of the CV.
///
/// # Errors
/// When it is no date, or one that does not exist.
pub fn parse_date(text: &str, language: &Language) -> Result<PartialDate, DateError> {
    folded_date(fold(text).trim(), language)
}

fn span(start: &str, end: &str, language: &Language) -> Result<Dates, DateError> {
    let known = |side: &str| !matches!(side.trim(), "" | "?");
    let start = if known(start) { Some(folded_date(start.trim(), language)?) } else { None };
    let end = match end.trim() {
        "?" => None,
        // "2021 –", as many people write what goes on, and "2021 to date".
        "" | "date" => Some(End::Present).filter(|_| start.is_some()),
        end => Some(short_year(start, end).map_or_else(|| parse_end(end, language), |date| Ok(End::On(date)))?),
    };
    if start.is_none() && end.is_none() {
        return Err(DateError::Unreadable);
    }
    Ok(Dates { start, end })
}

/// Takes off what stands in brackets behind the dates, or behind a dot: how long it was, as `LinkedIn` writes it.
fn without_length(text: &str) -> &str {
    let bracket = text.ends_with(')').then(|| text.rfind('(')).flatten();
    bracket.or_else(|| text.rfind('·')).map_or(text, |at| text[..at].trim_end())
}

/// "2019–22" is 2019 to 2022.
fn short_year(start: Option<PartialDate>, end: &str) -> Option<PartialDate> {
    let year = start.filter(|start| start.month.is_none())?.year;
    let end = (end.len() == 2).then(|| end.parse::<u16>().ok()).flatten()?;
    let date = PartialDate { year: year / 100 * 100 + end, month: None, day: None };
    (date.year > year).then_some(date)
}

fn parse_end(text: &str, language: &Language) -> Result<End, DateError> {
    if language.present_words.contains(&text) || Language::of("en").present_words.contains(&text) {
        return Ok(End::Present);
    }
    folded_date(text, language).map(End::On)
}

/// Takes "since" or "from" off the front.
fn without_since<'a>(text: &'a str, language: &Language) -> (&'a str, bool) {
    let Some((first, rest)) = text.split_once(' ') else { return (text, false) };
    if language.since_words.contains(&first) || Language::of("en").since_words.contains(&first) {
        (rest.trim_start(), true)
    } else {
        (text, false)
    }
}

/// Splits at a dash that stands alone or is longer than a hyphen, or at "to".
fn split_words<'a>(text: &'a str, language: &Language) -> Option<(&'a str, &'a str)> {
    if let Some(sides) = text.split_once('–') {
        return Some(sides);
    }
    let mut at = 0;
    for word in text.split(' ') {
        let is_to = word == "-" || language.to_words.contains(&word) || Language::of("en").to_words.contains(&word);
        if is_to {
            return Some((&text[..at], &text[at + word.len()..]));
        }
        at += word.len() + 1;
    }
    None
}

/// The parts of one date.
#[derive(Default)]
struct Parts {
    numbers: [u16; 3],
    digits: [usize; 3],
    count: usize,
    month: Option<u8>,
    /// How many numbers stand before the name of the month.
    before_month: usize,
    /// Whether a number is a day beyond doubt: "21st".
    ordinal: bool,
    dots: bool,
}

impl Parts {
    /// Two digits right after the name of a month and alone are a year: "Jan 21", "Jan ’21".
    fn with_whole_year(mut self) -> Self {
        if self.count == 1 && self.month.is_some() && self.before_month == 0 && !self.ordinal && self.digits[0] == 2 {
            self.digits[0] = 4;
            self.numbers[0] += if self.numbers[0] <= 50 { 2000 } else { 1900 };
        }
        self
    }
}

fn folded_date(text: &str, language: &Language) -> Result<PartialDate, DateError> {
    let parts = parts(text, language).ok_or(DateError::Unreadable)?.with_whole_year();
    let is_year = |index: usize| parts.digits[index] == 4;
    let day_or_month = |index: usize| u8::try_from(parts.numbers[index]).ok();
    let (year, month, day) = match (parts.count, parts.month) {
        (1, month) => (0, month, None),
        (2, None) if is_year(0) => (0, day_or_month(1), None),
        (2, None) => (1, day_or_month(0), None),
        (2, month) if is_year(0) => (0, month, day_or_month(1)),
        (2, month) => (1, month, day_or_month(0)),
        (3, None) if is_year(0) => (0, day_or_month(1), day_or_month(2)),
        (3, None) => {
            let month_first = (language.month_first && !parts.dots && parts.numbers[0] <= 12) || parts.numbers[1] > 12;
            if month_first { (2, day_or_month(0), day_or_month(1)) } else { (2, day_or_month(1), day_or_month(0)) }
        }
        _ => return Err(DateError::Unreadable),
    };
    if !is_year(year) || !(1000..=2999).contains(&parts.numbers[year]) {
        return Err(DateError::Year);
    }
    if (0..parts.count).any(|index| index != year && parts.digits[index] > 2) {
        return Err(DateError::Unreadable);
    }
    let date = PartialDate { year: parts.numbers[year], month, day };
    if date.is_real() { Ok(date) } else { Err(DateError::NotReal) }
}

/// Takes a date apart into numbers and a month's name; `None` if anything else is there.
fn parts(text: &str, language: &Language) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let class = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
        let end = rest.find(|other| class(other) != class(c)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        if c.is_ascii_digit() {
            let slot = Some(parts.count).filter(|count| *count < 3 && token.len() <= 4)?;
            parts.numbers[slot] = token.parse().ok()?;
            parts.digits[slot] = token.len();
            parts.count += 1;
        } else if c.is_alphabetic() {
            if is_filler(token) {
                parts.ordinal |= !matches!(token, "de" | "del" | "do" | "of");
            } else {
                let month = month(token, language)?;
                if parts.month.replace(month).is_some() {
                    return None;
                }
                parts.before_month = parts.count;
            }
        } else {
            parts.dots |= token.contains('.');
            // "Jan ’21"
            let token = token.strip_suffix('\'').unwrap_or(token);
            if !token.chars().all(|c| " .,/-º°ª".contains(c)) || token.matches('-').count() > 1 {
                return None;
            }
        }
        rest = tail;
    }
    (parts.count > 0).then_some(parts)
}

fn is_filler(word: &str) -> bool {
    matches!(word, "de" | "del" | "do" | "of" | "the" | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª")
}

/// The month of a name or of its beginning, first in the language of the CV, then in English.
fn month(word: &str, language: &Language) -> Option<u8> {
    [language, Language::of("en")].into_iter().find_map(|language| {
        let tables = [&language.months_short, &language.months, &language.months_after_day];
        let exact =
            tables.iter().find_map(|table| table.iter().position(|name| fold(name).trim_end_matches('.') == word));
        let index = exact.or_else(|| {
            let mut matching = (0..12).filter(|month| {
                word.chars().count() >= 3
                    && tables.iter().any(|table| table.get(*month).is_some_and(|name| fold(name).starts_with(word)))
            });
            matching.next().filter(|_| matching.next().is_none())
        })?;
        u8::try_from(index + 1).ok()
    })
}

/// Lower case without accents, one kind of dash longer than a hyphen, of apostrophe and of digits, single blanks.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ą' => out.push('a'),
            'ç' | 'ć' => out.push('c'),
            'è'..='ë' | 'ę' => out.push('e'),
            'ì'..='ï' => out.push('i'),
            'ñ' | 'ń' => out.push('n'),
            'ò'..='ö' | 'ø' => out.push('o'),
            'ù'..='ü' => out.push('u'),
            'ś' => out.push('s'),
            'ź' | 'ż' => out.push('z'),
            'ł' => out.push('l'),
            'æ' => out.push_str("ae"),
            // What is left of letters that were typed as letter and mark.
            '\u{300}'..='\u{36f}' => {}
            '‐' | '‑' => out.push('-'),
            '‒'..='―' | '−' | '~' | '～' | '→' | '…' => out.push('–'),
            '’' | '‘' | '´' | '`' => out.push('\''),
            // Arabic, Persian and full-width digits: the last four bits are the digit.
            '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '０'..='９' => {
                out.extend(char::from_digit(u32::from(c) & 15, 10));
            }
            _ if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(c),
        }
    }
    out
}
