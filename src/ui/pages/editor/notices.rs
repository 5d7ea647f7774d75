//! What the owner has to know or decide, above whatever is shown. Nothing here covers the text.

use super::{
    OUTLINE,
    closures::{Act, act, when},
    controls::WordButton,
    sign_in::SignIn,
    state::{EditorState, Showing},
    status::SaveStatus,
};
use crate::ui::{browser, components::Icon, paths};
use leptos::prelude::*;

/// One thing to know, with what can be done about it.
#[component]
fn Notice(
    /// `notice--warn`, `notice--danger` or nothing.
    #[prop(optional)]
    kind: &'static str,
    icon: &'static str,
    #[prop(into)] words: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=["notice ", kind].concat() role="alert">
            <Icon name=icon/>
            <p class="notice__body">{words}</p>
            <div class="notice__actions">{children()}</div>
        </div>
    }
    .into_any()
}

/// Everything there is to know just now.
#[component]
pub fn Notices() -> impl IntoView {
    let state = expect_context::<EditorState>();
    // One question at a time.
    let offered = Signal::derive(move || {
        state.saving.draft.with(Option::is_some) && state.saving.status.with(|status| *status != SaveStatus::Conflict)
    });
    let told = Signal::derive(move || state.told.with(Option::is_some));
    let is = move |what: fn(&SaveStatus) -> bool| {
        Signal::derive(move || state.saving.status.with(what) || state.saving.naming.with(what))
    };
    view! {
        <section class="notices" aria-label="Notices">
            {when(is(|status| *status == SaveStatus::Conflict), move || conflict(state))}
            {when(is(|status| *status == SaveStatus::SignedOut), || view! { <SignIn/> }.into_any())}
            {when(is(|status| matches!(status, SaveStatus::Refused(_))), move || refused(state))}
            {when(offered, move || draft(state))}
            {when(told, move || told_notice(state))}
        </section>
    }
    .into_any()
}

/// Does something after which the button is gone; the focus is not.
fn settles(verb: impl Fn() + Send + Sync + 'static) -> Act {
    act(move || {
        verb();
        browser::focus(OUTLINE.to_owned());
    })
}

fn conflict(state: EditorState) -> AnyView {
    let mine = settles(move || state.settle_conflict(true));
    let theirs = settles(move || state.settle_conflict(false));
    let of_saved = state.pages.of_saved;
    let show = act(move || {
        state.show_saved(!of_saved.get_untracked());
        state.showing.set(Showing::Page);
    });
    let look = Signal::derive(move || if of_saved.get() { "Show mine" } else { "Show theirs" }.to_owned());
    view! {
        <Notice
            kind="notice--warn"
            icon="alert"
            words="This CV was changed elsewhere since you opened it. Your text is still here. Whichever you choose, Undo brings back the other."
        >
            <WordButton label=look act=show/>
            <WordButton label="Keep mine" act=mine/>
            <WordButton label="Use theirs" act=theirs/>
        </Notice>
    }
    .into_any()
}

fn refused(state: EditorState) -> AnyView {
    let reason = Signal::derive(move || match (state.saving.status.get(), state.saving.naming.get()) {
        (SaveStatus::Refused(reason), _) => [&reason, " Your text is kept in this browser."].concat(),
        (_, SaveStatus::Refused(reason)) => ["The name was not saved. ", &reason].concat(),
        _ => String::new(),
    });
    let field = move |(name, message): (String, String)| {
        let show = act(move || state.reveal_name(&name));
        view! { <WordButton label=message act=show/> }.into_any()
    };
    let fields = move || state.errors.get().into_iter().map(field).collect::<Vec<_>>();
    let try_again = act(move || state.save_now());
    view! {
        <Notice kind="notice--danger" icon="alert" words=reason>
            {fields}
            <WordButton label="Try again" act=try_again/>
        </Notice>
    }
    .into_any()
}

fn draft(state: EditorState) -> AnyView {
    let overtaken =
        state.saving.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| state.is_overtaken(draft)));
    let words = if overtaken {
        "There is text in this browser that was never saved, and the CV was changed elsewhere since."
    } else {
        "There is newer text in this browser that was never saved."
    };
    let restore = settles(move || state.settle_draft(true));
    let discard = settles(move || state.settle_draft(false));
    view! {
        <Notice icon="restore" words>
            <WordButton label="Restore it" act=restore/>
            <WordButton label="Discard it" act=discard/>
        </Notice>
    }
    .into_any()
}

fn told_notice(state: EditorState) -> AnyView {
    let words = Signal::derive(move || {
        state.told.with(|told| told.as_ref().map(|(words, _)| words.clone()).unwrap_or_default())
    });
    let archived = Signal::derive(move || state.told.with(|told| told.as_ref().is_some_and(|(_, archived)| *archived)));
    let close = settles(move || state.told.set(None));
    view! {
        <Notice icon="info" words>
            {when(archived, move || view! {
                <a class="button button--small" href=paths::archive(state.id)>"Open the archive"</a>
            }.into_any())}
            <WordButton label="Close" act=close/>
        </Notice>
    }
    .into_any()
}

/// What was just removed, with its undo; and what a screen reader is told.
#[component]
pub fn Toast() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let something = Signal::derive(move || state.removed.with(Option::is_some));
    let words = Signal::derive(move || state.removed.get().unwrap_or_default());
    let undo = settles(move || state.undo());
    view! {
        <div class="toast" role="status">
            {when(something, move || view! {
                <p>{words}</p>
                <WordButton label="Undo" act=undo/>
            }.into_any())}
        </div>
        <p class="visually-hidden" role="status">{state.said}</p>
    }
    .into_any()
}
