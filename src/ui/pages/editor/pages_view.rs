//! The paper.

use super::{
    closures::act,
    controls::{IconButton, WordButton},
    previewing::{Sheet, sheet_anchor},
    state::EditorState,
    topbar::ArchiveButton,
};
use crate::ui::browser;
use leptos::{ev, prelude::*};

/// The steps of magnification in per cent; 100 fits the width.
const ZOOMS: [u32; 7] = [50, 67, 80, 100, 125, 150, 200];

/// Where [`ZOOMS`] fits the width.
const FIT: usize = 3;

/// The pages and what belongs to them.
#[component]
pub fn PagesView() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let zoom = RwSignal::new(FIT);
    let count = Memo::new(move |_| state.pages.sheets.with(Vec::len));
    let scale = Signal::derive(move || ZOOMS[zoom.get()].to_string());
    view! {
        <section class="desk" aria-label="Pages" on:click=move |event| on_click(state, &event)>
            <div class="desk__pages" style:--zoom=scale>
                <For each=move || 0..count.get() key=|position| *position let:position>
                    <Page position count/>
                </For>
            </div>
            <Remarks/>
            <Pager zoom count/>
        </section>
    }
    .into_any()
}

/// How large the pages are shown, and how many there are.
#[component]
fn Pager(zoom: RwSignal<usize>, count: Memo<usize>) -> impl IntoView {
    let smaller = act(move || zoom.update(|zoom| *zoom = zoom.saturating_sub(1)));
    let larger = act(move || zoom.update(|zoom| *zoom = (*zoom + 1).min(ZOOMS.len() - 1)));
    let fit = act(move || zoom.set(FIT));
    let shown = Signal::derive(move || match zoom.get() {
        FIT => "Fit".to_owned(),
        zoom => [&ZOOMS[zoom].to_string(), " %"].concat(),
    });
    let pages = Signal::derive(move || match count.get() {
        1 => "1 page".to_owned(),
        count => [&count.to_string(), " pages"].concat(),
    });
    let smallest = Signal::derive(move || zoom.get() == 0);
    let largest = Signal::derive(move || zoom.get() + 1 == ZOOMS.len());
    view! {
        <div class="pager" role="group" aria-label="Zoom">
            <IconButton icon="minus" label="Smaller" act=smaller disabled=smallest/>
            <WordButton label=shown act=fit class="button button--quiet button--small"/>
            <IconButton icon="plus" label="Larger" act=larger disabled=largest/>
            <span class="pager__count tabular">{pages}</span>
            <ArchiveButton class="button button--quiet button--small only-phone"/>
        </div>
    }
    .into_any()
}

/// One page. Its drawing is set again only when it has changed.
#[component]
fn Page(position: usize, count: Memo<usize>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let svg = Memo::new(move |_| {
        state.pages.sheets.with(|sheets| sheets.get(position).map(|sheet| sheet.svg.clone()).unwrap_or_default())
    });
    let shape = Signal::derive(move || {
        state.pages.sheets.with(|sheets| sheets.get(position).map(Sheet::shape).unwrap_or_default())
    });
    let label =
        Signal::derive(move || ["Page ", &(position + 1).to_string(), " of ", &count.get().to_string()].concat());
    view! {
        <article class="sheet" id=sheet_anchor(position) aria-label=label style:aspect-ratio=shape inner_html=move || svg.get()></article>
    }
    .into_any()
}

/// What is to be said about the pages: they wait, they are late, a letter is missing.
#[component]
fn Remarks() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let pages = state.pages;
    let words = Signal::derive(move || {
        if pages.of_saved.get() {
            return "These are the pages of the text from elsewhere.".to_owned();
        }
        if let Some(trouble) = pages.trouble.get() {
            return [&trouble, " The last good page stays."].concat();
        }
        if pages.slow.get() {
            return "Drawing…".to_owned();
        }
        pages.missing.with(|missing| {
            if missing.is_empty() {
                String::new()
            } else {
                ["No typeface here has these characters, so the PDF shows boxes for them: ", missing].concat()
            }
        })
    });
    let silent = Signal::derive(move || words.with(String::is_empty));
    view! { <p class="desk__remark" role="status" class:silent=silent>{words}</p> }.into_any()
}

/// A click on the page opens the field behind it; with Ctrl, or where there is no field, a link opens beside the
/// editor, never in its place.
fn on_click(state: EditorState, event: &ev::MouseEvent) {
    if let Some(name) = browser::closest(event, "data-item").filter(|_| !event.ctrl_key() && !event.meta_key()) {
        event.prevent_default();
        state.reveal_name(&name);
    } else if let Some(address) = browser::link(event).filter(|address| !address.starts_with('#')) {
        event.prevent_default();
        browser::open_tab(&address);
    }
}
