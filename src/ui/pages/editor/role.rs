//! The roles held with one employer or organisation.

use super::{
    bullets::Bullets,
    controls::{Actions, AddButton},
    fields::{AreaField, DatesField, TextField, read},
    state::{EditorState, anchor},
};
use crate::domain::document::{Entry, EntryStoreFields, ItemId, Role, RoleStoreFields};
use leptos::prelude::*;
use reactive_stores::Field;

/// All roles of an entry.
#[component]
pub fn Roles(id: ItemId, entry: Field<Entry>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = Memo::new(move |_| {
        entry.roles().try_with(|roles| roles.iter().map(|role| role.id).collect::<Vec<_>>()).unwrap_or_default()
    });
    let add = Callback::new(move |()| state.add(|document| document.add_role(id)));
    let label = Signal::derive(move || {
        let name = read::<String>(entry.name().into());
        if name.is_empty() { "Add role".to_owned() } else { ["Add role at ", &name].concat() }
    });
    view! {
        <div class="roles field--wide" role="group" aria-label="Roles">
            <For each=ids key=|id| *id let:id>
                <RoleFields id role=entry.roles().at_key(id).into()/>
            </For>
            <AddButton label act=add/>
        </div>
    }
    .into_any()
}

#[component]
fn RoleFields(id: ItemId, role: Field<Role>) -> impl IntoView {
    let name = anchor(id);
    let title: Field<String> = role.title().into();
    let hidden = Signal::derive(move || read(role.hidden().into()));
    let what = Signal::derive(move || {
        let title = read(title);
        if title.is_empty() { "role".to_owned() } else { title }
    });
    let ids = Memo::new(move |_| {
        role.bullets().try_with(|bullets| bullets.iter().map(|bullet| bullet.id).collect()).unwrap_or_default()
    });
    let has_more = role.try_with_untracked(|role| !role.location.is_empty() || !role.text.is_empty()).unwrap_or_default();
    let bullet = Callback::new(move |id| role.bullets().at_key(id).into());
    view! {
        <div class="role fields fields--two" id=name.clone() role="group" aria-label=what class:hidden-item=hidden>
            <TextField name=[&name, ".title"].concat() label="Role" value=title placeholder="Head baker"/>
            <DatesField name=[&name, ".dates"].concat() label="When" value=role.dates().into() placeholder="Mar 2021 – present"/>
            <Bullets owner=id ids bullet/>
            <details class="field--wide role__more" open=has_more>
                <summary>"Place and description"</summary>
                <div class="fields">
                    <TextField name=[&name, ".location"].concat() label="Place, if elsewhere" value=role.location().into()/>
                    <AreaField name=[&name, ".text"].concat() label="What the role was about" value=role.text().into()/>
                </div>
            </details>
            <Actions id what hidden/>
        </div>
    }
    .into_any()
}
