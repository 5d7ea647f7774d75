//! The ways in: logging in, and making an account.

use super::google::GoogleWay;
use crate::ui::{
    components::{Field, NewPassword, Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page for logging in shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInData {
    /// What was typed.
    pub email: String,
    /// Where to go on afterwards; empty: the CVs.
    pub next: String,
    /// What is wrong; empty: nothing.
    pub problem: String,
    /// What just happened; empty: nothing.
    pub done: String,
    /// The address that leads to Google, if people may log in with it.
    pub google: Option<String>,
}

/// Asks for address and password.
#[component]
pub fn SignInPage(
    /// The one signed in: nobody, or a guest.
    who: Option<Who>,
    /// What was typed and what is wrong.
    data: SignInData,
    /// Whether accounts can be made.
    sign_ups: bool,
) -> impl IntoView {
    let is_guest = who.is_some();
    let SignInData { email, next, problem, done, google } = data;
    let known = !email.is_empty();
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"Log in"</h1>
                {is_guest.then(|| view! { <p class="soft">"The CVs that you began as a guest can come along."</p> })}
                {(!done.is_empty()).then(|| view! { <Notice kind=NoticeKind::Good><p>{done}</p></Notice> })}
                <form class="sign-in__form fields" method="post" action=paths::LOG_IN>
                    {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                    <Field id="email" name="email" label="E-mail" kind="email" value=email autocomplete="username" required=true autofocus=!known/>
                    <Field id="password" name="password" label="Password" kind="password" autocomplete="current-password" required=true max=1024 autofocus=known/>
                    {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
                    <button class="button button--primary button--wide">"Log in"</button>
                </form>
                {google.map(|href| view! { <GoogleWay href/> })}
                <div class="sign-in__ways soft">
                    {sign_ups.then(|| view! { <p>"No account yet? "<a href=paths::SIGN_UP>"Create one"</a></p> })}
                    <p><a href=paths::FORGOT>"Forgot the password?"</a></p>
                </div>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// What the page for making an account shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUpData {
    /// What was typed.
    pub email: String,
    /// What is wrong with it; empty: nothing.
    pub email_error: String,
    /// What is wrong with the password; empty: nothing.
    pub password_error: String,
    /// What is wrong with neither; empty: nothing.
    pub problem: String,
    /// The address that leads to Google, if people may come by it.
    pub google: Option<String>,
}

/// Asks for what an account needs.
#[component]
pub fn SignUpPage(
    /// The one signed in: nobody, or a guest.
    who: Option<Who>,
    /// What was typed and what is wrong.
    data: SignUpData,
) -> impl IntoView {
    let is_guest = who.is_some();
    let SignUpData { email, email_error, password_error, problem, google } = data;
    let right = email_error.is_empty() && password_error.is_empty();
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>{if is_guest { "Keep your CVs" } else { "Create an account" }}</h1>
                <p class="soft">
                    {if is_guest {
                        "Your CVs, their history and your archived PDFs stay as they are; you get a way back to them."
                    } else {
                        "An address and a password, nothing else."
                    }}
                </p>
                <form class="sign-in__form fields" method="post" action=paths::SIGN_UP>
                    {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                    <Field id="email" name="email" label="E-mail" kind="email" value=email error=email_error autocomplete="username" required=true autofocus=right/>
                    <NewPassword error=password_error/>
                    <button class="button button--primary button--wide">"Create account"</button>
                </form>
                {google.map(|href| view! { <GoogleWay href/> })}
                <p class="soft">"You have an account? "<a href=paths::LOG_IN>"Log in"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
