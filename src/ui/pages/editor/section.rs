//! One section of the outline: its heading, its text, its entries.

use super::{
    closures::{act, when},
    controls::{Actions, AddButton, as_word, hidden_badge},
    entry::EntryRow,
    fields::AreaField,
    lens::lens,
    state::{EditorState, anchor},
};
use crate::{
    domain::{
        document::{ItemId, Section, SectionKind},
        edit::Find,
    },
    ui::components::Icon,
};
use leptos::prelude::*;

/// All sections, and how to add one.
#[component]
pub fn Sections() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = state.ids(0, |document, _| document.sections.iter().map(|section| section.id).collect());
    view! {
        <For each=ids key=|id| *id let:id>
            <SectionPart id/>
        </For>
        <AddSection/>
    }
    .into_any()
}

#[component]
fn SectionPart(id: ItemId) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let kind = lens!(Section, id, kind).peek(state);
    let title = lens!(Section, id, title);
    let usual = Signal::derive(move || state.language().section(kind).to_owned());
    let heading = Signal::derive(move || {
        let title = title.read(state);
        if title.trim().is_empty() { usual.get() } else { title }
    });
    let hidden = lens!(Section, id, hidden).signal(state);
    let open = state.is_open(id);
    view! {
        <section class="part" aria-label=heading class:hidden-item=hidden>
            <div class="part__head">
                <button
                    type="button"
                    class="part__toggle"
                    aria-label=heading
                    aria-expanded=as_word(open)
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
                        value=title.peek(state)
                        prop:value=title.signal(state)
                        on:input=move |event| state.set(title, event_target_value(&event))
                    />
                </h2>
                {hidden_badge(hidden)}
                <Actions id what=heading hidden/>
            </div>
            {when(open, move || view! { <SectionBody id kind/> }.into_any())}
        </section>
    }
    .into_any()
}

#[component]
fn SectionBody(id: ItemId, kind: SectionKind) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let text = lens!(Section, id, text);
    let ids = state.ids(id, |document, id| {
        Section::find(document, id)
            .map(|section| section.entries.iter().map(|entry| entry.id).collect())
            .unwrap_or_default()
    });
    // What an import brought is shown, whatever is usual: it is printed.
    let with_text = matches!(kind, SectionKind::Summary | SectionKind::Custom) || !text.peek(state).is_empty();
    let add = act(move || state.add(|document| document.add_entry(id)));
    view! {
        <div class="part__body" id=anchor(id)>
            {with_text.then(|| view! {
                <AreaField name=[&anchor(id), ".text"].concat() label="Text" place=text/>
            })}
            <ul class="entries">
                <For each=ids key=|id| *id let:id>
                    <EntryRow id kind/>
                </For>
            </ul>
            {(kind != SectionKind::Summary).then(|| view! { <AddButton label=kind.add_label() act=add/> })}
        </div>
    }
    .into_any()
}

/// The kinds that are not there yet, and sections of one's own.
#[component]
fn AddSection() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let is_there = move |kind: SectionKind| {
        Signal::derive(move || {
            kind != SectionKind::Custom
                && state.document.with(|document| document.sections.iter().any(|section| section.kind == kind))
        })
    };
    let item = move |kind: SectionKind| {
        view! {
            <button
                type="button"
                class="menu__item"
                popovertarget="add-section"
                popovertargetaction="hide"
                hidden=is_there(kind)
                on:click=move |_| state.add_section(kind)
            >
                {kind.name()}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="add-section">
            <button type="button" class="button" popovertarget="add-section">
                <Icon name="plus"/>
                "Add section"
            </button>
            <div class="menu" id="add-section" popover="auto">
                {SectionKind::ALL.into_iter().map(item).collect::<Vec<_>>()}
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::resumes::LoadedResume,
        domain::document::{Document, Entry, arbitrary::any_document},
    };
    use proptest::prelude::*;

    /// The outline with everything in it open.
    fn outline(document: Document) -> String {
        Owner::new_root(None).with(|| {
            let all: Vec<_> =
                document.sections.iter().flat_map(|section| &section.entries).map(|entry| entry.id).collect();
            let state = EditorState::new(LoadedResume { id: 1, name: "x".into(), revision: 1, document }, vec![]);
            state.open.update(|open| open.extend(all));
            provide_context(state);
            view! { <Sections/> }.into_any().to_html()
        })
    }

    /// The ids of the fields that hold something of an entry, as the JSON has it.
    fn filled(entry: &Entry) -> Vec<String> {
        let json = serde_json::to_value(entry).expect("plain data");
        let keys = json.as_object().into_iter().flat_map(serde_json::Map::keys);
        let own = keys.filter(|key| !["id", "hidden", "roles", "bullets", "extra"].contains(&key.as_str()));
        let roles = entry.roles.iter().map(|role| role.id);
        let bullets = entry.roles.iter().flat_map(|role| &role.bullets).chain(&entry.bullets).map(|bullet| bullet.id);
        let own = own.map(|key| [&anchor(entry.id), ".", key].concat());
        own.chain(roles.chain(bullets).map(anchor)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn there_is_a_field_for_all_that_a_section_holds(document in any_document()) {
            let html = outline(document.clone());
            for section in &document.sections {
                let text = (!section.text.is_empty()).then(|| [&anchor(section.id), ".text"].concat());
                for id in section.entries.iter().flat_map(filled).chain(text) {
                    prop_assert!(html.contains(&["id=\"", &id, "\""].concat()), "{:?}: no {}", section.kind, id);
                }
            }
        }
    }
}
