//! Deleting an account, or what a guest has.

use crate::ui::{
    components::{Field, Notice, NoticeKind, SiteFrame, Who},
    paths,
    words::count,
};
use leptos::prelude::*;

/// The word that is to be typed.
pub const WORD: &str = "DELETE";

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteData {
    /// The one signed in.
    pub who: Who,
    /// CVs that go, those in the trash too.
    pub resumes: i64,
    /// Archived PDFs that go.
    pub archives: i64,
    /// Days until what is deleted is in no backup any more.
    pub backup_days: u32,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it; empty: nothing.
    pub error: String,
}

/// Says what goes and what stays, and asks for the word.
#[component]
pub fn DeletePage(
    /// What it shows.
    data: DeleteData,
) -> impl IntoView {
    let DeleteData { who, resumes, archives, backup_days, typed, error } = data;
    let is_guest = who.is_guest;
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>{if is_guest { "Delete everything" } else { "Delete your account" }}</h1>
                <p class="account__intro">"This happens at once, and nobody can take it back: not you, and not whoever runs this installation."</p>
                <Notice>
                    <p>"Do you want to keep a copy? Everything fits into one file, which can be imported again."</p>
                    <p><a href=paths::EXPORT>"Export everything first"</a></p>
                </Notice>
                <Goes resumes archives is_guest/>
                <Stays backup_days is_guest/>
                <section class="account__part" aria-labelledby="sure-title">
                    <h2 id="sure-title">"Delete it"</h2>
                    <form class="fields" method="post" action=paths::DELETE_ACCOUNT>
                        <Field
                            id="word"
                            name="word"
                            label=format!("To go on, type {WORD}")
                            value=typed
                            error
                            required=true
                            max=20
                        />
                        <div class="cluster">
                            <button class="button button--danger">
                                {if is_guest { "Delete everything" } else { "Delete my account and everything in it" }}
                            </button>
                            <a class="button button--quiet" href=if is_guest { paths::RESUMES } else { paths::ACCOUNT }>"Keep it"</a>
                        </div>
                    </form>
                </section>
            </div>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn Goes(resumes: i64, archives: i64, is_guest: bool) -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="goes-title">
            <h2 id="goes-title">"What goes"</h2>
            <ul class="account__points">
                <li>{count(resumes, "CV", "CVs")}", with every earlier version, those in the trash too"</li>
                <li>{count(archives, "archived PDF", "archived PDFs")}</li>
                {(!is_guest).then(|| view! { <li>"the account: address, password, two-step verification, mail that waits to be sent"</li> })}
                <li>{if is_guest { "the session in this browser" } else { "every session, on every device" }}</li>
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Stays(backup_days: u32, is_guest: bool) -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="stays-title">
            <h2 id="stays-title">"What stays for a while"</h2>
            <ul class="account__points">
                <li>{backups(backup_days)}</li>
                {(!is_guest).then(|| view! {
                    <li>"When you logged in and from which network, under a random number and without name or address: twelve months."</li>
                })}
                <li>"That this random number was deleted: as long as there are backups, so that a restored one forgets it again."</li>
            </ul>
        </section>
    }
    .into_any()
}

/// What is said of backups.
pub fn backups(days: u32) -> String {
    format!(
        "Backups that Vitae makes hold what was there on their day. They are used for nothing but repairing this installation, and the last is gone after {days} days."
    )
}

/// The farewell.
#[component]
pub fn GoodbyePage(
    /// Days until what was deleted is in no backup any more.
    backup_days: u32,
) -> impl IntoView {
    view! {
        <SiteFrame who=None>
            <div class="page page--narrow account">
                <h1>"It is deleted"</h1>
                <Notice kind=NoticeKind::Good>
                    <p>"Nobody can get in any more. Everything is being removed; that takes a moment."</p>
                </Notice>
                <p class="account__intro">{backups(backup_days)}</p>
                <p class="soft">"Thank you for writing here. If you come back one day, an export can be imported into any account."</p>
                <p class="account__back"><a class="button" href=paths::HOME>"Home"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}
