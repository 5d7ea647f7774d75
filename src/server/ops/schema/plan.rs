//! What becomes of each thing on the way from one schema to another.

use super::catalog::{Catalog, Column, Detail, Key, Object};
use super::types::related;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a thing that does not stay as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Create,
    /// It goes.
    Drop,
    /// It goes and is made anew: it is another one, or something it stands on goes.
    Replace,
    /// It is changed where it is.
    Alter,
}

/// What becomes of everything.
pub struct Plan<'a> {
    /// What there is.
    pub from: &'a Catalog,
    /// What there will be.
    pub to: &'a Catalog,
    /// What does not stay as it is.
    pub fates: BTreeMap<&'a Key, Fate>,
    /// Columns that stay but stand on something that goes for a while: a default on a function, a type on an enum.
    pub released: BTreeSet<&'a Key>,
}

impl<'a> Plan<'a> {
    /// Compares both schemas.
    pub fn new(from: &'a Catalog, to: &'a Catalog) -> Self {
        let mut plan = Self { from, to, fates: BTreeMap::new(), released: BTreeSet::new() };
        for (key, object) in &from.objects {
            match to.objects.get(key) {
                None => drop(plan.fates.insert(key, Fate::Drop)),
                Some(wanted) if wanted.detail != object.detail => {
                    plan.fates.insert(key, change(&object.detail, &wanted.detail));
                }
                Some(_) => {}
            }
        }
        let new = to.objects.keys().filter(|key| !from.objects.contains_key(*key));
        plan.fates.extend(new.map(|key| (key, Fate::Create)));
        plan.replace_enums_with_values_in_use();
        plan.spread();
        plan
    }

    /// What becomes of this.
    pub fn fate(&self, key: &Key) -> Option<Fate> {
        self.fates.get(key).copied()
    }

    /// Whether this goes, perhaps to come back.
    pub fn goes(&self, key: &Key) -> bool {
        matches!(self.fate(key), Some(Fate::Drop | Fate::Replace))
    }

    /// Whether this is made, perhaps again.
    pub fn comes(&self, key: &Key) -> bool {
        matches!(self.fate(key), Some(Fate::Create | Fate::Replace))
    }

    /// Both sides of a column that stays.
    pub fn column(&self, key: &Key) -> Option<(&'a Column, &'a Column)> {
        match (&self.from.objects.get(key)?.detail, &self.to.objects.get(key)?.detail) {
            (Detail::Column(old), Detail::Column(new)) => Some((old, new)),
            _ => None,
        }
    }

    /// A value that was added to an enum cannot be used before the transaction ends, so the enum is made anew if
    /// something in the same migration uses it.
    fn replace_enums_with_values_in_use(&mut self) {
        let coming = |key: &&Key| self.fates.get(*key).is_some_and(|fate| *fate != Fate::Drop);
        let written: Vec<&str> = self.to.objects.iter().filter(|(key, _)| coming(key)).flat_map(expressions).collect();
        let in_use = |key: &&Key| match (*key, self.from.objects.get(*key), self.to.objects.get(*key)) {
            (
                Key::Enum(name),
                Some(Object { detail: Detail::Enum(old), .. }),
                Some(Object { detail: Detail::Enum(new), .. }),
            ) => {
                let added = new.iter().filter(|value| !old.contains(value));
                // `'x'::mood`, or in an array, `'{x}'::mood[]`.
                let mut words = added.map(|value| format!("{value}::{name}")).chain([format!("'::{name}[]")]);
                words.any(|words| written.iter().any(|text| text.contains(&words)))
            }
            _ => false,
        };
        let enums: Vec<&Key> = self.fates.keys().copied().filter(in_use).collect();
        self.fates.extend(enums.into_iter().map(|key| (key, Fate::Replace)));
    }

    /// What stands on something that goes, goes too, and comes back if it is to stay.
    fn spread(&mut self) {
        let retyped = |key: &&Key| {
            let changed =
                |(old, new): (&Column, &Column)| (&old.of_type, &old.collation) != (&new.of_type, &new.collation);
            self.column(key).is_some_and(changed)
        };
        let mut queue: Vec<&Key> = self.from.objects.keys().filter(|key| self.goes(key) || retyped(key)).collect();
        while let Some(key) = queue.pop() {
            let dependents: Vec<&Key> = self.from.objects.keys().filter(|other| self.stands_on(other, key)).collect();
            for dependent in dependents {
                if self.goes(dependent) || self.released.contains(dependent) {
                    continue;
                }
                match self.column(dependent) {
                    Some((old, _)) if old.generated.is_none() => drop(self.released.insert(dependent)),
                    _ if matches!(dependent, Key::Table(_)) => continue,
                    _ => drop(self.fates.insert(dependent, Fate::Replace)),
                }
                queue.push(dependent);
            }
        }
    }

    /// Whether `dependent` cannot stay as it is while `key` goes or gets another type.
    fn stands_on(&self, dependent: &Key, key: &Key) -> bool {
        let Some(object) = self.from.objects.get(dependent).filter(|object| object.needs.contains(key)) else {
            return false;
        };
        if self.goes(key) {
            return true;
        }
        // PostgreSQL rebuilds constraints and indexes itself when the type of a column changes, as long as their
        // expressions make sense in between.
        let whole = self.released.contains(key)
            || self.column(key).is_some_and(|(old, new)| !related(&old.of_type, &new.of_type));
        match &object.detail {
            Detail::Constraint { kind, .. } => whole && matches!(kind.as_str(), "f" | "c" | "x"),
            Detail::Index { .. } => whole,
            Detail::Column(column) => column.generated.is_some(),
            _ => true,
        }
    }
}

/// How a thing with this key becomes another.
fn change(old: &Detail, new: &Detail) -> Fate {
    let in_place = match (old, new) {
        (Detail::Enum(old), Detail::Enum(new)) => grows(old, new),
        (Detail::Table { .. }, Detail::Table { .. }) => true,
        (Detail::Column(old), Detail::Column(new)) => new.generated.is_none() || old.generated == new.generated,
        (Detail::Constraint { definition: old, .. }, Detail::Constraint { definition: new, .. }) => {
            old.strip_suffix(" not valid") == Some(new)
        }
        (Detail::Function { signature: old, .. }, Detail::Function { signature: new, .. }) => old == new,
        _ => false,
    };
    if in_place { Fate::Alter } else { Fate::Replace }
}

/// Whether the old values stand among the new ones in the same order.
fn grows(old: &[String], new: &[String]) -> bool {
    let mut rest = new.iter();
    old.iter().all(|value| rest.any(|other| other == value))
}

/// What PostgreSQL computes with as soon as the thing is made.
fn expressions<'a>((_, object): (&'a Key, &'a Object)) -> Vec<&'a str> {
    match &object.detail {
        Detail::Column(column) => {
            [&column.default, &column.generated].into_iter().flatten().map(String::as_str).collect()
        }
        Detail::Constraint { definition, .. } | Detail::Index { definition, .. } | Detail::View { definition, .. } => {
            vec![definition]
        }
        Detail::Function { definition, opaque: false, .. } => vec![definition],
        _ => Vec::new(),
    }
}
