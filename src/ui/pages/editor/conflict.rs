//! Two texts: the one here, and one that came to the server from elsewhere.

use super::{state::EditorState, status::SaveStatus};
use crate::{
    api::{
        ApiError,
        resumes::{LoadResume, LoadedResume},
    },
    ui::call::call,
};
use leptos::{prelude::*, task::spawn_local};

impl EditorState {
    /// A save was refused because the server has a later text. If that is the text here (a save whose answer never
    /// came, or came to a page that was left), nothing is wrong; otherwise the owner chooses.
    pub fn look_at_conflict(self) {
        spawn_local(async move {
            let theirs = call(LoadResume { id: self.id }).await;
            self.saving.progress.update_value(|progress| progress.in_flight = false);
            match theirs {
                Ok(theirs) if self.document.with_untracked(|document| *document == theirs.document) => {
                    self.settled(theirs.revision);
                }
                theirs => self.saving.status.set(undecided(theirs.err())),
            }
        });
    }

    /// Ends a conflict: with the text here (`true`) or the one on the server. The other is one undo away.
    pub fn settle_conflict(self, keep_mine: bool) {
        spawn_local(async move {
            match call(LoadResume { id: self.id }).await {
                Ok(theirs) => self.settle_with(theirs, keep_mine),
                Err(error) => self.saving.status.set(undecided(Some(error))),
            }
        });
    }

    fn settle_with(self, theirs: LoadedResume, keep_mine: bool) {
        if keep_mine {
            self.show_saved(false);
            self.saving.progress.update_value(|progress| progress.revision = theirs.revision);
            self.saving.status.set(SaveStatus::Saving);
            self.remember(theirs.document);
            self.save_now();
        } else {
            self.take_over(theirs.document);
            self.settled(theirs.revision);
        }
    }

    /// The text here is what the server has as this revision.
    fn settled(self, revision: i32) {
        let version = self.version.get_untracked();
        self.saving.progress.update_value(|progress| {
            progress.revision = revision;
            progress.saved_version = version;
            progress.unsaved_since = None;
            if let Some(timer) = progress.timer.take() {
                timer.clear();
            }
        });
        self.saving.status.set(SaveStatus::Saved);
        self.forget_draft();
        if self.pages.of_saved.get_untracked() {
            self.show_saved(false);
        }
    }
}

/// What is to be shown while two texts wait.
fn undecided(error: Option<ApiError>) -> SaveStatus {
    match error {
        Some(ApiError::Unauthenticated) => SaveStatus::SignedOut,
        _ => SaveStatus::Conflict,
    }
}
