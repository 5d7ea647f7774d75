//! The account: address, password, devices, what happened lately.

pub mod devices;
pub mod events;
pub mod password;

use self::{devices::Devices, events::Events, password::Password};
use crate::ui::{
    components::{Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountData {
    /// The one signed in.
    pub who: Who,
    /// Their address.
    pub email: String,
    /// What just happened.
    pub notice: Option<(NoticeKind, String)>,
    /// What is wrong with the password that was typed as the current one; empty: nothing.
    pub current_error: String,
    /// What is wrong with the new one; empty: nothing.
    pub password_error: String,
    /// Where the account is signed in.
    pub devices: Vec<DeviceLine>,
    /// What happened lately.
    pub events: Vec<EventLine>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    /// Names it.
    pub name: String,
    /// "Firefox on Linux".
    pub browser: String,
    /// Where from, roughly; empty if unknown.
    pub network: String,
    /// Since when, in words.
    pub since: String,
    /// Whether it is this one.
    pub this: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine {
    /// What, in words.
    pub what: String,
    /// When, in words.
    pub when: String,
    /// Where from, roughly; empty if unknown.
    pub network: String,
}

/// The page.
#[component]
pub fn AccountPage(
    /// What it shows.
    data: AccountData,
) -> impl IntoView {
    let AccountData { who, email, notice, current_error, password_error, devices, events } = data;
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>"Your account"</h1>
                <p class="soft"><bdi>{email}</bdi>" · "<a href=paths::CHANGE_EMAIL>"Change"</a></p>
                {notice.map(|(kind, sentence)| view! { <Notice kind><p>{sentence}</p></Notice> })}
                <Password current_error password_error/>
                <Devices devices/>
                <Events events/>
            </div>
        </SiteFrame>
    }
    .into_any()
}
