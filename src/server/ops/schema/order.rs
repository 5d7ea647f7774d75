//! An order in which things can be made: what is needed comes first. Backwards, one in which they can be dropped.

use super::catalog::{Catalog, Key};
use std::collections::{BTreeMap, BTreeSet};

/// Things that are made by one statement, under the key of the statement's own.
pub(super) type Groups<'a> = BTreeMap<&'a Key, Vec<&'a Key>>;

/// Orders the groups; nothing if some need each other in a circle.
///
/// Of those that could be next, it takes the first in the order of kinds; columns as they stand in their table.
pub(super) fn order<'a>(catalog: &'a Catalog, groups: &Groups<'a>) -> Option<Vec<&'a Key>> {
    let group_of: BTreeMap<&Key, &Key> =
        groups.iter().flat_map(|(group, members)| members.iter().map(|member| (*member, *group))).collect();
    let needs = |group: &&'a Key| -> BTreeSet<&'a Key> {
        let members = groups[*group].iter().filter_map(|member| catalog.objects.get(*member));
        members
            .flat_map(|object| &object.needs)
            .filter_map(|needed| group_of.get(needed).copied())
            .filter(|needed| needed != group)
            .collect()
    };
    let mut waiting: BTreeMap<&Key, BTreeSet<&Key>> = groups.keys().map(|group| (*group, needs(group))).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().filter(|(_, needs)| needs.is_empty()).map(|(group, _)| *group);
        let next = ready.min_by_key(|key| rank(catalog, key))?;
        waiting.remove(next);
        for needs in waiting.values_mut() {
            needs.remove(next);
        }
        ordered.push(next);
    }
    Some(ordered)
}

/// Kinds in their order; in a kind by table, place and name.
fn rank<'a>(catalog: &Catalog, key: &'a Key) -> (u8, &'a str, i16, &'a Key) {
    let kind = match key {
        Key::Extension(_) => 0,
        Key::Enum(_) => 1,
        Key::Table(_) => 2,
        Key::Column(..) => 3,
        Key::Constraint(..) => 4,
        Key::Index(_) => 5,
        Key::View(_) => 6,
        Key::Function(_) => 7,
        Key::Trigger(..) => 8,
    };
    let position = catalog.objects.get(key).map_or(0, |object| object.position);
    (kind, key.table().unwrap_or_default(), position, key)
}
