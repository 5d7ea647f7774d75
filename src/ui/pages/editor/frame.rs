//! What stands around a field: a label above, and below what is wrong with it.

use super::state::{EditorState, Remarks};
use leptos::prelude::*;

/// What the server refused at the field of this name.
pub(super) fn refused(state: EditorState, name: &str) -> Signal<Option<String>> {
    remark(state.errors, name)
}

/// What is said about the field of this name.
fn remark(remarks: RwSignal<Remarks>, name: &str) -> Signal<Option<String>> {
    let name = name.to_owned();
    Signal::derive(move || {
        remarks.with(|remarks| remarks.iter().find(|(at, _)| *at == name).map(|(_, words)| words.clone()))
    })
}

/// Something said below a field, hidden while there is nothing to say.
fn said(id: String, class: &'static str, words: Signal<Option<String>>) -> AnyView {
    let nothing = Signal::derive(move || words.with(Option::is_none));
    let words = Signal::derive(move || words.get().unwrap_or_default());
    view! { <p class=class id=id hidden=nothing>{words}</p> }.into_any()
}

/// What all fields have in common: the label above, and below what is wrong.
#[component]
pub(super) fn Frame(
    /// The `id` of the field.
    name: String,
    label: &'static str,
    problem: Signal<Option<String>>,
    /// How it was understood, if that is worth saying.
    #[prop(optional)]
    hint: Signal<String>,
    /// Over the whole width.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let hint = Signal::derive(move || {
        let before = if problem.with(Option::is_none) { "" } else { "On the page it still says: " };
        hint.with(|hint| (!hint.is_empty()).then(|| [before, hint].concat()))
    });
    let below = [
        said([&name, ".hint"].concat(), "field__hint", hint),
        said([&name, ".warning"].concat(), "field__warning", remark(state.warnings, &name)),
        said([&name, ".problem"].concat(), "field__error", problem),
    ];
    view! {
        <div class=if wide { "field field--wide" } else { "field" }>
            <label class="field__label" for=name>{label}</label>
            {children()}
            {below.into_iter().collect_view()}
        </div>
    }
    .into_any()
}

/// The ids of what is said below a field.
pub(super) fn described(name: &str) -> String {
    [name, ".hint ", name, ".warning ", name, ".problem"].concat()
}

pub(super) fn invalid(problem: Signal<Option<String>>) -> Signal<Option<String>> {
    Signal::derive(move || problem.with(Option::is_some).then(|| "true".to_owned()))
}
