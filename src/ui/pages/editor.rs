//! The editor: the outline on the left, the pages on the right. The only island, and so the only page with wasm.

pub mod accent;
pub mod basics;
pub mod beginning;
pub mod bullets;
pub mod closures;
pub mod conflict;
pub mod controls;
pub mod design;
pub mod drafts;
pub mod entry;
pub mod fields;
pub mod frame;
pub mod given;
pub mod history;
pub mod keys;
pub mod lens;
pub mod naming;
pub mod notices;
pub mod outline;
pub mod pages_view;
pub mod previewing;
pub mod role;
pub mod saving;
pub mod section;
pub mod sign_in;
pub mod starting;
pub mod state;
pub mod status;
pub mod topbar;

use crate::{
    api::resumes::{LoadedResume, Preview},
    ui::components::Who,
};
use basics::About;
use beginning::Beginning;
use closures::act;
use controls::WordButton;
use design::DesignPanel;
use given::Given;
use keys::{Keys, ShowKeys};
use leptos::prelude::*;
use notices::{Notices, Toast};
use pages_view::PagesView;
use previewing::Sheet;
use section::Sections;
use starting::Divider;
use state::{EditorState, Showing};
use topbar::TopBar;

/// Id of the outline: where the focus goes when what had it is gone, and what the skip link of the page leads to.
pub const OUTLINE: &str = "content";

/// The body of the editor's page.
#[component]
pub fn EditorPage(
    /// The CV, as it was loaded.
    resume: LoadedResume,
    /// Its pages, if they were drawn in time; otherwise the browser asks for them.
    #[prop(optional_no_strip)]
    pages: Option<Preview>,
    /// The one signed in.
    who: Who,
) -> impl IntoView {
    let Preview { pages, missing, warnings } = pages.unwrap_or_default();
    let sheets = pages.into_iter().map(Sheet::from).collect();
    let kept_until = who.until.filter(|_| who.is_guest);
    let given = Given { resume, sheets, missing, warnings, kept_until };
    let script = given.script();
    provide_context(given);
    view! {
        {script}
        <Editor/>
        <Keys/>
    }
    .into_any()
}

/// The editor itself. What it is [`Given`] does not come as properties, because those are read with serde.
#[island]
fn Editor() -> impl IntoView {
    let Given { resume, sheets, missing, warnings, kept_until } = Given::take();
    let state = EditorState::new(resume, sheets);
    state.warnings.set(state.anchored(warnings));
    state.pages.missing.set(missing);
    provide_context(state);
    Effect::new(move || state.start());
    let showing = Signal::derive(move || state.showing.get().name().to_owned());
    let split = Signal::derive(move || [&state.split.get().to_string(), "%"].concat());
    let locked = Signal::derive(move || !state.hydrated.get());
    view! {
        <div
            class="editor"
            id="editor"
            data-showing=showing
            style:--split=split
        >
            <TopBar/>
            <Notices/>
            <main class="panes">
                <section class="outline" id=OUTLINE tabindex="-1" aria-label="Text">
                    <div class="outline__column">
                        <Beginning/>
                        <fieldset class="outline__fields" disabled=locked>
                            <About/>
                            <Sections/>
                        </fieldset>
                        {kept_until.map(|until| view! {
                            <p class="field__hint">"You are trying Vitae without an account. This CV is kept until "{until}"."</p>
                        })}
                        <ShowKeys/>
                    </div>
                </section>
                <Divider/>
                <PagesView/>
            </main>
            <DesignPanel/>
            <Tabs/>
            <Toast/>
        </div>
    }
    .into_any()
}

/// On a phone: one thing at a time.
#[component]
fn Tabs() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let tab = move |showing: Showing, words: &'static str| {
        let act = act(move || state.showing.set(showing));
        let pressed = Signal::derive(move || state.showing.get() == showing);
        view! { <WordButton label=words act class="tabs__tab" pressed/> }
    };
    view! {
        <nav class="tabs" aria-label="What is shown">
            {tab(Showing::Write, "Write")}
            {tab(Showing::Page, "Page")}
            {tab(Showing::Design, "Design")}
        </nav>
    }
    .into_any()
}
