//! What an editor does to a document: add, move, copy, hide and remove by id. Every verb keeps the ids unique.

use super::document::{Bullet, Document, Entry, ItemId, Profile, Role, Section, SectionKind};

mod find;

pub use find::Find;

/// Where something stands among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub position: usize,
    /// How many there are.
    pub of: usize,
}

/// Something that has an id and stands in a list.
trait Item: Clone {
    fn id(&self) -> ItemId;
    /// Gives it and everything in it new ids, drawn from the counter.
    fn renumber(&mut self, next: &mut ItemId);
    /// Turns "left out of the page" on or off; nothing for what cannot be hidden.
    fn toggle(&mut self) {}
}

/// What to do with an item where it stands.
#[derive(Clone, Copy)]
enum Verb {
    MoveTo(usize),
    MoveBy(isize),
    Duplicate,
    Remove,
    Toggle,
}

fn draw(next: &mut ItemId) -> ItemId {
    let id = *next;
    *next += 1;
    id
}

impl Item for Bullet {
    fn id(&self) -> ItemId {
        self.id
    }
    fn renumber(&mut self, next: &mut ItemId) {
        self.id = draw(next);
    }
    fn toggle(&mut self) {
        self.hidden = !self.hidden;
    }
}

impl Item for Profile {
    fn id(&self) -> ItemId {
        self.id
    }
    fn renumber(&mut self, next: &mut ItemId) {
        self.id = draw(next);
    }
}

impl Item for Role {
    fn id(&self) -> ItemId {
        self.id
    }
    fn renumber(&mut self, next: &mut ItemId) {
        self.id = draw(next);
        self.bullets.iter_mut().for_each(|bullet| bullet.renumber(next));
    }
    fn toggle(&mut self) {
        self.hidden = !self.hidden;
    }
}

impl Item for Entry {
    fn id(&self) -> ItemId {
        self.id
    }
    fn renumber(&mut self, next: &mut ItemId) {
        self.id = draw(next);
        self.roles.iter_mut().for_each(|role| role.renumber(next));
        self.bullets.iter_mut().for_each(|bullet| bullet.renumber(next));
    }
    fn toggle(&mut self) {
        self.hidden = !self.hidden;
    }
}

impl Item for Section {
    fn id(&self) -> ItemId {
        self.id
    }
    fn renumber(&mut self, next: &mut ItemId) {
        self.id = draw(next);
        self.entries.iter_mut().for_each(|entry| entry.renumber(next));
    }
    fn toggle(&mut self) {
        self.hidden = !self.hidden;
    }
}

/// Does `verb` to the item in this list; `None` if it is not here. Answers the id that the eye should go to
/// (0: none) and where it stands.
fn act<T: Item>(list: &mut Vec<T>, id: ItemId, verb: Verb, next: &mut ItemId) -> Option<(ItemId, Place)> {
    let from = list.iter().position(|item| item.id() == id)?;
    let end = list.len() - 1;
    let (at, id) = match verb {
        Verb::MoveTo(to) => (move_within(list, from, to.min(end)), id),
        Verb::MoveBy(by) => (move_within(list, from, from.saturating_add_signed(by).min(end)), id),
        Verb::Duplicate => {
            let mut copy = list[from].clone();
            copy.renumber(next);
            let id = copy.id();
            list.insert(from + 1, copy);
            (from + 1, id)
        }
        Verb::Remove => {
            list.remove(from);
            let neighbour = from.min(list.len().saturating_sub(1));
            (neighbour, list.get(neighbour).map_or(0, Item::id))
        }
        Verb::Toggle => {
            list[from].toggle();
            (from, id)
        }
    };
    Some((id, Place { position: at + 1, of: list.len() }))
}

fn move_within<T>(list: &mut Vec<T>, from: usize, to: usize) -> usize {
    let item = list.remove(from);
    list.insert(to, item);
    to
}

/// Moving, copying, hiding and removing.
impl Document {
    /// Moves an item up (negative) or down among its neighbours, as far as the end of the list.
    pub fn move_by(&mut self, id: ItemId, by: isize) -> Option<Place> {
        self.act(id, Verb::MoveBy(by)).map(|(_, place)| place)
    }

    /// Moves an item to a position, counted from 0, among its neighbours.
    pub fn move_to(&mut self, id: ItemId, to: usize) -> Option<Place> {
        self.act(id, Verb::MoveTo(to)).map(|(_, place)| place)
    }

    /// Puts a copy after an item; answers the id of the copy.
    pub fn duplicate(&mut self, id: ItemId) -> Option<ItemId> {
        self.act(id, Verb::Duplicate).map(|(copy, _)| copy)
    }

    /// Removes an item; answers the neighbour that takes its place, or 0 if it was the last of its list.
    pub fn remove(&mut self, id: ItemId) -> Option<ItemId> {
        self.act(id, Verb::Remove).map(|(neighbour, _)| neighbour)
    }

    /// Hides an item from the page, or shows it again.
    pub fn toggle_hidden(&mut self, id: ItemId) {
        self.act(id, Verb::Toggle);
    }

    fn act(&mut self, id: ItemId, verb: Verb) -> Option<(ItemId, Place)> {
        let next = &mut self.next_id;
        if let done @ Some(_) = act(&mut self.sections, id, verb, next) {
            return done;
        }
        if let done @ Some(_) = act(&mut self.basics.profiles, id, verb, next) {
            return done;
        }
        self.sections.iter_mut().find_map(|section| {
            act(&mut section.entries, id, verb, next).or_else(|| {
                section.entries.iter_mut().find_map(|entry| {
                    act(&mut entry.roles, id, verb, next)
                        .or_else(|| act(&mut entry.bullets, id, verb, next))
                        .or_else(|| entry.roles.iter_mut().find_map(|role| act(&mut role.bullets, id, verb, next)))
                })
            })
        })
    }
}

/// Adding.
impl Document {
    /// Adds an empty section at the end; answers its id.
    pub fn add_section(&mut self, kind: SectionKind) -> ItemId {
        let id = draw(&mut self.next_id);
        self.sections.push(Section { id, kind, ..Section::default() });
        id
    }

    /// Adds an account elsewhere; answers its id.
    pub fn add_profile(&mut self) -> ItemId {
        let id = draw(&mut self.next_id);
        self.basics.profiles.push(Profile { id, ..Profile::default() });
        id
    }

    /// Adds an empty entry to a section, first where the newest comes first; answers its id. Employers and
    /// organisations are born with one role.
    pub fn add_entry(&mut self, section: ItemId) -> Option<ItemId> {
        let next = &mut self.next_id;
        let section = self.sections.iter_mut().find(|other| other.id == section)?;
        let mut entry = Entry { id: draw(next), ..Entry::default() };
        let id = entry.id;
        if has_roles(section.kind) {
            entry.roles.push(Role { id: draw(next), ..Role::default() });
        }
        let at = if newest_first(section.kind) { 0 } else { section.entries.len() };
        section.entries.insert(at, entry);
        Some(id)
    }

    /// Adds an empty role to an entry, before the others; answers its id.
    pub fn add_role(&mut self, entry: ItemId) -> Option<ItemId> {
        let next = &mut self.next_id;
        let entry =
            self.sections.iter_mut().flat_map(|section| &mut section.entries).find(|other| other.id == entry)?;
        let id = draw(next);
        entry.roles.insert(0, Role { id, ..Role::default() });
        Some(id)
    }

    /// Adds one bullet for each text after the bullet `after`, or at the end of the bullets of the entry or role
    /// `after`; answers the id of the last.
    pub fn add_bullets(&mut self, after: ItemId, texts: &[&str]) -> Option<ItemId> {
        let next = &mut self.next_id;
        let (bullets, at) = self.sections.iter_mut().flat_map(|section| &mut section.entries).find_map(|entry| {
            entry
                .roles
                .iter_mut()
                .map(|role| (role.id, &mut role.bullets))
                .chain(std::iter::once((entry.id, &mut entry.bullets)))
                .find_map(|(owner, bullets)| {
                    let at = if owner == after {
                        bullets.len()
                    } else {
                        1 + bullets.iter().position(|bullet| bullet.id == after)?
                    };
                    Some((bullets, at))
                })
        })?;
        let new: Vec<Bullet> =
            texts.iter().map(|text| Bullet { id: draw(next), text: (*text).to_owned(), ..Bullet::default() }).collect();
        let last = new.last().map(|bullet| bullet.id);
        bullets.splice(at..at, new);
        last
    }

    /// Cuts a bullet in two: it keeps `before`, and a new one with `after` follows; answers the id of the new one.
    pub fn split_bullet(&mut self, id: ItemId, before: String, after: &str) -> Option<ItemId> {
        let new = self.add_bullets(id, &[after])?;
        self.set_bullet(id, before);
        Some(new)
    }

    /// Makes one bullet of two, with the notes and tags of both; answers where the second begins in it, in units of UTF-16.
    pub fn join_bullet(&mut self, first: ItemId, second: ItemId) -> u32 {
        let joined = Bullet::find(self, second).cloned().unwrap_or_default();
        let Some(bullet) = Bullet::find_mut(self, first) else { return 0 };
        let place = bullet.text.encode_utf16().count();
        bullet.text.push_str(&joined.text);
        if !bullet.note.is_empty() && !joined.note.is_empty() {
            bullet.note.push('\n');
        }
        bullet.note.push_str(&joined.note);
        for tag in joined.tags {
            if !bullet.tags.contains(&tag) {
                bullet.tags.push(tag);
            }
        }
        self.remove(second);
        u32::try_from(place).unwrap_or_default()
    }

    /// Gives a bullet another text.
    pub fn set_bullet(&mut self, id: ItemId, text: String) {
        if let Some(bullet) = Bullet::find_mut(self, id) {
            bullet.text = text;
        }
    }
}

/// Whether entries of this kind have roles under them.
pub fn has_roles(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::Experience | SectionKind::Volunteering)
}

/// Whether the newest entry of this kind comes first.
fn newest_first(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::Experience | SectionKind::Volunteering | SectionKind::Education)
}

#[cfg(test)]
mod tests;
