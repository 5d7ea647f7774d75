//! The pages for admins as HTML: what people type makes nothing of it, and all that is named is there.

use super::{
    guests::{Asked, GuestsData, GuestsPage, IdleLine},
    log::{LogData, LogLine, LogPage, Name},
    mails::{MailLine, MailsData, MailsPage},
    overview::{OverviewData, OverviewPage},
    parts::{Choice, Common, Turn},
    user::{Happening, SessionLine, UserData, UserPage},
    users::{State, UserLine, UsersData, UsersPage},
};
use crate::ui::components::{NoticeKind, Who};
use leptos::prelude::*;
use std::collections::BTreeSet;

const HOSTILE: &str = "\"></textarea><script>alert(1)</script>@example.org";

fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new_root(None).with(|| view().to_html())
}

fn common() -> Common {
    let who = Who { is_admin: true, may_sign_up: true, ..Who::default() };
    Common { who, notice: Some((NoticeKind::Warning, HOSTILE.into())) }
}

fn turn() -> Turn {
    Turn { first: Some("/admin/users".into()), next: Some("/admin/users?after=a".into()) }
}

fn choice() -> Vec<Choice> {
    vec![Choice { value: "all".into(), label: "All".into(), chosen: true }]
}

fn user(state: State, is_self: bool) -> UserData {
    UserData {
        common: common(),
        uid: "u".into(),
        email: HOSTILE.into(),
        is_self,
        state,
        sessions: vec![SessionLine { browser: HOSTILE.into(), about: HOSTILE.into() }],
        events: vec![Happening { what: HOSTILE.into(), about: HOSTILE.into() }],
        typed: HOSTILE.into(),
        typed_error: "Not that.".into(),
        ..UserData::default()
    }
}

fn every_page() -> Vec<String> {
    let state = State { is_admin: true, is_disabled: true, has_google: true };
    let overview = OverviewData { common: common(), failed_mails: 2, late_archives: 1, ..OverviewData::default() };
    let line = UserLine { uid: "u".into(), email: HOSTILE.into(), state, ..UserLine::default() };
    let users = UsersData {
        common: common(),
        search: HOSTILE.into(),
        search_error: "Too short.".into(),
        show: choice(),
        sort: choice(),
        users: vec![line],
        turn: turn(),
    };
    let idle = IdleLine { days: 7, guests: 2, resumes: 3 };
    let asked = Some(Asked { line: idle, archives: 1 });
    let guests = GuestsData { common: common(), all: 2, idle: vec![idle], asked, ..GuestsData::default() };
    let mail = |id| MailLine { id, recipient: HOSTILE.into(), problem: HOSTILE.into(), ..MailLine::default() };
    let mails = MailsData { common: common(), mails: vec![mail(1), mail(2)], turn: turn(), ..MailsData::default() };
    let name = || Name { text: HOSTILE.into(), href: "/admin/users/u".into() };
    let entry = LogLine { what: HOSTILE.into(), subject: name(), actor: name(), ..LogLine::default() };
    let log = LogData {
        common: common(),
        kinds: choice(),
        user: HOSTILE.into(),
        user_error: "Nobody.".into(),
        by_error: "Nobody.".into(),
        from_error: "No day.".into(),
        to_error: "No day.".into(),
        lines: vec![entry],
        turn: turn(),
        ..LogData::default()
    };
    vec![
        html(move || view! { <OverviewPage data=overview/> }.into_any()),
        html(move || view! { <UsersPage data=users/> }.into_any()),
        html(|| view! { <UsersPage data=UsersData::default()/> }.into_any()),
        html(move || view! { <UserPage data=user(state, false)/> }.into_any()),
        html(|| view! { <UserPage data=user(State::default(), true)/> }.into_any()),
        html(move || view! { <GuestsPage data=guests/> }.into_any()),
        html(move || view! { <MailsPage data=mails/> }.into_any()),
        html(move || view! { <LogPage data=log/> }.into_any()),
    ]
}

fn values_of<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn what_people_type_makes_nothing_of_a_page() {
    for html in every_page() {
        assert!(!html.contains("<script") && !html.contains("</textarea"), "{html}");
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(html.matches("<main").count(), 1);
    }
}

#[test]
fn what_is_named_by_id_is_there_once() {
    for html in every_page() {
        let ids = values_of(&html, "id");
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id stands twice in {html}");
        for attribute in ["for", "aria-describedby", "aria-labelledby"] {
            for id in values_of(&html, attribute).into_iter().flat_map(str::split_whitespace) {
                assert!(unique.contains(id), "{attribute} names {id}, which is not there: {html}");
            }
        }
    }
}

#[test]
fn what_cannot_be_done_to_an_account_says_why() {
    let own = html(|| view! { <UserPage data=user(State { is_admin: true, ..State::default() }, true)/> }.into_any());
    assert!(own.contains("This is your own account. Another admin can."));
    assert!(!own.contains("Delete this account"));
    let disabled = State { is_disabled: true, ..State::default() };
    let other = html(move || view! { <UserPage data=user(disabled, false)/> }.into_any());
    assert!(other.contains("The account is disabled. Enable it first."));
    assert!(other.contains("/admin/users/u/enable") && !other.contains("/admin/users/u/disable"));
    assert!(other.contains("Delete this account"));
}

#[test]
fn only_admins_are_led_to_their_pages() {
    use crate::ui::components::SiteHeader;
    let header = |is_admin| {
        let who = Some(Who { is_admin, ..Who::default() });
        html(move || view! { <SiteHeader who/> }.into_any())
    };
    assert!(header(true).contains("href=\"/admin\""));
    assert!(!header(false).contains("/admin"));
}
