//! The design panel: how the CV looks, with the pages beside it as the result.

use super::{
    accent::Accent,
    closures::{Act, act},
    controls::IconButton,
    lens::{Lens, lens},
    state::{EditorState, Showing},
};
use crate::{
    domain::{
        document::Document,
        language::LANGUAGES,
        template::{DateStyle, Design, FontPair, Margins, PageSize, TEMPLATES},
    },
    ui::{browser, paths},
};
use leptos::prelude::*;

const FONTS: [(FontPair, &str); 2] = [(FontPair::Serif, "Serif"), (FontPair::Sans, "Sans")];
const MARGINS: [(Margins, &str); 3] =
    [(Margins::Narrow, "Narrow"), (Margins::Normal, "Normal"), (Margins::Wide, "Wide")];
const PAPERS: [(PageSize, &str); 2] = [(PageSize::A4, "A4"), (PageSize::Letter, "Letter")];
const DATES: [(DateStyle, &str); 3] =
    [(DateStyle::Short, "Mar 2021"), (DateStyle::Long, "March 2021"), (DateStyle::Numeric, "03/2021")];

/// Id of the button that shows the panel.
pub const DESIGN: &str = "show-design";

/// Id of the panel.
pub const PANEL: &str = "design";

/// The panel.
#[component]
pub fn DesignPanel() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let closed = Signal::derive(move || state.showing.get() != Showing::Design);
    let locked = Signal::derive(move || !state.hydrated.get());
    let close = act(move || {
        state.showing.set(Showing::Write);
        browser::focus(DESIGN.to_owned());
    });
    view! {
        <aside class="design" id=PANEL aria-label="Design" hidden=closed>
            <div class="design__head">
                <h2>"Design"</h2>
                <IconButton icon="x" label="Close" act=close/>
            </div>
            <fieldset class="design__body" disabled=locked>
                <Templates/>
                <Accent/>
                <Slider name="design.size" label="Text size" least=80 most=130 place=lens!(Design, 0, size) show=points/>
                <Slider name="design.density" label="Spacing" least=1 most=5 place=lens!(Design, 0, density) show=airiness/>
                {choices(state, "design.fonts", "Typeface", lens!(Design, 0, fonts), &FONTS)}
                {choices(state, "design.margins", "Margins", lens!(Design, 0, margins), &MARGINS)}
                {choices(state, "design.page", "Paper", lens!(Design, 0, page), &PAPERS)}
                {choices(state, "design.dates", "Dates", lens!(Design, 0, dates), &DATES)}
                <LanguageField/>
            </fieldset>
        </aside>
    }
    .into_any()
}

/// One of several buttons of which one is chosen.
#[component]
pub fn Radio(
    /// The group.
    name: &'static str,
    /// What a screen reader says, where the label has no words.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Whether it is the one.
    chosen: Signal<bool>,
    /// Makes it the one.
    choose: Act,
) -> impl IntoView {
    view! {
        <input
            type="radio"
            name=name
            aria-label=label
            checked=chosen.get_untracked()
            prop:checked=chosen
            on:change=move |_| choose.run(())
        />
    }
    .into_any()
}

/// A group of them under a heading.
#[component]
pub fn Group(
    /// What is chosen here.
    label: &'static str,
    /// The choices.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend class="field__label">{label}</legend>
            {children()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Templates() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let place = lens!(Design, 0, template);
    let card = move |position: usize| {
        let template = TEMPLATES[position];
        let chosen = Signal::derive(move || place.read(state) == template.id);
        let choose = act(move || {
            state.change(|document| {
                template.id.clone_into(&mut document.design.template);
                document.design.template_version = template.version;
            });
        });
        view! {
            <label class="template">
                <Radio name="design.template" chosen choose/>
                <img class="template__picture" src=paths::template_picture(template.id) alt="" loading="lazy" width="105" height="148"/>
                <strong>{template.name}</strong>
                <span class="field__hint">{template.description}</span>
            </label>
        }
        .into_any()
    };
    let cards: Vec<AnyView> = (0..TEMPLATES.len()).map(card).collect();
    view! { <Group label="Template"><div class="templates-choice">{cards}</div></Group> }.into_any()
}

/// A few named values of which one is chosen.
fn choices<T>(
    state: EditorState,
    name: &'static str,
    label: &'static str,
    place: Lens<T>,
    all: &'static [(T, &'static str)],
) -> AnyView
where
    T: Copy + Default + PartialEq + Send + Sync + 'static,
{
    let chosen = Signal::derive(move || all.iter().position(|(one, _)| *one == place.read(state)).unwrap_or_default());
    let choose = Callback::new(move |position: usize| state.set(place, all[position].0));
    let labels = all.iter().map(|(_, label)| *label).collect();
    view! { <Choices name label labels chosen choose/> }.into_any()
}

#[component]
fn Choices(
    name: &'static str,
    label: &'static str,
    labels: Vec<&'static str>,
    chosen: Signal<usize>,
    choose: Callback<usize>,
) -> impl IntoView {
    let option = move |(position, label): (usize, &'static str)| {
        let chosen = Signal::derive(move || chosen.get() == position);
        let choose = act(move || choose.run(position));
        view! { <label><Radio name chosen choose/><span>{label}</span></label> }.into_any()
    };
    let options: Vec<AnyView> = labels.into_iter().enumerate().map(option).collect();
    view! { <Group label><div class="segmented">{options}</div></Group> }.into_any()
}

#[component]
fn Slider(
    name: &'static str,
    label: &'static str,
    least: u32,
    most: u32,
    place: Lens<u32>,
    show: fn(u32) -> String,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let shown = Signal::derive(move || show(place.read(state)));
    let value = Signal::derive(move || place.read(state).to_string());
    let take = move |text: String| {
        if let Ok(new) = text.parse() {
            state.set(place, new);
        }
    };
    view! {
        <div class="field">
            <label class="field__label slider__label" for=name>
                {label}
                <output class="tabular">{shown}</output>
            </label>
            <input
                type="range"
                id=name
                min=least.to_string()
                max=most.to_string()
                value=value.get_untracked()
                prop:value=value
                aria-valuetext=shown
                on:input=move |event| take(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

#[component]
fn LanguageField() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let place = lens!(Document, 0, language);
    let chosen = Signal::derive(move || state.language().tag.to_owned());
    let now = state.language_now().tag;
    let options: Vec<AnyView> = LANGUAGES
        .iter()
        .map(|language| {
            view! { <option value=language.tag selected=language.tag == now>{language.name}</option> }.into_any()
        })
        .collect();
    view! {
        <div class="field">
            <label class="field__label" for="language">"Language of the CV"</label>
            <select
                class="input"
                id="language"
                aria-describedby="language.hint"
                prop:value=chosen
                on:change=move |event| state.set(place, event_target_value(&event))
            >
                {options}
            </select>
            <p class="field__hint" id="language.hint">"For headings, months and hyphenation. It translates nothing that you wrote."</p>
        </div>
    }
    .into_any()
}

/// Tenths of a point, in points.
fn points(tenths: u32) -> String {
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), " pt"].concat()
}

fn airiness(density: u32) -> String {
    match density {
        1 => "Tight",
        2 => "Close",
        3 => "Even",
        4 => "Open",
        _ => "Airy",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn points_have_one_decimal() {
        assert_eq!((points(98), points(130)), ("9.8 pt".to_owned(), "13.0 pt".to_owned()));
    }
}
