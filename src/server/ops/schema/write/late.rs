//! What is dropped after everything else was made: columns and tables, whose content somebody may want to bring over.

use super::super::{
    catalog::{Catalog, Detail, Key},
    plan::{Fate, Plan},
};
use std::collections::BTreeSet;

/// So far tables are followed that point at one another.
const FAR: usize = 8;

/// Whether something may be dropped last of all: nothing that it needs goes or changes before, and nothing new has its
/// name.
pub(super) fn may_wait(plan: &Plan<'_>, key: &Key) -> bool {
    match key {
        Key::Column(..) => column_waits(plan, key),
        Key::Table(table) => table_waits(plan, table, FAR),
        _ => false,
    }
}

fn column_waits(plan: &Plan<'_>, key: &Key) -> bool {
    let stays = |needed: &Key| {
        let changes = plan.fate(needed).is_some() || plan.released.contains(needed);
        matches!(needed, Key::Table(table) if Some(table.as_str()) == key.table()) || !changes
    };
    plan.fate(key) == Some(Fate::Drop) && plan.from.objects[key].needs.iter().all(stays)
}

fn table_waits(plan: &Plan<'_>, table: &str, far: usize) -> bool {
    let Some(nearer) = far.checked_sub(1) else { return false };
    let parts: Vec<&Key> = plan.from.objects.keys().filter(|key| table_of(plan, key) == Some(table)).collect();
    let stays = |needed: &Key| match table_of(plan, needed) {
        Some(other) if other == table => true,
        Some(other) if plan.fate(&Key::Table(other.to_owned())) == Some(Fate::Drop) => table_waits(plan, other, nearer),
        _ => plan.fate(needed).is_none() && !plan.released.contains(needed),
    };
    let goes = |part: &&Key| plan.fate(part) == Some(Fate::Drop) && plan.from.objects[*part].needs.iter().all(stays);
    let names: BTreeSet<&str> = parts.iter().filter_map(|part| relation(plan.from, part)).collect();
    let mut new = plan.to.objects.keys().filter(|key| plan.comes(key)).filter_map(|key| relation(plan.to, key));
    parts.iter().all(goes) && new.all(|name| !names.contains(name))
}

/// The table that something is, or is a part of.
fn table_of<'a>(plan: &Plan<'a>, key: &'a Key) -> Option<&'a str> {
    match (key, &plan.from.objects.get(key)?.detail) {
        (Key::Table(name), _) => Some(name),
        (_, Detail::Index { table, .. }) => Some(table),
        _ => key.table(),
    }
}

/// The name that it has among tables, views, indexes and types.
fn relation<'a>(catalog: &Catalog, key: &'a Key) -> Option<&'a str> {
    match (key, &catalog.objects.get(key)?.detail) {
        (Key::Table(name) | Key::View(name) | Key::Index(name) | Key::Enum(name), _) => Some(name),
        (Key::Constraint(_, name), Detail::Constraint { kind, .. }) if kind != "f" && kind != "c" => Some(name),
        _ => None,
    }
}
