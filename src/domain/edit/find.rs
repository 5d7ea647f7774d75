//! Finding items of a document: by id, by path, and back.

use crate::domain::{
    document::{Basics, Bullet, Document, Entry, ItemId, Profile, Role, Section},
    template::Design,
};

/// Something that is found in a document by its id.
pub trait Find: Sized {
    /// The one with this id, if it is there.
    fn find(document: &Document, id: ItemId) -> Option<&Self>;
    /// The one with this id, if it is there, to be written.
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self>;
}

/// What there is only once: any id finds it.
macro_rules! find_one {
    ($item:ty, $($field:ident).*) => {
        impl Find for $item {
            fn find(document: &Document, _: ItemId) -> Option<&Self> {
                Some(&document$(.$field)*)
            }
            fn find_mut(document: &mut Document, _: ItemId) -> Option<&mut Self> {
                Some(&mut document$(.$field)*)
            }
        }
    };
}

find_one!(Basics, basics);
find_one!(Design, design);

impl Find for Document {
    fn find(document: &Document, _: ItemId) -> Option<&Self> {
        Some(document)
    }
    fn find_mut(document: &mut Document, _: ItemId) -> Option<&mut Self> {
        Some(document)
    }
}

impl Find for Profile {
    fn find(document: &Document, id: ItemId) -> Option<&Self> {
        document.basics.profiles.iter().find(|profile| profile.id == id)
    }
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self> {
        document.basics.profiles.iter_mut().find(|profile| profile.id == id)
    }
}

impl Find for Section {
    fn find(document: &Document, id: ItemId) -> Option<&Self> {
        document.sections.iter().find(|section| section.id == id)
    }
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self> {
        document.sections.iter_mut().find(|section| section.id == id)
    }
}

impl Find for Entry {
    fn find(document: &Document, id: ItemId) -> Option<&Self> {
        document.sections.iter().flat_map(|section| &section.entries).find(|entry| entry.id == id)
    }
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self> {
        document.sections.iter_mut().flat_map(|section| &mut section.entries).find(|entry| entry.id == id)
    }
}

impl Find for Role {
    fn find(document: &Document, id: ItemId) -> Option<&Self> {
        let mut entries = document.sections.iter().flat_map(|section| &section.entries);
        entries.find_map(|entry| entry.roles.iter().find(|role| role.id == id))
    }
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self> {
        let mut entries = document.sections.iter_mut().flat_map(|section| &mut section.entries);
        entries.find_map(|entry| entry.roles.iter_mut().find(|role| role.id == id))
    }
}

impl Find for Bullet {
    fn find(document: &Document, id: ItemId) -> Option<&Self> {
        let mut entries = document.sections.iter().flat_map(|section| &section.entries);
        entries.find_map(|entry| {
            let of_roles = entry.roles.iter().flat_map(|role| &role.bullets);
            entry.bullets.iter().chain(of_roles).find(|bullet| bullet.id == id)
        })
    }
    fn find_mut(document: &mut Document, id: ItemId) -> Option<&mut Self> {
        let mut entries = document.sections.iter_mut().flat_map(|section| &mut section.entries);
        entries.find_map(|entry| {
            let of_roles = entry.roles.iter_mut().flat_map(|role| &mut role.bullets);
            entry.bullets.iter_mut().chain(of_roles).find(|bullet| bullet.id == id)
        })
    }
}

impl Document {
    /// The ids of what an item stands in, outermost first, and the item itself; empty if there is no such item.
    pub fn path_to(&self, id: ItemId) -> Vec<ItemId> {
        for section in &self.sections {
            if section.id == id {
                return vec![id];
            }
            for entry in &section.entries {
                if entry.id == id {
                    return vec![section.id, id];
                }
                if entry.bullets.iter().any(|bullet| bullet.id == id) {
                    return vec![section.id, entry.id, id];
                }
                for role in &entry.roles {
                    if role.id == id {
                        return vec![section.id, entry.id, id];
                    }
                    if role.bullets.iter().any(|bullet| bullet.id == id) {
                        return vec![section.id, entry.id, role.id, id];
                    }
                }
            }
        }
        if self.basics.profiles.iter().any(|profile| profile.id == id) { vec![id] } else { Vec::new() }
    }

    /// The field that a path of keys and positions means, by id: `sections[0].entries[2].url` is `i7.url`,
    /// `basics.location.city` stays what it is.
    pub fn anchor(&self, path: &str) -> String {
        let mut steps = path.split('.');
        let mut item: Option<ItemId> = None;
        let (mut section, mut entry, mut role) = (None, None, None);
        let mut rest: Vec<&str> = Vec::new();
        for step in steps.by_ref() {
            let (key, position) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
                Some((key, position)) => (key, position.parse::<usize>().ok()),
                None => (step, None),
            };
            let found = position.and_then(|at| match key {
                "sections" => {
                    section = self.sections.get(at);
                    section.map(|found: &Section| found.id)
                }
                "profiles" => self.basics.profiles.get(at).map(|profile| profile.id),
                "entries" => {
                    entry = section.and_then(|section| section.entries.get(at));
                    entry.map(|found: &Entry| found.id)
                }
                "roles" => {
                    role = entry.and_then(|entry| entry.roles.get(at));
                    role.map(|found: &Role| found.id)
                }
                "bullets" => match (role, entry) {
                    (Some(role), _) => role.bullets.get(at).map(|bullet| bullet.id),
                    (None, Some(entry)) => entry.bullets.get(at).map(|bullet| bullet.id),
                    (None, None) => None,
                },
                _ => None,
            });
            if found.is_some() {
                item = found;
                rest.clear();
            } else {
                rest.push(key);
            }
        }
        let mut anchor = item.map(|id| ["i", &id.to_string()].concat()).unwrap_or_default();
        for key in rest {
            if !anchor.is_empty() {
                anchor.push('.');
            }
            anchor.push_str(key);
        }
        anchor
    }
}
