//! What is kept and why.

use crate::ui::{
    components::{SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// How long things are kept here, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// A guest's CVs, after the last visit.
    pub guest_days: u32,
    /// A CV in the trash.
    pub trash_days: u32,
    /// A session that nobody uses.
    pub idle_days: u32,
    /// Any session.
    pub longest_days: u32,
    /// A count of tries.
    pub attempt_days: u32,
    /// What was deleted, in backups.
    pub backup_days: u32,
    /// Whether people may log in with Google.
    pub google: bool,
}

/// What is kept, for how long and why, in plain words; below it what the operator has to say.
#[component]
pub fn PrivacyPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// How long things are kept here.
    keeping: Keeping,
    /// The operator's own words: plain text, paragraphs apart by an empty line.
    operator: Option<String>,
) -> impl IntoView {
    view! {
        <SiteFrame who>
            <article class="page page--narrow prose">
                <h1>"What is kept and why"</h1>
                <p class="prose__lead">
                    "Vitae keeps what you write so that you can come back to it. It tells nobody else about you, and nothing on its pages comes from elsewhere."
                </p>
                <h2>"What, how long, what for"</h2>
                <Kept rows=what_you_write(keeping) title="What you write"/>
                <Kept rows=account(keeping) title="If you have an account"/>
                <Kept rows=machinery(keeping) title="Behind the pages"/>
                <h2>"If you are a guest"</h2>
                <p>
                    {format!("There is no name and no e-mail address, only a key in this browser. Your CVs are deleted {} days after your last visit, and whenever you say so.", keeping.guest_days)}
                </p>
                <h2>"Who sees it"</h2>
                <p>
                    "You; nobody else through these pages. Whoever looks after this installation has no page that shows your CVs, and it is noted in your log when they look at your account. They do have the machine that all of it is on."
                </p>
                {keeping.google.then(|| view! {
                    <h2>"If you log in with Google"</h2>
                    <p>
                        "Only if you choose to: Google then knows that you use this installation, and tells it a number that stands for you and your e-mail address. Both are kept with your account; nothing that you write goes there."
                    </p>
                })}
                <p>
                    "The day of your last visit is kept, too. Those who look after this installation can see that, your address, and how much you keep, but not what stands in your CVs; when one of them looks at your account, that is noted among the rest."
                </p>
                <h2>"In your browser"</h2>
                <p>
                    "One cookie keeps you logged in. While you write, the browser holds a copy of what is not saved yet, so that nothing is lost without a connection. There is no tracking and no statistics service."
                </p>
                <h2>"Taking it with you, and having it deleted"</h2>
                <p>
                    "Everything can be "<a href=paths::EXPORT>"exported"</a>" as one file at any time and without asking, in formats that other programs read, and imported again. Each CV can be had as PDF and as JSON Resume."
                </p>
                <p>
                    "When you "<a href=paths::DELETE_ACCOUNT>"delete your account"</a>", all of it is removed at once: CVs, earlier versions, PDFs, sessions, waiting mail. Two things stay: the lines of the log, under a random number without name or address, until they are twelve months old; and, beside the backups, that this number was deleted, so that a repaired database forgets you again."
                </p>
                {operator.map(|text| view! { <Operator text/> })}
            </article>
        </SiteFrame>
    }
    .into_any()
}

/// What is kept, how long, and what for.
type Row = (&'static str, String, &'static str);

fn what_you_write(keeping: Keeping) -> Vec<Row> {
    vec![
        ("CVs and their earlier versions", "until you delete them".into(), "to go on writing, and to go back"),
        (
            "a CV in the trash, with its versions",
            format!("{} days, or until the trash is full", keeping.trash_days),
            "in case it was a mistake",
        ),
        ("archived PDFs, byte for byte", "until you delete them".into(), "to know what you sent to whom"),
    ]
}

fn account(keeping: Keeping) -> Vec<Row> {
    vec![
        ("your e-mail address", "as long as the account".into(), "to log in, and to reach you"),
        ("your password, in a form that nobody can read it from", "as long as the account".into(), "to log in"),
        (
            "what codes of two-step verification are checked with; recovery codes, in a form that nobody can read them from",
            "until you turn it off, or a code is used".into(),
            "to log in",
        ),
        (
            "where you are logged in: browser and network, such as 192.0.2.0/24",
            format!("until you log out, {} days without a visit, or {} days", keeping.idle_days, keeping.longest_days),
            "so that you see what is not you",
        ),
        (
            "the log: logging in, failed attempts, changes to the account, with time and network",
            "12 months".into(),
            "so that you see what is not you, and misuse can be looked into",
        ),
    ]
}

fn machinery(keeping: Keeping) -> Vec<Row> {
    vec![
        (
            "mail that waits to be sent",
            "until it is sent; if it cannot be, for a month or so".into(),
            "to send it again if that fails",
        ),
        ("links in such mail, as a fingerprint", "until used or over, a day at most".into(), "to know that it is you"),
        (
            "how often somebody tried to log in or sign up, as a fingerprint of address and network",
            format!("{} days", keeping.attempt_days),
            "against guessing",
        ),
        (
            "the server's notes on requests: time, address of the page, how it ended; never who, never what is in a CV",
            "as long as the operator keeps them".into(),
            "to find faults",
        ),
        (
            "backups",
            format!("{} days, if Vitae makes them", keeping.backup_days),
            "to repair this installation, for nothing else",
        ),
    ]
}

#[component]
fn Kept(rows: Vec<Row>, title: &'static str) -> impl IntoView {
    let rows = rows.into_iter().map(|(what, how_long, what_for)| {
        view! { <tr><th scope="row">{what}</th><td>{how_long}</td><td>{what_for}</td></tr> }
    });
    view! {
        <table class="kept">
            <caption>{title}</caption>
            <thead><tr><th scope="col">"What"</th><th scope="col">"How long"</th><th scope="col">"What for"</th></tr></thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Operator(text: String) -> impl IntoView {
    let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty()).map(str::to_owned);
    let paragraphs = paragraphs.map(|part| view! { <p>{part}</p> });
    view! {
        <section class="prose__operator">
            <h2>"From whoever runs this installation"</h2>
            {paragraphs.collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}
