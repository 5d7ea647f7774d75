//! The queue of mails.

use super::parts::{AdminFrame, Common, Pager, Turn};
use crate::ui::paths;
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailsData {
    /// What every page has.
    pub common: Common,
    /// Whether this installation sends mail.
    pub is_on: bool,
    /// Whether those are shown that were given up, or those that wait.
    pub failed: bool,
    /// The mails, the oldest first.
    pub mails: Vec<MailLine>,
    /// The ways on.
    pub turn: Turn,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailLine {
    /// Names it.
    pub id: i64,
    /// The address.
    pub recipient: String,
    /// The account that it concerns.
    pub user: Option<String>,
    /// Since when it is in the queue, how often it was tried, what comes next, in words.
    pub about: String,
    /// Why it could not be sent the last time; empty: it was not tried.
    pub problem: String,
}

/// The page.
#[component]
pub fn MailsPage(
    /// What it shows.
    data: MailsData,
) -> impl IntoView {
    let MailsData { common, is_on, failed, mails, turn } = data;
    let none = if failed { "No mail was given up." } else { "No mail waits." };
    let empty = mails.is_empty();
    view! {
        <AdminFrame common title="Mail" here=paths::ADMIN_MAILS>
            {(!is_on).then(|| view! { <p class="soft">"This installation sends no mail: the setting SMTP_URL is empty."</p> })}
            <ul class="admin__tabs" aria-label="Which mails">
                <li><a href=paths::ADMIN_MAILS aria-current=failed.then_some("true")>"Given up"</a></li>
                <li><a href=paths::asked(paths::ADMIN_MAILS, &[("show", "waiting")]) aria-current=(!failed).then_some("true")>"Waiting"</a></li>
            </ul>
            {if empty {
                view! { <p class="soft">{none}</p> }.into_any()
            } else {
                view! { <ul class="account__list">{mails.into_iter().map(|mail| view! { <MailRow mail/> }).collect::<Vec<_>>()}</ul> }.into_any()
            }}
            <Pager turn/>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn MailRow(mail: MailLine) -> impl IntoView {
    let MailLine { id, recipient, user, about, problem } = mail;
    let name = format!("mail-{id}");
    let recipient = match user {
        Some(uid) => view! { <a href=paths::admin_user(&uid)><bdi>{recipient}</bdi></a> }.into_any(),
        None => view! { <bdi>{recipient}</bdi> }.into_any(),
    };
    view! {
        <li class="account__line">
            <div class="deed">
                <p id=name.clone()>{recipient}</p>
                <p class="soft">{about}</p>
                {(!problem.is_empty()).then(|| view! { <p class="problem">{problem}</p> })}
            </div>
            <div class="cluster">
                <form method="post" action=paths::admin_mail(id, "retry")>
                    <button class="button button--small" aria-describedby=name.clone()>"Send again"</button>
                </form>
                <form method="post" action=paths::admin_mail(id, "drop")>
                    <button class="button button--small button--danger" aria-describedby=name>"Drop"</button>
                </form>
            </div>
        </li>
    }
    .into_any()
}
