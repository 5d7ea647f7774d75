//! The verbs of the outline: what opens, what moves, and where the focus goes.

use super::{
    OUTLINE,
    state::{ABOUT, EditorState, Showing, anchor, item_of},
};
use crate::{
    domain::{
        document::{Bullet, Document, ItemId, SectionKind},
        edit::{Find, Place},
    },
    ui::browser,
};
use leptos::prelude::*;

/// The verbs of the outline.
impl EditorState {
    /// Whether a section or entry is open.
    pub fn is_open(self, id: ItemId) -> Signal<bool> {
        Signal::derive(move || self.open.with(|open| open.contains(&id)))
    }

    /// Opens or closes a section or entry.
    pub fn toggle(self, id: ItemId) {
        self.open.update(|open| match open.iter().position(|other| *other == id) {
            Some(at) => {
                open.swap_remove(at);
            }
            None => open.push(id),
        });
    }

    /// Opens what the item stands in and focuses its first field.
    pub fn reveal(self, id: ItemId) {
        self.open_path(id);
        browser::focus(anchor(id));
    }

    fn open_path(self, id: ItemId) {
        let mut path = self.document.with_untracked(|document| document.path_to(id));
        if self.document.with_untracked(|document| document.basics.profiles.iter().any(|profile| profile.id == id)) {
            path.push(ABOUT);
        }
        self.open.update(|open| {
            for id in path {
                if !open.contains(&id) {
                    open.push(id);
                }
            }
        });
    }

    /// Opens and focuses what a mark on the page or an error names: `basics.email`, `i12`, `i12.url`.
    pub fn reveal_name(self, name: &str) {
        self.showing.set(Showing::Write);
        match item_of(name) {
            Some(id) => self.open_path(id),
            None => self.open.update(|open| {
                if !open.contains(&ABOUT) {
                    open.push(ABOUT);
                }
            }),
        }
        browser::focus(name.to_owned());
    }

    /// Moves an item up (-1) or down (1) and keeps the focus on the button that did it.
    pub fn move_by(self, id: ItemId, by: isize) {
        let place = self.change(|document| document.move_by(id, by));
        self.say_place(place);
        browser::focus([anchor(id).as_str(), if by < 0 { ".up" } else { ".down" }].concat());
    }

    /// Moves a bullet and stays in it.
    pub fn move_bullet(self, id: ItemId, by: isize) {
        let place = self.change(|document| document.move_by(id, by));
        self.say_place(place);
        browser::focus(anchor(id));
    }

    /// Puts a copy after an item and opens it.
    pub fn duplicate(self, id: ItemId) {
        if let Some(copy) = self.change(|document| document.duplicate(id)) {
            self.say("Copied");
            self.reveal(copy);
        }
    }

    /// Removes an item and offers to undo it; the focus goes to the button that would remove its neighbour, or to what it
    /// was in.
    pub fn remove(self, id: ItemId, what: &str) {
        let around = self.around(id);
        let neighbour = self.change(|document| document.remove(id));
        self.removed.set(Some([what, " removed"].concat()));
        match neighbour.filter(|id| *id != 0) {
            Some(id) => browser::focus([anchor(id).as_str(), ".remove"].concat()),
            None => browser::focus(around),
        }
    }

    /// The id of the element that an item is in.
    fn around(self, id: ItemId) -> String {
        let path = self.document.with_untracked(|document| document.path_to(id));
        path.into_iter().rfind(|around| *around != id).map_or_else(|| OUTLINE.to_owned(), anchor)
    }

    /// Joins a bullet to the one before, as Backspace does at its beginning.
    pub fn join_bullet(self, previous: ItemId, id: ItemId) {
        let place = self.change(|document| document.join_bullet(previous, id));
        browser::focus_at(anchor(previous), place);
    }

    /// Removes an empty bullet by the keyboard: the one before gets the focus, or the one after, or what it was in.
    pub fn remove_bullet(self, id: ItemId, previous: Option<ItemId>) {
        let had_more = self.document.with_untracked(|document| {
            Bullet::find(document, id).is_some_and(|bullet| !bullet.note.is_empty() || !bullet.tags.is_empty())
        });
        let around = self.around(id);
        let next = self.change(|document| document.remove(id));
        if had_more {
            self.removed.set(Some("Bullet removed, with its note and tags".into()));
        }
        match previous.or(next.filter(|next| *next != 0)) {
            Some(id) => browser::focus_at(anchor(id), u32::MAX),
            None => browser::focus(around),
        }
    }

    /// Hides an item from the page, or shows it.
    pub fn toggle_hidden(self, id: ItemId) {
        self.change(|document| document.toggle_hidden(id));
    }

    /// Adds a section and opens it.
    pub fn add_section(self, kind: SectionKind) {
        let id = self.change(|document| {
            let id = document.add_section(kind);
            if kind != SectionKind::Summary {
                document.add_entry(id);
            }
            id
        });
        let first = self.document.with_untracked(|document| {
            document.sections.last().and_then(|section| section.entries.first()).map(|entry| entry.id)
        });
        self.reveal(first.unwrap_or(id));
    }

    /// Adds an entry, a role, a bullet or an account elsewhere, by the verb given, and opens it.
    pub fn add(self, verb: impl FnOnce(&mut Document) -> Option<ItemId>) {
        if let Some(id) = self.change(verb) {
            self.reveal(id);
        }
    }

    fn say_place(self, place: Option<Place>) {
        if let Some(Place { position, of }) = place {
            self.said.set(["Moved to ", &position.to_string(), " of ", &of.to_string()].concat());
        }
    }
}
