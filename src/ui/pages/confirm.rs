//! Asks somebody who is signed in to show who they are.

use super::google::GoogleWay;
use crate::ui::{
    components::{Field, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfirmData {
    /// The one signed in.
    pub who: Who,
    /// Whether they have a password to show it with.
    pub has_password: bool,
    /// Where to go on afterwards.
    pub next: String,
    /// What is wrong with the password; empty: nothing.
    pub error: String,
    /// The address that leads to Google, if they can show it there.
    pub google: Option<String>,
}

/// The page.
#[component]
pub fn ConfirmPage(
    /// What it shows.
    data: ConfirmData,
) -> impl IntoView {
    let ConfirmData { who, has_password, next, error, google } = data;
    view! {
        <SiteFrame who=Some(who)>
            <div class="page sign-in">
                <h1>"Confirm that it is you"</h1>
                <p class="soft">"It has been a while since you logged in. What comes next is protected: nobody else who finds this browser open should be able to do it."</p>
                {has_password.then(|| view! {
                    <form class="sign-in__form fields" method="post" action=paths::CONFIRM>
                        <Field id="current" name="current" label="Password" kind="password" error autocomplete="current-password" required=true max=1024 autofocus=true/>
                        <input type="hidden" name="next" value=next/>
                        <button class="button button--primary button--wide">"Go on"</button>
                    </form>
                })}
                {(!has_password && google.is_none()).then(|| view! {
                    <p>"You logged in with Google before, which is not possible here any more. "<a href=paths::FORGOT>"Set a password by a link in a mail"</a>", then come back."</p>
                })}
                {google.map(|href| view! { <GoogleWay href alone=!has_password/> })}
                <p class="soft"><a href=paths::ACCOUNT>"Back to your account"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
