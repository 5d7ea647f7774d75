//! The part about the second step of signing in.

use crate::ui::paths;
use leptos::prelude::*;

/// Whether it is on, and the way to change that.
#[component]
pub fn TwoStep(
    /// Since when it is on: "3 March 2026"; empty: it is off.
    since: String,
) -> impl IntoView {
    let on = !since.is_empty();
    view! {
        <section class="account__part" aria-labelledby="two-step-title">
            <h2 id="two-step-title">"Two-step verification"{on.then(|| view! { " "<span class="badge badge--good">"on"</span> })}</h2>
            <p class="soft">
                {if on {
                    format!("Since {since}, logging in takes your password and a code from your app.")
                } else {
                    "Logging in takes your password alone. A code from an app on your phone makes it safer.".to_owned()
                }}
            </p>
            <a class="button" href=paths::TWO_STEP>{if on { "Recovery codes, turning off" } else { "Set up two-step verification" }}</a>
        </section>
    }
    .into_any()
}
