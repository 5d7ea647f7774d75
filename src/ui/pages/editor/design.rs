//! The design panel: how the CV looks, with the pages beside it as the result.

use super::{
    controls::IconButton,
    fields::read,
    state::{EditorState, Showing},
};
use crate::{
    domain::{
        document::DocumentStoreFields,
        language::LANGUAGES,
        validate::{MIN_CONTRAST, contrast_on_white},
        template::{DateStyle, DesignStoreFields, FontPair, Margins, PageSize, TEMPLATES},
    },
    ui::paths,
};
use leptos::prelude::*;
use reactive_stores::Field;

/// Colours that are dark enough for text on white and print well.
const ACCENTS: [(&str, &str); 8] = [
    ("#1f3a5f", "Ink blue"),
    ("#1d5f5b", "Teal"),
    ("#2f5d34", "Forest"),
    ("#7a2e2e", "Brick"),
    ("#6b2f5c", "Plum"),
    ("#4a3f8c", "Indigo"),
    ("#7a4a12", "Umber"),
    ("#2b2b2b", "Black"),
];

const FONTS: [(FontPair, &str); 2] = [(FontPair::Serif, "Serif"), (FontPair::Sans, "Sans")];
const MARGINS: [(Margins, &str); 3] = [(Margins::Narrow, "Narrow"), (Margins::Normal, "Normal"), (Margins::Wide, "Wide")];
const PAPERS: [(PageSize, &str); 2] = [(PageSize::A4, "A4"), (PageSize::Letter, "Letter")];
const DATES: [(DateStyle, &str); 3] =
    [(DateStyle::Short, "Mar 2021"), (DateStyle::Long, "March 2021"), (DateStyle::Numeric, "03/2021")];

/// The panel.
#[component]
pub fn DesignPanel() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let design = state.document.design();
    view! {
        <aside class="design" aria-label="Design" hidden=move || state.showing.get() != Showing::Design>
            <div class="design__head">
                <h2>"Design"</h2>
                <IconButton icon="x" label="Close" act=Callback::new(move |()| state.showing.set(Showing::Write))/>
            </div>
            <fieldset class="design__body" disabled=move || !state.hydrated.get()>
                <Templates/>
                <Accent accent=design.accent().into()/>
                <Slider name="design.size" label="Text size" least=80 most=130 value=design.size().into() show=points/>
                <Slider name="design.density" label="Spacing" least=1 most=5 value=design.density().into() show=airiness/>
                {choices(state, "design.fonts", "Typeface", design.fonts().into(), &FONTS)}
                {choices(state, "design.margins", "Margins", design.margins().into(), &MARGINS)}
                {choices(state, "design.page", "Paper", design.page().into(), &PAPERS)}
                {choices(state, "design.dates", "Dates", design.dates().into(), &DATES)}
                <LanguageField/>
            </fieldset>
        </aside>
    }
    .into_any()
}

#[component]
fn Templates() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let chosen = move || state.document.design().template().get();
    let card = move |position: usize| {
        let template = TEMPLATES[position];
        view! {
            <label class="template">
                <input
                    type="radio"
                    name="design.template"
                    checked=chosen() == template.id
                    prop:checked=move || chosen() == template.id
                    on:change=move |_| state.change(|document| {
                        document.design.template = template.id.to_owned();
                        document.design.template_version = template.version;
                    })
                />
                <img class="template__picture" src=paths::template_picture(template.id) alt="" loading="lazy" width="105" height="148"/>
                <strong>{template.name}</strong>
                <span class="field__hint">{template.description}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">"Template"</legend>
            <div class="templates-choice">{(0..TEMPLATES.len()).map(card).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Accent(accent: Field<String>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let pale = RwSignal::new(false);
    let swatch = move |(colour, name): (&'static str, &'static str)| {
        view! {
            <label class="swatch" title=name>
                <input
                    type="radio"
                    name="design.accent"
                    aria-label=name
                    checked=read(accent) == colour
                    prop:checked=move || read(accent) == colour
                    on:change=move |_| state.set(accent, colour.to_owned())
                />
                <span style:background=colour></span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">"Colour"</legend>
            <div class="swatches">
                {ACCENTS.map(swatch).collect_view()}
                <input
                    type="color"
                    class="swatch__own"
                    id="design.accent"
                    aria-label="Another colour"
                    title="Another colour"
                    aria-describedby="design.accent.problem"
                    value=read(accent)
                    prop:value=move || read(accent)
                    on:input=move |event| {
                        let colour = event_target_value(&event);
                        pale.set(!reads_on_white(&colour));
                        if !pale.get_untracked() {
                            state.set(accent, colour);
                        }
                    }
                />
            </div>
            <p class="field__error" id="design.accent.problem" role="status" hidden=move || !pale.get()>
                "That colour is too pale to read on white paper. Choose a darker one."
            </p>
        </fieldset>
    }
    .into_any()
}

/// A few named values of which one is chosen.
fn choices<T>(state: EditorState, name: &'static str, label: &'static str, value: Field<T>, all: &'static [(T, &'static str)]) -> AnyView
where
    T: Copy + Default + PartialEq + Send + Sync + 'static,
{
    let chosen = Signal::derive(move || all.iter().position(|(one, _)| *one == read(value)).unwrap_or_default());
    let choose = Callback::new(move |position: usize| state.set(value, all[position].0));
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
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    checked=chosen.get_untracked() == position
                    prop:checked=move || chosen.get() == position
                    on:change=move |_| choose.run(position)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">{label}</legend>
            <div class="segmented">{labels.into_iter().enumerate().map(option).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Slider(
    name: &'static str,
    label: &'static str,
    least: u32,
    most: u32,
    value: Field<u32>,
    show: fn(u32) -> String,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    view! {
        <div class="field">
            <label class="field__label slider__label" for=name>
                {label}
                <output class="tabular">{move || show(read(value))}</output>
            </label>
            <input
                type="range"
                id=name
                min=least
                max=most
                value=read(value)
                prop:value=move || read(value).to_string()
                aria-valuetext=move || show(read(value))
                on:input=move |event| {
                    if let Ok(new) = event_target_value(&event).parse() {
                        state.set(value, new);
                    }
                }
            />
        </div>
    }
    .into_any()
}

#[component]
fn LanguageField() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let value: Field<String> = state.document.language().into();
    let chosen = move || state.language().tag;
    view! {
        <div class="field">
            <label class="field__label" for="language">"Language of the CV"</label>
            <select
                class="input"
                id="language"
                aria-describedby="language.hint"
                prop:value=chosen
                on:change=move |event| state.set(value, event_target_value(&event))
            >
                {LANGUAGES.iter().map(|language| view! {
                    <option value=language.tag selected=language.tag == state.language_now().tag>{language.name}</option>
                }).collect_view()}
            </select>
            <p class="field__hint" id="language.hint">"For headings, months and hyphenation. It translates nothing that you wrote."</p>
        </div>
    }
    .into_any()
}

/// Whether text in this colour can be read on white paper.
fn reads_on_white(colour: &str) -> bool {
    contrast_on_white(colour).is_some_and(|contrast| contrast >= MIN_CONTRAST)
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
    use super::{ACCENTS, points, reads_on_white};

    #[test]
    fn colours_are_measured_against_white() {
        assert!(reads_on_white("#000000") && reads_on_white("#767676") && reads_on_white("#1f3a5f"));
        assert!(!reads_on_white("#777777") && !reads_on_white("#ffffff") && !reads_on_white("blue"));
        assert!(ACCENTS.iter().all(|(colour, _)| reads_on_white(colour)));
    }

    #[test]
    fn points_have_one_decimal() {
        assert_eq!((points(98), points(130)), ("9.8 pt".to_owned(), "13.0 pt".to_owned()));
    }
}
