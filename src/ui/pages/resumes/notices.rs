//! What stands above the list: guest or not, what just happened, what became of a file.

use super::{Happened, Imported};
use crate::ui::{
    components::{Notice, NoticeKind, Who},
    paths,
};
use leptos::prelude::*;

/// Says to a guest until when the CVs are kept. Nothing for an account.
#[component]
pub fn GuestBanner(
    /// The one signed in.
    who: Who,
) -> impl IntoView {
    who.is_guest.then(|| {
        let until = who.until.map_or_else(|| "for a while".to_owned(), |until| format!("until {until}"));
        view! {
            <aside class="guest-banner" aria-label="Guest">
                <p>
                    <strong>"You are a guest."</strong>
                    {format!(" Your CVs are kept {until}, and only this browser can open them. ")}
                    {if who.may_sign_up { "With an account they stay." } else { "Download what you want to keep." }}
                </p>
                {who.may_sign_up
                    .then(|| view! { <a class="button button--small" href=paths::SIGN_UP>"Create an account"</a> })}
                <details>
                    <summary class="button button--quiet button--small">"Leave"</summary>
                    <form method="post" action=paths::LOGOUT>
                        <p>"Nobody can open these CVs after that, not even you."</p>
                        <button class="button button--danger button--small">"Leave and give up these CVs"</button>
                        <p><a href=paths::DELETE_ACCOUNT>"Delete them now"</a>" or "<a href=paths::EXPORT>"take everything with you"</a>"."</p>
                    </form>
                </details>
            </aside>
        }
    })
}

/// Offers to take the CVs that somebody began as a guest into the account that they logged in to.
#[component]
pub fn GuestWaits() -> impl IntoView {
    view! {
        <Notice actions=|| view! {
            <form method="post" action=paths::ADOPT>
                <button class="button button--small">"Take them along"</button>
            </form>
        }>
            <p>"You wrote something as a guest before you logged in. It can come into your account, with its history and PDFs."</p>
        </Notice>
    }
    .into_any()
}

/// What the last form did. A CV in the trash comes back with one button.
#[component]
pub fn PageNotice(
    /// What it did.
    happened: Happened,
) -> impl IntoView {
    match happened {
        Happened::Deleted { id, name } => view! {
            <Notice actions=move || view! {
                <form method="post" action=paths::restore(id)>
                    <button class="button button--small">"Undo"</button>
                </form>
            }>
                <p><bdi>{name}</bdi>" is in the trash."</p>
            </Notice>
        }
        .into_any(),
        Happened::Done(text) => view! { <Notice kind=NoticeKind::Good><p>{text}</p></Notice> }.into_any(),
        Happened::Failed(text) => view! { <Notice kind=NoticeKind::Danger><p>{text}</p></Notice> }.into_any(),
    }
}

/// What became of a file: the new CV and what was changed on the way, or where the fault lies.
#[component]
pub fn ImportNotice(
    /// What became of it.
    imported: Imported,
) -> impl IntoView {
    match imported {
        Imported::Done { id, name, changes } => view! { <ImportDone id name changes/> }.into_any(),
        Imported::Everything { sentence, left } => {
            let kind = if left.is_empty() { NoticeKind::Good } else { NoticeKind::Warning };
            let but = (!left.is_empty()).then(|| view! { <p>"Left out:"</p> });
            view! { <Notice kind><p>{sentence}</p>{but}<Lines lines=left/></Notice> }.into_any()
        }
        Imported::Refused { details, .. } => view! {
            <Notice kind=NoticeKind::Danger>
                <p><strong>"The file was not imported."</strong>" Your CVs are as they were."</p>
                <Lines lines=details/>
            </Notice>
        }
        .into_any(),
    }
}

#[component]
fn ImportDone(id: crate::api::ResumeId, name: String, changes: Vec<String>) -> impl IntoView {
    let kind = if changes.is_empty() { NoticeKind::Good } else { NoticeKind::Info };
    let intro =
        if changes.is_empty() { " is here, with everything that was in the file." } else { " is here. On the way in:" };
    view! {
        <Notice
            kind
            actions=move || view! { <a class="button button--small" href=paths::editor(id)>"Open"</a> }
        >
            <p><strong><bdi>{name}</bdi></strong>{intro}</p>
            <Lines lines=changes/>
        </Notice>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<String>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> });
        view! { <ul>{lines.collect::<Vec<_>>()}</ul> }
    })
}
