//! What looks wrong in a document, but does not keep it from being saved.

use super::{FieldError, item, join};
use crate::domain::{
    date::Dates,
    document::Document,
    text::{is_email, safe_href},
};

const BAD_URL: &str = "This is not a web address, so it is not linked. Type it as in example.org/page.";
const BAD_EMAIL: &str = "This does not look like an e-mail address, so it is not linked.";
const REVERSED: &str = "The end is before the beginning.";

/// Fields that look half typed or mistaken: addresses that cannot be linked, ends before beginnings.
///
/// The paths are those of [`validate`](super::validate). What is hidden is looked at too, for it may be shown again.
pub fn warnings(document: &Document) -> Vec<FieldError> {
    let mut found = Vec::new();
    let basics = &document.basics;
    if !basics.email.trim().is_empty() && !is_email(basics.email.trim()) {
        warn(&mut found, "basics.email".into(), BAD_EMAIL);
    }
    url(&mut found, "basics", &basics.url);
    for (index, profile) in basics.profiles.iter().enumerate() {
        url(&mut found, &item("basics", "profiles", index), &profile.url);
    }
    for (index, section) in document.sections.iter().enumerate() {
        let section_path = ["sections[", &index.to_string(), "]"].concat();
        for (index, entry) in section.entries.iter().enumerate() {
            let path = item(&section_path, "entries", index);
            url(&mut found, &path, &entry.url);
            dates(&mut found, &path, &entry.dates);
            for (index, role) in entry.roles.iter().enumerate() {
                dates(&mut found, &item(&path, "roles", index), &role.dates);
            }
        }
    }
    found
}

fn url(found: &mut Vec<FieldError>, path: &str, text: &str) {
    if !text.trim().is_empty() && safe_href(text).is_none() {
        warn(found, join(path, "url"), BAD_URL);
    }
}

fn dates(found: &mut Vec<FieldError>, path: &str, dates: &Dates) {
    if dates.is_reversed() {
        warn(found, join(path, "dates"), REVERSED);
    }
}

fn warn(found: &mut Vec<FieldError>, field: String, message: &str) {
    found.push(FieldError { field, message: message.into() });
}
