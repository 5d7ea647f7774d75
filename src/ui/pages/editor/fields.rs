//! The fields of the outline.

use super::{
    frame::{Frame, described, invalid, refused},
    lens::Lens,
    state::EditorState,
};
use crate::{
    domain::{
        date::{Dates, format_span, input_span, parse_span},
        template::DateStyle,
    },
    ui::browser::{self, TextArea},
};
use leptos::{ev, prelude::*};

/// An `<input>` of one line: what every field but the text areas is made of.
#[component]
fn Line(
    name: String,
    kind: &'static str,
    autocomplete: &'static str,
    placeholder: &'static str,
    value: Signal<String>,
    put: Callback<String>,
    problem: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <input
            class="input"
            id=name.clone()
            type=kind
            autocomplete=autocomplete
            placeholder=placeholder
            dir="auto"
            value=value.get_untracked()
            prop:value=value
            on:input=move |event| put.run(event_target_value(&event))
            aria-invalid=invalid(problem)
            aria-describedby=described(&name)
        />
    }
    .into_any()
}

/// A field of one line.
#[component]
pub fn TextField(
    /// The `id` attribute: item and key, as in `i7.url` or `basics.email`.
    name: String,
    /// What it is for.
    label: &'static str,
    /// Where the text is.
    place: Lens<String>,
    /// The `type` attribute.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers and phones may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let problem = refused(state, &name);
    let put = Callback::new(move |text| state.set(place, text));
    view! {
        <Frame name=name.clone() label problem>
            <Line name kind autocomplete placeholder value=place.signal(state) put problem/>
        </Frame>
    }
    .into_any()
}

/// Bold and italic by the keyboard; answers whether the key was one of these.
pub fn format_by_key(state: EditorState, place: Lens<String>, event: &ev::KeyboardEvent) -> bool {
    if !browser::with_command(event) || event.shift_key() {
        return false;
    }
    let mark = match event.key().as_str() {
        "b" => "**",
        "i" => "*",
        _ => return false,
    };
    event.prevent_default();
    state.set(place, TextArea::of(event).toggle(mark));
    true
}

/// A field of several lines: rich text.
#[component]
pub fn AreaField(
    /// The `id` attribute.
    name: String,
    /// What it is for.
    label: &'static str,
    /// Where the text is.
    place: Lens<String>,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let problem = refused(state, &name);
    let shown = place.signal(state);
    view! {
        <Frame name=name.clone() label problem wide=true>
            <div data-text=shown>
                <textarea
                    class="input input--area"
                    id=name.clone()
                    placeholder=placeholder
                    dir="auto"
                    prop:value=shown
                    on:input=move |event| state.set(place, event_target_value(&event))
                    on:keydown=move |event| {
                        format_by_key(state, place, &event);
                    }
                    aria-invalid=invalid(problem)
                    aria-describedby=described(&name)
                >
                    {place.peek(state)}
                </textarea>
            </div>
        </Frame>
    }
    .into_any()
}

/// A field whose text is read as something: what was typed stays, understood or not.
#[component]
fn ReadField<T>(
    name: String,
    label: &'static str,
    place: Lens<T>,
    /// Writes the value as it is typed.
    write: fn(EditorState, &T) -> String,
    /// Reads what was typed.
    understand: fn(EditorState, &str) -> Result<T, String>,
    /// Says how it was understood.
    #[prop(optional)]
    hint: Signal<String>,
    placeholder: &'static str,
) -> impl IntoView
where
    T: Clone + Default + PartialEq + Send + Sync + 'static,
{
    let state = expect_context::<EditorState>();
    let kept = state.unread(&name);
    let problem = RwSignal::new(kept.as_deref().and_then(|kept| understand(state, kept).err()));
    let typed = RwSignal::new(kept.unwrap_or_else(|| write(state, &place.peek(state))));
    // Follows what changes the value elsewhere (undo, for one) without touching what is being typed.
    let value = Memo::new(move |_| place.read(state));
    let field = name.clone();
    Effect::new(move |before: Option<()>| {
        let value = value.get();
        // The first time, what was not understood is to stay.
        if (before.is_some() || problem.with_untracked(Option::is_none))
            && typed.with_untracked(|typed| understand(state, typed).ok().as_ref() != Some(&value))
        {
            typed.set(write(state, &value));
            problem.set(None);
            state.set_unread(&field, None);
        }
    });
    let field = name.clone();
    let put = Callback::new(move |text: String| {
        let understood = understand(state, &text);
        state.set_unread(&field, understood.is_err().then(|| text.clone()));
        typed.set(text);
        problem.set(understood.as_ref().err().cloned());
        if let Ok(new) = understood {
            state.set(place, new);
        }
    });
    let of_server = refused(state, &name);
    let problem = Signal::derive(move || problem.get().or_else(|| of_server.get()));
    view! {
        <Frame name=name.clone() label problem hint>
            <Line name kind="text" autocomplete="off" placeholder value=typed.into() put problem/>
        </Frame>
    }
    .into_any()
}

/// When something was, as people write it: "mar 2021 - now".
#[component]
pub fn DatesField(
    /// The `id` attribute.
    name: String,
    /// What it is for.
    label: &'static str,
    /// Where the dates are.
    place: Lens<Dates>,
    /// An example.
    placeholder: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let hint = Signal::derive(move || format_span(&place.read(state), DateStyle::Long, state.language()));
    view! {
        <ReadField
            name
            label
            place
            write={|state, dates| input_span(dates, state.language_now())}
            understand={|state, text| parse_span(text, state.language_now()).map_err(|error| error.to_string())}
            hint
            placeholder
        />
    }
    .into_any()
}

/// Short things with commas between them.
#[component]
pub fn ListField(
    /// The `id` attribute.
    name: String,
    /// What they are.
    label: &'static str,
    /// Where they are.
    place: Lens<Vec<String>>,
    /// An example, with commas.
    placeholder: &'static str,
) -> impl IntoView {
    view! {
        <ReadField
            name
            label
            place
            write={|_, list| list.join(", ")}
            understand={|_, text| Ok(separate(text))}
            placeholder
        />
    }
    .into_any()
}

/// What stands between the commas.
fn separate(text: &str) -> Vec<String> {
    text.split([',', '\u{60c}', '\u{3001}']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::separate;

    #[test]
    fn commas_separate_and_nothing_empty_is_kept() {
        assert_eq!(separate(" Rust, , axum ,"), ["Rust", "axum"]);
        assert!(separate(" , ").is_empty());
    }
}
