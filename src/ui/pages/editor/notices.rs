//! What the owner has to know or decide, above the outline. Nothing here covers the text.

use super::{
    saving::SaveStatus,
    state::EditorState,
};
use crate::ui::{components::Icon, paths};
use leptos::prelude::*;

/// One thing to know, with what can be done about it.
#[component]
fn Notice(
    /// `notice--warn`, `notice--danger` or nothing.
    #[prop(optional)]
    kind: &'static str,
    icon: &'static str,
    #[prop(into)] words: Oco<'static, str>,
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

#[component]
fn Choice(label: &'static str, act: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class="button button--small" on:click=move |_| act.run(())>{label}</button>
    }
    .into_any()
}

/// Everything there is to know just now.
#[component]
pub fn Notices() -> impl IntoView {
    let state = expect_context::<EditorState>();
    view! {
        <div class="notices">
            {move || saving_notice(state, &state.saving.status.get())}
            {move || state.saving.draft.with(|draft| draft.as_ref().map(|draft| state.is_overtaken(draft))).map(|overtaken| view! {
                <Notice
                    icon="restore"
                    words=if overtaken {
                        "There is text in this browser that was never saved, and the CV was changed elsewhere since."
                    } else {
                        "There is newer text in this browser that was never saved."
                    }
                >
                    <Choice label="Restore it" act=Callback::new(move |()| state.settle_draft(true))/>
                    <Choice label="Discard it" act=Callback::new(move |()| state.settle_draft(false))/>
                </Notice>
            })}
            {move || state.told.get().map(|(words, archived)| view! {
                <Notice icon="info" words>
                    {archived.then(|| view! { <a class="button button--small" href=paths::archive(state.id)>"Open the archive"</a> })}
                    <Choice label="Close" act=Callback::new(move |()| state.told.set(None))/>
                </Notice>
            })}
        </div>
    }
    .into_any()
}

fn saving_notice(state: EditorState, status: &SaveStatus) -> Option<AnyView> {
    let try_again = Callback::new(move |()| state.try_again());
    match status {
        SaveStatus::Conflict => Some(view! {
            <Notice
                kind="notice--warn"
                icon="alert"
                words="This CV was changed elsewhere since you opened it. Your text is still here. Whichever you choose, Undo brings back the other."
            >
                <Choice label="Keep mine" act=Callback::new(move |()| state.settle_conflict(true))/>
                <Choice label="Use theirs" act=Callback::new(move |()| state.settle_conflict(false))/>
            </Notice>
        }.into_any()),
        SaveStatus::SignedOut => Some(view! {
            <Notice
                kind="notice--warn"
                icon="lock"
                words="You are signed out. Your text is kept in this browser. Sign in in another tab, then try again."
            >
                <a class="button button--small" href=paths::HOME target="_blank">"Sign in"</a>
                <Choice label="Try again" act=try_again/>
            </Notice>
        }.into_any()),
        SaveStatus::Refused(reason) => Some(view! {
            <Notice kind="notice--danger" icon="alert" words=[reason, " Your text is kept in this browser."].concat()>
                {state.errors.get().into_iter().map(|(name, message)| view! {
                    <button type="button" class="button button--small" on:click=move |_| state.reveal_name(&name)>{message}</button>
                }).collect_view()}
                <Choice label="Try again" act=try_again/>
            </Notice>
        }.into_any()),
        _ => None,
    }
}

/// What was just removed, with its undo; and what a screen reader is told.
#[component]
pub fn Toast() -> impl IntoView {
    let state = expect_context::<EditorState>();
    view! {
        <div class="toast" role="status">
            {move || state.removed.get().map(|words| view! {
                <p>{words}</p>
                <button type="button" class="button button--small" on:click=move |_| state.undo()>"Undo"</button>
            })}
        </div>
        <p class="visually-hidden" role="status">{state.said}</p>
    }
    .into_any()
}
