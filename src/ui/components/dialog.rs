//! Dialogs that open and close without a script: `popover`.

use super::Icon;
use leptos::prelude::*;

/// The head of a dialog: what it is, and a button that closes it.
#[component]
pub fn DialogHead(
    /// Id of the dialog; its `aria-labelledby` names that with "-title".
    dialog: &'static str,
    /// What it is.
    title: &'static str,
) -> impl IntoView {
    view! {
        <div class="dialog__head">
            <h2 id=format!("{dialog}-title")>{title}</h2>
            <button
                type="button"
                class="button button--quiet button--icon"
                popovertarget=dialog
                popovertargetaction="hide"
                aria-label="Close"
            >
                <Icon name="x"/>
            </button>
        </div>
    }
    .into_any()
}
