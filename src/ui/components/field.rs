//! A field of a plain form.

use super::Icon;
use leptos::prelude::*;

/// A line of text to type: label above, hint and error below, both tied to the input.
#[component]
pub fn Field(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What the form sends it as.
    name: &'static str,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What stands in it; after an error, what was typed.
    #[prop(optional, into)]
    value: String,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it; empty: nothing. The first field with an error takes the focus.
    #[prop(optional, into)]
    error: String,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Most characters it takes.
    #[prop(default = 255)]
    max: u32,
    /// Which keyboard a phone shows, if not that of the kind.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Whether one may type at once.
    #[prop(optional)]
    autofocus: bool,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let failed = !error.is_empty();
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = [(!hint.is_empty()).then(|| hint_id.clone()), failed.then(|| error_id.clone())];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                name=name
                type=kind
                inputmode=inputmode
                value=value
                required=required
                maxlength=max
                autocomplete=autocomplete
                autofocus=failed || autofocus
                dir="auto"
                aria-invalid=failed.then_some("true")
                aria-describedby=(!described.is_empty()).then_some(described)
            />
            {(!hint.is_empty()).then(|| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <FieldErrorText id=error_id text=error/>
        </div>
    }
    .into_any()
}

/// A password to be chosen.
#[component]
pub fn NewPassword(
    /// What is asked for.
    #[prop(default = "Password")]
    label: &'static str,
    /// What else there is to know; the rest is said.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with it, and what would be better; empty: nothing.
    #[prop(optional, into)]
    error: String,
    /// Whether one may type at once.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let about = "At least 15 characters. A few words in a row are easy to keep in mind and hard to guess.";
    // An error says the same, about what was typed.
    let about = if error.is_empty() { about } else { "" };
    let hint = [about, hint].join(" ").trim().to_owned();
    view! {
        <Field
            id="password"
            name="password"
            label
            kind="password"
            hint
            error
            autofocus
            autocomplete="new-password"
            required=true
            max=1024
        />
    }
    .into_any()
}

/// What is wrong with a field; nothing if the text is empty.
#[component]
pub fn FieldErrorText(
    /// What the field's `aria-describedby` names.
    #[prop(into)]
    id: String,
    /// What is wrong and what to do.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    (!text.is_empty()).then(|| {
        view! {
            <p class="field__error" id=id>
                <Icon name="alert"/>
                <span>{text}</span>
            </p>
        }
    })
}
