//! Partial dates: a year, a month of a year, or a day; and spans of them. Never a timestamp, never free text.

mod format;
mod parse;

pub use format::{format_span, input_span};
pub use parse::{DateError, parse_date, parse_span};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A date as precise as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartialDate {
    /// 1000 to 2999.
    pub year: u16,
    /// 1 to 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u8>,
    /// 1 to the last of the month; only with a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u8>,
}

/// When something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It goes on.
    Present,
    /// On this date.
    #[serde(untagged)]
    On(PartialDate),
}

/// When something was: from, to, both or neither. A single date is an `end` alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<PartialDate>,
    /// When it ended, or that it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

impl PartialDate {
    /// Reads `2020`, `2020-03` or `2020-03-01`; `None` for anything else and for days that never were.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let number = |part: &str, digits: usize| -> Option<u16> {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
        };
        let short = |part: Option<&str>| part.map(|part| number(part, 2).and_then(|n| u8::try_from(n).ok()));
        let year = number(parts.next()?, 4)?;
        let month = match short(parts.next()) {
            Some(month) => Some(month?),
            None => None,
        };
        let day = match short(parts.next()) {
            Some(day) => Some(day?),
            None => None,
        };
        let date = Self { year, month, day };
        (parts.next().is_none() && date.is_real()).then_some(date)
    }

    /// Whether there was or will be such a date: year 1000 to 2999, a month, a day that the month has.
    pub fn is_real(self) -> bool {
        (1000..=2999).contains(&self.year)
            && match (self.month, self.day) {
                (None, None) => true,
                (None, Some(_)) => false,
                (Some(month), day) => {
                    (1..=12).contains(&month) && day.is_none_or(|day| (1..=days_in(self.year, month)).contains(&day))
                }
            }
    }

    /// The same date without its day.
    #[must_use]
    pub fn to_month(self) -> Self {
        Self { day: None, ..self }
    }
}

/// As ISO 8601, as precise as it is: `2020`, `2020-03`, `2020-03-01`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Dates {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// The date, if there is just one and nothing says that it is a beginning. (Things with one date, and spans of
    /// which only one date was typed; a role may want to take it as its beginning.)
    pub fn single(&self) -> Option<PartialDate> {
        match (self.start, self.end) {
            (None, Some(End::On(date))) => Some(date),
            _ => None,
        }
    }

    /// Whether it ends before it begins, as far as the dates are precise.
    pub fn is_reversed(&self) -> bool {
        let (Some(start), Some(End::On(end))) = (self.start, self.end) else { return false };
        let key = |a: PartialDate, b: PartialDate| {
            let month = a.month.filter(|_| b.month.is_some());
            (a.year, month, a.day.filter(|_| month.is_some() && b.day.is_some()))
        };
        key(end, start) < key(start, end)
    }

    /// Whether all its dates are real ones.
    pub fn is_real(&self) -> bool {
        let end = match self.end {
            Some(End::On(date)) => Some(date),
            _ => None,
        };
        self.start.into_iter().chain(end).all(PartialDate::is_real)
    }
}

#[cfg(test)]
pub(crate) mod tests;
