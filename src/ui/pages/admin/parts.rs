//! What the pages for admins have in common.

use crate::ui::{
    components::{Icon, Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// The pages, in the order in which they stand in the navigation.
const PAGES: [(&str, &str); 5] = [
    ("Overview", paths::ADMIN),
    ("Users", paths::ADMIN_USERS),
    ("Guests", paths::ADMIN_GUESTS),
    ("Mail", paths::ADMIN_MAILS),
    ("Log", paths::ADMIN_LOG),
];

/// What every page has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// The admin.
    pub who: Who,
    /// What just happened.
    pub notice: Option<(NoticeKind, String)>,
}

/// The frame of a page: navigation, heading, what just happened.
#[component]
pub fn AdminFrame(
    /// What every page has.
    common: Common,
    /// The heading.
    #[prop(into)]
    title: String,
    /// The page of the navigation that this is, or belongs to.
    here: &'static str,
    /// Whether it is that page itself.
    #[prop(default = true)]
    itself: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Common { who, notice } = common;
    let link = move |(name, path): (&'static str, &'static str)| {
        let current = (path == here).then_some(if itself { "page" } else { "true" });
        view! { <li><a href=path aria-current=current>{name}</a></li> }
    };
    view! {
        <SiteFrame who=Some(who)>
            <div class="page admin">
                <nav class="admin__nav" aria-label="Admin">
                    <ul>{PAGES.into_iter().map(link).collect::<Vec<_>>()}</ul>
                </nav>
                <h1><bdi>{title}</bdi></h1>
                {notice.map(|(kind, sentence)| view! { <Notice kind><p>{sentence}</p></Notice> })}
                {children()}
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// One of several things to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A choice, with its label.
#[component]
pub fn Choices(
    /// Unique on the page, and what the form sends it as.
    name: &'static str,
    /// What is asked for.
    label: &'static str,
    /// What there is to choose from.
    choices: Vec<Choice>,
) -> impl IntoView {
    let option = |choice: Choice| {
        view! { <option value=choice.value selected=choice.chosen>{choice.label}</option> }
    };
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <select class="input" id=name name=name>{choices.into_iter().map(option).collect::<Vec<_>>()}</select>
        </div>
    }
    .into_any()
}

/// The ways on from a page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The first page, unless this is it.
    pub first: Option<String>,
    /// The next page, if there is one.
    pub next: Option<String>,
}

/// Leads on from a page of a list; nothing if the list fits on it.
#[component]
pub fn Pager(
    /// Where to.
    turn: Turn,
) -> impl IntoView {
    let Turn { first, next } = turn;
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="cluster" aria-label="Pages">
                {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
                {next.map(|href| view! { <a class="button" href=href rel="next">"Next page"<Icon name="arrow-right" class="icon--directional"/></a> })}
            </nav>
        }
    })
}
