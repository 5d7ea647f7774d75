//! The way to Google.

use super::Icon;
use leptos::prelude::*;

/// A link that leads to Google, under a form that does the same without it. (A form of its own would not do: its
/// answer leads away, which `form-action` in the policy of the page forbids.)
#[component]
pub fn GoogleWay(
    /// Where it begins.
    #[prop(into)]
    href: String,
    /// Whether there is no form above.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    view! {
        {(!alone).then(|| view! { <p class="google-way__or">"or"</p> })}
        <a class="button button--wide" href=href>
            <Icon name="google" class="google-way__logo"/>
            "Continue with Google"
        </a>
    }
    .into_any()
}
