//! The bar above: where one is, whether it is saved, and what can be done with the whole CV.

use super::{
    closures::act,
    controls::{IconButton, WordButton},
    design::{DESIGN, PANEL},
    state::{EditorState, Showing},
};
use crate::{
    api::{ApiError, archives::ArchiveResume, resumes::RenameResume},
    ui::{browser, call::call, components::Icon, paths},
};
use leptos::{prelude::*, task::spawn_local};

/// Id of the field with the name.
const NAME: &str = "resume-name";

/// A name that could not be sent is tried again after so many milliseconds.
const TRY_AGAIN: i32 = 5000;

/// The bar.
#[component]
pub fn TopBar(
    /// What the owner calls the CV.
    name: String,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let save_state = Signal::derive(move || state.save_state().0.to_owned());
    let words = Signal::derive(move || state.save_state().1.to_owned());
    let designing = Signal::derive(move || state.showing.get() == Showing::Design);
    let design = act(move || {
        if designing.get_untracked() {
            return state.showing.set(Showing::Write);
        }
        state.showing.set(Showing::Design);
        browser::focus(PANEL.to_owned());
    });
    view! {
        <header class="bar">
            <a class="button button--quiet button--icon" href=paths::RESUMES aria-label="All CVs" title="All CVs">
                <Icon name="arrow-left"/>
            </a>
            <ResumeName name/>
            <p class="bar__state" role="status" data-state=save_state>{words}</p>
            <Steps/>
            <WordButton label="Design" id=DESIGN act=design class="button button--quiet only-wide" icon="palette" pressed=designing/>
            <a class="button button--quiet button--icon only-wide" href=paths::history(state.id) aria-label="Versions" title="Versions">
                <Icon name="history"/>
            </a>
            <ArchiveButton class="button button--quiet only-wide"/>
            <DownloadButton/>
        </header>
    }
    .into_any()
}

/// The name of the CV, edited in place.
#[component]
fn ResumeName(name: String) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let kept = RwSignal::new(name.clone());
    let locked = Signal::derive(move || !state.hydrated.get());
    let rename = move |new: String| {
        let new = new.trim().to_owned();
        let old = kept.get_untracked();
        if new.is_empty() || old == new {
            // The field is written only when its value changes, so it takes a detour to its old text.
            kept.set(String::new());
            browser::after(0, move || kept.set(old));
            return;
        }
        state.rename(new, kept);
    };
    view! {
        <h1 class="visually-hidden">{move || kept.get()}</h1>
        <input
            class="input input--bare bar__name"
            id=NAME
            aria-label="Name of this CV"
            autocomplete="off"
            maxlength="255"
            value=name
            prop:value=kept
            disabled=locked
            on:change=move |event| rename(event_target_value(&event))
        />
    }
    .into_any()
}

impl EditorState {
    /// Gives the CV another name. One that could not be sent is tried again, for as long as it stands in its field.
    fn rename(self, new: String, kept: RwSignal<String>) {
        spawn_local(async move {
            let error = match call(RenameResume { id: self.id, name: new.clone() }).await {
                Ok(()) => {
                    kept.set(new);
                    return self.say("Renamed");
                }
                Err(error) => error,
            };
            if error.is_passing() {
                browser::after(TRY_AGAIN, move || {
                    if browser::value(NAME).trim() == new {
                        self.rename(new, kept);
                    }
                });
            } else {
                self.tell(&["The name was not saved. ", &error.to_string()].concat());
            }
        });
    }
}

#[component]
fn Steps() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let nothing = move |step: fn((bool, bool)) -> bool| Signal::derive(move || !step(state.steps.get()));
    let undo = act(move || state.undo());
    let redo = act(move || state.redo());
    view! {
        <div class="bar__steps" role="group" aria-label="Undo and redo">
            <IconButton icon="undo" label="Undo (Ctrl Z)" act=undo disabled=nothing(|(undo, _)| undo)/>
            <IconButton icon="redo" label="Redo (Ctrl Shift Z)" act=redo disabled=nothing(|(_, redo)| redo)/>
        </div>
    }
    .into_any()
}

/// Archives the PDF of what is written, once it is saved, and says what happened.
#[component]
pub fn ArchiveButton(
    /// The `class` attribute.
    class: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let busy = RwSignal::new(false);
    // Not disabled meanwhile: the focus would be gone.
    let archive = act(move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = call(ArchiveResume { id: state.id }).await;
            busy.set(false);
            match answer {
                Ok(archive) if archive.ready => {
                    state.tell_of_archive(&["This version is in the archive. ", &archive.warning].concat());
                }
                Ok(_) => state
                    .tell_of_archive("The storage does not answer. This version will be archived as soon as it does."),
                // What is in the way is in the archive.
                Err(ApiError::Limit(reason)) => state.tell_of_archive(&["Nothing was archived. ", &reason].concat()),
                Err(error) => state.tell(&["Nothing was archived. ", &error.to_string()].concat()),
            }
        });
    });
    let act = act(move || state.once_saved(archive));
    view! { <WordButton label="Archive" act class icon="archive"/> }.into_any()
}

/// A plain link; if something is not saved yet, that goes first.
#[component]
fn DownloadButton() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let download = act(move || browser::go_to(&paths::pdf(state.id)));
    view! {
        <a
            class="button button--primary"
            href=paths::pdf(state.id)
            download
            on:click=move |event| {
                if !state.is_saved() {
                    event.prevent_default();
                    state.once_saved(download);
                }
            }
        >
            <Icon name="download"/>
            <span><span class="only-wide">"Download "</span>"PDF"</span>
        </a>
    }
    .into_any()
}
