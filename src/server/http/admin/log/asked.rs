//! What is asked of the log, as it stands in addresses.

use crate::{server::db::admin::log::Wanted, ui::paths};
use serde::Deserialize;
use time::{Date, Duration, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use uuid::Uuid;

/// As `<input type="date">` sends a day.
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// What is asked. What cannot be understood is not asked.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in super::super::super) struct Asked {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) user: String,
    #[serde(default)]
    pub(super) by: String,
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
    #[serde(default)]
    pub(super) after: String,
}

impl Asked {
    /// Whose account.
    pub(super) fn user(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.user).ok()
    }

    /// Who did it.
    pub(super) fn by(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.by).ok()
    }

    /// For the database. A day lasts until the next one, in UTC.
    pub(super) fn wanted(&self) -> Wanted {
        let next = |day: Date| day.checked_add(Duration::days(1));
        Wanted {
            kind: is_kind(&self.kind).then(|| self.kind.clone()),
            subject: self.user(),
            actor: self.by(),
            from: day(&self.from).map(midnight),
            until: day(&self.to).and_then(next).map(midnight),
            after: self.after.parse().ok(),
        }
    }

    /// The address of a page of the log with this in it.
    pub(super) fn address(&self, page: &str) -> String {
        let kind = if is_kind(&self.kind) { self.kind.as_str() } else { "" };
        let known = |text: &'_ str| day(text).is_some();
        let from = if known(&self.from) { self.from.as_str() } else { "" };
        let to = if known(&self.to) { self.to.as_str() } else { "" };
        let (user, by) = (self.user().map(|uid| uid.to_string()), self.by().map(|uid| uid.to_string()));
        let after = self.after.parse::<i64>().map(|id| id.to_string()).unwrap_or_default();
        paths::asked(
            page,
            &[
                ("kind", kind),
                ("user", &user.unwrap_or_default()),
                ("by", &by.unwrap_or_default()),
                ("from", from),
                ("to", to),
                ("after", &after),
            ],
        )
    }
}

/// Whether it looks like a kind of event, those of a later Vitae too.
fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
}

/// A day as it is sent.
pub(super) fn day(text: &str) -> Option<Date> {
    Date::parse(text, DAY).ok()
}

fn midnight(day: Date) -> OffsetDateTime {
    day.midnight().assume_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_last_day_is_asked_for_whole() {
        let asked = Asked { from: "2026-11-21".into(), to: "2026-11-22".into(), ..Asked::default() };
        let wanted = asked.wanted();
        assert_eq!(wanted.from, Some(datetime!(2026-11-21 0:00 UTC)));
        assert_eq!(wanted.until, Some(datetime!(2026-11-23 0:00 UTC)));
    }

    #[test]
    fn what_makes_no_sense_is_not_asked_and_not_repeated() {
        let nonsense = || "a&b=\"><script>".to_owned();
        let asked = Asked {
            kind: nonsense(),
            user: nonsense(),
            by: nonsense(),
            from: nonsense(),
            to: "9999-12-31x".into(),
            after: nonsense(),
        };
        assert_eq!(asked.wanted(), Wanted::default());
        assert_eq!(asked.address("/admin/log"), "/admin/log");
        let last = Asked { to: "9999-12-31".into(), ..Asked::default() };
        assert_eq!(last.wanted().until, None, "there is no day after it");
    }

    #[test]
    fn what_is_asked_stands_in_the_address() {
        let asked =
            Asked { kind: "signed-in".into(), user: Uuid::nil().to_string(), after: "7".into(), ..Asked::default() };
        let address = asked.address("/admin/log");
        assert_eq!(address, "/admin/log?kind=signed-in&user=00000000-0000-0000-0000-000000000000&after=7");
    }
}
