//! What time it is, as something that is handed over: tests bring their own.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use time::{Duration, OffsetDateTime, macros::format_description};

/// A moment as it is shown where the day alone would not do: "2026-03-03 14:05 UTC".
pub fn moment(when: OffsetDateTime) -> String {
    when.format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).unwrap_or_default()
}

/// A clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands at a time, in seconds since 1970, until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a time.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.unix_timestamp())))
    }

    /// The time, in UTC.
    pub fn now(&self) -> OffsetDateTime {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
            Self::System => OffsetDateTime::now_utc(),
            Self::Fixed(seconds) => OffsetDateTime::from_unix_timestamp(seconds.load(Ordering::SeqCst))
                .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }

    /// Moves a fixed clock on; the machine's goes its own way.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(seconds) = self {
            seconds.fetch_add(by.whole_seconds(), Ordering::SeqCst);
        }
    }
}
