//! The bar above: where one is, whether it is saved, and what can be done with the whole CV.

use super::{
    closures::act,
    controls::{IconButton, WordButton},
    design::{DESIGN, PANEL},
    naming::ResumeName,
    state::{EditorState, Showing},
};
use crate::{
    api::{ApiError, archives::ArchiveResume},
    ui::{browser, call::call, components::Icon, paths},
};
use leptos::{prelude::*, task::spawn_local};

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
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
            <ResumeName/>
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
