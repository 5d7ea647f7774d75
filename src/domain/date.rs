//! Partial dates: a year, a month of a year, or a day; and spans of them. Never a timestamp, never free text.

use reactive_stores::{Patch, Store};
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Store, Patch)]
#[serde(default)]
pub struct Dates {
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[patch(|this, new| *this = new)]
    pub start: Option<PartialDate>,
    /// When it ended, or that it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[patch(|this, new| *this = new)]
    pub end: Option<End>,
}

impl Dates {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }
}
