//! The audit log.

use super::parts::{AdminFrame, Choice, Choices, Common, Pager, Turn};
use crate::ui::{
    components::{Field, Icon},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogData {
    /// What every page has.
    pub common: Common,
    /// What happened.
    pub kinds: Vec<Choice>,
    /// To whom; empty: anybody.
    pub user: String,
    /// What is wrong with that; empty: nothing.
    pub user_error: String,
    /// Who did it; empty: anybody.
    pub by: String,
    /// What is wrong with that; empty: nothing.
    pub by_error: String,
    /// The first day, "2026-11-22"; empty: from the beginning.
    pub from: String,
    /// What is wrong with that; empty: nothing.
    pub from_error: String,
    /// The last day; empty: until now.
    pub to: String,
    /// What is wrong with that; empty: nothing.
    pub to_error: String,
    /// The lines, the newest first.
    pub lines: Vec<LogLine>,
    /// The same as a file.
    pub csv: String,
    /// The ways on.
    pub turn: Turn,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogLine {
    /// When: "2026-11-22 12:00:05".
    pub at: String,
    /// What, in words.
    pub what: String,
    /// To whom.
    pub subject: Name,
    /// Who did it.
    pub actor: Name,
    /// Where from, roughly; empty if unknown.
    pub network: String,
}

/// Somebody in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The address, or what stands for it.
    pub text: String,
    /// Where there is more about them; empty: nowhere.
    pub href: String,
}

/// The page.
#[component]
pub fn LogPage(
    /// What it shows.
    data: LogData,
) -> impl IntoView {
    let LogData { common, kinds, user, user_error, by, by_error, from, from_error, to, to_error, lines, csv, turn } =
        data;
    let empty = lines.is_empty();
    view! {
        <AdminFrame common title="Log" here=paths::ADMIN_LOG>
            <form class="filters" method="post" action=paths::ADMIN_LOG>
                <Choices name="kind" label="What" choices=kinds/>
                <Field id="user" name="user" label="Whose account" value=user error=user_error/>
                <Field id="by" name="by" label="Done by" value=by error=by_error/>
                <Field id="from" name="from" label="From" kind="date" value=from error=from_error/>
                <Field id="to" name="to" label="To" kind="date" value=to error=to_error/>
                <button class="button">"Filter"</button>
            </form>
            {if empty {
                view! { <p class="soft">"Nothing like that has happened."</p> }.into_any()
            } else {
                view! { <LogTable lines/> }.into_any()
            }}
            <div class="cluster cluster--apart">
                <Pager turn/>
                <a class="button button--quiet" href=csv download=""><Icon name="download"/>"Download as CSV"</a>
            </div>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn LogTable(lines: Vec<LogLine>) -> impl IntoView {
    view! {
        <table class="table lines log">
            <caption class="visually-hidden">"What happened, the newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"When (UTC)"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Whose account"</th>
                    <th scope="col">"Done by"</th>
                    <th scope="col">"From"</th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| view! { <LogRow line/> }).collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn LogRow(line: LogLine) -> impl IntoView {
    let LogLine { at, what, subject, actor, network } = line;
    let by = (!actor.text.is_empty()).then(|| view! { <span class="only-phone">"By "</span> });
    view! {
        <tr>
            <td class="nowrap"><time>{at}</time></td>
            <td class="lines__main">{what}</td>
            <td><Person name=subject/></td>
            <td>{by}<Person name=actor/></td>
            <td class="soft">{network}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Person(name: Name) -> impl IntoView {
    let Name { text, href } = name;
    (!text.is_empty()).then(|| {
        if href.is_empty() {
            view! { <bdi>{text}</bdi> }.into_any()
        } else {
            view! { <a href=href><bdi>{text}</bdi></a> }.into_any()
        }
    })
}
