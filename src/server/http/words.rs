//! Times in words.

use super::super::db::events::EventKind;
use crate::ui::words::count;
use time::{Date, Duration, OffsetDateTime, macros::format_description};

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

/// Why a version of a CV was kept.
pub(super) fn version(kind: &str) -> &'static str {
    match kind {
        "create" => "Made",
        "import" => "Imported",
        "conflict" => "Written; another device’s text came in its place",
        "restore" => "Brought back",
        "archive" => "PDF archived",
        _ => "Written",
    }
}

/// "3 March 2026".
pub(super) fn date(when: OffsetDateTime) -> String {
    when.format(format_description!("[day padding:none] [month repr:long] [year]")).unwrap_or_default()
}

/// How much of an export was put in.
pub(super) fn put_in(resumes: u32, archives: u32) -> String {
    let (resumes, archives) =
        (count(resumes.into(), "CV", "CVs"), count(archives.into(), "archived PDF", "archived PDFs"));
    format!("Imported: {resumes} with their history, and {archives}.")
}

/// "2026-11-22 12:00:05".
pub(super) fn second(when: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    when.format(format).unwrap_or_default()
}

/// "today", "yesterday", "3 March 2026": when only the day is known.
pub(super) fn day(then: Date, today: Date) -> String {
    match (today - then).whole_days() {
        0 => "today".into(),
        1 => "yesterday".into(),
        _ => date(then.midnight().assume_utc()),
    }
}

/// "in 3 minutes", "in 5 hours".
pub(super) fn ahead(then: OffsetDateTime, now: OffsetDateTime) -> String {
    let count = |number: i64, unit: &str| format!("in {number} {unit}{}", if number == 1 { "" } else { "s" });
    let wait = then - now;
    if wait < Duration::minutes(2) {
        count(wait.whole_seconds(), "second")
    } else if wait < Duration::hours(2) {
        count(wait.whole_minutes(), "minute")
    } else {
        count(wait.whole_hours(), "hour")
    }
}

/// What happened, for those who read the log: "Sign in failed".
pub(super) fn name(kind: &str) -> String {
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| if letter == '-' { ' ' } else { letter })).collect()
}

/// What happened to an account, as its owner is told.
pub(super) fn event(kind: &str, by_another: bool) -> String {
    let Some(kind) = EventKind::parse(kind) else { return kind.replace('-', " ") };
    let what = match kind {
        EventKind::SignedUp => "You made this account",
        EventKind::Upgraded => "You made an account of what you had as a guest",
        EventKind::SignedIn => "You logged in",
        EventKind::SignInFailed => "Somebody tried to log in with a wrong password or code",
        EventKind::PasswordChanged => "The password was changed",
        EventKind::PasswordReset => "A new password was set by a link in a mail",
        EventKind::ResetRequested => "A link to set a new password was asked for",
        EventKind::EmailChanged => "The e-mail address was changed",
        EventKind::SessionsEnded => "Other devices were logged out",
        EventKind::GuestAdopted => "CVs of a guest came into this account",
        EventKind::GoogleLinked => "Logging in with Google was added",
        EventKind::GoogleUnlinked => "Logging in with Google was taken away",
        EventKind::TwoStepOn => "Two-step verification was turned on",
        EventKind::TwoStepOff => "Two-step verification was turned off",
        EventKind::RecoveryCodeUsed => "A recovery code was used",
        EventKind::RecoveryCodesMade => "New recovery codes were made",
        EventKind::Exported => "Everything was exported",
        EventKind::Imported => "An export was imported",
        EventKind::Deleted => "The account was deleted",
        EventKind::Viewed => "The account was looked at",
        EventKind::Disabled => "The account was disabled",
        EventKind::Enabled => "The account was enabled",
        EventKind::AdminGranted => "The account may look after this installation",
        EventKind::AdminRevoked => "The account no longer looks after this installation",
        EventKind::UsersListed => "The list of users was looked at",
        EventKind::GuestsPurged => "Guests who did not come back were removed",
        EventKind::MailHandled => "A waiting mail was sent again or dropped",
        EventKind::LogViewed => "The audit log was looked at",
        EventKind::LogExported => "The audit log was exported",
        EventKind::OverviewViewed => "The figures of this installation were looked at",
        EventKind::GuestsCounted => "The figures of guests were looked at",
        EventKind::MailsListed => "The waiting mails were looked at",
    };
    if by_another { format!("{what}, by an admin") } else { what.into() }
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
    #[test]
    fn days_and_waits_are_told_as_people_tell_them() {
        let now = datetime!(2026-11-22 12:00 UTC);
        assert_eq!(day(now.date(), now.date()), "today");
        assert_eq!(day(now.date() - Duration::days(1), now.date()), "yesterday");
        assert_eq!(day(now.date() - Duration::days(2), now.date()), "20 November 2026");
        assert_eq!(day(now.date() + Duration::days(1), now.date()), "23 November 2026");
        assert_eq!(ahead(now + Duration::seconds(1), now), "in 1 second");
        assert_eq!(ahead(now + Duration::minutes(119), now), "in 119 minutes");
        assert_eq!(ahead(now + Duration::hours(6), now), "in 6 hours");
        assert_eq!(second(now), "2026-11-22 12:00:00");
    }

    #[test]
    fn every_kind_has_a_name_in_the_log() {
        assert_eq!(name("sign-in-failed"), "Sign in failed");
        assert_eq!(name(""), "");
    }
}
