//! One section of the outline: its heading, its text, its entries.

use super::{
    controls::{Actions, AddButton},
    entry::EntryRow,
    fields::{AreaField, peek, read},
    state::{EditorState, anchor},
};
use crate::{
    domain::document::{DocumentStoreFields, ItemId, Section, SectionKind, SectionStoreFields},
    ui::components::Icon,
};
use leptos::prelude::*;
use reactive_stores::Field;

/// All sections, and how to add one.
#[component]
pub fn Sections() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let sections = state.document.sections();
    let ids = Memo::new(move |_| sections.with(|sections| sections.iter().map(|section| section.id).collect::<Vec<_>>()));
    view! {
        <For each=ids key=|id| *id let:id>
            <SectionPart id section=sections.at_key(id).into()/>
        </For>
        <AddSection/>
    }
    .into_any()
}

#[component]
fn SectionPart(id: ItemId, section: Field<Section>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let kind = peek::<SectionKind>(section.kind().into());
    let title: Field<String> = section.title().into();
    let usual = move || state.language().section(kind);
    let heading = Signal::derive(move || {
        let title = read(title);
        if title.trim().is_empty() { usual().to_owned() } else { title }
    });
    let hidden = Signal::derive(move || read(section.hidden().into()));
    let open = move || state.is_open(id);
    view! {
        <section class="part" aria-label=heading class:hidden-item=hidden>
            <div class="part__head">
                <button
                    type="button"
                    class="part__toggle"
                    aria-label=heading
                    aria-expanded=move || open().to_string()
                    on:click=move |_| state.toggle(id)
                >
                    <Icon name="chevron-right"/>
                </button>
                <h2 class="part__title">
                    <input
                        class="input input--bare"
                        id=[&anchor(id), ".title"].concat()
                        aria-label="Heading on the page"
                        title="Click to rename"
                        autocomplete="off"
                        placeholder=usual
                        value=peek(title)
                        prop:value=move || read(title)
                        on:input=move |event| state.set(title, event_target_value(&event))
                    />
                </h2>
                {move || hidden.get().then(|| view! { <span class="badge">"Hidden"</span> })}
                <Actions id what=heading hidden/>
            </div>
            {move || open().then(|| view! { <SectionBody id kind section/> })}
        </section>
    }
    .into_any()
}

#[component]
fn SectionBody(id: ItemId, kind: SectionKind, section: Field<Section>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let text: Field<String> = section.text().into();
    let ids = Memo::new(move |_| {
        section.entries().try_with(|entries| entries.iter().map(|entry| entry.id).collect::<Vec<_>>()).unwrap_or_default()
    });
    let with_text = matches!(kind, SectionKind::Summary | SectionKind::Custom) || !peek(text).is_empty();
    let with_entries = kind != SectionKind::Summary;
    let add = Callback::new(move |()| state.add(|document| document.add_entry(id)));
    view! {
        <div class="part__body" id=anchor(id)>
            {with_text.then(|| view! {
                <AreaField name=[&anchor(id), ".text"].concat() label="Text" value=text/>
            })}
            {with_entries.then(|| view! {
                <ul class="entries">
                    <For each=ids key=|id| *id let:id>
                        <EntryRow id kind entry=section.entries().at_key(id).into()/>
                    </For>
                </ul>
                <AddButton label=kind.add_label() act=add/>
            })}
        </div>
    }
    .into_any()
}

/// The kinds that are not there yet, and sections of one's own.
#[component]
fn AddSection() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let is_there = move |kind: SectionKind| {
        kind != SectionKind::Custom
            && state.document.sections().with(|sections| sections.iter().any(|section| section.kind == kind))
    };
    let item = move |kind: SectionKind| {
        view! {
            <button
                type="button"
                class="menu__item"
                popovertarget="add-section"
                popovertargetaction="hide"
                hidden=move || is_there(kind)
                on:click=move |_| state.add_section(kind)
            >
                {kind.name()}
            </button>
        }
    };
    view! {
        <div class="add-section">
            <button type="button" class="button" popovertarget="add-section">
                <Icon name="plus"/>
                "Add section"
            </button>
            <div class="menu" id="add-section" popover="auto">{SectionKind::ALL.map(item).collect_view()}</div>
        </div>
    }
    .into_any()
}
