//! One entry: a row that opens to its fields. What the fields are is the section's business.

use super::{
    bullets::Bullets,
    closures::when,
    controls::{Actions, as_word, hidden_badge},
    fields::{AreaField, DatesField, ListField, TextField},
    lens::{Lens, lens},
    role::Roles,
    state::{EditorState, anchor},
};
use crate::{
    domain::{
        date::format_span,
        document::{Entry, Field, FieldKey, ItemId, SectionKind},
        edit::Find,
        template::DateStyle,
    },
    ui::components::Icon,
};
use leptos::prelude::*;

/// An entry, closed or open.
#[component]
pub fn EntryRow(
    /// Which one.
    id: ItemId,
    /// Of its section.
    kind: SectionKind,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let open = state.is_open(id);
    let line = Memo::new(move |_| {
        state
            .document
            .with(|document| Entry::find(document, id).map(|entry| Line::of(state, entry)).unwrap_or_default())
    });
    let hidden = lens!(Entry, id, hidden).signal(state);
    let noun = kind.entry_noun();
    let nameless = Signal::derive(move || line.with(|line| line.name.is_empty()));
    let what =
        Signal::derive(move || if nameless.get() { noun.to_owned() } else { line.with(|line| line.name.clone()) });
    let title = Signal::derive(move || if nameless.get() { ["New ", noun].concat() } else { what.get() });
    let more = Signal::derive(move || line.with(|line| line.more.clone()));
    let dates = Signal::derive(move || line.with(|line| line.when.clone()));
    view! {
        <li class="entry" id=anchor(id) class:hidden-item=hidden>
            <div class="entry__head">
                <button type="button" class="entry__toggle" aria-expanded=as_word(open) on:click=move |_| state.toggle(id)>
                    <Icon name="chevron-right"/>
                    <strong class:soft=nameless>{title}</strong>
                    <span class="entry__more">{more}</span>
                    <span class="entry__when tabular">{dates}</span>
                </button>
                {hidden_badge(hidden)}
                <Actions id what hidden/>
            </div>
            {when(open, move || view! { <EntryBody id kind/> }.into_any())}
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
fn EntryBody(id: ItemId, kind: SectionKind) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let fields = state
        .document
        .with_untracked(|document| Entry::find(document, id).map(|entry| kind.fields_of(entry)).unwrap_or_default());
    let fields: Vec<AnyView> = fields.into_iter().map(|field| field_of(id, field)).collect();
    view! { <div class="entry__body fields fields--two">{fields}</div> }.into_any()
}

/// A field of an entry.
fn field_of(id: ItemId, field: &Field) -> AnyView {
    let name = [&anchor(id), ".", field.key.as_str()].concat();
    let (label, placeholder) = (field.label, field.hint);
    let place: Lens<String> = match field.key {
        FieldKey::Name => lens!(Entry, id, name),
        FieldKey::Organization => lens!(Entry, id, organization),
        FieldKey::Degree => lens!(Entry, id, degree),
        FieldKey::Area => lens!(Entry, id, area),
        FieldKey::Level => lens!(Entry, id, level),
        FieldKey::Location => lens!(Entry, id, location),
        FieldKey::Url => lens!(Entry, id, url),
        FieldKey::Text => return view! { <AreaField name label place=lens!(Entry, id, text) placeholder/> }.into_any(),
        FieldKey::Dates => {
            return view! { <DatesField name label place=lens!(Entry, id, dates) placeholder/> }.into_any();
        }
        FieldKey::Keywords => {
            return view! { <ListField name label place=lens!(Entry, id, keywords) placeholder/> }.into_any();
        }
        FieldKey::Roles => return view! { <Roles id/> }.into_any(),
        FieldKey::Bullets => return view! { <Bullets owner=id/> }.into_any(),
    };
    view! { <TextField name label place placeholder/> }.into_any()
}
