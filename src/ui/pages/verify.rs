//! Mails that somebody waits for, and the pages that the links in them lead to.

use crate::ui::{
    components::{Field, Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAbout {
    /// Ending a sign-up.
    SignUp,
    /// A new password.
    Reset,
    /// Another address for an account.
    Email,
}

/// Says that a mail is on its way.
#[component]
pub fn CheckMailPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// Where it goes.
    email: String,
    /// What it is about.
    about: MailAbout,
) -> impl IntoView {
    let (what, back, back_label) = match about {
        MailAbout::SignUp => (
            "Follow the link in it, best in this browser, and your account is there. The link is good for 24 hours.",
            paths::SIGN_UP,
            "Use another address",
        ),
        MailAbout::Reset => (
            "If there is an account with this address, the mail has a link with which you set a new password. It is good for ten minutes.",
            paths::FORGOT,
            "Use another address",
        ),
        MailAbout::Email => (
            "Follow the link in it and your account is known by this address. It is good for ten minutes; until then nothing changes.",
            paths::ACCOUNT,
            "Back to your account",
        ),
    };
    let guest = who.as_ref().is_some_and(|who| who.is_guest) && about == MailAbout::SignUp;
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"Check your mail"</h1>
                <p>"We have sent a mail to "<strong><bdi>{email}</bdi></strong>". "{what}</p>
                <p class="soft">"Nothing there after a few minutes? Look in the spam folder, or ask for it once more."</p>
                {guest.then(|| view! {
                    <p><a class="button button--primary button--wide" href=paths::RESUMES>"Go on with your CVs meanwhile"</a></p>
                })}
                <p class="soft"><a href=back>{back_label}</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// What the page that a link leads to shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyData {
    /// What stood in the link.
    pub token: String,
    /// The address.
    pub email: String,
    /// Whether a new account is made; else one gets another address.
    pub is_new: bool,
    /// Whether the password that was chosen is to be typed.
    pub needs_password: bool,
    /// What is wrong with that; empty: nothing.
    pub error: String,
    /// What is wrong as a whole; empty: nothing.
    pub problem: String,
}

/// Asks whether to do what the link is for.
#[component]
pub fn VerifyPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// What it shows.
    data: VerifyData,
) -> impl IntoView {
    let VerifyData { token, email, is_new, needs_password, error, problem } = data;
    let (what, button) = if is_new {
        ("Your account will be known by this address:", "Make my account")
    } else {
        ("From now on your account is known by this address:", "Use this address")
    };
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"Confirm your address"</h1>
                <p class="soft">{what}</p>
                <p><strong><bdi>{email}</bdi></strong></p>
                <form class="sign-in__form fields" method="post" action=paths::VERIFY>
                    {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                    <input type="hidden" name="token" value=token/>
                    {needs_password.then(|| view! {
                        <Field
                            id="current"
                            name="current"
                            label="The password that you chose"
                            kind="password"
                            hint="This is not the browser in which you signed up. If you did not sign up, close this page: nothing happens."
                            error
                            autocomplete="current-password"
                            autofocus=true
                            required=true
                            max=1024
                        />
                    })}
                    <button class="button button--primary button--wide">{button}</button>
                </form>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// A link that is used up, too old, or was never one.
#[component]
pub fn DeadLinkPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
) -> impl IntoView {
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"This link is no longer good"</h1>
                <p>"Links in mails are good once and not for long. Perhaps you have followed it already; then you can log in."</p>
                <p><a class="button button--primary button--wide" href=paths::LOG_IN>"Log in"</a></p>
                <p class="soft">
                    <a href=paths::FORGOT>"Ask for a new password"</a>
                    " or "
                    <a href=paths::SIGN_UP>"sign up again"</a>
                </p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
