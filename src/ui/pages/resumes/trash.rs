//! What was thrown away and can still come back.

use super::TrashedCard;
use crate::ui::{components::Icon, paths};
use leptos::prelude::*;

/// The trash, folded; nothing if it is empty.
#[component]
pub fn Trash(
    /// What is in it, the last thrown away first.
    trashed: Vec<TrashedCard>,
    /// The account can hold no more, so nothing comes back for now.
    full: bool,
) -> impl IntoView {
    (!trashed.is_empty()).then(|| {
        let count = trashed.len();
        let rows = trashed.into_iter().map(|resume| view! { <TrashRow resume full/> });
        view! {
            <details class="trash">
                <summary><Icon name="chevron-right" class="icon--small"/>{format!("Trash ({count})")}</summary>
                <ul class="trash__list">{rows.collect::<Vec<_>>()}</ul>
            </details>
        }
    })
}

#[component]
fn TrashRow(resume: TrashedCard, full: bool) -> impl IntoView {
    let TrashedCard { id, name, until } = resume;
    let label = format!("Restore {name}");
    view! {
        <li>
            <bdi class="trash__name">{name}</bdi>
            <span class="trash__until">"Kept until "{until}</span>
            <form method="post" action=paths::restore(id)>
                <button class="button button--small" aria-label=label disabled=full><Icon name="restore" class="icon--small"/>"Restore"</button>
            </form>
        </li>
    }
    .into_any()
}
