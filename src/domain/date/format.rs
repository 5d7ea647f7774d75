//! Dates in words: for the page, and for the field in which they are edited.

use super::{Dates, End, PartialDate};
use crate::domain::{language::Language, template::DateStyle};

/// The dates as they stand on the page: "Mar 2021 – present", "2019–2022"; empty if nothing is known.
///
/// A span is written in months and years, since nobody reads days there; a single date as precisely as it is known.
/// What starts after it ends is written as it was typed.
pub fn format_span(dates: &Dates, style: DateStyle, language: &Language) -> String {
    let (start, end) = match (dates.start, dates.end) {
        (None, None) => return String::new(),
        (None, Some(End::On(date))) => return date_in_words(date, style, language),
        (None, Some(End::Present)) => return language.present.into(),
        (Some(start), None) => return date_in_words(start, style, language),
        (Some(start), Some(end)) => (start, end),
    };
    let first = date_in_words(start.to_month(), style, language);
    let (last, bare) = match end {
        End::Present => (language.present.into(), false),
        End::On(date) => {
            (date_in_words(date.to_month(), style, language), start.month.is_none() && date.month.is_none())
        }
    };
    if first == last {
        return first;
    }
    let dash = if bare { "–" } else { " – " };
    [first.as_str(), dash, last.as_str()].concat()
}

/// The dates as they stand in the field that edits them, exactly: [`parse_span`](super::parse_span) reads them back.
pub fn input_span(dates: &Dates, language: &Language) -> String {
    let words = |date| date_in_words(date, DateStyle::Short, language);
    let end = match dates.end {
        Some(End::On(date)) => words(date),
        Some(End::Present) => language.present.into(),
        None => "?".into(),
    };
    match dates.start {
        None if dates.end.is_none() => String::new(),
        None => end,
        Some(start) => [words(start).as_str(), " – ", end.as_str()].concat(),
    }
}

fn date_in_words(date: PartialDate, style: DateStyle, language: &Language) -> String {
    let mut out = String::new();
    let Some((month, name)) =
        date.month.and_then(|month| Some((month, usize::from(month).checked_sub(1).filter(|index| *index < 12)?)))
    else {
        push_number(&mut out, date.year, 4);
        return out;
    };
    match (style, date.day) {
        (DateStyle::Numeric, day) => {
            let day = day.map(u16::from);
            let (first, second) =
                if language.month_first { (Some(u16::from(month)), day) } else { (day, Some(u16::from(month))) };
            for part in [first, second].into_iter().flatten() {
                push_number(&mut out, part, 2);
                out.push(language.digits);
            }
        }
        (DateStyle::Short | DateStyle::Long, day) => {
            let gap = if style == DateStyle::Long { language.before_year } else { " " };
            let month = match (style, day) {
                (DateStyle::Long, Some(_)) => language.months_after_day[name],
                (DateStyle::Long, None) => language.months[name],
                _ => language.months_short[name],
            };
            match day {
                // "March 1, 2021"
                Some(day) if language.month_first => {
                    out.push_str(month);
                    out.push(' ');
                    push_number(&mut out, day.into(), 1);
                    out.push_str(", ");
                }
                // "1 de marzo de 2021", "1er août 2021"
                Some(day) => {
                    push_number(&mut out, day.into(), 1);
                    out.push_str(if day == 1 { language.after_first_day } else { language.after_day });
                    out.push_str(gap);
                    out.push_str(month);
                    out.push_str(gap);
                }
                None => {
                    out.push_str(month);
                    out.push_str(gap);
                }
            }
        }
    }
    push_number(&mut out, date.year, 4);
    out
}

fn push_number(out: &mut String, number: u16, digits: usize) {
    let text = number.to_string();
    for _ in text.len()..digits {
        out.push('0');
    }
    out.push_str(&text);
}
