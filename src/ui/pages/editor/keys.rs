//! The keyboard shortcuts: a list beside the island, so that the browser's half of it is one button.

use crate::ui::components::DialogHead;
use leptos::prelude::*;

/// Id of the list.
const KEYS: &str = "keys";

/// Id of the button that shows it.
pub const SHOW_KEYS: &str = "show-keys";

/// Keys that are pressed together, and what they do.
type Shortcut = (&'static [&'static str], &'static str);

/// Where keys do something, and which ones do what.
const PLACES: [(&str, &[Shortcut]); 4] = [
    (
        "Anywhere",
        &[
            (&["Ctrl", "Z"], "Undo"),
            (&["Ctrl", "Shift", "Z"], "Redo"),
            (&["Ctrl", "S"], "Save now"),
            (&["Esc"], "Close what is open"),
            (&["?"], "This list, outside of a field"),
        ],
    ),
    ("In a text", &[(&["Ctrl", "B"], "Bold"), (&["Ctrl", "I"], "Italic")]),
    (
        "In a bullet",
        &[
            (&["Enter"], "Another bullet; in the middle of a text, it is split"),
            (&["Shift", "Enter"], "A new line in the same bullet"),
            (&["Backspace"], "Remove it, if it is empty"),
            (&["Alt", "↑"], "Move it up"),
            (&["Alt", "↓"], "Move it down"),
        ],
    ),
    ("On the page", &[(&["Click"], "Go to the field of what is there"), (&["Ctrl", "Click"], "Open a link")]),
];

/// The button that shows the list.
#[component]
pub fn ShowKeys() -> impl IntoView {
    view! {
        <button type="button" class="button button--quiet button--small show-keys only-wide" id=SHOW_KEYS popovertarget=KEYS>
            "Keyboard shortcuts"
        </button>
    }
    .into_any()
}

/// The list, hidden until it is asked for.
#[component]
pub fn Keys() -> impl IntoView {
    let place = |(place, shortcuts): (&'static str, &'static [Shortcut])| {
        let line = |(keys, does): &Shortcut| {
            let keys = keys.iter().map(|key| view! { <kbd class="key">{*key}</kbd>" " }).collect_view();
            view! { <tr><th scope="row">{keys}</th><td>{*does}</td></tr> }
        };
        view! {
            <table class="keys__place">
                <caption>{place}</caption>
                <tbody>{shortcuts.iter().map(line).collect_view()}</tbody>
            </table>
        }
    };
    view! {
        <section class="dialog keys" id=KEYS popover="auto" aria-labelledby="keys-title">
            <DialogHead dialog=KEYS title="Keyboard shortcuts"/>
            <div class="dialog__body">
                {PLACES.into_iter().map(place).collect_view()}
                <p class="soft">"On a Mac, Cmd stands for Ctrl, and Option for Alt."</p>
            </div>
        </section>
    }
    .into_any()
}
