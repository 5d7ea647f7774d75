//! How fast one person may write. Counted in each process, so that a flood is turned away before it comes to the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use time::OffsetDateTime;

/// Bytes that may be written at once.
pub const AT_ONCE: u64 = 20_000_000;

/// Bytes that may be written in each microsecond after that: 2 MB in a second.
const PACE: u64 = 2;

/// When to try again, in seconds: what was refused is never more than can be written by then.
pub const AGAIN: &str = "1";

/// What each person wrote lately, by `users.id`: leaking buckets.
#[derive(Debug, Default)]
pub struct Writing(Mutex<HashMap<i32, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: u64,
    at: OffsetDateTime,
}

impl Bucket {
    /// What has not leaked away. A clock that was ahead holds nobody up once it is right again.
    fn left(self, now: OffsetDateTime) -> u64 {
        let passed = u64::try_from((now - self.at).whole_microseconds()).unwrap_or_default();
        self.level.saturating_sub(passed.saturating_mul(PACE))
    }
}

impl Writing {
    /// Counts bytes that somebody writes; answers whether they may. What may not be written does not count.
    pub fn pour(&self, person: i32, bytes: usize, now: OffsetDateTime) -> bool {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = people.get(&person).map(|bucket| bucket.left(now));
        if left.is_none() {
            // Nobody stays in it for longer than ten seconds after they wrote.
            people.retain(|_, bucket| bucket.left(now) > 0);
        }
        let level = left.unwrap_or_default().saturating_add(bytes);
        let fits = level <= AT_ONCE;
        people.insert(person, Bucket { level: if fits { level } else { left.unwrap_or_default() }, at: now });
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, macros::datetime};

    #[test]
    fn so_much_at_once_and_then_at_a_pace() {
        let (writing, now) = (Writing::default(), datetime!(2026-11-22 12:00 UTC));
        assert!((0..20).all(|_| writing.pour(1, 1_000_000, now)));
        assert!(!writing.pour(1, 1, now));
        assert!(writing.pour(2, 1_000_000, now), "another person does not wait");
        let soon = now + Duration::milliseconds(500);
        assert!(!writing.pour(1, 1_000_001, soon));
        assert!(writing.pour(1, 1_000_000, soon), "what was refused did not count");
        assert!(!writing.pour(1, 1, now), "a clock that goes back");
        assert!(writing.pour(1, 20_000_000, soon + Duration::seconds(10)));
    }

    #[test]
    fn who_writes_nothing_is_forgotten() {
        let (writing, mut now) = (Writing::default(), datetime!(2026-11-22 12:00 UTC));
        for person in 0..100 {
            assert!(writing.pour(person, 2_000_000, now));
            now += Duration::seconds(1);
        }
        assert!(writing.0.lock().expect("not poisoned").len() <= 2);
    }
}
