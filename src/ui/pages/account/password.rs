//! The part about the password.

use crate::ui::{
    components::{Field, NewPassword},
    paths,
};
use leptos::prelude::*;

/// Changes the password.
#[component]
pub fn Password(
    /// What is wrong with the password that was typed as the current one; empty: nothing.
    current_error: String,
    /// What is wrong with the new one; empty: nothing.
    password_error: String,
) -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="fields" method="post" action=paths::PASSWORD>
                <Field id="current" name="current" label="Current password" kind="password" error=current_error autocomplete="current-password" required=true max=1024/>
                <NewPassword label="New password" hint="Every other device is signed out." error=password_error/>
                <div><button class="button">"Change password"</button></div>
            </form>
        </section>
    }
    .into_any()
}
