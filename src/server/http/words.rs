//! Times in words.

use time::{Duration, OffsetDateTime, macros::format_description};

/// "just now", "3 minutes ago", "yesterday", "on 3 March 2026".
pub(super) fn ago(then: OffsetDateTime, now: OffsetDateTime) -> String {
    let age = now - then;
    let count = |number: i64, unit: &str| format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" });
    if age < Duration::minutes(1) {
        "just now".into()
    } else if age < Duration::hours(1) {
        count(age.whole_minutes(), "minute")
    } else if age < Duration::days(1) {
        count(age.whole_hours(), "hour")
    } else if age < Duration::days(2) {
        "yesterday".into()
    } else if age < Duration::days(7) {
        count(age.whole_days(), "day")
    } else {
        format!("on {}", date(then))
    }
}

/// "3 March 2026".
pub(super) fn date(when: OffsetDateTime) -> String {
    when.format(format_description!("[day padding:none] [month repr:long] [year]")).unwrap_or_default()
}

/// What happened to an account.
pub(super) fn event(kind: &str) -> String {
    match kind {
        "signed-up" => "You made this account",
        "upgraded" => "You made an account of what you had as a guest",
        "signed-in" => "You logged in",
        "sign-in-failed" => "Somebody tried to log in with a wrong password",
        "password-changed" => "The password was changed",
        "sessions-ended" => "Other devices were signed out",
        "guest-adopted" => "CVs of a guest came into this account",
        other => other,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn ages_are_told_as_people_tell_them() {
        let now = datetime!(2026-11-22 12:00 UTC);
        assert_eq!(ago(now, now), "just now");
        assert_eq!(ago(now - Duration::seconds(61), now), "1 minute ago");
        assert_eq!(ago(now - Duration::minutes(59), now), "59 minutes ago");
        assert_eq!(ago(now - Duration::hours(5), now), "5 hours ago");
        assert_eq!(ago(now - Duration::hours(30), now), "yesterday");
        assert_eq!(ago(now - Duration::days(6), now), "6 days ago");
        assert_eq!(ago(now - Duration::days(60), now), "on 23 September 2026");
        assert_eq!(ago(now + Duration::seconds(5), now), "just now");
    }
}
