//! One account: its state, its sessions, how much it has, and what can be done to it.

pub mod deeds;

use self::deeds::Deeds;
use super::{
    parts::{AdminFrame, Common},
    users::{State, States},
};
use crate::ui::{
    paths,
    words::{count, size},
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserData {
    /// What every page has.
    pub common: Common,
    /// Names it.
    pub uid: String,
    /// The address.
    pub email: String,
    /// Whether it is the admin's own.
    pub is_self: bool,
    /// In which state it is.
    pub state: State,
    /// Whether it has a password.
    pub has_password: bool,
    /// Since when it asks for a second step, in words; empty: it does not.
    pub two_step_since: String,
    /// Whether this installation sends mail.
    pub mails: bool,
    /// Since when there is one, in words.
    pub since: String,
    /// When it was seen last, in words.
    pub seen: String,
    /// CVs that are not in the trash.
    pub resumes: i64,
    /// CVs in the trash.
    pub trashed: i64,
    /// Bytes of CVs and their history.
    pub resume_bytes: i64,
    /// Archived PDFs.
    pub archives: i64,
    /// Their bytes.
    pub archive_bytes: i64,
    /// Where it is signed in.
    pub sessions: Vec<SessionLine>,
    /// What happened lately.
    pub events: Vec<Happening>,
    /// What was typed to have it deleted.
    pub typed: String,
    /// What is wrong with it; empty: nothing.
    pub typed_error: String,
}

/// A session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionLine {
    /// "Firefox on Linux".
    pub browser: String,
    /// Where from and since when, in words.
    pub about: String,
}

/// Something that happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happening {
    /// What, in words.
    pub what: String,
    /// When and where from, in words.
    pub about: String,
}

/// The page.
#[component]
pub fn UserPage(
    /// What it shows.
    data: UserData,
) -> impl IntoView {
    let (common, email) = (data.common.clone(), data.email.clone());
    let log = paths::asked(paths::ADMIN_LOG, &[("user", &data.uid)]);
    let (sessions, events) = (data.sessions.clone(), data.events.clone());
    view! {
        <AdminFrame common title=email here=paths::ADMIN_USERS itself=false>
            <Facts data=data.clone()/>
            <Sessions sessions/>
            <Deeds data/>
            <Events events log/>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn Facts(data: UserData) -> impl IntoView {
    let trashed = if data.trashed > 0 { format!(", {} in the trash", data.trashed) } else { String::new() };
    let resumes = match data.resumes + data.trashed {
        0 => "None".to_owned(),
        _ => format!("{}{trashed}, {} with their history", data.resumes, size(data.resume_bytes)),
    };
    let archives = match data.archives {
        0 => "None".to_owned(),
        archives => format!("{archives}, {}", size(data.archive_bytes)),
    };
    let ways = match (data.has_password, data.state.has_google) {
        (true, true) => "Password, Google",
        (true, false) => "Password",
        (false, true) => "Google",
        (false, false) => "None yet: a link for a new password lets its owner in",
    };
    let two_step = match &*data.two_step_since {
        "" => String::new(),
        since => format!(", with two-step verification since {since}"),
    };
    let state = data.state;
    view! {
        {(state != State::default()).then(|| view! { <p class="cluster"><States state/></p> })}
        <dl class="facts-list">
            <div><dt>"Account since"</dt><dd>{data.since}</dd></div>
            <div><dt>"Last seen"</dt><dd>{data.seen}</dd></div>
            <div><dt>"Ways in"</dt><dd>{ways}{two_step}</dd></div>
            <div><dt>"CVs"</dt><dd>{resumes}</dd></div>
            <div><dt>"Archived PDFs"</dt><dd>{archives}</dd></div>
            <div><dt>"Named in the log"</dt><dd><code>{data.uid}</code></dd></div>
        </dl>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<SessionLine>) -> impl IntoView {
    let title = match sessions.len() {
        0 => "Logged in nowhere".to_owned(),
        one_or_more => {
            format!("Logged in on {}", count(i64::try_from(one_or_more).unwrap_or(i64::MAX), "device", "devices"))
        }
    };
    let line = |session: SessionLine| view! { <li class="account__line"><p>{session.browser}</p><p class="soft">{session.about}</p></li> };
    let lines: Vec<_> = sessions.into_iter().map(line).collect();
    view! {
        <section class="account__part" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{title}</h2>
            {(!lines.is_empty()).then(|| view! { <ul class="account__list">{lines}</ul> })}
        </section>
    }
    .into_any()
}

#[component]
fn Events(events: Vec<Happening>, log: String) -> impl IntoView {
    let line = |event: Happening| view! { <li class="account__line"><p>{event.what}</p><p class="soft">{event.about}</p></li> };
    view! {
        <section class="account__part" aria-labelledby="events-title">
            <h2 id="events-title">"What happened lately"</h2>
            <ul class="account__list">{events.into_iter().map(line).collect::<Vec<_>>()}</ul>
            <p><a href=log>"All of it in the log"</a></p>
        </section>
    }
    .into_any()
}
