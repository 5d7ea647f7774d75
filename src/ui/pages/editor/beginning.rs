//! Ways to begin.

use super::state::EditorState;
use crate::{api::ResumeId, ui::paths};
use leptos::prelude::*;

/// What an empty CV begins with; gone as soon as something is typed.
#[component]
pub fn Beginning() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let begun = Signal::derive(move || state.document.with(|document| !document.is_blank()));
    view! {
        <div class="beginning" hidden=begun inner_html=ways(state.id)></div>
    }
    .into_any()
}

/// The ways, each to a CV in place of this one. They never change, and as HTML they are less to load than as a view.
fn ways(id: ResumeId) -> String {
    [
        "<p>Start typing, and the pages follow. Or start from something:</p><div class=\"cluster\">\
         <form method=\"post\" action=\"",
        paths::RESUMES,
        "\"><input type=\"hidden\" name=\"from\" value=\"sample\"><input type=\"hidden\" name=\"instead\" value=\"",
        &id.to_string(),
        "\"><button class=\"button button--small\">Start from a sample</button></form>\
         <a class=\"button button--small\" href=\"",
        &paths::resumes_instead(id),
        "\">Import a file</a></div>",
    ]
    .concat()
}
