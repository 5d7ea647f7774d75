//! All that speaks to the browser itself. Nothing here runs on the server: it is called from event
//! handlers and effects, which only the browser runs.

pub mod http;
pub mod json;
pub mod storage;

use crate::domain::rich_text::mark::{Marked, toggle};
use leptos::{
    ev,
    prelude::{document, event_target, window},
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{self, js_sys},
};

/// Milliseconds since some fixed moment.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Sixteen random hexadecimal digits, to tell one save from another (not to keep anything secret).
pub fn random_id() -> String {
    let mut id = String::with_capacity(16);
    while id.len() < 16 {
        let digit = (js_sys::Math::random() * 16.0).min(15.0);
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 0 and 15"
        )]
        id.push(char::from(b"0123456789abcdef"[digit as usize]));
    }
    id
}

/// Something that will be called, unless it is cleared before.
#[derive(Clone, Copy, Debug)]
pub struct Timer(i32);

impl Timer {
    /// Takes it back.
    pub fn clear(self) {
        window().clear_timeout_with_handle(self.0);
    }
}

/// Calls `then` once after so many milliseconds. Unlike `leptos::set_timeout`, whatever has been drawn or removed
/// since: a save must not be forgotten because the button that caused it is gone.
pub fn after(milliseconds: i32, then: impl FnOnce() + 'static) -> Option<Timer> {
    let then = Closure::once_into_js(then);
    let timer = window().set_timeout_with_callback_and_timeout_and_arguments_0(then.unchecked_ref(), milliseconds);
    timer.ok().map(Timer)
}

/// Puts a timer in place of another, which is taken back.
pub fn replace(timer: &mut Option<Timer>, by: Option<Timer>) {
    if let Some(old) = std::mem::replace(timer, by) {
        old.clear();
    }
}

/// Calls `handler` for every event of this name that reaches the window. The editor lives as long as its page, so
/// nothing takes the handler away.
pub fn on_window(name: &str, handler: impl Fn(ev::Event) + 'static) {
    let _lives_on = leptos::prelude::window_event_listener_untyped(name, handler);
}

/// Listens to the keys of the whole window.
pub fn on_key(handler: impl Fn(&ev::KeyboardEvent) + 'static) {
    on_window("keydown", move |event| {
        if let Some(event) = event.dyn_ref::<ev::KeyboardEvent>() {
            handler(event);
        }
    });
}

/// Whether the page is in the background.
pub fn is_hidden() -> bool {
    js_sys::Reflect::get(&document(), &"hidden".into()).is_ok_and(|hidden| hidden.is_truthy())
}

/// Asks "leave the page?" when called for `beforeunload`.
pub fn warn_before_leaving(event: &ev::Event) {
    event.prevent_default();
    if let Some(event) = event.dyn_ref::<ev::BeforeUnloadEvent>() {
        event.set_return_value("unsaved");
    }
}

/// Goes to another address in this tab (a download leaves the page where it is).
pub fn go_to(address: &str) {
    // Without an answer there is nobody to tell.
    let _ = window().location().set_href(address);
}

/// Opens an address in another tab that knows nothing of this one.
pub fn open_tab(address: &str) {
    let _ = window().open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer");
}

/// Focuses the element with this id if it takes the focus, or the first field inside the element with it, as soon as it is there, and brings
/// it into view. `i7.url` may not be there; then it is the first field of `i7`.
pub fn focus(id: String) {
    when_drawn(move || {
        if let Some(field) = field(&id) {
            let _ = field.focus();
        }
    });
}

/// Does as [`focus`] and puts the caret at a place of the text, counted in units of UTF-16; past the end is the end.
pub fn focus_at(id: String, place: u32) {
    when_drawn(move || {
        if let Some(field) = field(&id) {
            let _ = field.focus();
            if let Ok(area) = field.dyn_into::<web_sys::HtmlTextAreaElement>() {
                let _ = area.set_selection_range(place, place);
            }
        }
    });
}

/// Calls `then` when changes that were made just now are on the page: a frame draws them, the next one has them.
fn when_drawn(then: impl FnOnce() + 'static) {
    next_frame(move || next_frame(then));
}

fn next_frame(then: impl FnOnce() + 'static) {
    let then = Closure::once_into_js(then);
    // A page that is not drawn needs no focus either.
    let _ = window().request_animation_frame(then.unchecked_ref());
}

fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn field(id: &str) -> Option<web_sys::HtmlElement> {
    let found = element(id).or_else(|| element(id.split('.').next()?))?;
    if found.matches("input, textarea, select, button, [tabindex]").unwrap_or(false) {
        return Some(found);
    }
    let inside = |selector| found.query_selector(selector).ok()?;
    inside("input, textarea, select").or_else(|| inside("button"))?.dyn_into().ok()
}

/// What is inside the element with this id, as HTML.
pub fn inner_html(id: &str) -> String {
    element(id).map(|element| element.inner_html()).unwrap_or_default()
}

/// The value of an attribute on the nearest ancestor of what was clicked that has it.
pub fn closest(event: &ev::MouseEvent, attribute: &str) -> Option<String> {
    let target: web_sys::Element = event_target(event);
    target.closest(&["[", attribute, "]"].concat()).ok()??.get_attribute(attribute)
}

/// Where the link leads that was clicked, in HTML or in a drawing.
pub fn link(event: &ev::MouseEvent) -> Option<String> {
    let target: web_sys::Element = event_target(event);
    let link = target.closest("a").ok()??;
    link.get_attribute("href").or_else(|| link.get_attribute("xlink:href"))
}

/// A text field that is being typed in.
#[derive(Clone)]
pub struct TextArea(web_sys::HtmlTextAreaElement);

impl TextArea {
    /// The one that the event belongs to.
    pub fn of(event: &ev::Event) -> Self {
        Self(event_target(event))
    }

    /// The text.
    pub fn value(&self) -> String {
        self.0.value()
    }

    /// The selection in UTF-16 units: from, to.
    fn selection(&self) -> (u32, u32) {
        let start = self.0.selection_start().ok().flatten().unwrap_or_default();
        let end = self.0.selection_end().ok().flatten().unwrap_or(start);
        (start, end)
    }

    /// The text before, in and after the selection.
    pub fn parts(&self) -> (String, String, String) {
        let units: Vec<u16> = self.value().encode_utf16().collect();
        let (start, end) = self.selection();
        let at = |unit: u32| usize::try_from(unit).unwrap_or(units.len());
        let (start, end) = (at(start), at(end));
        let part = |range: std::ops::Range<usize>| String::from_utf16_lossy(units.get(range).unwrap_or_default());
        (part(0..start), part(start..end), part(end..units.len()))
    }

    /// Puts `mark` on both sides of the selection, or takes it away; answers the new text.
    pub fn toggle(&self, mark: &str) -> String {
        let (before, inside, after) = self.parts();
        let Marked { text, from, to } = toggle(&before, &inside, &after, mark);
        let units = |end: usize| u32::try_from(text[..end].encode_utf16().count()).unwrap_or_default();
        self.0.set_value(&text);
        let _ = self.0.set_selection_range(units(from), units(to));
        text
    }
}

/// The plain text that is being pasted.
pub fn pasted_text(event: &ev::ClipboardEvent) -> String {
    // Through the object: the interface of the clipboard is not part of what the server build knows.
    let get = |object: &leptos::wasm_bindgen::JsValue, key: &str| js_sys::Reflect::get(object, &key.into()).ok();
    let text = get(event, "clipboardData").and_then(|data| {
        let read = get(&data, "getData")?;
        read.dyn_ref::<js_sys::Function>()?.call1(&data, &"text/plain".into()).ok()?.as_string()
    });
    text.unwrap_or_default()
}

/// Whether a key was pressed together with Ctrl or, on a Mac, Cmd.
pub fn with_command(event: &ev::KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key()) && !event.alt_key()
}

/// How far from the left edge of the window a pointer is, in per cent of its width.
pub fn share_of_window(event: &ev::PointerEvent) -> u32 {
    let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(1440.0);
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100"
    )]
    let share = (f64::from(event.client_x()) / width * 100.0).clamp(0.0, 100.0) as u32;
    share
}

/// If the program breaks: says so on the console and shows the hidden element with this id, which is all that can
/// still be done.
pub fn show_when_broken(id: &'static str) {
    std::panic::set_hook(Box::new(move |why| {
        leptos::logging::error!("{why}");
        show(id);
    }));
}

/// Shows the hidden element with this id.
fn show(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.remove_attribute("hidden");
    }
}

/// The build of the server that made this page.
#[cfg(feature = "hydrate")]
fn build() -> Option<String> {
    document().document_element()?.get_attribute("data-build")
}

/// Does as if the element with this id was clicked.
pub fn click(id: &str) {
    if let Some(element) = element(id) {
        element.click();
    }
}

/// Whether an event happened to something that the selector describes.
pub fn is_in(event: &ev::Event, selector: &str) -> bool {
    let target: web_sys::Element = event_target(event);
    target.matches(selector).unwrap_or(false)
}

/// Calls `then` when no button of the pointer is pressed any more, at once if none is: what would move away from under
/// it waits until then.
pub fn when_released(then: impl FnOnce() + 'static) {
    let pressed = document().document_element().is_some_and(|root| root.matches(":active").unwrap_or(false));
    // Where the focus goes is known when it has left where it was: a moment later.
    after(if pressed { 50 } else { 0 }, move || if pressed { when_released(then) } else { then() });
}

/// Keeps the pointer's events coming to the element that it was pressed on.
pub fn capture_pointer(event: &ev::PointerEvent) {
    let target: web_sys::Element = event_target(event);
    let _ = target.set_pointer_capture(event.pointer_id());
}

/// What stands in the input with this id.
pub fn value(id: &str) -> String {
    let input = element(id).and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.map(|input| input.value()).unwrap_or_default()
}

/// The text inside the element with this id.
pub fn text(id: &str) -> String {
    document().get_element_by_id(id).and_then(|element| element.text_content()).unwrap_or_default()
}
