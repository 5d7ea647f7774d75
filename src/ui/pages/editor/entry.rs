//! One entry: a row that opens to its fields. What the fields are is the section's business.

use super::{
    bullets::Bullets,
    controls::Actions,
    fields::{AreaField, DatesField, ListField, TextField, read},
    role::Roles,
    state::{EditorState, anchor},
};
use crate::{
    domain::{
        date::format_span,
        document::{Entry, EntryStoreFields, Field as FieldOfKind, FieldKey, ItemId, SectionKind},
        template::DateStyle,
    },
    ui::components::Icon,
};
use leptos::prelude::*;
use reactive_stores::Field;

/// An entry, closed or open.
#[component]
pub fn EntryRow(id: ItemId, kind: SectionKind, entry: Field<Entry>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let open = move || state.is_open(id);
    let line = Memo::new(move |_| entry.try_with(|entry| Line::of(state, entry)).unwrap_or_default());
    let hidden = Signal::derive(move || read(entry.hidden().into()));
    let what = Signal::derive(move || {
        line.with(|line| if line.name.is_empty() { kind.entry_noun().to_owned() } else { line.name.clone() })
    });
    view! {
        <li class="entry" id=anchor(id) class:hidden-item=hidden>
            <div class="entry__head">
                <button
                    type="button"
                    class="entry__toggle"
                    aria-expanded=move || open().to_string()
                    on:click=move |_| state.toggle(id)
                >
                    <Icon name="chevron-right"/>
                    <strong class:soft=move || line.with(|line| line.name.is_empty())>
                        {move || line.with(|line| if line.name.is_empty() { ["New ", kind.entry_noun()].concat() } else { line.name.clone() })}
                    </strong>
                    <span class="entry__more">{move || line.with(|line| line.more.clone())}</span>
                    <span class="entry__when tabular">{move || line.with(|line| line.when.clone())}</span>
                </button>
                {move || hidden.get().then(|| view! { <span class="badge">"Hidden"</span> })}
                <Actions id what hidden/>
            </div>
            {move || open().then(|| view! { <EntryBody id kind entry/> })}
        </li>
    }
    .into_any()
}

/// What a closed entry shows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Line {
    name: String,
    more: String,
    when: String,
}

impl Line {
    fn of(state: EditorState, entry: &Entry) -> Self {
        let role = entry.roles.first();
        let more = [&entry.degree, &entry.organization, &entry.area, &entry.level]
            .into_iter()
            .chain(role.map(|role| &role.title))
            .find(|text| !text.is_empty());
        let dates = role.filter(|_| entry.dates.is_empty()).map_or(entry.dates, |role| role.dates);
        Self {
            name: entry.name.clone(),
            more: more.cloned().unwrap_or_else(|| entry.keywords.join(", ")),
            when: format_span(&dates, DateStyle::Short, state.language()),
        }
    }
}

#[component]
fn EntryBody(id: ItemId, kind: SectionKind, entry: Field<Entry>) -> impl IntoView {
    let name = anchor(id);
    let fields = kind.fields().iter().map(|field| field_of(id, &name, entry, field)).collect_view();
    view! { <div class="entry__body fields fields--two">{fields}</div> }.into_any()
}

/// The field of an entry that the table of its kind names.
fn field_of(id: ItemId, item: &str, entry: Field<Entry>, field: &FieldOfKind) -> AnyView {
    let name = [item, ".", field.key.as_str()].concat();
    let (label, placeholder) = (field.label, field.hint);
    let text: Field<String> = match field.key {
        FieldKey::Name => entry.name().into(),
        FieldKey::Organization => entry.organization().into(),
        FieldKey::Degree => entry.degree().into(),
        FieldKey::Area => entry.area().into(),
        FieldKey::Level => entry.level().into(),
        FieldKey::Location => entry.location().into(),
        FieldKey::Url => entry.url().into(),
        FieldKey::Text => return view! { <AreaField name label value=entry.text().into() placeholder/> }.into_any(),
        FieldKey::Dates => return view! { <DatesField name label value=entry.dates().into() placeholder/> }.into_any(),
        FieldKey::Keywords => return view! { <ListField name label value=entry.keywords().into() placeholder/> }.into_any(),
        FieldKey::Roles => return view! { <Roles id entry/> }.into_any(),
        FieldKey::Bullets => {
            let ids = Memo::new(move |_| {
                entry.bullets().try_with(|bullets| bullets.iter().map(|bullet| bullet.id).collect()).unwrap_or_default()
            });
            let bullet = Callback::new(move |id| entry.bullets().at_key(id).into());
            return view! { <Bullets owner=id ids bullet/> }.into_any();
        }
    };
    view! { <TextField name label value=text placeholder/> }.into_any()
}
