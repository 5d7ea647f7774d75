//! What is kept and why.

use crate::ui::components::{SiteFrame, Who};
use leptos::prelude::*;

/// How long things are kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Days that a guest's CVs are kept after the last visit.
    pub guest_days: u32,
    /// Days that a CV stays in the trash.
    pub trash_days: u32,
}

/// What is kept, for how long and why, in plain words; below it what the operator has to say.
#[component]
pub fn PrivacyPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// How long things are kept here.
    keeping: Keeping,
    /// The operator's own words: plain text, paragraphs apart by an empty line.
    operator: Option<String>,
) -> impl IntoView {
    view! {
        <SiteFrame who>
            <article class="page page--narrow prose">
                <h1>"What is kept and why"</h1>
                <p class="prose__lead">
                    "Vitae keeps what you write so that you can come back to it. It asks nobody else about you and tells nobody else about you."
                </p>
                <h2>"Your CVs"</h2>
                <p>
                    "The text of each CV, its earlier versions and the PDFs you archive are kept on this installation's own server, until you delete them. "
                    {format!("A CV that you delete waits {} days in the trash, in case it was a mistake; then it is gone.", keeping.trash_days)}
                </p>
                <h2>"If you are a guest"</h2>
                <p>
                    {format!("There is no name and no e-mail address, only a key in this browser. Your CVs are deleted {} days after your last visit.", keeping.guest_days)}
                </p>
                <h2>"If you have an account"</h2>
                <p>
                    "Your e-mail address is kept, and your password in a form that nobody can read it from. Signing in, failed attempts and changes to the account are noted with the time and the network they came from; you see them on the page of your account."
                </p>
                <p>
                    "The day of your last visit is kept, too. Those who look after this installation can see that, your address, and how much you keep, but not what stands in your CVs; when one of them looks at your account, that is noted among the rest."
                </p>
                <h2>"In your browser"</h2>
                <p>
                    "One cookie keeps you signed in. While you write, the browser holds a copy of what is not saved yet, so that nothing is lost without a connection. There is no tracking, no statistics service and no content from other servers."
                </p>
                <h2>"In the log"</h2>
                <p>
                    "The server notes each request: when, which address, how it ended. It never notes what is in a CV."
                </p>
                <h2>"Taking it with you"</h2>
                <p>
                    "Each CV can be downloaded as PDF and as JSON Resume, an open format, at any time and without asking."
                </p>
                {operator.map(|text| view! { <Operator text/> })}
            </article>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn Operator(text: String) -> impl IntoView {
    let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty()).map(str::to_owned);
    let paragraphs = paragraphs.map(|part| view! { <p>{part}</p> });
    view! {
        <section class="prose__operator">
            <h2>"From whoever runs this installation"</h2>
            {paragraphs.collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}
