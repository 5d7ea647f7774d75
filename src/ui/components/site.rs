//! What every page but the editor has around it.

use super::Icon;
use crate::ui::paths;
use leptos::prelude::*;

/// The one signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Has no account yet: the CVs go when the session does.
    pub is_guest: bool,
    /// Looks after this installation.
    pub is_admin: bool,
    /// Whether an account can be made.
    pub may_sign_up: bool,
    /// Until when a guest's CVs are kept, as people say it: "22 December 2026".
    pub until: Option<String>,
}

/// The name of the product, drawn.
#[component]
pub fn Wordmark(
    /// Where it leads.
    #[prop(default = paths::HOME)]
    href: &'static str,
) -> impl IntoView {
    view! {
        <a class="wordmark" href=href aria-label="Vitae, home">
            <svg aria-hidden="true">
                <use href=paths::icon("wordmark")></use>
            </svg>
        </a>
    }
    .into_any()
}

/// The line above the page.
#[component]
pub fn SiteHeader(
    /// The one signed in, if anybody is.
    who: Option<Who>,
) -> impl IntoView {
    let has_account = who.as_ref().is_some_and(|who| !who.is_guest);
    let is_admin = who.as_ref().is_some_and(|who| who.is_admin);
    view! {
        <header class="site-header">
            <Wordmark/>
            <nav aria-label="Site">
                <a class=if has_account { "button button--quiet only-wide" } else { "button button--quiet" } href=paths::TEMPLATES>
                    "Templates"
                </a>
                {who.map(|_| view! { <a class="button button--quiet" href=paths::RESUMES>"Your CVs"</a> })}
                {is_admin.then(|| view! { <a class="button button--quiet" href=paths::ADMIN>"Admin"</a> })}
                {(!has_account).then(|| view! { <a class="button button--quiet" href=paths::LOG_IN>"Log in"</a> })}
                {has_account
                    .then(|| {
                        view! {
                            <a class="button button--quiet" href=paths::ACCOUNT>"Account"</a>
                            <form method="post" action=paths::LOGOUT>
                                <button class="button button--quiet">
                                    <Icon name="log-out"/>
                                    "Log out"
                                </button>
                            </form>
                        }
                    })}
            </nav>
        </header>
    }
    .into_any()
}

/// The line below the page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div>
                <p>"Vitae. The CV builder where the preview is the PDF."</p>
                <ul class="site-footer__links">
                    <li><a href=paths::TEMPLATES>"Templates"</a></li>
                    <li><a href=paths::PRIVACY>"What is kept and why"</a></li>
                </ul>
            </div>
        </footer>
    }
    .into_any()
}

/// Header, the page in `<main>`, footer.
#[component]
pub fn SiteFrame(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="site-shell">
            <SiteHeader who/>
            <main id="content" tabindex="-1">{children()}</main>
            <SiteFooter/>
        </div>
    }
    .into_any()
}
