//! The landing page. No script at all.

pub mod excerpt;
pub mod facts;
pub mod hero;

pub use excerpt::Excerpt;

use super::templates::TemplateGallery;
use crate::ui::components::{Icon, SiteFrame, Who};
use crate::ui::paths;
use facts::Facts;
use hero::Hero;
use leptos::prelude::*;

/// The landing page.
#[component]
pub fn HomePage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// Whether one click makes a guest.
    guests_allowed: bool,
    /// The words of the sample whose page is shown, for the editor beside it.
    excerpt: Excerpt,
) -> impl IntoView {
    let signed_in = who.is_some();
    let start = Start::of(signed_in, guests_allowed);
    view! {
        <SiteFrame who>
            <Hero start excerpt=excerpt.clone()/>
            <Facts excerpt/>
            <section class="home-templates" aria-labelledby="templates-title">
                <div class="home-section">
                    <h2 id="templates-title">"Two templates, drawn with care"</h2>
                    <p class="home-lead">
                        "Change the typeface, the accent, the density and the margins of either. Switching never touches a word."
                    </p>
                    <TemplateGallery signed_in guests_allowed/>
                </div>
            </section>
            <HostIt/>
            <section class="home-last">
                <h2>"Begin with your name."</h2>
                <StartButton start/>
            </section>
        </SiteFrame>
    }
    .into_any()
}

/// What the one button of the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Makes a guest.
    AsGuest,
    /// Leads to the CVs that are there.
    Continue,
    /// Nothing: guests are off, and accounts are not made here.
    Closed,
}

impl Start {
    fn of(signed_in: bool, guests_allowed: bool) -> Self {
        match (signed_in, guests_allowed) {
            (true, _) => Self::Continue,
            (false, true) => Self::AsGuest,
            (false, false) => Self::Closed,
        }
    }
}

#[component]
fn StartButton(start: Start) -> impl IntoView {
    match start {
        Start::AsGuest => view! {
            <form method="post" action=paths::GUEST>
                <button class="button button--primary button--large">"Start writing — no account needed"</button>
            </form>
        }
        .into_any(),
        Start::Continue => view! {
            <a class="button button--primary button--large" href=paths::RESUMES>"Your CVs"<Icon name="arrow-right"/></a>
        }
        .into_any(),
        Start::Closed => view! { <p class="soft">"This installation does not take guests."</p> }.into_any(),
    }
}

#[component]
fn HostIt() -> impl IntoView {
    view! {
        <section class="home-section home-host" aria-labelledby="host-title">
            <div>
                <h2 id="host-title">"Or run it yourself"</h2>
                <p class="home-lead">
                    "One program and PostgreSQL. On a fresh Debian or Ubuntu machine, two lines in a copy of the source fetch what is missing, start a private database and serve Vitae. There is nothing to configure."
                </p>
            </div>
            <pre class="terminal" tabindex="0" role="region" aria-label="Commands"><code>
                <span class="terminal__prompt">"$ "</span>"cd vitae\n"
                <span class="terminal__prompt">"$ "</span>"bin/run\n"
                <span class="terminal__says">"Vitae is at http://127.0.0.1:3000"</span>
            </code></pre>
        </section>
    }
    .into_any()
}
