//! The ids of a document's items: unique, never zero, never used again.

use super::{Document, ItemId};
use std::collections::{BTreeMap, BTreeSet};

/// Above this, ids are given out anew when a document is read, long before the counter could end.
const MAX_ID: ItemId = 1 << 30;

impl Document {
    /// An id that no item has or had.
    pub fn fresh_id(&mut self) -> ItemId {
        let id = self.next_id.max(1);
        self.next_id = id.saturating_add(1);
        id
    }

    /// Shows every id to `visit`, in the order of the page.
    pub fn visit_ids(&mut self, mut visit: impl FnMut(&mut ItemId)) {
        for profile in &mut self.basics.profiles {
            visit(&mut profile.id);
        }
        for section in &mut self.sections {
            visit(&mut section.id);
            for entry in &mut section.entries {
                visit(&mut entry.id);
                for role in &mut entry.roles {
                    visit(&mut role.id);
                    role.bullets.iter_mut().for_each(|bullet| visit(&mut bullet.id));
                }
                entry.bullets.iter_mut().for_each(|bullet| visit(&mut bullet.id));
            }
        }
    }

    /// Makes the ids what they must be: unique, not zero, below `next_id`. Good ids stay; of equal ones the first.
    pub fn repair_ids(&mut self) {
        let mut highest = 0;
        self.visit_ids(|id| highest = highest.max(*id));
        if highest >= MAX_ID || self.next_id >= MAX_ID {
            self.renumber();
            return;
        }
        let mut next = self.next_id.max(highest + 1);
        let mut seen = BTreeSet::from([0]);
        self.visit_ids(|id| {
            if !seen.insert(*id) {
                *id = next;
                next += 1;
            }
        });
        self.next_id = next;
    }

    /// Gives every item a new id, in the order of the page.
    pub(in crate::domain) fn renumber(&mut self) {
        let mut next = 1;
        let mut renamed = BTreeMap::new();
        self.visit_ids(|id| {
            renamed.entry(*id).or_insert(next);
            *id = next;
            next += 1;
        });
        self.next_id = next;
        self.design.aside = self.design.aside.iter().filter_map(|id| renamed.get(id).copied()).collect();
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::document::{Bullet, Document, Entry, Profile, Role, Section};

    fn ids(document: &mut Document) -> Vec<u32> {
        let mut ids = Vec::new();
        document.visit_ids(|id| ids.push(*id));
        ids
    }

    fn with_ids([profile, section, entry, role, bullet, other]: [u32; 6], next_id: u32) -> Document {
        let bullet_of = |id| Bullet { id, ..Bullet::default() };
        let role = Role { id: role, bullets: vec![bullet_of(bullet)], ..Role::default() };
        let entry = Entry { id: entry, roles: vec![role], bullets: vec![bullet_of(other)], ..Entry::default() };
        let mut document = Document { next_id, ..Document::default() };
        document.basics.profiles.push(Profile { id: profile, ..Profile::default() });
        document.sections.push(Section { id: section, entries: vec![entry], ..Section::default() });
        document.design.aside = vec![section];
        document
    }

    #[test]
    fn good_ids_stay() {
        let mut document = with_ids([1, 2, 3, 4, 5, 6], 9);
        document.repair_ids();
        assert_eq!(ids(&mut document), [1, 2, 3, 4, 5, 6]);
        assert_eq!(document.next_id, 9);
        assert_eq!((document.fresh_id(), document.fresh_id()), (9, 10));
    }

    #[test]
    fn bad_ids_are_replaced() {
        let mut document = with_ids([7, 7, 0, 4, 0, 4], 2);
        document.repair_ids();
        assert_eq!(ids(&mut document), [7, 8, 9, 4, 10, 11]);
        assert_eq!(document.next_id, 12);
    }

    #[test]
    fn the_counter_never_ends() {
        for (items, next_id) in [([1, u32::MAX, 3, 4, 5, 6], 7), ([1, 2, 3, 4, 5, 6], u32::MAX)] {
            let mut document = with_ids(items, next_id);
            document.repair_ids();
            assert_eq!(ids(&mut document), [1, 2, 3, 4, 5, 6]);
            assert_eq!(document.next_id, 7);
            assert_eq!(document.design.aside, [2]);
        }
    }
}
