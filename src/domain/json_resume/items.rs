//! The items of the lists: one entry each, or one role of an employer each.

use super::{
    OURS,
    compare::{comparable, same_but_ours, tidy, without_ids},
    lenient::{self, ListOf, Reader, is_nothing},
    shapes::{Key, Shape, Slot},
};
use crate::domain::{
    date::{Dates, End},
    document::{Bullet, Entry, FieldKey, Role},
    text::ascii_href,
};
use serde_json::{Map, Value};

const WRONG_TYPE: &str = "This is not the kind of value that belongs here. It is kept in the file but not shown.";
const NO_DATE: &str = "This is no date. It is kept in the file but not shown.";

/// Reads the items of a list into entries. Items that are no objects are left in `others`.
pub(super) fn read(
    reader: &mut Reader,
    shape: &Shape,
    path: &str,
    items: &[Value],
    others: &mut Vec<Value>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    // The item before, if the next may belong to the same employer.
    let mut before: Option<&Map<String, Value>> = None;
    let mut at = 0;
    while let Some(item) = items.get(at) {
        let path = [path, "[", &at.to_string(), "]"].concat();
        at += 1;
        let map = match item {
            Value::Null => continue,
            Value::Object(map) => map,
            Value::String(name) if !name.trim().is_empty() => {
                reader.note(&path, "This was one text and is the name of an entry now.");
                let name = reader.text(&path, item).unwrap_or_default();
                entries.push(Entry { name, ..Entry::default() });
                before = None;
                continue;
            }
            other => {
                reader.note(&path, WRONG_TYPE);
                others.push(other.clone());
                continue;
            }
        };
        if let Some((entry, count)) = sealed(shape, map, &items[at - 1..]) {
            entries.push(entry);
            at += count - 1;
            before = None;
            continue;
        }
        let entry = item_entry(reader, shape, &path, map);
        match entries.last_mut().filter(|_| before.is_some_and(|before| same_employer(shape, before, map))) {
            Some(employer) => merge(employer, entry),
            None => entries.push(entry),
        }
        before = Some(map);
    }
    entries
}

/// Writes an entry as one or more items. `before` is the item before in the list, if that is a plain one.
pub(super) fn write(shape: &Shape, entry: &Entry, before: Option<&Map<String, Value>>) -> Vec<Map<String, Value>> {
    let mut items = plain(shape, entry);
    let merges = items.first().zip(before).is_some_and(|(first, before)| same_employer(shape, before, first));
    let values: Vec<Value> = items.iter().cloned().map(Value::Object).collect();
    let again = read(&mut Reader::default(), shape, "", &values, &mut Vec::new());
    let is_whole = matches!(again.as_slice(), [one] if comparable(one) == comparable(entry));
    if (merges || !is_whole)
        && let Some(first) = items.first_mut()
    {
        let mut seal = Map::new();
        seal.insert("entry".into(), without_ids(serde_json::to_value(entry).unwrap_or_default()));
        first.insert(OURS.into(), Value::Object(seal));
    }
    items
}

/// The entry that was put beside its plain fields, and how many items it stands for; if nobody changed them since.
fn sealed(shape: &Shape, map: &Map<String, Value>, items: &[Value]) -> Option<(Entry, usize)> {
    let entry: Entry = serde_json::from_value(map.get(OURS)?.get("entry")?.clone()).ok()?;
    let entry = tidy(&entry);
    let written = plain(shape, &entry);
    let unchanged = written.len() <= items.len()
        && written.iter().zip(items).enumerate().all(|(index, (written, item))| {
            item.as_object().is_some_and(|item| same_but_ours(item, written, index == 0))
        });
    unchanged.then_some((entry, written.len()))
}

/// Whether two items that follow each other are roles with one employer.
fn same_employer(shape: &Shape, before: &Map<String, Value>, map: &Map<String, Value>) -> bool {
    let field = |map: &Map<String, Value>, wanted: FieldKey| -> String {
        let key = shape.keys.iter().find(|key| key.slot == Slot::Text(wanted));
        key.and_then(|key| value_of(map, key))
            .and_then(|(_, value)| value.as_str())
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    let name = field(before, FieldKey::Name);
    let agrees = |wanted| {
        let new = field(map, wanted);
        new.is_empty() || new == field(before, wanted)
    };
    shape.is_role
        && !name.is_empty()
        && name == field(map, FieldKey::Name)
        && [before, map]
            .iter()
            .all(|map| map.get("position").and_then(Value::as_str).is_some_and(|title| !title.trim().is_empty()))
        && [FieldKey::Location, FieldKey::Url, FieldKey::Text].into_iter().all(agrees)
}

fn merge(employer: &mut Entry, other: Entry) {
    employer.roles.extend(other.roles);
}

/// The first value of a key or its older names that is there, and its name.
fn value_of<'a>(map: &'a Map<String, Value>, key: &Key) -> Option<(&'static str, &'a Value)> {
    let there = |name: &&'static str| map.get(*name).filter(|value| !is_nothing(value)).map(|value| (*name, value));
    there(&key.name).or_else(|| key.older.iter().find_map(there))
}

fn item_entry(reader: &mut Reader, shape: &Shape, path: &str, map: &Map<String, Value>) -> Entry {
    let mut item = Item::default();
    let mut used = vec![OURS];
    for key in shape.keys {
        used.push(key.name);
        let Some((name, value)) = value_of(map, key) else { continue };
        used.push(name);
        let path = [path, ".", name].concat();
        if let Err(why) = item.take(reader, &path, key.slot, value) {
            reader.set_aside(&mut item.extra, &path, key.name, value, why);
        }
    }
    for (name, value) in map.iter().filter(|(name, _)| !used.contains(&name.as_str())) {
        reader.keep_unknown(&mut item.extra, &[path, ".", name].concat(), name, value);
    }
    item.finish(shape)
}

/// An item while it is read.
#[derive(Default)]
struct Item {
    entry: Entry,
    role: Role,
    start: Dates,
    end: Dates,
    end_is_known: bool,
    date: Dates,
    bullets: Vec<Bullet>,
    extra: Map<String, Value>,
}

impl Item {
    /// Puts a value where it belongs, or says why it cannot be there.
    fn take(&mut self, reader: &mut Reader, path: &str, slot: Slot, value: &Value) -> Result<(), &'static str> {
        match slot {
            Slot::Text(FieldKey::Text) => self.entry.text = reader.rich_text(path, value).ok_or(WRONG_TYPE)?,
            Slot::Text(field) => field.set(&mut self.entry, reader.text(path, value).ok_or(WRONG_TYPE)?),
            Slot::RoleTitle => self.role.title = reader.text(path, value).ok_or(WRONG_TYPE)?,
            Slot::RoleText => self.role.text = reader.rich_text(path, value).ok_or(WRONG_TYPE)?,
            Slot::Start => {
                let dates = lenient::dates(value).ok_or(NO_DATE)?;
                // "2018-" is when it began, too.
                let goes_on = dates.start.filter(|_| dates.end == Some(End::Present));
                let start = dates.single().or(goes_on).ok_or(NO_DATE)?;
                self.start = Dates { start: None, end: Some(End::On(start)) };
            }
            Slot::End => {
                // Whatever it is, it does not go on.
                self.end_is_known = true;
                self.end = lenient::dates(value).filter(|dates| dates.start.is_none()).ok_or(NO_DATE)?;
            }
            Slot::Date => self.date = lenient::dates(value).ok_or(NO_DATE)?,
            Slot::Keywords => self.entry.keywords = self.list(reader, path, value, ListOf::Words, "keywords")?,
            Slot::Bullets => {
                let texts = self.list(reader, path, value, ListOf::Points, "highlights")?;
                self.bullets = texts.into_iter().map(|text| Bullet { text, ..Bullet::default() }).collect();
            }
            Slot::RoleTitles => {
                let titles = self.list(reader, path, value, ListOf::Words, "roles")?;
                self.entry.roles = titles.into_iter().map(|title| Role { title, ..Role::default() }).collect();
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        reader: &mut Reader,
        path: &str,
        value: &Value,
        kind: ListOf,
        name: &str,
    ) -> Result<Vec<String>, &'static str> {
        let (texts, others) = reader.list(path, value, kind).ok_or(WRONG_TYPE)?;
        if !others.is_empty() {
            let name = path.rsplit('.').next().unwrap_or(name);
            reader.keep(&mut self.extra, path, name, &Value::Array(others));
        }
        Ok(texts)
    }

    fn finish(self, shape: &Shape) -> Entry {
        let (mut entry, mut role) = (self.entry, self.role);
        let start = self.start.single();
        let end = self.end.end.or(if start.is_some() && !self.end_is_known { Some(End::Present) } else { None });
        let dates = if start.is_some() || end.is_some() { Dates { start, end } } else { self.date };
        if shape.is_role {
            role.dates = dates;
            role.bullets = self.bullets;
            if role.is_blank() {
                entry.extra = self.extra;
            } else {
                role.extra = self.extra;
                entry.roles.push(role);
            }
        } else {
            entry.dates = dates;
            entry.bullets = self.bullets;
            entry.extra = self.extra;
        }
        entry
    }
}

/// The plain items of an entry, valid against the schema; they may not say all of it.
fn plain(shape: &Shape, entry: &Entry) -> Vec<Map<String, Value>> {
    if !shape.is_role || entry.roles.is_empty() {
        return vec![plain_item(shape, entry, None, &[&entry.extra])];
    }
    let items = entry.roles.iter().enumerate().map(|(index, role)| {
        let extras = [&role.extra, &entry.extra];
        plain_item(shape, entry, Some(role), if index == 0 { &extras } else { &extras[..1] })
    });
    items.collect()
}

fn plain_item(shape: &Shape, entry: &Entry, role: Option<&Role>, extras: &[&Map<String, Value>]) -> Map<String, Value> {
    let mut map = Map::new();
    for key in shape.keys {
        if let Some(value) = slot_value(entry, role, key.slot) {
            map.insert(key.name.into(), value);
        }
    }
    for (name, value) in extras.iter().flat_map(|extra| extra.iter()) {
        if shape.admits(name, value) {
            map.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    map
}

fn slot_value(entry: &Entry, role: Option<&Role>, slot: Slot) -> Option<Value> {
    let dates = role.map_or(entry.dates, |role| role.dates);
    let texts = |texts: Vec<&str>| {
        let texts: Vec<Value> =
            texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(Value::from).collect();
        (!texts.is_empty()).then_some(Value::Array(texts))
    };
    match slot {
        Slot::Text(FieldKey::Url) => ascii_href(&entry.url).map(Value::from),
        Slot::Text(FieldKey::Location) => {
            let own = role.map(|role| role.location.trim()).filter(|own| !own.is_empty());
            text(own.unwrap_or(&entry.location))
        }
        Slot::Text(field) => text(field.get(entry)),
        Slot::RoleTitle => text(&role?.title),
        Slot::RoleText => text(&role?.text),
        Slot::Start => dates.start.filter(|date| date.is_real()).map(|date| date.to_string().into()),
        Slot::End | Slot::Date => match dates.end {
            Some(End::On(date)) if date.is_real() => Some(date.to_string().into()),
            _ => None,
        },
        Slot::Keywords => texts(entry.keywords.iter().map(String::as_str).collect()),
        Slot::Bullets => {
            texts(role.map_or(&entry.bullets, |role| &role.bullets).iter().map(|bullet| bullet.text.as_str()).collect())
        }
        Slot::RoleTitles => texts(entry.roles.iter().map(|role| role.title.as_str()).collect()),
    }
}

fn text(text: &str) -> Option<Value> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Value::from)
}
