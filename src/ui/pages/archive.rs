//! The archived PDFs of one CV.

use crate::api::{ResumeId, archives::Archive};
use crate::ui::{
    components::{Icon, Notice, NoticeKind, SiteFrame, Who},
    paths, words,
};
use leptos::prelude::*;

/// The archived PDFs of one CV, the newest first.
#[component]
pub fn ArchivePage(
    /// The one signed in.
    who: Who,
    /// Of which CV.
    resume_id: ResumeId,
    /// What the CV is called.
    name: String,
    /// The PDFs, the newest first.
    archives: Vec<Archive>,
    /// What just happened, with its kind.
    notice: Option<(NoticeKind, String)>,
) -> impl IntoView {
    let empty = archives.is_empty();
    view! {
        <SiteFrame who=Some(who)>
            <div class="page archive">
                <a class="archive__back" href=paths::editor(resume_id)>
                    <Icon name="arrow-left" class="icon--directional"/>
                    <bdi>{name}</bdi>
                </a>
                <header class="archive__head">
                    <div>
                        <h1>"Archived PDFs"</h1>
                        <p class="soft">
                            "Each is kept as the exact bytes it had on that day, whatever becomes of the CV."
                        </p>
                    </div>
                    {(!empty).then(|| view! { <ArchiveNow resume_id/> })}
                </header>
                {notice.map(|(kind, text)| view! { <Notice kind><p>{text}</p></Notice> })}
                {if empty {
                    view! { <NoArchives resume_id/> }.into_any()
                } else {
                    view! { <ArchiveList archives/> }.into_any()
                }}
            </div>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn ArchiveNow(resume_id: ResumeId) -> impl IntoView {
    view! {
        <form method="post" action=paths::archive(resume_id)>
            <button class="button button--primary"><Icon name="archive"/>"Archive PDF"</button>
        </form>
    }
    .into_any()
}

#[component]
fn NoArchives(resume_id: ResumeId) -> impl IntoView {
    view! {
        <section class="empty" aria-label="No archived PDFs yet">
            <div class="sheet">
                <img src=paths::template_picture("plain") width="595" height="842" alt="A CV of one page, set by Vitae."/>
            </div>
            <div class="empty__words">
                <h2>"Keep what you sent"</h2>
                <p class="soft">
                    "Archive the PDF before you send it, and you will know later what they have in front of them."
                </p>
                <ArchiveNow resume_id/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn ArchiveList(archives: Vec<Archive>) -> impl IntoView {
    let rows = archives.into_iter().map(|archive| view! { <ArchiveRow archive/> });
    view! {
        <table class="table archive__table">
            <caption class="visually-hidden">"Archived PDFs, the newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Archived"</th>
                    <th scope="col">"Name then"</th>
                    <th scope="col">"Size"</th>
                    <th scope="col">"SHA-256"</th>
                    <th scope="col"><span class="visually-hidden">"Download"</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn ArchiveRow(archive: Archive) -> impl IntoView {
    let Archive { uuid, name, revision, created_at, size_bytes, sha256, ready } = archive;
    view! {
        <tr>
            <td class="archive__when">
                <time>{created_at.clone()}</time>
                <span class="archive__revision">{format!("revision {revision}")}</span>
            </td>
            <td class="archive__name"><bdi>{name}</bdi></td>
            <td class="archive__size">{ready.then(|| words::size(size_bytes))}</td>
            <td class="archive__hash">{ready.then(|| view! { <Hash sha256/> })}</td>
            <td class="archive__get">
                {if ready {
                    view! {
                        <a
                            class="button button--small"
                            href=paths::archived_pdf(&uuid)
                            aria-label=format!("Download the PDF of {created_at}")
                            download=""
                        >
                            <Icon name="download" class="icon--small"/>
                            "Download"
                        </a>
                    }
                        .into_any()
                } else {
                    view! { <span class="badge badge--warn">"Being stored"</span> }.into_any()
                }}
            </td>
        </tr>
    }
    .into_any()
}

/// The first digits, and all of them on demand, to be copied.
#[component]
fn Hash(sha256: String) -> impl IntoView {
    let short: String = sha256.chars().take(8).collect();
    view! {
        <details class="hash">
            <summary title=sha256.clone()><code>{short}"…"</code></summary>
            <code class="hash__full">{sha256}</code>
        </details>
    }
    .into_any()
}
