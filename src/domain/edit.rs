//! What an editor does to a document: add, move, copy, hide and remove by id. Every verb keeps the ids unique.

use super::{
    document::{Basics, Bullet, Document, Entry, ItemId, Profile, Role, Section, SectionKind},
    template::Design,
};

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
    let last = list.len() - 1;
    let (at, id) = match verb {
        Verb::MoveTo(to) => (move_within(list, from, to.min(last)), id),
        Verb::MoveBy(by) => (move_within(list, from, from.saturating_add_signed(by).min(last)), id),
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

/// Adding and finding.
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

    /// Gives a bullet another text.
    pub fn set_bullet(&mut self, id: ItemId, text: String) {
        if let Some(bullet) = Bullet::find_mut(self, id) {
            bullet.text = text;
        }
    }

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

/// Whether entries of this kind have roles under them.
pub fn has_roles(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::Experience | SectionKind::Volunteering)
}

/// Whether the newest entry of this kind comes first.
fn newest_first(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::Experience | SectionKind::Volunteering | SectionKind::Education)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section of employers: one with two roles, the first of them with two bullets; and one of skills.
    fn career() -> (Document, [ItemId; 4]) {
        let mut document = Document::default();
        let work = document.add_section(SectionKind::Experience);
        document.add_section(SectionKind::Skills);
        let employer = document.add_entry(work).expect("the section is there");
        let role = document.sections[0].entries[0].roles[0].id;
        document.add_role(employer);
        document.add_bullets(role, &["one", "two"]);
        (document, [work, employer, role, document_bullet(role)])
    }

    /// Bullets are drawn after the second role.
    fn document_bullet(role: ItemId) -> ItemId {
        role + 2
    }

    fn ids(document: &Document) -> Vec<ItemId> {
        let mut ids = Vec::new();
        for section in &document.sections {
            ids.push(section.id);
            for entry in &section.entries {
                ids.push(entry.id);
                ids.extend(entry.bullets.iter().map(|bullet| bullet.id));
                for role in &entry.roles {
                    ids.push(role.id);
                    ids.extend(role.bullets.iter().map(|bullet| bullet.id));
                }
            }
        }
        ids
    }

    #[test]
    fn a_copy_has_new_ids_all_the_way_down() {
        let (mut document, [_, employer, ..]) = career();
        let before = document.next_id;
        let copy = document.duplicate(employer).expect("it is there");
        assert!(copy >= before);
        assert_eq!(document.sections[0].entries[1].id, copy);
        assert_eq!(document.sections[0].entries[1].roles[1].bullets[0].text, "one");
        let all = ids(&document);
        let mut unique = all.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
        assert!(unique.iter().all(|id| *id < document.next_id));
    }

    #[test]
    fn moving_stops_at_the_ends() {
        let (mut document, [work, .., bullet]) = career();
        assert_eq!(document.move_by(work, -1), Some(Place { position: 1, of: 2 }));
        assert_eq!(document.move_by(work, 5), Some(Place { position: 2, of: 2 }));
        assert_eq!(document.sections[1].id, work);
        assert_eq!(document.move_to(bullet, 1), Some(Place { position: 2, of: 2 }));
        assert_eq!(document.sections[1].entries[0].roles[1].bullets[1].text, "one");
    }

    #[test]
    fn removing_names_the_neighbour() {
        let (mut document, [_, employer, _, bullet]) = career();
        assert_eq!(document.remove(bullet + 1), Some(bullet));
        assert_eq!(document.remove(bullet), Some(0));
        assert_eq!(document.remove(employer), Some(0));
        assert_eq!(document.remove(employer), None);
    }

    #[test]
    fn bullets_come_after_the_one_named() {
        let (mut document, [_, employer, role, bullet]) = career();
        document.add_bullets(bullet, &["between"]);
        let texts: Vec<&str> =
            document.sections[0].entries[0].roles[1].bullets.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(texts, ["one", "between", "two"]);
        assert_eq!(document.sections[0].entries[0].roles[1].id, role);
        document.add_bullets(employer, &["of the employer"]);
        assert_eq!(document.sections[0].entries[0].bullets[0].text, "of the employer");
        assert_eq!(document.add_bullets(999, &["nowhere"]), None);
    }

    #[test]
    fn a_bullet_is_cut_in_two() {
        let (mut document, [.., bullet]) = career();
        let new = document.split_bullet(bullet, "o".into(), "ne").expect("it is there");
        let bullets = &document.sections[0].entries[0].roles[1].bullets;
        assert_eq!((bullets[0].text.as_str(), bullets[1].text.as_str(), bullets[1].id), ("o", "ne", new));
    }

    #[test]
    fn things_are_found_by_id_and_by_path() {
        let (document, [work, employer, role, bullet]) = career();
        assert_eq!(document.path_to(bullet), [work, employer, role, bullet]);
        assert_eq!(document.path_to(999), []);
        assert_eq!(document.anchor("sections[0].entries[0].url"), format!("i{employer}.url"));
        assert_eq!(document.anchor("sections[0].entries[0].roles[1].bullets[0].text"), format!("i{bullet}.text"));
        assert_eq!(document.anchor("basics.location.city"), "basics.location.city");
        assert_eq!(document.anchor("sections[7].title"), "sections.title");
    }

    #[test]
    fn items_are_found_and_written_by_id() {
        let (mut document, [work, employer, role, bullet]) = career();
        Section::find_mut(&mut document, work).expect("it is there").title = "Work".into();
        Entry::find_mut(&mut document, employer).expect("it is there").name = "Acme".into();
        Role::find_mut(&mut document, role).expect("it is there").title = "Head".into();
        assert_eq!(Bullet::find(&document, bullet).map(|bullet| bullet.text.as_str()), Some("one"));
        assert_eq!(document.sections[0].entries[0].roles[1].title, "Head");
        assert_eq!(Section::find(&document, work).map(|section| section.entries[0].name.as_str()), Some("Acme"));
        assert!(Entry::find(&document, role).is_none() && Profile::find(&document, bullet).is_none());
    }

    #[test]
    fn hiding_is_undone_by_hiding_again() {
        let (mut document, [work, .., bullet]) = career();
        document.toggle_hidden(work);
        document.toggle_hidden(bullet);
        assert!(document.sections[0].hidden && document.sections[0].entries[0].roles[1].bullets[0].hidden);
        document.toggle_hidden(work);
        assert!(!document.sections[0].hidden);
    }
}
