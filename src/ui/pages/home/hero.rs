//! What is above the fold.

use super::{Excerpt, Start, StartButton};
use crate::ui::paths;
use leptos::prelude::*;

/// The words on the left, the page on the right, the editor between them.
#[component]
pub fn Hero(
    /// What the button does.
    start: Start,
    /// The words of the page, for the picture of the editor.
    excerpt: Excerpt,
) -> impl IntoView {
    view! {
        <section class="hero">
            <div class="hero__words">
                <h1>"Write your CV on the page you will send."</h1>
                <p class="hero__lead">
                    "One typesetter draws the page beside your words and the PDF you download. They are the same page, to the last line break."
                </p>
                <StartButton start/>
                {(start == Start::AsGuest)
                    .then(|| view! { <p class="hero__small">"Free. Your work is saved while you type."</p> })}
            </div>
            <div class="hero__desk">
                <div class="sheet hero__page">
                    <img
                        src=paths::template_picture("plain")
                        width="595"
                        height="842"
                        alt="A CV of one page, set by Vitae."
                        fetchpriority="high"
                    />
                </div>
                {(!excerpt.bullets.is_empty()).then(|| view! { <EditorPicture excerpt/> })}
            </div>
        </section>
    }
    .into_any()
}

/// What the editor shows for the words on the page beside it. A picture: nothing in it can be used.
#[component]
fn EditorPicture(excerpt: Excerpt) -> impl IntoView {
    let bullets = excerpt.bullets.into_iter().enumerate().map(|(place, text)| {
        let class =
            if place == 1 { "editor-picture__bullet editor-picture__bullet--focus" } else { "editor-picture__bullet" };
        view! { <li class=class><bdi>{text}</bdi></li> }
    });
    view! {
        <figure class="editor-picture" aria-label="The same words in the editor">
            <p class="editor-picture__head">
                <strong>{excerpt.employer}</strong>
                <span class="editor-picture__state">"Saved"</span>
            </p>
            <dl class="editor-picture__fields">
                <div><dt>"Role"</dt><dd>{excerpt.role}</dd></div>
                <div><dt>"When"</dt><dd>{excerpt.dates}</dd></div>
            </dl>
            <ul class="editor-picture__bullets">{bullets.collect::<Vec<_>>()}</ul>
        </figure>
    }
    .into_any()
}
