//! The versions of one CV.

use crate::{
    api::ResumeId,
    ui::{
        components::{Icon, Notice, NoticeKind, SiteFrame, Who},
        paths,
    },
};
use leptos::prelude::*;

/// A version as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionLine {
    /// Its number.
    pub revision: i32,
    /// Why it was kept, in words.
    pub what: &'static str,
    /// When, to the minute.
    pub when: String,
    /// How long that is ago.
    pub ago: String,
    /// Whether it is what the CV is now.
    pub is_current: bool,
}

/// The versions of a CV, the newest first.
#[component]
pub fn HistoryPage(
    /// The one signed in.
    who: Who,
    /// The CV.
    id: ResumeId,
    /// What it is called.
    name: String,
    /// Its versions, the newest first.
    versions: Vec<VersionLine>,
    /// What just happened, with its kind.
    notice: Option<(NoticeKind, String)>,
) -> impl IntoView {
    let rows = versions.into_iter().map(move |version| view! { <VersionRow id version/> });
    view! {
        <SiteFrame who=Some(who)>
            <div class="page archive">
                <a class="archive__back" href=paths::editor(id)>
                    <Icon name="arrow-left" class="icon--directional"/>
                    <bdi>{name}</bdi>
                </a>
                <header>
                    <h1>"Versions"</h1>
                    <p class="soft">
                        "What you write is kept every few minutes, and whenever you import or archive. Bringing a version back makes it the newest; nothing is lost by it."
                    </p>
                </header>
                {notice.map(|(kind, text)| view! { <Notice kind><p>{text}</p></Notice> })}
                <table class="table archive__table">
                    <caption class="visually-hidden">"Versions, the newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"When"</th>
                            <th scope="col">"What happened"</th>
                            <th scope="col"><span class="visually-hidden">"Look at it or bring it back"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn VersionRow(id: ResumeId, version: VersionLine) -> impl IntoView {
    let VersionLine { revision, what, when, ago, is_current } = version;
    let back = (!is_current).then(|| {
        view! {
            <form method="post" action=paths::restore_version(id, revision)>
                <button class="button button--small" aria-label=format!("Bring back version {revision}")>
                    <Icon name="restore" class="icon--small"/>
                    "Bring back"
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="archive__when">
                <time>{when}</time>
                <span class="archive__revision">{format!("version {revision}, {ago}")}</span>
            </td>
            <td>{what} {is_current.then(|| view! { " "<span class="badge badge--good">"Now"</span> })}</td>
            <td class="archive__get">
                <div class="archive__acts">
                    <a
                        class="button button--small button--quiet"
                        href=paths::version_pdf(id, revision)
                        aria-label=format!("Download the PDF of version {revision}")
                        download=""
                    >
                        <Icon name="download" class="icon--small"/>
                        "PDF"
                    </a>
                    {back}
                </div>
            </td>
        </tr>
    }
    .into_any()
}
