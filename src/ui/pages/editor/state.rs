//! What the editor knows, and its verbs. Every change of the document goes through here, so that undo, the draft in
//! the browser, saving and the pages follow from one place.

use super::{
    history::History,
    lens::Lens,
    previewing::{Pages, Sheet},
    saving::Saving,
};
use crate::{
    api::{ResumeId, resumes::LoadedResume},
    domain::{
        document::{Document, ItemId, SectionKind},
        edit::Place,
        language::Language,
    },
    ui::browser,
};
use leptos::prelude::*;

/// Stands for "About you" among the ids of what is open; no item has it.
pub const ABOUT: ItemId = 0;

/// What a phone shows; a wide screen shows writing and pages side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// The outline.
    Write,
    /// The pages.
    Page,
    /// The design panel.
    Design,
}

impl Showing {
    /// As the style sheet knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Page => "page",
            Self::Design => "design",
        }
    }
}

/// All state of the editor; a handle that is copied to wherever it is needed.
#[derive(Clone, Copy)]
pub struct EditorState {
    /// Which CV.
    pub id: ResumeId,
    /// The CV as it stands in the editor.
    pub document: RwSignal<Document>,
    /// Counts the changes.
    pub version: RwSignal<u32>,
    /// Whether the browser has taken over; until then fields are locked.
    pub hydrated: RwSignal<bool>,
    /// The sections and entries that are open.
    pub open: RwSignal<Vec<ItemId>>,
    /// What a screen reader is told.
    pub said: RwSignal<String>,
    /// What was removed last, while its undo is offered.
    pub removed: RwSignal<Option<String>>,
    /// What happened to something the owner asked for, and whether the archive has more on it.
    pub told: RwSignal<Option<(String, bool)>>,
    /// Fields that were refused: their names in [`Document::anchor`] form and what is wrong.
    pub errors: RwSignal<Vec<(String, String)>>,
    /// What is on the screen.
    pub showing: RwSignal<Showing>,
    /// Width of the outline in per cent of the window.
    pub split: RwSignal<u32>,
    /// Whether there is something to undo, and to redo.
    pub steps: RwSignal<(bool, bool)>,
    /// How saving goes.
    pub saving: Saving,
    /// The pages.
    pub pages: Pages,
    history: StoredValue<History>,
}

impl EditorState {
    /// The state of a CV that has just been loaded, with the pages that the server has drawn of it.
    pub fn new(resume: LoadedResume, sheets: Vec<Sheet>) -> Self {
        let open = std::iter::once(ABOUT).chain(resume.document.sections.iter().map(|section| section.id)).collect();
        Self {
            id: resume.id,
            document: RwSignal::new(resume.document),
            version: RwSignal::new(0),
            hydrated: RwSignal::new(false),
            open: RwSignal::new(open),
            said: RwSignal::new(String::new()),
            removed: RwSignal::new(None),
            told: RwSignal::new(None),
            errors: RwSignal::new(Vec::new()),
            showing: RwSignal::new(Showing::Write),
            split: RwSignal::new(42),
            steps: RwSignal::new((false, false)),
            saving: Saving::new(resume.revision),
            pages: Pages::new(sheets),
            history: StoredValue::default(),
        }
    }

    /// The document as it is now, without following it.
    pub fn snapshot(self) -> Document {
        self.document.get_untracked()
    }

    /// The language of the CV.
    pub fn language(self) -> &'static Language {
        self.document.with(|document| Language::of(&document.language))
    }

    /// The language of the CV, without following it.
    pub fn language_now(self) -> &'static Language {
        self.document.with_untracked(|document| Language::of(&document.language))
    }

    /// The ids of a list of the document, followed; the list is found from the id given.
    pub fn ids(self, of: ItemId, list: fn(&Document, ItemId) -> Vec<ItemId>) -> Memo<Vec<ItemId>> {
        Memo::new(move |_| self.document.with(|document| list(document, of)))
    }

    /// Puts a value that was typed or chosen where it belongs.
    pub fn set<T: PartialEq>(self, place: Lens<T>, value: T) {
        let differs =
            self.document.with_untracked(|document| (place.get)(document, place.id).is_some_and(|old| *old != value));
        if differs {
            self.record(true);
            self.document.update(|document| {
                if let Some(old) = (place.get_mut)(document, place.id) {
                    *old = value;
                }
            });
            self.touched();
        }
    }

    /// Does something to the document that is one step by itself.
    pub fn change<R>(self, verb: impl FnOnce(&mut Document) -> R) -> R {
        self.record(false);
        let mut document = self.document.write();
        let answer = verb(&mut document);
        drop(document);
        self.touched();
        answer
    }

    /// Keeps the document as it is for undo.
    fn record(self, typing: bool) {
        self.history.update_value(|history| history.record(|| self.snapshot(), typing, browser::now()));
        self.removed.set(None);
    }

    fn replace(self, document: Document) {
        self.document.set(document);
        self.touched();
    }

    /// After every change.
    fn touched(self) {
        self.version.update(|version| *version += 1);
        self.steps.set(self.history.with_value(History::available));
        self.keep_draft();
        self.save_soon();
        self.preview_soon();
    }

    /// Takes the last step back.
    pub fn undo(self) {
        self.step(History::undo, "Undone");
    }

    /// Takes the last undo back.
    pub fn redo(self) {
        self.step(History::redo, "Done again");
    }

    fn step(self, step: fn(&mut History, Document) -> Option<Document>, said: &str) {
        let current = self.snapshot();
        let mut other = None;
        self.history.update_value(|history| other = step(history, current));
        if let Some(mut document) = other {
            // An id is never used again, not even after it was taken back.
            document.next_id = document.next_id.max(self.document.with_untracked(|current| current.next_id));
            self.removed.set(None);
            self.replace(document);
            self.say(said);
        }
    }

    /// Puts another document in place of this one, as one step that can be undone.
    pub fn take_over(self, document: Document) {
        self.record(false);
        self.replace(document);
    }

    /// Keeps another document as the step before, so that undo brings it.
    pub fn remember(self, other: Document) {
        self.history.update_value(|history| history.record(|| other, false, browser::now()));
        self.steps.set((true, false));
    }

    /// Tells a screen reader.
    pub fn say(self, words: &str) {
        self.said.set(words.to_owned());
    }

    /// Tells everybody, until it is closed.
    pub fn tell(self, words: &str) {
        self.told.set(Some((words.to_owned(), false)));
    }

    /// Tells everybody something about the archive, with the way there.
    pub fn tell_of_archive(self, words: &str) {
        self.told.set(Some((words.to_owned(), true)));
    }

    fn say_place(self, place: Option<Place>) {
        if let Some(Place { position, of }) = place {
            self.said.set(["Moved to ", &position.to_string(), " of ", &of.to_string()].concat());
        }
    }
}

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
        let item = name.strip_prefix('i').and_then(|rest| rest.split('.').next()).and_then(|id| id.parse().ok());
        match item {
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

    /// Removes an item and offers to undo it; the focus goes to the button that would remove its neighbour.
    pub fn remove(self, id: ItemId, what: &str) {
        let neighbour = self.change(|document| document.remove(id));
        self.removed.set(Some([what, " removed"].concat()));
        if let Some(id) = neighbour.filter(|id| *id != 0) {
            browser::focus([anchor(id).as_str(), ".remove"].concat());
        }
    }

    /// Removes an empty bullet by the keyboard: the one before gets the focus.
    pub fn remove_bullet(self, id: ItemId, previous: Option<ItemId>) {
        let next = self.change(|document| document.remove(id));
        if let Some(id) = previous.or(next.filter(|next| *next != 0)) {
            browser::focus_end(anchor(id));
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
}

/// The `id` attribute of the first field of an item, which is also its mark on the page.
pub fn anchor(id: ItemId) -> String {
    ["i", &id.to_string()].concat()
}
