//! Ways to begin.

use super::state::EditorState;
use crate::ui::paths;
use leptos::prelude::*;

/// What an empty CV begins with; gone as soon as something is typed.
#[component]
pub fn Beginning() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let begun = Signal::derive(move || state.document.with(|document| !document.is_blank()));
    view! {
        <div class="beginning" hidden=begun>
            <p>"Start typing, and the page beside it follows. Or start from something:"</p>
            <div class="cluster">
                <form method="post" action=paths::RESUMES>
                    <input type="hidden" name="from" value="sample"/>
                    <button class="button button--small">"Start from a sample"</button>
                </form>
                <a class="button button--small" href=[paths::RESUMES, "#import"].concat()>"Import a file"</a>
            </div>
        </div>
    }
    .into_any()
}
