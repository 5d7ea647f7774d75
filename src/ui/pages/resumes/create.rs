//! A new CV: empty, with a sample, or from a file.

use super::CreateRefused;
use crate::{
    api::ResumeId,
    ui::{
        components::{DialogHead, Field, FieldErrorText, Icon},
        paths,
    },
};
use leptos::prelude::*;

/// Id of the dialog; buttons name it in `popovertarget`.
pub const DIALOG: &str = "new-cv";

/// Id of where a file is imported, or of why none can be: the editor leads to it ([`paths::resumes_instead`]).
pub const IMPORT_PLACE: &str = "import";

/// Both ways, in a dialog that opens without a script.
#[component]
pub fn CreateDialog() -> impl IntoView {
    view! {
        <section class="dialog create-dialog" id=DIALOG popover="auto" aria-labelledby="new-cv-title">
            <DialogHead dialog=DIALOG title="New CV"/>
            <div class="dialog__body">
                <CreateForm refused=None/>
                <ImportForm error=String::new() instead=None/>
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
                <ImportForm error=file_error instead=None/>
            </div>
        </section>
    }
    .into_any()
}

/// From a file alone, open on the page: an empty CV leads here, and what is imported takes its place.
#[component]
pub fn ImportInstead(
    /// The empty CV.
    id: ResumeId,
    /// What is wrong with the file; empty: nothing.
    file_error: String,
) -> impl IntoView {
    view! {
        <section class="create-place" id=IMPORT_PLACE aria-labelledby="import-title">
            <h2 id="import-title">"Import a file"</h2>
            <p class="soft">"It takes the place of your empty CV, which goes to the trash."</p>
            <div class="create-place__ways">
                <ImportForm error=file_error instead=Some(id)/>
            </div>
            <p><a href=paths::editor(id)>"Back to the empty CV"</a></p>
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
fn ImportForm(
    error: String,
    /// The empty CV whose place it takes, if any.
    instead: Option<ResumeId>,
) -> impl IntoView {
    let action = instead.map_or_else(|| paths::IMPORT.to_owned(), paths::import_instead);
    let label = if instead.is_some() { "From a file" } else { "Or bring one from a file" };
    let failed = !error.is_empty();
    let described = if failed { "import-hint import-error" } else { "import-hint" };
    view! {
        <form class="fields create-import" method="post" action=action enctype="multipart/form-data">
            <div class="field">
                <label class="field__label" for="import-file">{label}</label>
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
