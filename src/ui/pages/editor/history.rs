//! Undo and redo: whole documents, so that nothing can be forgotten.

use crate::domain::document::Document;

/// How many steps can be taken back.
const STEPS: usize = 100;

/// Typing without a longer pause than this is one step, in milliseconds.
const PAUSE: f64 = 600.0;

/// What was, and what was taken back.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Document>,
    future: Vec<Document>,
    typed_at: Option<f64>,
}

impl History {
    /// Keeps `document`, as it is before an edit. With `typing`, edits that follow each other quickly are one step;
    /// `now` is in milliseconds.
    pub fn record(&mut self, document: impl FnOnce() -> Document, typing: bool, now: f64) {
        let same_step = typing && self.typed_at.is_some_and(|at| now - at < PAUSE);
        self.typed_at = typing.then_some(now);
        self.future.clear();
        if same_step {
            return;
        }
        if self.past.len() == STEPS {
            self.past.remove(0);
        }
        self.past.push(document());
    }

    /// Takes the last step back: what was, in exchange for what is.
    pub fn undo(&mut self, current: Document) -> Option<Document> {
        let before = self.past.pop()?;
        self.future.push(current);
        self.typed_at = None;
        Some(before)
    }

    /// Takes the last undo back: what was taken back, in exchange for what is.
    pub fn redo(&mut self, current: Document) -> Option<Document> {
        let after = self.future.pop()?;
        self.past.push(current);
        self.typed_at = None;
        Some(after)
    }

    /// Whether there is something to undo, and to redo.
    pub fn available(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Document {
        let mut document = Document::default();
        document.basics.name = name.into();
        document
    }

    #[test]
    fn quick_typing_is_one_step() {
        let mut history = History::default();
        history.record(|| named(""), true, 0.0);
        history.record(|| named("A"), true, 100.0);
        history.record(|| named("Ad"), true, 650.0);
        history.record(|| named("Ada"), true, 2000.0);
        assert_eq!(history.undo(named("Ada L")), Some(named("Ada")));
        assert_eq!(history.undo(named("Ada")), Some(named("")));
        assert_eq!(history.undo(named("")), None);
        assert_eq!(history.redo(named("")), Some(named("Ada")));
        assert_eq!(history.redo(named("Ada")), Some(named("Ada L")));
        assert_eq!(history.available(), (true, false));
    }

    #[test]
    fn a_step_is_never_joined_with_typing() {
        let mut history = History::default();
        history.record(|| named("one"), true, 0.0);
        history.record(|| named("two"), false, 10.0);
        history.record(|| named("three"), true, 20.0);
        assert_eq!(history.undo(named("four")), Some(named("three")));
        assert_eq!(history.undo(named("three")), Some(named("two")));
    }

    #[test]
    fn an_edit_forgets_what_was_taken_back() {
        let mut history = History::default();
        history.record(|| named("one"), false, 0.0);
        history.undo(named("two"));
        history.record(|| named("one"), false, 1.0);
        assert_eq!(history.available(), (true, false));
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut history = History::default();
        for step in 0..150 {
            history.record(|| named(&step.to_string()), false, f64::from(step));
        }
        let mut last = None;
        while let Some(before) = history.undo(named("now")) {
            last = Some(before);
        }
        assert_eq!(last, Some(named("50")));
    }
}
