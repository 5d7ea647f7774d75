//! Guests: how many, how long ago they were here, and removing those who were not here for long.

use super::parts::{AdminFrame, Common};
use crate::ui::{
    paths,
    words::{count, number},
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuestsData {
    /// What every page has.
    pub common: Common,
    /// How many there are.
    pub all: i64,
    /// Their CVs.
    pub resumes: i64,
    /// Days after which guests are removed anyway.
    pub kept_days: i64,
    /// Those who were not here for long.
    pub idle: Vec<IdleLine>,
    /// Which of these are to be removed, if that is asked.
    pub asked: Option<Asked>,
}

/// Guests who were not here for more than some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdleLine {
    /// How many days.
    pub days: u16,
    /// How many guests.
    pub guests: i64,
    /// Their CVs.
    pub resumes: i64,
}

/// What would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub line: IdleLine,
    /// Their archived PDFs.
    pub archives: i64,
}

/// The page.
#[component]
pub fn GuestsPage(
    /// What it shows.
    data: GuestsData,
) -> impl IntoView {
    let GuestsData { common, all, resumes, kept_days, idle, asked } = data;
    let there_are = match all {
        0 => "There are no guests.".to_owned(),
        _ => format!("{} with {}.", count(all, "guest", "guests"), count(resumes, "CV", "CVs")),
    };
    view! {
        <AdminFrame common title="Guests" here=paths::ADMIN_GUESTS>
            <p class="soft">
                {there_are}" Guests who do not come back are removed by themselves after "{kept_days}" days."
            </p>
            {asked.map(|asked| view! { <Confirm asked/> })}
            <table class="table lines">
                <caption class="visually-hidden">"Guests by how long they were not here"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Not here for more than"</th>
                        <th scope="col">"Guests"</th>
                        <th scope="col">"CVs"</th>
                        <th scope="col"><span class="visually-hidden">"Remove"</span></th>
                    </tr>
                </thead>
                <tbody>{idle.into_iter().map(|line| view! { <IdleRow line/> }).collect::<Vec<_>>()}</tbody>
            </table>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn IdleRow(line: IdleLine) -> impl IntoView {
    let IdleLine { days, guests, resumes } = line;
    let period = count(days.into(), "day", "days");
    let href = paths::asked(paths::ADMIN_GUESTS, &[("days", &days.to_string())]);
    let label = format!("Remove guests not here for more than {period}");
    view! {
        <tr>
            <td class="lines__main">{period}</td>
            <td class="lines__number">{number(guests)}<span class="only-phone">" guests"</span></td>
            <td class="lines__number">{number(resumes)}<span class="only-phone">" CVs"</span></td>
            <td>{(guests > 0).then(|| view! { <a class="button button--small" href=href aria-label=label>"Remove…"</a> })}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Confirm(asked: Asked) -> impl IntoView {
    let Asked { line: IdleLine { days, guests, resumes }, archives } = asked;
    let who = format!(
        "{} not here for more than {}",
        count(guests, "guest who was", "guests who were"),
        count(days.into(), "day", "days")
    );
    let what = format!("{} and {}", count(resumes, "CV", "CVs"), count(archives, "archived PDF", "archived PDFs"));
    let none = guests == 0;
    view! {
        <section class="ask" aria-labelledby="ask-title">
            <h2 id="ask-title">"Remove "{who}"?"</h2>
            <p>"With them go "{what}". Some of them may mean to come back. This cannot be undone."</p>
            <form class="cluster" method="post" action=paths::ADMIN_PURGE>
                <input type="hidden" name="days" value=days.to_string()/>
                <button class="button button--danger" disabled=none>{format!("Remove {}", count(guests, "guest", "guests"))}</button>
                <a class="button button--quiet" href=paths::ADMIN_GUESTS>"Keep them"</a>
            </form>
        </section>
    }
    .into_any()
}
