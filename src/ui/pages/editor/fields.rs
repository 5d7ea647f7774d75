//! Fields: a label above, the field, and below what is wrong with it.

use super::state::EditorState;
use crate::{
    domain::{
        date::{Dates, format_span, input_span, parse_span},
        template::DateStyle,
    },
    ui::browser::{self, TextArea},
};
use leptos::{ev, prelude::*};
use reactive_stores::Field;

/// The value of a field; nothing once its item is removed.
pub fn read<T: Clone + Default + Send + Sync + 'static>(field: Field<T>) -> T {
    field.try_get().unwrap_or_default()
}

/// The value of a field, not followed.
pub fn peek<T: Clone + Default + Send + Sync + 'static>(field: Field<T>) -> T {
    field.try_get_untracked().unwrap_or_default()
}

/// What the server refused at the field of this name.
fn refused(state: EditorState, name: &str) -> Option<String> {
    state.errors.with(|errors| errors.iter().find(|(at, _)| at == name).map(|(_, message)| message.clone()))
}

/// The line below a field that says what is wrong with it, and the id it is found by.
#[component]
fn Problem(id: String, problem: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="field__error" id=id hidden=move || problem.with(Option::is_none)>
            {move || problem.get().unwrap_or_default()}
        </p>
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
    value: Field<String>,
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
    let below = [&name, ".problem"].concat();
    let problem = Signal::derive({
        let name = name.clone();
        move || refused(state, &name)
    });
    view! {
        <div class="field">
            <label class="field__label" for=name.clone()>{label}</label>
            <input
                class="input"
                id=name
                type=kind
                autocomplete=autocomplete
                placeholder=placeholder
                dir="auto"
                value=peek(value)
                prop:value=move || read(value)
                on:input=move |event| state.set(value, event_target_value(&event))
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=below.clone()
            />
            <Problem id=below problem/>
        </div>
    }
    .into_any()
}

/// Bold and italic by the keyboard; answers whether the key was one of these.
pub fn format_by_key(state: EditorState, value: Field<String>, event: &ev::KeyboardEvent) -> bool {
    if !browser::with_command(event) || event.shift_key() {
        return false;
    }
    let mark = match event.key().as_str() {
        "b" => "**",
        "i" => "*",
        _ => return false,
    };
    event.prevent_default();
    state.set(value, TextArea::of(event).wrap(mark));
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
    value: Field<String>,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let below = [&name, ".problem"].concat();
    let problem = Signal::derive({
        let name = name.clone();
        move || refused(state, &name)
    });
    view! {
        <div class="field field--wide">
            <label class="field__label" for=name.clone()>{label}</label>
            <textarea
                class="input input--area"
                id=name
                placeholder=placeholder
                dir="auto"
                prop:value=move || read(value)
                on:input=move |event| state.set(value, event_target_value(&event))
                on:keydown=move |event| {
                    format_by_key(state, value, &event);
                }
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=below.clone()
            >
                {peek(value)}
            </textarea>
            <Problem id=below problem/>
        </div>
    }
    .into_any()
}

/// A field whose text is read as something: what was typed stays, understood or not.
#[component]
fn ReadField<T>(
    name: String,
    label: &'static str,
    value: Field<T>,
    /// Writes the value as it is typed.
    write: fn(EditorState, &T) -> String,
    /// Reads what was typed.
    understand: fn(EditorState, &str) -> Result<T, String>,
    /// Says how it was understood.
    #[prop(optional)]
    hint: Option<Signal<String>>,
    placeholder: &'static str,
) -> impl IntoView
where
    T: Clone + Default + PartialEq + Send + Sync + 'static,
{
    let state = expect_context::<EditorState>();
    let typed = RwSignal::new(write(state, &peek(value)));
    let problem = RwSignal::new(None);
    // Follows what changes the value elsewhere (undo, for one) without touching what is being typed.
    Effect::new(move || {
        let value = read(value);
        if typed.with_untracked(|typed| understand(state, typed).ok().as_ref() != Some(&value)) {
            typed.set(write(state, &value));
            problem.set(None);
        }
    });
    let type_in = move |text: String| {
        let understood = understand(state, &text);
        typed.set(text);
        problem.set(understood.as_ref().err().cloned());
        if let Ok(new) = understood {
            state.set(value, new);
        }
    };
    let below = [&name, ".problem"].concat();
    let hint_id = [&name, ".hint"].concat();
    let described = [&hint_id, " ", &below].concat();
    view! {
        <div class="field">
            <label class="field__label" for=name.clone()>{label}</label>
            <input
                class="input"
                id=name
                autocomplete="off"
                placeholder=placeholder
                value=typed.get_untracked()
                prop:value=typed
                on:input=move |event| type_in(event_target_value(&event))
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id hidden=move || problem.with(Option::is_some) || hint.with(String::is_empty)>{hint}</p> })}
            <Problem id=below problem=problem.into()/>
        </div>
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
    value: Field<Dates>,
    /// An example.
    placeholder: &'static str,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let hint = Signal::derive(move || format_span(&read(value), DateStyle::Long, state.language()));
    view! {
        <ReadField
            name
            label
            value
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
    value: Field<Vec<String>>,
    /// An example, with commas.
    placeholder: &'static str,
) -> impl IntoView {
    view! {
        <ReadField
            name
            label
            value
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
