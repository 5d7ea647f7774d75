//! The accent colour: a few good ones, or one's own if it can be read on paper.

use super::{
    closures::act,
    design::{Group, Radio},
    lens::lens,
    state::EditorState,
};
use crate::domain::{
    template::Design,
    validate::{MIN_CONTRAST, contrast_on_white},
};
use leptos::prelude::*;

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

/// The choice of the colour.
#[component]
pub fn Accent() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let place = lens!(Design, 0, accent);
    let pale = RwSignal::new(false);
    let not_pale = Signal::derive(move || !pale.get());
    let swatch = move |(colour, name): (&'static str, &'static str)| {
        let chosen = Signal::derive(move || place.read(state) == colour);
        let choose = act(move || state.set(place, colour.to_owned()));
        view! {
            <label class="swatch" title=name>
                <Radio name="design.accent" label=name chosen choose/>
                <span style:background=colour></span>
            </label>
        }
        .into_any()
    };
    let swatches: Vec<AnyView> = ACCENTS.into_iter().map(swatch).collect();
    let take = move |colour: String| {
        pale.set(!reads_on_white(&colour));
        if !pale.get_untracked() {
            state.set(place, colour);
        }
    };
    view! {
        <Group label="Colour">
            <div class="swatches">
                {swatches}
                <input
                    type="color"
                    class="swatch__own"
                    id="design.accent"
                    aria-label="Another colour"
                    title="Another colour"
                    aria-describedby="design.accent.problem"
                    value=place.peek(state)
                    prop:value=place.signal(state)
                    on:input=move |event| take(event_target_value(&event))
                />
            </div>
            <p class="field__error" id="design.accent.problem" role="status" hidden=not_pale>
                "That colour is too pale to read on white paper. Choose a darker one."
            </p>
        </Group>
    }
    .into_any()
}

/// Whether text in this colour can be read on white paper.
fn reads_on_white(colour: &str) -> bool {
    contrast_on_white(colour).is_some_and(|contrast| contrast >= MIN_CONTRAST)
}

#[cfg(test)]
mod tests {
    use super::{ACCENTS, reads_on_white};

    #[test]
    fn colours_are_measured_against_white() {
        assert!(reads_on_white("#000000") && reads_on_white("#767676") && reads_on_white("#1f3a5f"));
        assert!(!reads_on_white("#777777") && !reads_on_white("#ffffff") && !reads_on_white("blue"));
        assert!(ACCENTS.iter().all(|(colour, _)| reads_on_white(colour)));
    }
}
