//! Buttons of the outline, and what appears and disappears.

use super::{
    closures::{Act, act, when},
    state::{EditorState, anchor},
};
use crate::{
    domain::document::ItemId,
    ui::{components::Icon, paths},
};
use leptos::prelude::*;

/// A truth as `aria-` attributes write it.
pub fn as_word(truth: Signal<bool>) -> Signal<String> {
    Signal::derive(move || truth.get().to_string())
}

/// A button that shows an icon and says what it does.
#[component]
pub fn IconButton(
    /// The icon.
    icon: &'static str,
    /// What it does, for who does not see the icon and for the pointer that rests on it.
    #[prop(into)]
    label: Signal<String>,
    /// Does it.
    act: Act,
    /// The `id` attribute, where something is to find the button again.
    #[prop(optional)]
    id: String,
    /// Whether there is nothing to do.
    #[prop(optional)]
    disabled: Signal<bool>,
    /// Whether what it opens is open.
    #[prop(optional)]
    expanded: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button--quiet button--icon button--small"
            id=(!id.is_empty()).then_some(id)
            aria-label=label
            title=label
            aria-expanded=expanded.map(as_word)
            disabled=disabled
            on:click=move |_| act.run(())
        >
            <Icon name=icon/>
        </button>
    }
    .into_any()
}

/// A small button with words.
#[component]
pub fn WordButton(
    /// The words.
    #[prop(into)]
    label: Signal<String>,
    /// Does it.
    act: Act,
    /// The `class` attribute.
    #[prop(default = "button button--small")]
    class: &'static str,
    /// The `id` attribute, where something is to find the button again.
    #[prop(optional)]
    id: &'static str,
    /// An icon in front.
    #[prop(optional)]
    icon: &'static str,
    /// Whether it is pressed.
    #[prop(optional)]
    pressed: Option<Signal<bool>>,
    /// Whether there is nothing to do.
    #[prop(optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=class
            id=(!id.is_empty()).then_some(id)
            aria-pressed=pressed.map(as_word)
            disabled=disabled
            on:click=move |_| act.run(())
        >
            {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
            {label}
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
    act: Act,
) -> impl IntoView {
    view! { <WordButton label act class="button button--quiet button--small add" icon="plus"/> }.into_any()
}

/// A button that hides an item from the page, or shows it again.
#[component]
pub fn HideButton(
    /// Which one.
    id: ItemId,
    /// Whether it is hidden.
    hidden: Signal<bool>,
    /// What it is called.
    what: Signal<String>,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let icon = move || paths::icon(if hidden.get() { "eye-off" } else { "eye" });
    let label = Signal::derive(move || {
        let what = what.get();
        if hidden.get() {
            ["Show ", &what, " on the page"].concat()
        } else {
            ["Hide ", &what, " from the page"].concat()
        }
    });
    view! {
        <button
            type="button"
            class="button button--quiet button--icon button--small"
            aria-label=label
            title=label
            on:click=move |_| state.toggle_hidden(id)
        >
            <svg class="icon" aria-hidden="true"><use href=icon></use></svg>
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
    what: Signal<String>,
    /// Whether it is hidden; nothing for what cannot be hidden.
    #[prop(optional)]
    hidden: Option<Signal<bool>>,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let label = move |verb: &'static str| Signal::derive(move || [verb, " ", &what.get()].concat());
    let name = anchor(id);
    let up = act(move || state.move_by(id, -1));
    let down = act(move || state.move_by(id, 1));
    let copy = act(move || state.duplicate(id));
    let remove = act(move || state.remove(id, &what.get_untracked()));
    view! {
        <div class="actions" role="group" aria-label=label("Arrange")>
            <IconButton icon="chevron-up" id=[&name, ".up"].concat() label=label("Move up") act=up/>
            <IconButton icon="chevron-down" id=[&name, ".down"].concat() label=label("Move down") act=down/>
            <IconButton icon="copy" label=label("Duplicate") act=copy/>
            {hidden.map(|hidden| view! { <HideButton id hidden what/> })}
            <IconButton icon="trash" id=[&name, ".remove"].concat() label=label("Remove") act=remove/>
        </div>
    }
    .into_any()
}

/// The badge on what is hidden.
pub fn hidden_badge(hidden: Signal<bool>) -> AnyView {
    when(hidden, || view! { <span class="badge">"Hidden"</span> }.into_any())
}
