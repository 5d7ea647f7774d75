//! The text in this browser: kept with every change until the server has it, and offered when it never got there. Each
//! tab keeps its own, so that none takes away what another could not save.

use super::state::EditorState;
use crate::{
    api::{ResumeId, resumes::LoadedResume},
    domain::{
        document::Document,
        json::{FromJson, objects},
    },
    ui::browser::{json, storage},
};
use leptos::prelude::*;
use serde::Serialize;

/// The text that was not saved when the page was left.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// What it was based on.
    revision: i32,
    /// The text.
    document: Document,
}

objects! { Draft { revision, document } }

/// What the keys of all drafts of a CV begin with.
fn drafts_of(id: ResumeId) -> String {
    ["vitae:draft:", &id.to_string(), ":"].concat()
}

/// A draft that waits for a choice, and its key.
#[derive(Clone, Debug)]
pub struct Offered {
    key: String,
    draft: Draft,
}

impl EditorState {
    /// Keeps the text in this browser, until it is saved.
    pub fn keep_draft(self) {
        let revision = self.saving.progress.with_value(|progress| progress.revision);
        if let Some(draft) = json::write(&Draft { revision, document: self.snapshot() }) {
            storage::set(&self.own_key(), &draft);
        }
    }

    /// Looks for text of earlier visits. The last save of one is sent while this page is on its way already: what it holds
    /// may be older than what the server has by now.
    pub fn start_drafts(self) {
        if storage::keys(&drafts_of(self.id)).is_empty() {
            return;
        }
        self.with_latest(|state, latest| {
            if let Ok(latest) = latest {
                state.catch_up(latest);
            }
            state.look_for_draft();
        });
    }

    /// Shows what the server has, if that is later and nothing is written here yet.
    fn catch_up(self, latest: LoadedResume) {
        let is_later = self.saving.progress.with_value(|progress| latest.revision > progress.revision);
        if is_later && self.version.get_untracked() == 0 {
            self.saving.progress.update_value(|progress| progress.revision = latest.revision);
            self.document.set(latest.document);
            self.preview_now();
        }
    }

    /// Offers text of earlier visits that differs, one after the other.
    fn look_for_draft(self) {
        let own = self.own_key();
        for key in storage::keys(&drafts_of(self.id)).into_iter().filter(|key| *key != own) {
            let kept = storage::get(&key).and_then(|text| json::read(&text));
            match kept.map(Draft::from_json) {
                Some(draft) if self.document.with_untracked(|document| *document != draft.document) => {
                    return self.saving.draft.set(Some(Offered { key, draft }));
                }
                _ => storage::remove(&key),
            }
        }
    }

    /// Forgets the text that this tab keeps.
    pub fn forget_draft(self) {
        storage::remove(&self.own_key());
    }

    fn own_key(self) -> String {
        [drafts_of(self.id), self.saving.progress.with_value(|progress| progress.tab.clone())].concat()
    }

    /// Whether the CV has been changed since that text was based on it.
    pub fn is_overtaken(self, offered: &Offered) -> bool {
        self.saving.progress.with_value(|progress| progress.revision != offered.draft.revision)
    }

    /// Takes the text of an earlier visit (`true`) or forgets it.
    pub fn settle_draft(self, take: bool) {
        let Some(Offered { key, draft }) = self.saving.draft.get_untracked() else { return };
        self.saving.draft.set(None);
        if take {
            self.take_over(draft.document);
        }
        storage::remove(&key);
        self.look_for_draft();
    }
}
