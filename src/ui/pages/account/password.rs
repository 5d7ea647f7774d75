//! The part about the password.

use crate::ui::{
    components::{Field, NewPassword},
    paths,
};
use leptos::prelude::*;

/// What can be done about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordWay {
    /// It can be changed.
    #[default]
    Change,
    /// There is none; its owner must show first who they are.
    Confirm,
    /// There is none, and one can be set.
    Set,
}

/// Changes the password, or sets the first one.
#[component]
pub fn Password(
    /// What can be done.
    way: PasswordWay,
    /// What is wrong with the password that was typed as the current one; empty: nothing.
    current_error: String,
    /// What is wrong with the new one; empty: nothing.
    password_error: String,
) -> impl IntoView {
    let part = match way {
        PasswordWay::Change => view! {
            <form class="fields" method="post" action=paths::PASSWORD>
                <Field id="current" name="current" label="Current password" kind="password" error=current_error autocomplete="current-password" required=true max=1024/>
                <NewPassword label="New password" hint="Every other device is logged out." error=password_error/>
                <div><button class="button">"Change password"</button></div>
            </form>
        }
        .into_any(),
        PasswordWay::Confirm => view! {
            <p class="soft">"You log in with Google and have no password. With one, you can log in without Google too."</p>
            <a class="button" href=paths::confirm(paths::ACCOUNT)>"Set a password"</a>
        }
        .into_any(),
        PasswordWay::Set => view! {
            <p class="soft">"You log in with Google and have no password. With one, you can log in without Google too."</p>
            <form class="fields" method="post" action=paths::FIRST_PASSWORD>
                <NewPassword label="New password" hint="Every other device is logged out." error=password_error/>
                <div><button class="button">"Set password"</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="account__part" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            {part}
        </section>
    }
    .into_any()
}
