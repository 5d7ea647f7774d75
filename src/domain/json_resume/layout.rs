//! The whole file: its lists become sections, and back.

mod ours;

use self::ours::{Ours, Place};
use super::{
    OURS, SCHEMA_URL, basics,
    compare::{tidy, without_ids},
    html, items,
    lenient::{ListOf, Reader},
    shapes::{SHAPES, Shape},
};
use crate::domain::{
    document::{Document, Entry, Section, SectionKind},
    language::Language,
    template::Design,
    text::{MAX_EXTRA_DEPTH, ascii_href},
    validate::{can_be_kept, validate},
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const WRONG_TYPE: &str = "This is not the kind of value that belongs here. It is kept in the file but not shown.";
const NOT_OUR_LOOK: &str = "This look is not one of ours, so the usual one was taken.";

/// Reads a file. The ids of the document are all 0.
pub(super) fn read(reader: &mut Reader, map: &Map<String, Value>) -> Document {
    let mut document = Document::default();
    let mut used = vec!["$schema"];
    let mut unread = Vec::new();
    let ours = ours::read(reader, map, &mut unread);
    if ours.is_some() {
        used.push(OURS);
    }
    let summary = match map.get("basics") {
        Some(Value::Object(map)) => {
            used.push("basics");
            document.basics = basics::read(reader, map);
            summary(reader, map, &mut document)
        }
        _ => String::new(),
    };
    let mut lists: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for (shape, name) in SHAPES.iter().flat_map(|shape| shape.names().map(move |name| (shape, name))) {
        let Some(Value::Array(values)) = map.get(name) else { continue };
        used.push(name);
        let mut others = Vec::new();
        let entries = items::read(reader, shape, name, values, &mut others);
        lists.entry(shape.list[0]).or_default().extend(entries);
        if !others.is_empty() {
            reader.keep(&mut document.extra, name, name, &Value::Array(others));
        }
    }
    for (name, value) in map.iter().filter(|(name, value)| !used.contains(&name.as_str()) && !value.is_null()) {
        if name == "basics" || is_list(name) {
            reader.set_aside(&mut document.extra, name, name, value, WRONG_TYPE);
        } else {
            reader.keep_unknown(&mut document.extra, name, name, value);
        }
    }
    place(reader, &mut document, ours.unwrap_or_default(), summary, lists);
    if !unread.is_empty() {
        // What an earlier import could not read may be there already.
        unread.extend(document.extra.remove(OURS));
        reader.keep(&mut document.extra, OURS, OURS, &Value::Array(unread));
    }
    document
}

/// Whether a key at the top is one of a list, by its name of now or an older one.
fn is_list(name: &str) -> bool {
    SHAPES.iter().any(|shape| shape.names().any(|known| known == name))
}

/// Writes the visible document.
pub(super) fn write(document: &Document) -> Map<String, Value> {
    let mut map = Map::from_iter([("$schema".to_owned(), SCHEMA_URL.into())]);
    let mut basics = basics::write(&document.basics);
    let mut ours = Ours {
        version: ours::VERSION,
        language: document.language.clone(),
        design: Design { aside: Vec::new(), ..document.design.clone() },
        ..Ours::default()
    };
    let mut lists: BTreeMap<&str, List> = BTreeMap::new();
    let mut has_summary = false;
    for section in &document.sections {
        let mut place = Place {
            kind: section.kind,
            title: section.title.trim().into(),
            text: section.text.trim().into(),
            aside: document.design.aside.contains(&section.id),
            ..Place::default()
        };
        if section.kind == SectionKind::Summary && !has_summary {
            has_summary = true;
            let text = std::mem::take(&mut place.text);
            if html::to_markdown(&text).is_some() {
                // Others may take it for HTML; it stands here, too, to come back as it is.
                place.text.clone_from(&text);
            }
            if !text.is_empty() {
                basics.insert("summary".into(), text.into());
            }
        }
        let entries = section.entries.iter().map(tidy).filter(|entry| !entry.is_blank() || !entry.extra.is_empty());
        match Shape::of(section.kind) {
            Some(shape) => {
                let list = lists.entry(shape.list[0]).or_default();
                for entry in entries {
                    place.items += 1;
                    list.push(shape, &entry);
                }
            }
            None => {
                place.entries =
                    entries.map(|entry| without_ids(serde_json::to_value(entry).unwrap_or_default())).collect();
            }
        }
        ours.sections.push(place);
    }
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.0.is_empty()) {
        map.insert(name.into(), list.0.into_iter().map(Value::Object).collect());
    }
    if !basics.is_empty() {
        map.insert("basics".into(), basics.into());
    }
    for (name, value) in &document.extra {
        let target = if may_stand(name, value) { &mut map } else { &mut ours.kept };
        target.insert(name.clone(), value.clone());
    }
    map.insert(OURS.into(), serde_json::to_value(ours).unwrap_or_default());
    map
}

/// The items of one list while they are written.
#[derive(Default)]
struct List(Vec<Map<String, Value>>);

impl List {
    fn push(&mut self, shape: &Shape, entry: &Entry) {
        // The roles after the first of a sealed entry have no seal, so look at where that entry began.
        let before = self.0.last().filter(|_| !self.last_is_sealed());
        let items = items::write(shape, entry, before);
        self.0.extend(items);
    }

    /// Whether the last entry was sealed: a seal counts its items.
    fn last_is_sealed(&self) -> bool {
        let Some(at) = self.0.iter().rposition(|item| item.contains_key(OURS)) else { return false };
        let roles = self.0[at][OURS]["entry"]["roles"].as_array().map_or(1, |roles| roles.len().max(1));
        at + roles >= self.0.len()
    }
}

/// Whether an unknown key may be written at the top without breaking the schema.
fn may_stand(name: &str, value: &Value) -> bool {
    let is_text = |key: &str| value.get(key).is_none_or(Value::is_string);
    match name {
        "$schema" | "basics" | OURS => false,
        "meta" => {
            let canonical = value
                .get("canonical")
                .is_none_or(|url| url.as_str().is_some_and(|url| ascii_href(url).as_deref() == Some(url)));
            value.is_object() && canonical && is_text("version") && is_text("lastModified")
        }
        _ => !is_list(name),
    }
}

fn summary(reader: &mut Reader, map: &Map<String, Value>, document: &mut Document) -> String {
    let Some(value) = map.get("summary") else { return String::new() };
    let lines = value.as_array().is_some_and(|lines| lines.iter().all(Value::is_string));
    if lines && let Some((lines, _)) = reader.list("basics.summary", value, ListOf::Lines) {
        return lines.join("\n");
    }
    reader.rich_text("basics.summary", value).unwrap_or_else(|| {
        reader.set_aside(
            &mut document.basics.extra,
            "basics.summary",
            "summary",
            value,
            "This is no text. It is kept in the file but not shown.",
        );
        String::new()
    })
}

/// Puts the lists into sections: as our part of the file says, then what it does not mention in the usual order.
fn place(
    reader: &mut Reader,
    document: &mut Document,
    ours: Ours,
    mut summary: String,
    mut lists: BTreeMap<&str, Vec<Entry>>,
) {
    let mut wants_summary = true;
    let mut last_of = BTreeMap::new();
    for place in ours.sections {
        let mut section = Section {
            id: document.fresh_id(),
            kind: place.kind,
            title: place.title,
            text: place.text,
            ..Section::default()
        };
        if place.kind == SectionKind::Summary && wants_summary {
            wants_summary = false;
            let summary = std::mem::take(&mut summary);
            // A change made elsewhere wins over what was put beside it.
            if html::to_markdown(&section.text).as_deref() != Some(summary.as_str()) {
                section.text = summary;
            }
        }
        if let Some(shape) = Shape::of(place.kind) {
            if let Some(entries) = lists.get_mut(shape.list[0]) {
                section.entries = entries.drain(..place.items.min(entries.len())).collect();
            }
            last_of.insert(shape.list[0], document.sections.len());
        } else {
            section.entries =
                place.entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect();
        }
        if place.aside {
            document.design.aside.push(section.id);
        }
        document.sections.push(section);
    }
    for shape in &SHAPES {
        let Some(entries) = lists.remove(shape.list[0]).filter(|entries| !entries.is_empty()) else { continue };
        if let Some(section) = last_of.get(shape.list[0]).and_then(|at| document.sections.get_mut(*at)) {
            section.entries.extend(entries);
        } else {
            let id = document.fresh_id();
            document.sections.push(Section { id, kind: shape.kind, entries, ..Section::default() });
        }
    }
    if !summary.is_empty() {
        let id = document.fresh_id();
        document.sections.insert(0, Section { id, kind: SectionKind::Summary, text: summary, ..Section::default() });
    }
    if Language::find(&ours.language).is_some() {
        document.language = ours.language;
    }
    let aside = std::mem::take(&mut document.design.aside);
    let with_design = Document { design: Design { aside: Vec::new(), ..ours.design }, ..Document::default() };
    if validate(&with_design).is_ok() {
        document.design = with_design.design;
    } else {
        reader.note("vitae.design", NOT_OUR_LOOK);
    }
    document.design.aside = aside;
    document.extra.extend(ours.kept.into_iter().filter(|(_, value)| can_be_kept(value, MAX_EXTRA_DEPTH)));
}
