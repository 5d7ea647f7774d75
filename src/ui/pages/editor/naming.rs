//! The name of the CV, edited in place. It is no part of the document and goes its own way to the server.

use super::{saving::Saving, state::EditorState, status::SaveStatus};
use crate::{
    api::resumes::RenameResume,
    ui::{browser, call::call},
};
use leptos::{prelude::*, task::spawn_local};

/// Id of the field with the name.
const NAME: &str = "resume-name";

/// A name that could not be sent is tried again after so many milliseconds.
const TRY_AGAIN: i32 = 5000;

/// The name, as a field and as the heading of the page.
#[component]
pub fn ResumeName() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let name = state.saving.name;
    let shown = RwSignal::new(name.get_untracked());
    let locked = Signal::derive(move || !state.hydrated.get());
    let rename = move || {
        if typed().is_empty() {
            // The field is written only when its value changes, so it takes a detour to its old text.
            shown.set(String::new());
            browser::after(0, move || shown.set(name.get_untracked()));
        }
        state.save_name();
    };
    view! {
        <h1 class="visually-hidden">{move || name.get()}</h1>
        <input
            class="input input--bare bar__name"
            id=NAME
            aria-label="Name of this CV"
            autocomplete="off"
            maxlength="255"
            value=name.get_untracked()
            prop:value=shown
            disabled=locked
            on:change=move |_| rename()
        />
    }
    .into_any()
}

/// What stands in the field.
fn typed() -> String {
    browser::value(NAME).trim().to_owned()
}

impl EditorState {
    /// Whether the server has the name that stands in the field. A CV cannot be without one: an empty field says nothing.
    pub fn is_named(self) -> bool {
        let typed = typed();
        typed.is_empty() || self.saving.name.with_untracked(|name| *name == typed)
    }

    /// Gives the CV the name in the field, unless the server has it or is being told one. Goes on until it is there.
    pub fn save_name(self) {
        let Saving { name, naming, .. } = self.saving;
        if naming.get_untracked() == SaveStatus::Saving {
            return;
        }
        if self.is_named() {
            return naming.set(SaveStatus::Saved);
        }
        naming.set(SaveStatus::Saving);
        let new = typed();
        spawn_local(async move {
            match call(RenameResume { id: self.id, name: new.clone() }).await {
                Ok(()) => {
                    name.set(new);
                    naming.set(SaveStatus::Saved);
                    self.say("Renamed");
                    self.save_name();
                }
                Err(error) => {
                    if error.is_passing() {
                        let again = browser::after(TRY_AGAIN, move || self.save_name());
                        self.saving.progress.update_value(|progress| browser::replace(&mut progress.name_again, again));
                    }
                    naming.set(SaveStatus::of(&error));
                }
            }
        });
    }
}
