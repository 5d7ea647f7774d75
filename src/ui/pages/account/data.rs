//! The part about taking everything out, and deleting it.

use crate::ui::paths;
use leptos::prelude::*;

/// The ways to take everything out, to put it in again, and to delete it.
#[component]
pub fn YourData() -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="data-title">
            <h2 id="data-title">"Your data"</h2>
            <p class="soft">
                "Everything that you have here fits into one file: each CV with its history, every archived PDF, the account and its log. Read "
                <a href=paths::PRIVACY>"what is kept and why"</a>"."
            </p>
            <div class="cluster">
                <a class="button" href=paths::EXPORT>"Export everything"</a>
                <a class="button" href=paths::ARCHIVE>"Archived PDFs"</a>
                <a class="button button--danger button--quiet" href=paths::DELETE_ACCOUNT>"Delete the account"</a>
            </div>
        </section>
    }
    .into_any()
}
