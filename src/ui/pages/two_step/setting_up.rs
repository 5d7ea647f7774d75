//! Setting the second step up: the picture to scan, and the first code.

use super::QrPicture;
use crate::ui::{components::Field, paths};
use leptos::prelude::*;

/// What an app is given, and the form for its first code.
#[component]
pub fn SettingUp(
    /// The picture to be scanned.
    picture: QrPicture,
    /// The same in letters.
    secret: String,
    /// What is wrong with the code that was typed; empty: nothing.
    error: String,
) -> impl IntoView {
    view! {
        <ol class="steps">
            <li class="steps__step">
                <h2>"Scan this with your app"</h2>
                <div class="two-step__give">
                    <Qr picture/>
                    <div class="two-step__secret">
                        <p class="soft">"Or type this key into it. Choose “time-based” if you are asked."</p>
                        <code class="two-step__key">{secret}</code>
                    </div>
                </div>
            </li>
            <li class="steps__step">
                <h2>"Type the code that it shows"</h2>
                <form class="fields" method="post" action=paths::TWO_STEP>
                    <input type="hidden" name="deed" value="turn-on"/>
                    <Field
                        id="code"
                        name="code"
                        label="Code from your app"
                        hint="Six digits. A new code comes every 30 seconds."
                        error
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        required=true
                        max=10
                    />
                    <p class="soft">"Every other device is logged out, and has to log in with a code."</p>
                    <div class="cluster">
                        <button class="button button--primary">"Turn it on"</button>
                        <button class="button button--quiet" form="not-now">"Not now"</button>
                    </div>
                </form>
                <form id="not-now" method="post" action=paths::TWO_STEP>
                    <input type="hidden" name="deed" value="cancel"/>
                </form>
            </li>
        </ol>
    }
    .into_any()
}

/// Dark on white in both schemes: not every app reads light on dark. Four squares of white around it, as the standard
/// has it.
#[component]
fn Qr(picture: QrPicture) -> impl IntoView {
    let side = picture.size + 8;
    view! {
        <svg class="two-step__qr" viewBox=format!("-4 -4 {side} {side}") role="img" aria-label="QR code for your app; the key beside it says the same">
            <path d=picture.path></path>
        </svg>
    }
    .into_any()
}
