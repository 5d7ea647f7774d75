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
        self.with_latest(|state, theirs| {
            state.saving.progress.update_value(|progress| progress.in_flight = false);
            match theirs {
                Ok(theirs) if state.document.with_untracked(|document| *document == theirs.document) => {
                    state.settled(theirs.revision);
                }
                theirs => state.saving.status.set(undecided(theirs.err())),
            }
        });
    }

    /// Ends a conflict: with the text here (`true`) or the one on the server. The other is one undo away.
    pub fn settle_conflict(self, keep_mine: bool) {
        self.with_latest(if keep_mine { Self::keep_mine } else { Self::use_theirs });
    }

    fn keep_mine(self, theirs: Result<LoadedResume, ApiError>) {
        match theirs {
            Ok(theirs) => {
                self.show_saved(false);
                self.saving.progress.update_value(|progress| progress.revision = theirs.revision);
                self.remember(theirs.document);
                self.save_now();
            }
            Err(error) => self.saving.status.set(undecided(Some(error))),
        }
    }

    fn use_theirs(self, theirs: Result<LoadedResume, ApiError>) {
        match theirs {
            Ok(theirs) => {
                self.take_over(theirs.document);
                self.settled(theirs.revision);
            }
            Err(error) => self.saving.status.set(undecided(Some(error))),
        }
    }

    /// Loads what the server has, and goes on with it.
    pub(super) fn with_latest(self, then: fn(Self, Result<LoadedResume, ApiError>)) {
        spawn_local(async move { then(self, call(LoadResume { id: self.id }).await) });
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
