//! The part about what happened lately.

use super::EventLine;
use leptos::prelude::*;

/// What happened to the account.
#[component]
pub fn Events(
    /// The newest first.
    events: Vec<EventLine>,
) -> impl IntoView {
    let line = |event: EventLine| {
        let place =
            if event.network.is_empty() { event.when } else { format!("{}, from {}", event.when, event.network) };
        view! { <li class="account__line"><p>{event.what}</p><p class="soft">{place}</p></li> }
    };
    view! {
        <section class="account__part" aria-labelledby="events-title">
            <h2 id="events-title">"What happened lately"</h2>
            <ul class="account__list">{events.into_iter().map(line).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}
