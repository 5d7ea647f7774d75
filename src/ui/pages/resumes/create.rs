//! A new CV: empty, with a sample, or from a file.

use super::CreateRefused;
use crate::ui::{
    components::{Field, FieldErrorText, Icon},
    paths,
};
use leptos::prelude::*;

/// Id of the dialog; buttons name it in `popovertarget`.
pub const DIALOG: &str = "new-cv";

/// Both ways, in a dialog that opens without a script.
#[component]
pub fn CreateDialog() -> impl IntoView {
    view! {
        <section class="dialog create-dialog" id=DIALOG popover="auto" aria-labelledby="new-cv-title">
            <div class="dialog__head">
                <h2 id="new-cv-title">"New CV"</h2>
                <button
                    class="button button--quiet button--icon"
                    popovertarget=DIALOG
                    popovertargetaction="hide"
                    aria-label="Close"
                >
                    <Icon name="x"/>
                </button>
            </div>
            <div class="dialog__body">
                <CreateForm refused=None/>
                <ImportForm error=String::new()/>
            </div>
        </section>
    }
    .into_any()
}

/// Both ways, open on the page, after something was refused.
#[component]
pub fn CreateInPlace(
    /// What was refused, if it was the name.
    refused: Option<CreateRefused>,
    /// What is wrong with the file; empty: nothing.
    file_error: String,
) -> impl IntoView {
    view! {
        <section class="create-place" aria-labelledby="new-cv-title">
            <h2 id="new-cv-title">"New CV"</h2>
            <div class="create-place__ways">
                <CreateForm refused/>
                <ImportForm error=file_error/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn CreateForm(refused: Option<CreateRefused>) -> impl IntoView {
    let CreateRefused { typed, sample, message } = refused.unwrap_or_default();
    view! {
        <form class="fields" method="post" action=paths::RESUMES>
            <Field
                id="new-name"
                name="name"
                label="Name"
                hint="For you alone: the job, the place, the language."
                value=typed
                error=message
                required=true
            />
            <fieldset>
                <legend class="field__label">"Begin with"</legend>
                <label class="choice">
                    <input type="radio" name="from" value="empty" checked=!sample/>
                    <span>"An empty page"</span>
                </label>
                <label class="choice">
                    <input type="radio" name="from" value="sample" checked=sample/>
                    <span>
                        "A sample to overwrite"
                        <span class="choice__hint">"Every section filled in, to see how it is done."</span>
                    </span>
                </label>
            </fieldset>
            <button class="button button--primary">"Create CV"</button>
        </form>
    }
    .into_any()
}

#[component]
fn ImportForm(error: String) -> impl IntoView {
    let failed = !error.is_empty();
    let described = if failed { "import-hint import-error" } else { "import-hint" };
    view! {
        <form class="fields create-import" method="post" action=paths::IMPORT enctype="multipart/form-data">
            <div class="field">
                <label class="field__label" for="import-file">"Or bring one from a file"</label>
                <input
                    class="input"
                    id="import-file"
                    type="file"
                    name="file"
                    accept=".json,.zip,application/json,application/zip"
                    required
                    autofocus=failed
                    aria-invalid=failed.then_some("true")
                    aria-describedby=described
                />
                <p class="field__hint" id="import-hint">
                    "A JSON Resume, or everything that Vitae exported in one ZIP."
                </p>
                <FieldErrorText id="import-error" text=error/>
            </div>
            <button class="button"><Icon name="upload"/>"Import"</button>
        </form>
    }
    .into_any()
}
