//! Four facts, each with a picture made of the real thing.

use super::Excerpt;
use crate::ui::{components::Icon, paths};
use leptos::prelude::*;

/// What is different, in four pictures.
#[component]
pub fn Facts(
    /// The words of the page, as a machine reads them.
    excerpt: Excerpt,
) -> impl IntoView {
    view! {
        <section class="home-facts" aria-label="What is different">
            <div class="home-section home-facts__list">
                <Fact
                    title="The preview is the PDF"
                    words="There is no second layout that only looks alike. What you see while typing is set by the program that writes the file, so nothing moves when you download it."
                >
                    <SeamPicture/>
                </Fact>
                <Fact
                    title="Nothing you type is lost"
                    words="Every pause saves. Without a connection the words stay in this browser until there is one. A CV that was changed in another window is never overwritten without asking."
                >
                    <SavedPicture/>
                </Fact>
                <Fact
                    title="Machines read it in the right order"
                    words="Each PDF is tagged and archivable (PDF/UA-1, PDF/A-2a). Screen readers and applicant systems get your words, in your order, and not a puzzle of columns."
                >
                    <ReadPicture excerpt/>
                </Fact>
                <Fact
                    title="It is yours"
                    words="Take the PDF, take the text, take the data in the open JSON Resume format. No tracking, and not one request to anybody else."
                >
                    <YoursPicture/>
                </Fact>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Fact(title: &'static str, words: &'static str, children: Children) -> impl IntoView {
    view! {
        <article class="fact">
            <div class="fact__picture" aria-hidden="true">{children()}</div>
            <h2>{title}</h2>
            <p>{words}</p>
        </article>
    }
    .into_any()
}

/// One page, its left half from the editor, its right half from the file; no seam to be seen.
#[component]
fn SeamPicture() -> impl IntoView {
    let half = |class| {
        view! {
            <div class=class>
                <img src=paths::template_picture("plain") width="595" height="842" alt="" loading="lazy"/>
            </div>
        }
    };
    view! {
        <div class="seam">
            <div class="seam__labels"><span>"While you type"</span><span>"resume.pdf"</span></div>
            <div class="sheet seam__page">{half("seam__half")}{half("seam__half seam__half--pdf")}</div>
        </div>
    }
    .into_any()
}

#[component]
fn SavedPicture() -> impl IntoView {
    view! {
        <ol class="saves">
            <li class="saves__good"><Icon name="check"/><span>"Saved"</span><time>"10:31"</time></li>
            <li class="saves__warn"><Icon name="offline"/><span>"Not saved — no connection. Kept in this browser."</span><time>"10:34"</time></li>
            <li class="saves__good"><Icon name="check"/><span>"Saved"</span><time>"10:36"</time></li>
            <li><Icon name="copy"/><span>"Changed in another window. Both are kept."</span><time>"10:40"</time></li>
        </ol>
    }
    .into_any()
}

#[component]
fn ReadPicture(excerpt: Excerpt) -> impl IntoView {
    let Excerpt { name, headline, employer, role, bullets, .. } = excerpt;
    let person = [("Title", name), ("P", headline)];
    let job = [("H1", "Experience".to_owned()), ("H2", role), ("P", employer)];
    let points = bullets.into_iter().take(2).map(|text| ("LI", text));
    let lines = person.into_iter().chain(job).chain(points).filter(|(_, text)| !text.is_empty());
    let lines = lines.map(|(tag, text)| view! { <li><span>{tag}</span><bdi>{text}</bdi></li> });
    view! { <ol class="tags">{lines.collect::<Vec<_>>()}</ol> }.into_any()
}

#[component]
fn YoursPicture() -> impl IntoView {
    let file = |name: &'static str, what: &'static str| {
        view! { <li><Icon name="file"/><strong>{name}</strong><span>{what}</span></li> }
    };
    view! {
        <ul class="files">
            {file("resume.pdf", "PDF/A, for decades")}
            {file("resume.json", "JSON Resume, for other tools")}
            {file("bin/run", "all of Vitae, on your own machine")}
        </ul>
    }
    .into_any()
}
