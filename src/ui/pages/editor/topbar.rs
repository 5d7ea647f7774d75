//! The bar above: where one is, whether it is saved, and what can be done with the whole CV.

use super::{
    closures::act,
    controls::{IconButton, WordButton},
    design::DESIGN,
    saving::SaveStatus,
    state::{EditorState, Showing},
};
use crate::{
    api::{ApiError, archives::ArchiveResume, resumes::RenameResume},
    ui::{browser, call::call, components::Icon, paths},
};
use leptos::{prelude::*, task::spawn_local};

/// The bar.
#[component]
pub fn TopBar(
    /// What the owner calls the CV.
    name: String,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    // A text that is not understood is not in the document, whatever the server has.
    let unread = Signal::derive(move || {
        !state.unread.with(Vec::is_empty) && state.saving.status.with(|status| *status == SaveStatus::Saved)
    });
    let status = Signal::derive(move || {
        if unread.get() { "unsaved".to_owned() } else { state.saving.status.with(|status| status.name().to_owned()) }
    });
    let words = Signal::derive(move || {
        if unread.get() {
            "Saved, but for a date".to_owned()
        } else {
            state.saving.status.with(|status| status.words().to_owned())
        }
    });
    let designing = Signal::derive(move || state.showing.get() == Showing::Design);
    let design = act(move || {
        state.showing.set(if designing.get_untracked() { Showing::Write } else { Showing::Design });
    });
    view! {
        <header class="bar">
            <a class="button button--quiet button--icon" href=paths::RESUMES aria-label="All CVs" title="All CVs">
                <Icon name="arrow-left"/>
            </a>
            <ResumeName name/>
            <p class="bar__state" role="status" data-state=status>{words}</p>
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
        spawn_local(async move {
            let answer = call(RenameResume { id: state.id, name: new.clone() }).await;
            match answer {
                Ok(()) => {
                    kept.set(new);
                    state.say("Renamed");
                }
                Err(error) => state.tell(&["The name was not saved. ", &error.to_string()].concat()),
            }
        });
    };
    view! {
        <h1 class="visually-hidden">{move || kept.get()}</h1>
        <input
            class="input input--bare bar__name"
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
    let archive = act(move || {
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
    view! { <WordButton label="Archive" act class icon="archive" disabled=busy.into()/> }.into_any()
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
