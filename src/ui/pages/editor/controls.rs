//! Buttons of the outline.

use super::state::{EditorState, anchor};
use crate::{domain::document::ItemId, ui::components::Icon};
use leptos::prelude::*;

/// A button that shows an icon and says what it does.
#[component]
pub fn IconButton(
    /// The icon.
    icon: &'static str,
    /// What it does, for who does not see the icon and for the pointer that rests on it.
    #[prop(into)]
    label: Signal<String>,
    /// Does it.
    act: Callback<()>,
    /// The `id` attribute, where something is to find the button again.
    #[prop(optional)]
    id: Option<String>,
    /// Whether there is something to do.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button--quiet button--icon button--small"
            id=id
            aria-label=label
            title=label
            disabled=disabled
            on:click=move |_| act.run(())
        >
            <Icon name=icon/>
        </button>
    }
    .into_any()
}

/// A quiet button with a plus and words.
#[component]
pub fn AddButton(
    /// What it adds.
    #[prop(into)]
    label: Signal<String>,
    /// Adds it.
    act: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="button button--quiet button--small add" on:click=move |_| act.run(())>
            <Icon name="plus"/>
            {label}
        </button>
    }
    .into_any()
}

/// What can be done with a section, entry, role or account: move, copy, hide, remove.
#[component]
pub fn Actions(
    /// Which one.
    id: ItemId,
    /// What it is called, after "Move", "Hide" and so on.
    #[prop(into)]
    what: Signal<String>,
    /// Whether it is hidden; nothing for what cannot be hidden.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let label = move |verb: &'static str| Signal::derive(move || [verb, " ", &what.read()].concat());
    let name = anchor(id);
    let hide = hidden.map(|hidden| {
        let label = Signal::derive(move || {
            [if hidden.get() { "Show " } else { "Hide " }, &*what.read(), if hidden.get() { " on the page" } else { " from the page" }]
                .concat()
        });
        let act = Callback::new(move |()| state.toggle_hidden(id));
        move || {
            let icon = if hidden.get() { "eye-off" } else { "eye" };
            view! { <IconButton icon=icon label=label act=act/> }
        }
    });
    view! {
        <div class="actions" role="group" aria-label=label("Arrange")>
            <IconButton icon="chevron-up" id=[&name, ".up"].concat() label=label("Move up") act=Callback::new(move |()| state.move_by(id, -1))/>
            <IconButton icon="chevron-down" id=[&name, ".down"].concat() label=label("Move down") act=Callback::new(move |()| state.move_by(id, 1))/>
            <IconButton icon="copy" label=label("Duplicate") act=Callback::new(move |()| state.duplicate(id))/>
            {hide}
            <IconButton icon="trash" id=[&name, ".remove"].concat() label=label("Remove") act=Callback::new(move |()| state.remove(id, &what.get_untracked()))/>
        </div>
    }
    .into_any()
}
