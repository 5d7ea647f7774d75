//! The archived PDFs of one CV, or of all.

use crate::api::{ResumeId, archives::Archive};
use crate::ui::{
    components::{Icon, Notice, NoticeKind, SiteFrame, Who},
    paths, words,
};
use leptos::prelude::*;

/// The archived PDFs of one CV or of all, the newest first.
#[component]
pub fn ArchivePage(
    /// The one signed in.
    who: Who,
    /// The CV, and what it is called; nothing: all, also those that are gone.
    resume: Option<(ResumeId, String)>,
    /// The PDFs, the newest first.
    archives: Vec<Archive>,
    /// What just happened, with its kind.
    notice: Option<(NoticeKind, String)>,
) -> impl IntoView {
    let empty = archives.is_empty();
    let resume_id = resume.as_ref().map(|(id, _)| *id);
    let (back, name) =
        resume.map_or_else(|| (paths::RESUMES.into(), "Your CVs".into()), |(id, name)| (paths::editor(id), name));
    view! {
        <SiteFrame who=Some(who)>
            <div class="page archive">
                <a class="archive__back" href=back>
                    <Icon name="arrow-left" class="icon--directional"/>
                    <bdi>{name}</bdi>
                </a>
                <header class="archive__head">
                    <div>
                        <h1>"Archived PDFs"</h1>
                        <p class="soft">
                            "Each is kept as the exact bytes it had on that day, whatever becomes of the CV. "
                            {resume_id.map(|_| view! { <a href=paths::ARCHIVE>"Those of all CVs"</a> })}
                        </p>
                    </div>
                    {resume_id.filter(|_| !empty).map(|resume_id| view! { <ArchiveNow resume_id/> })}
                </header>
                {notice.map(|(kind, text)| view! { <Notice kind><p>{text}</p></Notice> })}
                {if empty {
                    view! { <NoArchives resume_id/> }.into_any()
                } else {
                    view! { <ArchiveList resume_id archives/> }.into_any()
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
fn NoArchives(resume_id: Option<ResumeId>) -> impl IntoView {
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
                {resume_id.map(|resume_id| view! { <ArchiveNow resume_id/> })}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn ArchiveList(resume_id: Option<ResumeId>, archives: Vec<Archive>) -> impl IntoView {
    let rows = archives.into_iter().map(|archive| view! { <ArchiveRow resume_id archive/> });
    view! {
        <table class="table archive__table">
            <caption class="visually-hidden">"Archived PDFs, the newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Archived"</th>
                    <th scope="col">"Name then"</th>
                    <th scope="col">"Size"</th>
                    <th scope="col">"SHA-256"</th>
                    <th scope="col"><span class="visually-hidden">"Download or delete"</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn ArchiveRow(resume_id: Option<ResumeId>, archive: Archive) -> impl IntoView {
    let Archive { uuid, name, revision, created_at, size_bytes, sha256, ready, .. } = archive;
    view! {
        <tr>
            <td class="archive__when">
                <time>{created_at.clone()}</time>
                <span class="archive__revision">{format!("version {revision}")}</span>
            </td>
            <td class="archive__name"><bdi>{name}</bdi></td>
            <td class="archive__size">{ready.then(|| words::size(size_bytes))}</td>
            <td class="archive__hash">{ready.then(|| view! { <Hash sha256/> })}</td>
            <td class="archive__get">
                {if ready {
                    view! {
                        <div class="archive__acts">
                            <a
                                class="button button--small"
                                href=paths::archived_pdf(&uuid)
                                aria-label=format!("Download the PDF of {created_at}")
                                download=""
                            >
                                <Icon name="download" class="icon--small"/>
                                "Download"
                            </a>
                            <DeleteArchived resume_id uuid created_at/>
                        </div>
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

/// A button, and the question that it opens without a script.
#[component]
fn DeleteArchived(resume_id: Option<ResumeId>, uuid: String, created_at: String) -> impl IntoView {
    let dialog = format!("delete-{uuid}");
    let (opens, closes) = (dialog.clone(), dialog.clone());
    let (title, titled) = (format!("{dialog}-title"), format!("{dialog}-title"));
    view! {
        <button
            class="button button--small button--quiet button--danger"
            popovertarget=opens
            aria-label=format!("Delete the PDF of {created_at}")
        >
            "Delete"
        </button>
        <section class="dialog archive__delete" id=dialog popover="auto" aria-labelledby=titled>
            <form class="dialog__body" method="post" action=paths::delete_archived(&uuid)>
                <h2 id=title>"Delete this PDF?"</h2>
                <p>
                    {format!("What you archived on {created_at} is gone for good then, for you too. The CV stays as it is.")}
                </p>
                {resume_id.map(|id| view! { <input type="hidden" name="resume" value=id.to_string()/> })}
                <div class="archive__acts">
                    <button class="button button--danger">"Delete it"</button>
                    <button class="button" type="button" popovertarget=closes popovertargetaction="hide">"Keep it"</button>
                </div>
            </form>
        </section>
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
