//! What went wrong, in words: what happened, what was kept, what to do.

use super::frame::Head;
use crate::ui::{
    components::{SiteFooter, SiteHeader},
    paths,
};
use leptos::prelude::*;

/// Something that went wrong with a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What was kept and what to do, in one or two sentences.
    pub message: String,
}

impl Problem {
    /// The usual words for a status; an unknown one reads like 500.
    pub fn of(status: u16) -> Self {
        let (title, message) = match status {
            401 => ("You are logged out", "This page belongs to somebody who is logged in. What was saved is kept."),
            403 => (
                "This request came from another site",
                "To protect your CVs, changes are only accepted from Vitae's own pages. Go back, reload the page and try again.",
            ),
            404 => (
                "Page not found",
                "If you typed the address, check that it is right. If you followed a link, the page may have been removed, or it belongs to another account.",
            ),
            405 => ("That cannot be done here", "The address is right, but it does not take this kind of request."),
            413 => (
                "That is too large",
                "Nothing was changed. A CV can have up to 256 KB of text; choose a smaller file and try again.",
            ),
            415 | 400 => ("That could not be read", "Nothing was changed. Go back and try again."),
            421 => (
                "This is another address than that of this installation",
                "Go to the address under which you know it. If you run it: set PUBLIC_URL to this address, or have the proxy pass Host on as it is.",
            ),
            422 => ("That could not be done", "Nothing was changed. Go back, check what you entered and try again."),
            429 => ("That was too often", "Nothing is lost. Wait a minute, then try again."),
            503 => (
                "Vitae is away for a moment",
                "It cannot reach its database, or is bringing it up to date. Nothing that was saved is lost. This page tries again by itself every few seconds.",
            ),
            _ => (
                "Something went wrong on our side",
                "What was saved is kept. Try again; if it happens again, tell whoever runs this installation.",
            ),
        };
        Self { status, title: title.into(), message: message.into() }
    }

    /// The head that goes with it: a page for a database that is gone asks for itself again after 5 seconds.
    pub fn head(&self) -> Head {
        Head { refresh: (self.status == 503).then_some(5), ..Head::private(self.title.clone()) }
    }
}

/// A page for what went wrong. It needs nothing but itself, so that it can be shown when everything else is gone.
#[component]
pub fn ErrorPage(
    /// HTTP status.
    status: u16,
    /// What happened.
    #[prop(into)]
    title: String,
    /// What was kept and what to do.
    #[prop(into)]
    message: String,
    /// What the log knows the request by.
    #[prop(optional_no_strip)]
    request_id: Option<String>,
) -> impl IntoView {
    let waiting = status == 503;
    view! {
        <div class="site-shell">
            <SiteHeader who=None/>
            <main id="content" tabindex="-1" class="error-page">
                <div class="error-page__sheet" aria-hidden="true" data-waiting=waiting.then_some("")></div>
                <div class="error-page__words">
                    <h1>{title}</h1>
                    <p>{message}</p>
                    <div class="cluster"><WayOut status/></div>
                    {request_id
                        .map(|id| {
                            view! { <p class="error-page__id">"Request "<code>{id}</code></p> }
                        })}
                </div>
            </main>
            <SiteFooter/>
        </div>
    }
    .into_any()
}

#[component]
fn WayOut(status: u16) -> impl IntoView {
    // An empty address is the page's own, which the failed request asked for.
    let again = matches!(status, 500..).then(|| view! { <a class="button button--primary" href="">"Try again"</a> });
    let log_in = (status == 401).then(|| view! { <a class="button button--primary" href=paths::LOG_IN>"Log in"</a> });
    view! {
        {again}
        {log_in}
        {(status != 401).then(|| view! { <a class="button" href=paths::RESUMES>"Your CVs"</a> })}
        <a class="button button--quiet" href=paths::HOME>"Home"</a>
    }
    .into_any()
}
