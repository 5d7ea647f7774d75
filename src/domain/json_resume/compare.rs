//! When two ways of writing an entry say the same.

use super::OURS;
use crate::domain::{
    document::{Bullet, Entry},
    text::safe_href,
};
use serde_json::{Map, Value};

/// An entry as it is written and compared: trimmed, without what is empty.
pub(super) fn tidy(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    for text in [
        &mut entry.name,
        &mut entry.organization,
        &mut entry.degree,
        &mut entry.area,
        &mut entry.level,
        &mut entry.location,
        &mut entry.url,
        &mut entry.text,
    ] {
        trim(text);
    }
    entry.keywords.iter_mut().for_each(trim);
    entry.keywords.retain(|keyword| !keyword.is_empty());
    tidy_bullets(&mut entry.bullets);
    for role in &mut entry.roles {
        [&mut role.title, &mut role.location, &mut role.text].into_iter().for_each(trim);
        tidy_bullets(&mut role.bullets);
    }
    entry.roles.retain(|role| !role.is_blank() || !role.extra.is_empty());
    entry
}

/// Removes the ids from a serialised item and from everything in it.
pub(super) fn without_ids(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.remove("id");
        for list in ["entries", "roles", "bullets"] {
            if let Some(Value::Array(items)) = map.get_mut(list) {
                for item in items {
                    *item = without_ids(item.take());
                }
            }
        }
    }
    value
}

fn trim(text: &mut String) {
    if text.trim().len() != text.len() {
        *text = text.trim().into();
    }
}

fn tidy_bullets(bullets: &mut Vec<Bullet>) {
    for bullet in bullets.iter_mut() {
        trim(&mut bullet.text);
    }
    bullets.retain(|bullet| !bullet.text.is_empty());
}

/// An entry without what does not show: ids, and how an address is written.
pub(super) fn comparable(entry: &Entry) -> Entry {
    let mut entry = tidy(entry);
    entry.id = 0;
    if let Some(href) = safe_href(&entry.url) {
        entry.url = href;
    }
    entry.bullets.iter_mut().for_each(|bullet| bullet.id = 0);
    for role in &mut entry.roles {
        role.id = 0;
        role.bullets.iter_mut().for_each(|bullet| bullet.id = 0);
    }
    entry
}

/// Whether an object says what was written, except for our own key if it may have that.
pub(super) fn same_but_ours(object: &Map<String, Value>, written: &Map<String, Value>, sealed: bool) -> bool {
    let others = object.len() - usize::from(sealed && object.contains_key(OURS));
    others == written.len() && written.iter().all(|(key, value)| object.get(key) == Some(value))
}
