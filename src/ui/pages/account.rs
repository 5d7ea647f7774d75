//! The account: address, password, devices, what happened lately.

pub mod data;
pub mod devices;
pub mod events;
pub mod google;
pub mod password;
pub mod two_step;

use self::{
    data::YourData,
    devices::Devices,
    events::Events,
    google::{Google, GoogleLine},
    password::{Password, PasswordWay},
    two_step::TwoStep,
};
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
    /// What can be done about the password.
    pub password: PasswordWay,
    /// What is wrong with the password that was typed as the current one; empty: nothing.
    pub current_error: String,
    /// What is wrong with the new one; empty: nothing.
    pub password_error: String,
    /// Since when it has a second step: "3 March 2026"; empty: it has none.
    pub two_step_since: String,
    /// What can be done about logging in with Google.
    pub google: GoogleLine,
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
    let AccountData {
        who,
        email,
        notice,
        password,
        current_error,
        password_error,
        two_step_since,
        google,
        devices,
        events,
    } = data;
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>"Your account"</h1>
                <p class="soft"><bdi>{email}</bdi>" · "<a href=paths::CHANGE_EMAIL>"Change"</a></p>
                {notice.map(|(kind, sentence)| view! { <Notice kind><p>{sentence}</p></Notice> })}
                <Password way=password current_error password_error/>
                <TwoStep since=two_step_since/>
                <Google google/>
                <Devices devices/>
                <Events events/>
                <YourData/>
            </div>
        </SiteFrame>
    }
    .into_any()
}
