//! The way to Google, and what is between it and an account: showing that an account is one's own, agreeing, and what went wrong.

use crate::ui::{
    components::{Field, Icon, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// A link that leads to Google, under a form that does the same without it. (A form of its own would not do: its
/// answer leads away, which `form-action` in the policy of the page forbids.)
#[component]
pub fn GoogleWay(
    /// Where it begins.
    #[prop(into)]
    href: String,
    /// Whether there is no form above.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    view! {
        {(!alone).then(|| view! { <p class="google-way__or">"or"</p> })}
        <a class="button button--wide" href=href>
            <Icon name="google" class="google-way__logo"/>
            "Continue with Google"
        </a>
    }
    .into_any()
}

/// Asks somebody whose address at Google has an account here to log in to it first.
#[component]
pub fn KnownPage(
    /// The one signed in: nobody, or a guest.
    who: Option<Who>,
    /// The address.
    email: String,
) -> impl IntoView {
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>"There is an account with this address"</h1>
                <p class="soft">
                    <bdi>{email.clone()}</bdi>
                    " has an account here that does not know your Google account yet. Log in to it once with its password; then you can add Google and use either."
                </p>
                <form class="sign-in__form fields" method="post" action=paths::LOG_IN>
                    <Field id="email" name="email" label="E-mail" kind="email" value=email autocomplete="username" required=true/>
                    <Field id="password" name="password" label="Password" kind="password" autocomplete="current-password" required=true max=1024 autofocus=true/>
                    <input type="hidden" name="next" value=paths::ACCOUNT_GOOGLE/>
                    <button class="button button--primary button--wide">"Log in"</button>
                </form>
                <p class="soft"><a href=paths::FORGOT>"Forgot the password?"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// Asks the owner of an account whether Google is to be added to it.
#[component]
pub fn LinkPage(
    /// The one signed in.
    who: Who,
    /// Their address here.
    email: String,
    /// Their address at Google.
    google: String,
) -> impl IntoView {
    view! {
        <SiteFrame who=Some(who)>
            <div class="page sign-in">
                <h1>"Add Google to your account?"</h1>
                <p>
                    "Whoever is logged in to Google as "<strong><bdi>{google}</bdi></strong>
                    " can then log in to your account "<strong><bdi>{email}</bdi></strong>
                    ". Your password stays as it is."
                </p>
                <p class="soft">"Every other device is logged out."</p>
                <form class="sign-in__form" method="post" action=paths::ACCOUNT_GOOGLE>
                    <button class="button button--primary button--wide">"Add Google"</button>
                </form>
                <p class="soft"><a href=paths::ACCOUNT>"Leave it as it is"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// Says why somebody does not come further with Google, and how they do.
#[component]
pub fn GoogleProblemPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// What happened.
    title: &'static str,
    /// What was kept and what to do.
    message: &'static str,
) -> impl IntoView {
    let has_account = who.as_ref().is_some_and(|who| !who.is_guest);
    let ways = if has_account {
        view! { <a class="button button--primary" href=paths::ACCOUNT>"Back to your account"</a> }.into_any()
    } else {
        view! {
            <a class="button button--primary" href=paths::LOG_IN>"Log in with a password"</a>
            <a class="button" href=paths::GOOGLE>"Try Google again"</a>
        }
        .into_any()
    };
    view! {
        <SiteFrame who>
            <div class="page sign-in">
                <h1>{title}</h1>
                <p>{message}</p>
                <div class="cluster">{ways}</div>
            </div>
        </SiteFrame>
    }
    .into_any()
}
