//! The part about logging in with Google.

use crate::ui::paths;
use leptos::prelude::*;

/// What can be done about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GoogleLine {
    /// Nothing: it is neither there nor offered here.
    #[default]
    Off,
    /// It can be added.
    Apart,
    /// It can be taken away.
    Linked,
    /// It is the only way into the account.
    LastWayIn,
}

/// Adds Google to the account, or takes it away.
#[component]
pub fn Google(
    /// What can be done.
    google: GoogleLine,
) -> impl IntoView {
    let part = match google {
        GoogleLine::Off => return ().into_any(),
        GoogleLine::Apart => view! {
            <p class="soft">"Log in without typing your password. Google learns that you use Vitae, and nothing of what you write."</p>
            <a class="button" href=paths::GOOGLE_LINK>"Add Google"</a>
        }
        .into_any(),
        GoogleLine::Linked => view! {
            <p class="soft">"You can log in with Google. Taking it away logs out every other device."</p>
            <form method="post" action=paths::GOOGLE_UNLINK>
                <button class="button">"Take Google away"</button>
            </form>
        }
        .into_any(),
        GoogleLine::LastWayIn => {
            view! { <p class="soft">"You log in with Google. To take it away, set a password first."</p> }.into_any()
        }
    };
    view! {
        <section class="account__part" aria-labelledby="google-title">
            <h2 id="google-title">"Google"</h2>
            {part}
        </section>
    }
    .into_any()
}
