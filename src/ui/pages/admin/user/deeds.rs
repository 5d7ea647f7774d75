//! What can be done to an account. What cannot be done now says why.

use super::{super::users::State, UserData};
use crate::ui::{components::Field, paths};
use leptos::prelude::*;

const DISABLED: &str = "The account is disabled. Enable it first.";

/// What can be done to an account.
#[component]
pub fn Deeds(
    /// The account.
    data: UserData,
) -> impl IntoView {
    let UserData { uid, email, is_self, mails, two_step_since, typed, typed_error, .. } = data;
    let State { is_admin, is_disabled, .. } = data.state;
    let signed_in = !data.sessions.is_empty();
    let end = if signed_in { "" } else { "It is logged in nowhere." };
    let send = match (is_disabled, mails) {
        (true, _) => DISABLED,
        (false, true) => "",
        (false, false) => {
            "This installation sends no mail. On its command line, “vitae admin reset-link” makes such a link."
        }
    };
    let yours = if is_self { "This is your own account. Another admin can." } else { "" };
    let uid = uid.as_str();
    view! {
        <section class="account__part" aria-labelledby="deeds-title">
            <h2 id="deeds-title">"What you can do"</h2>
            <ul class="account__list">
                <DeedLine
                    uid
                    deed="end-sessions"
                    title="Log out everywhere"
                    about="Its owner logs in again on each device."
                    refused=end
                    button="Log out"
                />
                <DeedLine
                    uid
                    deed="send-reset"
                    title="A link for a new password"
                    about="It goes to the address of the account, is good once and for ten minutes; you do not see it."
                    refused=send
                    button="Send link"
                />
                {(!two_step_since.is_empty())
                    .then(|| {
                        view! {
                            <DeedLine
                                uid
                                deed="end-two-step"
                                title="Two-step verification"
                                about="If its owner lost the app and the recovery codes. The password alone lets them in then, so be sure that it is they who ask."
                                refused=if is_self { "This is your own account. Turn it off there, with a code of your app." } else { "" }
                                button="Turn off"
                            />
                        }
                    })}
                {if is_admin {
                    view! {
                        <DeedLine
                            uid
                            deed="revoke-admin"
                            title="Admin"
                            about="May see and do what you see and do here. The only admin there is stays one."
                            button="Take this away"
                        />
                    }
                        .into_any()
                } else {
                    let refused = if is_disabled { DISABLED } else { "" };
                    view! {
                        <DeedLine
                            uid
                            deed="grant-admin"
                            title="Admin"
                            about="Would see and do what you see and do here, after logging in again."
                            refused
                            button="Make admin"
                        />
                    }
                        .into_any()
                }}
                {if is_disabled {
                    view! {
                        <DeedLine
                            uid
                            deed="enable"
                            title="Disabled"
                            about="Nobody can log in to it. Nothing of it was deleted."
                            button="Enable"
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        <DeedLine
                            uid
                            deed="disable"
                            title="Disable"
                            about="Its owner is out at once, everywhere. Nothing is deleted, and it can be enabled again."
                            refused=yours
                            button="Disable"
                        />
                    }
                        .into_any()
                }}
            </ul>
        </section>
        <Delete action=paths::admin_deed(uid, "delete") email typed typed_error refused=yours/>
    }
    .into_any()
}

#[component]
fn DeedLine<'a>(
    uid: &'a str,
    deed: &'static str,
    title: &'static str,
    about: &'static str,
    /// Why it cannot be done now; empty: it can.
    #[prop(optional)]
    refused: &'static str,
    button: &'static str,
) -> impl IntoView {
    let about_id = format!("{deed}-about");
    view! {
        <li class="account__line">
            <div class="deed">
                <p>{title}</p>
                <p class="soft" id=about_id.clone()>{if refused.is_empty() { about } else { refused }}</p>
            </div>
            <form method="post" action=paths::admin_deed(uid, deed)>
                <button class="button" aria-describedby=about_id disabled=!refused.is_empty()>{button}</button>
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn Delete(action: String, email: String, typed: String, typed_error: String, refused: &'static str) -> impl IntoView {
    let form = refused.is_empty().then(|| {
        view! {
            <p class="soft">
                "All its CVs, their history and its archived PDFs are removed at once. This cannot be undone; backups keep them until they are too old."
            </p>
            <form class="fields" method="post" action=action>
                <Field
                    id="address"
                    name="address"
                    label=format!("To be sure, type {email}")
                    value=typed
                    error=typed_error
                    required=true
                />
                <div><button class="button button--danger">"Delete this account"</button></div>
            </form>
        }
    });
    view! {
        <section class="account__part" aria-labelledby="delete-title">
            <h2 id="delete-title">"Delete"</h2>
            {(!refused.is_empty()).then(|| view! { <p class="soft">{refused}</p> })}
            {form}
        </section>
    }
    .into_any()
}
