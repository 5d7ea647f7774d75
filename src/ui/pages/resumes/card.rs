//! One CV in the list.

use super::{RenameRefused, ResumeCard};
use crate::api::ResumeId;
use crate::ui::{
    components::{Field, Icon},
    paths,
};
use leptos::prelude::*;

/// The first page, the name that leads to the editor, and the menu.
#[component]
pub fn Card(
    /// The CV.
    resume: ResumeCard,
    /// Its rename, if that was refused.
    refused: Option<RenameRefused>,
    /// The account can hold no more, so nothing is duplicated.
    full: bool,
) -> impl IntoView {
    let ResumeCard { id, name, revision, edited, archives } = resume;
    let archived = match archives {
        0 => None,
        1 => Some("1 archived PDF".to_owned()),
        count => Some(format!("{count} archived PDFs")),
    };
    view! {
        <li class="cv-card" id=format!("cv-{id}")>
            <div class="sheet cv-card__page" style=format!("view-transition-name: page-{id}")>
                <img src=paths::thumbnail(id, revision) width="595" height="842" alt="" loading="lazy"/>
            </div>
            <div class="cv-card__words">
                <h2 class="cv-card__name">
                    <a href=paths::editor(id)><bdi>{name.clone()}</bdi></a>
                </h2>
                <p class="cv-card__about">"Edited "{edited}</p>
                {archived.map(|archived| view! { <p class="cv-card__about">{archived}</p> })}
                {refused.map(|refused| view! { <RenameInPlace refused/> })}
            </div>
            <CardMenu id name full/>
        </li>
    }
    .into_any()
}

#[component]
fn CardMenu(id: ResumeId, name: String, full: bool) -> impl IntoView {
    let menu = format!("menu-{id}");
    view! {
        <button
            class="button button--quiet button--icon cv-card__more"
            popovertarget=menu.clone()
            aria-label=format!("Actions for {name}")
        >
            <Icon name="more"/>
        </button>
        <div class="menu" id=menu popover="auto">
            <a class="menu__item" href=paths::pdf(id) download=""><Icon name="download"/>"Download PDF"</a>
            <a class="menu__item" href=paths::history(id)><Icon name="history"/>"Versions"</a>
            <a class="menu__item" href=paths::archive(id)><Icon name="archive"/>"Archived PDFs"</a>
            <a class="menu__item" href=paths::json_resume(id) download=""><Icon name="file"/>"Download as JSON Resume"</a>
            <hr class="menu__line"/>
            <details>
                <summary class="menu__item"><Icon name="pencil"/>"Rename"</summary>
                <RenameForm id field=format!("rename-{id}") value=name error=String::new()/>
            </details>
            {(!full).then(|| view! { <MenuForm action=paths::duplicate(id) icon="copy" label="Duplicate"/> })}
            <hr class="menu__line"/>
            <MenuForm action=paths::delete(id) icon="trash" label="Move to trash" danger=true/>
        </div>
    }
    .into_any()
}

#[component]
fn MenuForm(action: String, icon: &'static str, label: &'static str, #[prop(optional)] danger: bool) -> impl IntoView {
    let class = if danger { "menu__item menu__item--danger" } else { "menu__item" };
    view! {
        <form method="post" action=action>
            <button class=class><Icon name=icon/>{label}</button>
        </form>
    }
    .into_any()
}

/// The form of a rename that was refused: where the name is, with what was typed.
#[component]
fn RenameInPlace(refused: RenameRefused) -> impl IntoView {
    let RenameRefused { id, typed, message } = refused;
    view! {
        <div class="cv-card__rename">
            <RenameForm id field=format!("rename-again-{id}") value=typed error=message/>
        </div>
    }
    .into_any()
}

#[component]
fn RenameForm(id: ResumeId, field: String, value: String, error: String) -> impl IntoView {
    view! {
        <form class="menu__form" method="post" action=paths::rename(id)>
            <Field id=field name="name" label="Name of this CV" value error required=true/>
            <button class="button button--small">"Save name"</button>
        </form>
    }
    .into_any()
}
