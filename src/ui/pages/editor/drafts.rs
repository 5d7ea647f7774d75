//! The text in this browser: kept with every change until the server has it, and offered when it never got there.

use super::state::EditorState;
use crate::{
    api::ResumeId,
    domain::{
        document::Document,
        json::{FromJson, objects},
    },
    ui::browser::storage,
};
use leptos::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// The text that was not saved when the page was left.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// What it was based on.
    revision: i32,
    /// The text.
    document: Document,
}

objects! { Draft { revision, document } }

fn draft_key(id: ResumeId) -> String {
    ["vitae:draft:", &id.to_string()].concat()
}

impl EditorState {
    /// Keeps the text in this browser, until it is saved.
    pub fn keep_draft(self) {
        let revision = self.saving.progress.with_value(|progress| progress.revision);
        if let Ok(text) = serde_json::to_string(&Draft { revision, document: self.snapshot() }) {
            storage::set(&draft_key(self.id), &text);
        }
    }

    /// Looks for text of an earlier visit; offers it if it differs.
    pub fn look_for_draft(self) {
        let kept = storage::get(&draft_key(self.id)).and_then(|text| serde_json::from_str::<Value>(&text).ok());
        match kept.map(Draft::from_json) {
            Some(draft) if self.document.with_untracked(|document| *document != draft.document) => {
                self.saving.draft.set(Some(draft));
            }
            _ => self.forget_draft(),
        }
    }

    /// Forgets the text in this browser, unless one of an earlier visit still waits for a choice.
    pub fn forget_draft(self) {
        if self.saving.draft.with_untracked(Option::is_none) {
            storage::remove(&draft_key(self.id));
        }
    }

    /// Whether the CV has been changed since that text was based on it.
    pub fn is_overtaken(self, draft: &Draft) -> bool {
        self.saving.progress.with_value(|progress| progress.revision != draft.revision)
    }

    /// Takes the text of an earlier visit (`true`) or forgets it.
    pub fn settle_draft(self, take: bool) {
        let draft = self.saving.draft.get_untracked();
        self.saving.draft.set(None);
        match draft {
            Some(draft) if take => self.take_over(draft.document),
            _ if self.is_saved() => self.forget_draft(),
            _ => {}
        }
    }
}
