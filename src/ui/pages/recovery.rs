//! A new password for somebody who forgot theirs.

use crate::ui::{
    components::{Field, NewPassword, Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page that asks for the address shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForgotData {
    /// What was typed.
    pub email: String,
    /// What is wrong with it; empty: nothing.
    pub error: String,
    /// What is wrong with it as a whole; empty: nothing.
    pub problem: String,
    /// Whether this installation sends mail.
    pub mails: bool,
}

/// Asks for the address to which a link is sent.
#[component]
pub fn ForgotPage(
    /// The one signed in: nobody, or a guest.
    who: Option<Who>,
    /// What was typed and what is wrong.
    data: ForgotData,
) -> impl IntoView {
    let ForgotData { email, error, problem, mails } = data;
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"Forgot the password?"</h1>
                {if mails {
                    view! {
                        <p class="soft">"Type the address of your account. We send a link to it with which you set a new password."</p>
                        <form class="sign-in__form fields" method="post" action=paths::FORGOT>
                            {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                            <Field id="email" name="email" label="E-mail" kind="email" value=email error autocomplete="username" required=true autofocus=true/>
                            <button class="button button--primary button--wide">"Send the link"</button>
                        </form>
                    }
                    .into_any()
                } else {
                    view! {
                        <p>"This installation of Vitae sends no mail. Ask whoever runs it for a link with which you can set a new password."</p>
                    }
                    .into_any()
                }}
                <p class="soft"><a href=paths::LOG_IN>"Back to logging in"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// What the page that asks for the new password shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResetData {
    /// What stood in the link.
    pub token: String,
    /// The address of the account.
    pub email: String,
    /// What is wrong with the password; empty: nothing.
    pub error: String,
    /// What is wrong as a whole; empty: nothing.
    pub problem: String,
    /// Whether Google is a way into the account.
    pub google: bool,
}

/// Asks for the new password.
#[component]
pub fn ResetPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// What is wrong.
    data: ResetData,
) -> impl IntoView {
    let ResetData { token, email, error, problem, google } = data;
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"Set a new password"</h1>
                <p class="soft">
                    "For "<bdi>{email.clone()}</bdi>". It signs you out on every device."
                    {google.then_some(" Google is taken away from your account; you can add it again when you have logged in.")}
                </p>
                <form class="sign-in__form fields" method="post" action=paths::RESET>
                    {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                    <input type="hidden" name="token" value=token/>
                    // For password managers, which keep it with the address.
                    <input type="email" name="email" value=email autocomplete="username" readonly="" hidden=""/>
                    <NewPassword label="New password" error autofocus=true/>
                    <button class="button button--primary button--wide">"Set the password"</button>
                </form>
            </div>
        </SiteFrame>
    }
    .into_any()
}
