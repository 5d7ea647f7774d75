//! The second step of logging in.

use crate::ui::{
    components::{Field, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogInCodeData {
    /// Where to go on afterwards; empty: the CVs.
    pub next: String,
    /// What is wrong with the code of the app; empty: nothing.
    pub error: String,
    /// What is wrong with the recovery code; empty: nothing.
    pub recovery_error: String,
}

/// Asks for a code of the app, or for a recovery code.
#[component]
pub fn LogInCodePage(
    /// The one signed in: nobody, or a guest.
    who: Option<Who>,
    /// Where to go on and what is wrong.
    data: LogInCodeData,
) -> impl IntoView {
    let LogInCodeData { next, error, recovery_error } = data;
    let recovering = !recovery_error.is_empty();
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"One more step"</h1>
                <p class="soft">"Your password was right. Now show that you have your app at hand."</p>
                <form class="sign-in__form fields" method="post" action=paths::LOG_IN_CODE>
                    <Field
                        id="code"
                        name="code"
                        label="Code from your app"
                        hint="Six digits. A new code comes every 30 seconds."
                        error
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        autofocus=!recovering
                        required=true
                        max=10
                    />
                    <input type="hidden" name="next" value=next.clone()/>
                    <button class="button button--primary button--wide">"Log in"</button>
                </form>
                <details class="sign-in__other" open=recovering>
                    <summary>"I do not have my app"</summary>
                    <form class="fields" method="post" action=paths::LOG_IN_CODE>
                        <Field
                            id="recovery"
                            name="code"
                            label="Recovery code"
                            hint="One of the ten that you kept when you turned two-step verification on. It works once."
                            error=recovery_error
                            required=true
                            max=40
                        />
                        <input type="hidden" name="next" value=next/>
                        <button class="button button--wide">"Log in with it"</button>
                    </form>
                </details>
                <p class="soft"><a href=paths::LOG_IN>"Back to the password"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
