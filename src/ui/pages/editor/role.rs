//! The roles held with one employer or organisation.

use super::{
    bullets::Bullets,
    closures::act,
    controls::{Actions, AddButton},
    fields::{AreaField, DatesField, TextField},
    lens::lens,
    state::{EditorState, anchor},
};
use crate::domain::{
    document::{Entry, ItemId, Role},
    edit::Find,
};
use leptos::prelude::*;

/// All roles of an entry.
#[component]
pub fn Roles(
    /// Their employer.
    id: ItemId,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = state.ids(id, |document, id| {
        Entry::find(document, id).map(|entry| entry.roles.iter().map(|role| role.id).collect()).unwrap_or_default()
    });
    let add = act(move || state.add(|document| document.add_role(id)));
    let employer = lens!(Entry, id, name);
    let label = Signal::derive(move || {
        let name = employer.read(state);
        if name.is_empty() { "Add role".to_owned() } else { ["Add role at ", &name].concat() }
    });
    view! {
        <div class="roles field--wide" role="group" aria-label="Roles">
            <For each=ids key=|id| *id let:id>
                <RoleFields id/>
            </For>
            <AddButton label act=add/>
        </div>
    }
    .into_any()
}

#[component]
fn RoleFields(id: ItemId) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let name = anchor(id);
    let title = lens!(Role, id, title);
    let hidden = lens!(Role, id, hidden).signal(state);
    let what = Signal::derive(move || {
        let title = title.read(state);
        if title.is_empty() { "role".to_owned() } else { title }
    });
    let location = lens!(Role, id, location);
    let text = lens!(Role, id, text);
    let has_more = !location.peek(state).is_empty() || !text.peek(state).is_empty();
    view! {
        <div class="role fields fields--two" id=name.clone() role="group" aria-label=what class:hidden-item=hidden>
            <TextField name=[&name, ".title"].concat() label="Role" place=title placeholder="Head baker"/>
            <DatesField name=[&name, ".dates"].concat() label="When" place=lens!(Role, id, dates) placeholder="Mar 2021 – present"/>
            <Bullets owner=id/>
            <details class="field--wide role__more" open=has_more>
                <summary>"Place and description"</summary>
                <div class="fields">
                    <TextField name=[&name, ".location"].concat() label="Place, if elsewhere" place=location/>
                    <AreaField name=[&name, ".text"].concat() label="What the role was about" place=text/>
                </div>
            </details>
            <Actions id what hidden/>
        </div>
    }
    .into_any()
}
