//! The gallery of templates.

use crate::domain::template::{TEMPLATES, Template};
use crate::ui::{
    components::{SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// The gallery of templates, each set with the same sample.
#[component]
pub fn TemplatesPage(
    /// The one signed in, if anybody is.
    who: Option<Who>,
    /// Whether one click makes a guest.
    guests_allowed: bool,
) -> impl IntoView {
    let signed_in = who.is_some();
    view! {
        <SiteFrame who>
            <div class="page">
                <header class="templates-head">
                    <h1>"Templates"</h1>
                    <p class="soft">
                        "The same words, set by the real typesetter. You can change the template at any time; the words stay as they are."
                    </p>
                </header>
                <h2 class="visually-hidden">"All templates"</h2>
                <TemplateGallery signed_in guests_allowed/>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// Every template with its picture and a way to begin with it.
#[component]
pub fn TemplateGallery(
    /// Somebody is signed in: the template begins another CV of theirs.
    signed_in: bool,
    /// Whether one click makes a guest.
    guests_allowed: bool,
) -> impl IntoView {
    let start = if signed_in { Some(paths::RESUMES) } else { guests_allowed.then_some(paths::GUEST) };
    let cards = TEMPLATES.iter().map(|template| view! { <TemplateCard template start/> });
    view! { <ul class="template-list">{cards.collect::<Vec<_>>()}</ul> }.into_any()
}

#[component]
fn TemplateCard(template: &'static Template, start: Option<&'static str>) -> impl IntoView {
    let alt = format!("A CV of one page in the template {}.", template.name);
    view! {
        <li class="template-card">
            <div class="sheet">
                <img src=paths::template_picture(template.id) width="595" height="842" alt=alt loading="lazy"/>
            </div>
            <div class="template-card__words">
                <h3>{template.name}</h3>
                <p class="soft">{template.description}</p>
                {start.map(|action| view! { <StartWith template action/> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn StartWith(template: &'static Template, action: &'static str) -> impl IntoView {
    let new_for_account = (action == paths::RESUMES).then(|| {
        view! {
            <input type="hidden" name="name" value="New CV"/>
            <input type="hidden" name="from" value="empty"/>
        }
    });
    view! {
        <form method="post" action=action>
            <input type="hidden" name="template" value=template.id/>
            {new_for_account}
            <button class="button">"Start with "{template.name}</button>
        </form>
    }
    .into_any()
}
