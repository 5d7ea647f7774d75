//! Changing the address of an account.

use crate::ui::{
    components::{Field, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeEmailData {
    /// The one signed in.
    pub who: Who,
    /// The address that the account has.
    pub email: String,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it; empty: nothing.
    pub error: String,
    /// Whether a link is sent to the new address.
    pub mails: bool,
}

/// The page.
#[component]
pub fn ChangeEmailPage(
    /// What it shows.
    data: ChangeEmailData,
) -> impl IntoView {
    let ChangeEmailData { who, email, typed, error, mails } = data;
    view! {
        <SiteFrame who=Some(who)>
            <div class="page sign-in">
                <h1>"Change your address"</h1>
                <p class="soft">"Your account is known by "<bdi>{email}</bdi>"."</p>
                <form class="sign-in__form fields" method="post" action=paths::CHANGE_EMAIL>
                    <Field
                        id="email"
                        name="email"
                        label="New e-mail address"
                        kind="email"
                        value=typed
                        error
                        hint=if mails { "We send a link to it. The address changes when you follow the link." } else { "You log in with it from now on." }
                        autocomplete="email"
                        autofocus=true
                        required=true
                    />
                    <button class="button button--primary button--wide">{if mails { "Send the link" } else { "Change the address" }}</button>
                </form>
                <p class="soft"><a href=paths::ACCOUNT>"Back to your account"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
