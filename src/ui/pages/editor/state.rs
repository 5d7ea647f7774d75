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
        document::{Document, ItemId},
        language::Language,
        validate::FieldError,
    },
    ui::browser,
};
use leptos::prelude::*;

/// Stands for "About you" among the ids of what is open; no item has it.
pub const ABOUT: ItemId = 0;

/// What there is to say about fields: their names in [`Document::anchor`] form and the words.
pub type Remarks = Vec<(String, String)>;

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
    /// Fields with a text that is not understood, and that text: it is nowhere but here.
    pub unread: RwSignal<Remarks>,
    /// The bullet that is written in, with its buttons.
    pub attended: RwSignal<ItemId>,
    /// Fields that were refused.
    pub errors: RwSignal<Remarks>,
    /// Fields that look half typed or mistaken, as they were when the pages were drawn last.
    pub warnings: RwSignal<Remarks>,
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
    next_attended: RwSignal<ItemId>,
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
            unread: RwSignal::default(),
            attended: RwSignal::new(ABOUT),
            errors: RwSignal::default(),
            warnings: RwSignal::default(),
            showing: RwSignal::new(Showing::Write),
            split: RwSignal::new(42),
            steps: RwSignal::new((false, false)),
            saving: Saving::new(resume.revision, resume.name),
            pages: Pages::new(sheets),
            history: StoredValue::default(),
            next_attended: RwSignal::new(ABOUT),
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

    /// Does something to the document that is one step by itself; none if it changes nothing.
    pub fn change<R>(self, verb: impl FnOnce(&mut Document) -> R) -> R {
        let mut document = self.snapshot();
        let answer = verb(&mut document);
        self.step_to(document);
        answer
    }

    fn step_to(self, document: Document) {
        if self.document.with_untracked(|old| *old != document) {
            self.take_over(document);
        }
    }

    /// Notes that this bullet is written in, or none ([`ABOUT`]). Its buttons take room: nothing moves while the pointer
    /// is pressed, or it would miss what it is on.
    pub fn attend(self, id: ItemId, is_in: bool) {
        let at = if is_in { id } else { ABOUT };
        self.next_attended.set(at);
        browser::when_released(move || {
            let next = self.next_attended.get_untracked();
            if self.attended.get_untracked() != next {
                self.attended.set(next);
            }
        });
    }

    /// Keeps the text of a field that is not understood, or forgets it.
    pub fn set_unread(self, name: &str, text: Option<String>) {
        self.unread.update(|unread| {
            unread.retain(|(other, _)| other != name);
            unread.extend(text.map(|text| (name.to_owned(), text)));
        });
    }

    /// What belongs to an item that is gone is to trouble nobody.
    fn forget_unread_of_gone(self) {
        if self.unread.with_untracked(|unread| !unread.is_empty()) {
            let is_there = |id| self.document.with_untracked(|document| !document.path_to(id).is_empty());
            self.unread.update(|unread| unread.retain(|(name, _)| item_of(name).is_none_or(is_there)));
        }
    }

    /// The text of a field that was not understood when it was there last.
    pub fn unread(self, name: &str) -> Option<String> {
        let found = |unread: &Remarks| unread.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone());
        self.unread.with_untracked(found)
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
        self.forget_unread_of_gone();
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

    /// Remarks of the server under the names that the fields have here.
    pub fn anchored(self, remarks: Vec<FieldError>) -> Remarks {
        self.document.with_untracked(|document| {
            remarks.into_iter().map(|remark| (document.anchor(&remark.field), remark.message)).collect()
        })
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
}

/// The item that the name of a field (`i12`, `i12.url`) belongs to.
pub fn item_of(name: &str) -> Option<ItemId> {
    name.strip_prefix('i')?.split('.').next()?.parse().ok()
}

/// The `id` attribute of the first field of an item, which is also its mark on the page.
pub fn anchor(id: ItemId) -> String {
    ["i", &id.to_string()].concat()
}
