//! The account: address, password, devices, what happened lately.

use crate::ui::{
    components::{Field, Notice, NoticeKind, SiteFrame, Who},
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
                <p class="soft"><bdi>{email}</bdi></p>
                {notice.map(|(kind, sentence)| view! { <Notice kind><p>{sentence}</p></Notice> })}
                <Password current_error password_error/>
                <Devices devices/>
                <Events events/>
            </div>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn Password(current_error: String, password_error: String) -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="fields" method="post" action=paths::PASSWORD>
                <Field id="current" name="current" label="Current password" kind="password" error=current_error autocomplete="current-password" required=true max=1024/>
                <Field
                    id="password"
                    name="password"
                    label="New password"
                    kind="password"
                    hint="At least 15 characters. Every other device is signed out."
                    error=password_error
                    autocomplete="new-password"
                    required=true
                    max=1024
                />
                <div><button class="button">"Change password"</button></div>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Devices(devices: Vec<DeviceLine>) -> impl IntoView {
    let others = devices.iter().any(|device| !device.this);
    let line = |device: DeviceLine| {
        let place =
            if device.network.is_empty() { device.since } else { format!("{}, from {}", device.since, device.network) };
        view! {
            <li class="account__line">
                <div>
                    <p>{device.browser}{device.this.then(|| view! { " "<span class="badge badge--good">"this one"</span> })}</p>
                    <p class="soft">"Since "{place}</p>
                </div>
                {(!device.this).then(|| view! {
                    <form method="post" action=paths::end_session(&device.name)>
                        <button class="button button--small">"Sign out"</button>
                    </form>
                })}
            </li>
        }
    };
    view! {
        <section class="account__part" aria-labelledby="devices-title">
            <h2 id="devices-title">"Where you are signed in"</h2>
            <ul class="account__list">{devices.into_iter().map(line).collect::<Vec<_>>()}</ul>
            {others.then(|| view! {
                <form method="post" action=paths::END_OTHERS>
                    <button class="button">"Sign out everywhere else"</button>
                </form>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Events(events: Vec<EventLine>) -> impl IntoView {
    let line = |event: EventLine| {
        let place =
            if event.network.is_empty() { event.when } else { format!("{}, from {}", event.when, event.network) };
        view! { <li class="account__line"><p>{event.what}</p><p class="soft">{place}</p></li> }
    };
    view! {
        <section class="account__part" aria-labelledby="events-title">
            <h2 id="events-title">"What happened lately"</h2>
            <ul class="account__list">{events.into_iter().map(line).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}
