//! Autosave. One request at a time; a request without an answer is sent again as it was, so that the server can
//! recognise it; and every change is in this browser's storage before anything is sent.

use super::{drafts::Offered, state::EditorState, status::SaveStatus};
use crate::{
    api::{
        ApiError,
        resumes::{SaveRequest, SaveResume},
    },
    ui::{
        browser::{self, Timer},
        call::call,
    },
};
use leptos::{prelude::*, task::spawn_local};

/// A pause in typing as long as this saves, in milliseconds.
const PAUSE: f64 = 800.0;

/// Without a pause it is saved after this long.
const LONGEST_WAIT: f64 = 5000.0;

/// Said to who asks for a PDF of a text that is not saved.
const NOT_YET: &str =
    "Your last changes are not saved yet, so there is no PDF of them. Try again when it says “Saved” above.";

/// How long to wait before the next attempt, in milliseconds: 1, 2, 4 … 30 s.
fn backoff(tries: u32) -> i32 {
    (1000 << tries.min(5)).min(30_000)
}

/// What is known of the way to the server.
#[derive(Default)]
pub(super) struct Progress {
    /// What the server has.
    pub(super) revision: i32,
    /// Which version of the text that is.
    pub(super) saved_version: u32,
    /// Sent and not yet answered, with the version that it holds.
    pending: Option<(SaveRequest, u32)>,
    pub(super) in_flight: bool,
    tries: u32,
    pub(super) unsaved_since: Option<f64>,
    pub(super) timer: Option<Timer>,
    pub(super) name_again: Option<Timer>,
    then: Option<Callback<()>>,
    /// Tells the drafts and saves of this tab from those of others.
    pub(super) tab: String,
}

/// How saving goes.
#[derive(Clone, Copy)]
pub struct Saving {
    /// Where the text is.
    pub status: RwSignal<SaveStatus>,
    /// The name of the CV that the server has.
    pub name: RwSignal<String>,
    /// Where the name in its field is.
    pub naming: RwSignal<SaveStatus>,
    /// Text of an earlier visit that never reached the server, while it is offered.
    pub draft: RwSignal<Option<Offered>>,
    pub(super) progress: StoredValue<Progress>,
}

impl Saving {
    /// For a text that is on the server as this revision, under this name.
    pub fn new(revision: i32, name: String) -> Self {
        Self {
            status: RwSignal::new(SaveStatus::Saved),
            name: RwSignal::new(name),
            naming: RwSignal::new(SaveStatus::Saved),
            draft: RwSignal::new(None),
            progress: StoredValue::new(Progress { revision, ..Progress::default() }),
        }
    }
}

impl EditorState {
    /// Where text and name are, as the style sheet knows it and in words. What is not understood is in no document,
    /// whatever the server has.
    pub fn save_state(self) -> (&'static str, &'static str) {
        let is_read = self.unread.with(Vec::is_empty);
        let states =
            [self.saving.status, self.saving.naming].map(|it| it.with(|status| (status.name(), status.words())));
        let saved = (SaveStatus::Saved.name(), SaveStatus::Saved.words());
        match states.into_iter().find(|state| *state != saved) {
            Some(state) => state,
            None if is_read => saved,
            None => ("unsaved", "Saved, but for a date"),
        }
    }

    /// Whether nothing is lost with this page: what is not understood is nowhere but here.
    pub fn may_leave(self) -> bool {
        self.is_saved() && self.is_named() && self.unread.with_untracked(Vec::is_empty)
    }

    /// Whether the server has the text.
    pub fn is_saved(self) -> bool {
        let version = self.version.get_untracked();
        self.saving.progress.with_value(|progress| progress.saved_version == version && progress.pending.is_none())
    }

    /// Saves after a pause.
    pub fn save_soon(self) {
        let status = self.saving.status;
        if matches!(status.get_untracked(), SaveStatus::Conflict | SaveStatus::SignedOut) {
            return; // It is the owner's turn.
        }
        if self.saving.progress.with_value(|progress| progress.tries > 0) {
            return; // The next attempt is on its way and what was typed goes after it.
        }
        status.set(SaveStatus::Saving);
        let now = browser::now();
        let mut wait = 0.0;
        self.saving.progress.update_value(|progress| {
            let since = *progress.unsaved_since.get_or_insert(now);
            wait = PAUSE.min(since + LONGEST_WAIT - now).max(0.0);
        });
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "between 0 and the pause")]
        self.save_after(wait as i32);
    }

    fn save_after(self, wait: i32) {
        let timer = browser::after(wait, move || self.save_text());
        self.saving.progress.update_value(|progress| browser::replace(&mut progress.timer, timer));
    }

    /// Saves text and name at once, unless there is nothing to save or a request is under way.
    pub fn save_now(self) {
        self.save_text();
        self.save_name();
    }

    fn save_text(self) {
        let version = self.version.get_untracked();
        let mut next = None;
        self.saving.progress.update_value(|progress| {
            if progress.in_flight || (progress.pending.is_none() && progress.saved_version == version) {
                return;
            }
            progress.in_flight = true;
            let (request, _) = progress.pending.get_or_insert_with(|| {
                let request = SaveRequest {
                    id: self.id,
                    base_revision: progress.revision,
                    save_id: [&progress.tab, ".", &browser::random_id()].concat(),
                    document: self.snapshot(),
                };
                (request, version)
            });
            next = Some(request.clone());
        });
        if let Some(request) = next {
            if self.saving.progress.with_value(|progress| progress.tries == 0) {
                self.saving.status.set(SaveStatus::Saving);
            }
            spawn_local(async move { self.answered(call(SaveResume { request }).await) });
        }
    }

    fn answered(self, answer: Result<i32, ApiError>) {
        let error = match answer {
            Ok(revision) => return self.arrived(revision),
            Err(error) => error,
        };
        let again = error.is_passing();
        let conflict = matches!(error, ApiError::Conflict { .. });
        let mut tries = 0;
        self.saving.progress.update_value(|progress| {
            progress.in_flight = conflict;
            progress.tries = if again { progress.tries + 1 } else { 0 };
            tries = progress.tries;
            if !again {
                progress.pending = None;
            }
        });
        self.let_go();
        if again {
            self.save_after(backoff(tries - 1));
        }
        if conflict {
            return self.look_at_conflict();
        }
        self.saving.status.set(match error {
            ApiError::Invalid(errors) => {
                self.errors.set(self.anchored(errors));
                SaveStatus::Refused("Some fields need attention.".into())
            }
            other => SaveStatus::of(&other),
        });
    }

    fn arrived(self, revision: i32) {
        let version = self.version.get_untracked();
        let mut then = None;
        let mut all = false;
        self.saving.progress.update_value(|progress| {
            progress.in_flight = false;
            progress.tries = 0;
            progress.revision = revision;
            if let Some((_, sent)) = progress.pending.take() {
                progress.saved_version = sent;
            }
            all = progress.saved_version == version;
            progress.unsaved_since = None;
            if all {
                then = progress.then.take();
            }
        });
        self.errors.set(Vec::new());
        if self.told.with_untracked(|told| told.as_ref().is_some_and(|(words, _)| words == NOT_YET)) {
            self.told.set(None);
        }
        if self.pages.trouble.with_untracked(Option::is_some) {
            self.preview_now();
        }
        if all {
            self.saving.status.set(SaveStatus::Saved);
            self.forget_draft();
        } else {
            self.save_soon();
        }
        if let Some(then) = then {
            then.run(());
        }
    }

    /// Does something once everything is saved; at once if it is. Says so if it cannot be saved now: what is asked for
    /// would be of an older text.
    pub fn once_saved(self, then: Callback<()>) {
        if self.is_saved() {
            return then.run(());
        }
        match self.saving.status.get_untracked() {
            SaveStatus::Conflict | SaveStatus::SignedOut | SaveStatus::Offline | SaveStatus::Unavailable => {
                self.tell(NOT_YET);
            }
            _ => {
                self.saving.progress.update_value(|progress| progress.then = Some(then));
                self.save_now();
            }
        }
    }

    /// Whoever waits for a save that failed need not wait.
    fn let_go(self) {
        let mut waits = false;
        self.saving.progress.update_value(|progress| waits = progress.then.take().is_some());
        if waits {
            self.tell(NOT_YET);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn attempts_grow_rarer_up_to_half_a_minute() {
        let waits: Vec<i32> = (0..8).map(backoff).collect();
        assert_eq!(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    }
}
