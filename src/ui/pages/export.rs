//! Taking everything out.

use crate::ui::{
    components::{Icon, Notice, NoticeKind, SiteFrame, Who},
    paths,
    words::count,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportData {
    /// The one signed in.
    pub who: Who,
    /// CVs in it, those in the trash too.
    pub resumes: i64,
    /// Archived PDFs in it.
    pub archives: i64,
    /// Why it cannot be had just now; empty: it can.
    pub problem: String,
}

/// Says what is in the file, and gives it.
#[component]
pub fn ExportPage(
    /// What it shows.
    data: ExportData,
) -> impl IntoView {
    let ExportData { who, resumes, archives, problem } = data;
    let is_guest = who.is_guest;
    let back = if is_guest { paths::RESUMES } else { paths::ACCOUNT };
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>"Export everything"</h1>
                <p class="account__intro">
                    "One ZIP with all that you have here. It is yours: it opens without Vitae, other programs read the CVs in it, and it can be imported into any account of any Vitae."
                </p>
                {(!problem.is_empty()).then(|| view! { <Notice kind=NoticeKind::Danger><p>{problem}</p></Notice> })}
                <section class="account__part" aria-labelledby="in-it-title">
                    <h2 id="in-it-title">"What is in it"</h2>
                    <ul class="account__points">
                        <li>{count(resumes, "CV", "CVs")}", each as Vitae keeps it and as JSON Resume, with every earlier version"</li>
                        <li>{count(archives, "archived PDF", "archived PDFs")}", byte for byte"</li>
                        <li>{if is_guest { "where this session was begun" } else { "your account, where you are logged in, and its log of the last twelve months" }}</li>
                        <li>"a page that says what is where"</li>
                    </ul>
                    <p class="soft">"Not in it: your password, and what codes of two-step verification are made of. The file is not encrypted; keep it where others do not find it."</p>
                    <form method="post" action=paths::EXPORT>
                        <button class="button button--primary"><Icon name="download"/>"Download the ZIP"</button>
                    </form>
                </section>
                <section class="account__part" aria-labelledby="import-title">
                    <h2 id="import-title">"Putting it in again"</h2>
                    <p class="soft">
                        "Choose the ZIP under "<a href=paths::RESUMES>"Your CVs"</a>", New CV, “bring one from a file”. The CVs come back with their history and their PDFs, beside what is there."
                    </p>
                </section>
                <p class="account__back"><a href=back>"Back"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
