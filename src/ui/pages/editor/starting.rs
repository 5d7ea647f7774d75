//! What begins when the browser takes over, and what belongs to the window: keys, leaving, the divider.

use super::{
    design::DESIGN,
    keys::SHOW_KEYS,
    state::{EditorState, Showing},
    status::SaveStatus,
};
use crate::ui::browser;
use leptos::{ev, prelude::*};

impl EditorState {
    /// Unlocks the fields and begins to listen. Called once, in the browser.
    pub fn start(self) {
        browser::show_when_broken("broken");
        self.saving.progress.update_value(|progress| progress.tab = browser::random_id());
        self.hydrated.set(true);
        self.start_drafts();
        self.start_pages();
        browser::on_key(move |event| self.on_shortcut(event));
        browser::on_window("beforeunload", move |event| {
            if !self.may_leave() {
                browser::warn_before_leaving(&event);
            }
        });
        browser::on_window("visibilitychange", move |_| {
            let saving = [self.saving.status, self.saving.naming];
            if browser::is_hidden() || saving.iter().any(|status| status.get_untracked() == SaveStatus::SignedOut) {
                self.save_now();
            }
            if !browser::is_hidden() && self.pages.trouble.with_untracked(Option::is_some) {
                self.preview_now();
            }
        });
        browser::on_window("online", move |_| {
            self.save_now();
            self.preview_soon();
        });
    }

    fn on_shortcut(self, event: &ev::KeyboardEvent) {
        let key = event.key().to_ascii_lowercase();
        if key == "escape" && self.showing.get_untracked() == Showing::Design {
            self.showing.set(Showing::Write);
            browser::focus(DESIGN.to_owned());
            return;
        }
        if key == "?" && !browser::is_in(event, "input, textarea, select") {
            browser::click(SHOW_KEYS);
        }
        if !browser::with_command(event) {
            return;
        }
        // What is typed there is no part of the document yet: the browser takes it back itself.
        let is_step = matches!(key.as_str(), "z" | "y");
        if is_step && browser::is_in(event, ".bar__name, .notices input, [aria-invalid=true]") {
            return;
        }
        match (key.as_str(), event.shift_key()) {
            ("z", false) => self.undo(),
            ("z", true) | ("y", _) => self.redo(),
            ("s", false) => self.save_now(),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Between outline and pages: dragged, or moved with the arrow keys.
#[component]
pub fn Divider() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let split = state.split;
    let to = move |share: u32| split.set(share.clamp(25, 70));
    let now = Signal::derive(move || split.get().to_string());
    view! {
        <section class="divider-place" aria-label="Layout">
        <div
            class="divider"
            role="separator"
            aria-orientation="vertical"
            aria-label="Width of the outline"
            aria-valuemin="25"
            aria-valuemax="70"
            aria-valuenow=now
            tabindex="0"
            on:pointerdown=move |event| browser::capture_pointer(&event)
            on:pointermove=move |event| {
                if event.buttons() & 1 == 1 {
                    to(browser::share_of_window(&event));
                }
            }
            on:keydown=move |event| match event.key().as_str() {
                "ArrowLeft" => to(split.get_untracked() - 2),
                "ArrowRight" => to(split.get_untracked() + 2),
                _ => {}
            }
        ></div>
        </section>
        <div class="notice outdated" id="outdated" role="status" hidden>
            <p class="notice__body">"There is a new version of Vitae. Reload when it suits you; your text is kept."</p>
            <div class="notice__actions"><a class="button button--small" href="">"Reload"</a></div>
        </div>
        <div class="notice notice--danger broken" id="broken" role="alert" hidden>
            <p class="notice__body">"Something went wrong in the editor. Your text is kept in this browser."</p>
            <div class="notice__actions"><a class="button button--small" href="">"Reload"</a></div>
        </div>
    }
    .into_any()
}
