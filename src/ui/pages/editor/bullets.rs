//! Bullets: written like lines of text, where Enter makes the next one.

use super::{
    closures::{act, when},
    controls::{AddButton, HideButton, IconButton},
    fields::{ListField, TextField, format_by_key},
    lens::{Lens, lens},
    state::{EditorState, anchor},
};
use crate::{
    domain::{
        document::{Bullet, Entry, ItemId, Role},
        edit::Find,
        text::without_list_mark,
    },
    ui::browser::{self, TextArea},
};
use leptos::{ev, prelude::*};

/// The bullets of an entry or role.
#[component]
pub fn Bullets(
    /// The entry or role.
    owner: ItemId,
) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = state.ids(owner, |document, owner| {
        let bullets = Role::find(document, owner)
            .map(|role| &role.bullets)
            .or_else(|| Entry::find(document, owner).map(|entry| &entry.bullets));
        bullets.map(|bullets| bullets.iter().map(|bullet| bullet.id).collect()).unwrap_or_default()
    });
    let add = act(move || state.add(|document| document.add_bullets(owner, &[""])));
    view! {
        <div class="bullets field--wide" role="group" aria-label="Bullets">
            <ul class="bullets__list">
                <For each=ids key=|id| *id let:id>
                    <BulletRow id ids/>
                </For>
            </ul>
            <AddButton label="Add bullet" act=add/>
        </div>
    }
    .into_any()
}

#[component]
fn BulletRow(id: ItemId, ids: Memo<Vec<ItemId>>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let text = lens!(Bullet, id, text);
    let shown = text.signal(state);
    let hidden = lens!(Bullet, id, hidden).signal(state);
    let details = RwSignal::new(false);
    let attended = Signal::derive(move || state.attended.get() == id);
    let label = Signal::derive(move || {
        let place = ids.with(|ids| ids.iter().position(|other| *other == id)).unwrap_or_default();
        ["Bullet ", &(place + 1).to_string()].concat()
    });
    let previous = move || ids.with_untracked(|ids| ids.iter().take_while(|other| **other != id).last().copied());
    view! {
        <li
            class="bullet"
            id=anchor(id)
            data-text=shown
            class:hidden-item=hidden
            class:bullet--attended=attended
            on:focusin=move |_| state.attend(id, true)
            on:focusout=move |_| state.attend(id, false)
        >
            <textarea
                class="input input--bare bullet__text"
                rows="1"
                dir="auto"
                aria-label=label
                placeholder="What you did, and what came of it"
                prop:value=shown
                on:input=move |event| state.set(text, event_target_value(&event))
                on:keydown=move |event| on_key(state, text, previous(), &event)
                on:paste=move |event| on_paste(state, id, &event)
            >
                {text.peek(state)}
            </textarea>
            <BulletActions id hidden label details/>
            {when(details.into(), move || view! { <BulletDetails id/> }.into_any())}
        </li>
    }
    .into_any()
}

#[component]
fn BulletActions(id: ItemId, hidden: Signal<bool>, label: Signal<String>, details: RwSignal<bool>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let up = act(move || state.move_bullet(id, -1));
    let down = act(move || state.move_bullet(id, 1));
    let remove = act(move || state.remove(id, "Bullet"));
    let more = act(move || details.update(|open| *open = !*open));
    view! {
        <div class="actions bullet__actions" role="group" aria-label="Arrange bullet">
            <IconButton icon="chevron-up" label="Move up (Alt and arrow up)" act=up/>
            <IconButton icon="chevron-down" label="Move down (Alt and arrow down)" act=down/>
            <HideButton id hidden what=label/>
            <IconButton icon="more" label="Tags and note" act=more expanded=details.into()/>
            <IconButton icon="trash" label="Remove bullet" act=remove/>
        </div>
    }
    .into_any()
}

#[component]
fn BulletDetails(id: ItemId) -> impl IntoView {
    let name = anchor(id);
    view! {
        <div class="fields fields--two bullet__details">
            <ListField name=[&name, ".tags"].concat() label="Tags" place=lens!(Bullet, id, tags) placeholder="leadership, cost"/>
            <TextField name=[&name, ".note"].concat() label="Private note" place=lens!(Bullet, id, note) placeholder="Stays in this editor"/>
        </div>
    }
    .into_any()
}

/// Enter, Backspace, Alt with arrows, bold and italic.
fn on_key(state: EditorState, text: Lens<String>, previous: Option<ItemId>, event: &ev::KeyboardEvent) {
    let id = text.id;
    if event.is_composing() || format_by_key(state, text, event) {
        return;
    }
    match event.key().as_str() {
        "Enter" if !event.shift_key() => {
            event.prevent_default();
            let (before, _, after) = TextArea::of(event).parts();
            if let Some(new) = state.change(|document| document.split_bullet(id, before, &after)) {
                browser::focus(anchor(new));
            }
        }
        "Backspace" => {
            let (before, selected, after) = TextArea::of(event).parts();
            if !before.is_empty() || !selected.is_empty() {
                return;
            }
            if after.is_empty() {
                event.prevent_default();
                state.remove_bullet(id, previous);
            } else if let Some(previous) = previous {
                event.prevent_default();
                state.join_bullet(previous, id);
            }
        }
        "ArrowUp" if event.alt_key() => {
            event.prevent_default();
            state.move_bullet(id, -1);
        }
        "ArrowDown" if event.alt_key() => {
            event.prevent_default();
            state.move_bullet(id, 1);
        }
        _ => {}
    }
}

/// Several lines become several bullets; one line is pasted as always.
fn on_paste(state: EditorState, id: ItemId, event: &ev::ClipboardEvent) {
    let pasted = browser::pasted_text(event);
    let lines = lines(&pasted);
    let Some((first, rest)) = lines.split_first().filter(|(first, rest)| !rest.is_empty() || **first != pasted.trim())
    else {
        return;
    };
    event.prevent_default();
    let (mut before, _, mut after) = TextArea::of(event).parts();
    // What was copied with a blank at its ends does not grow together with what is there.
    if pasted.starts_with(' ') && !before.is_empty() && !before.ends_with(' ') {
        before.push(' ');
    }
    if pasted.ends_with(char::is_whitespace) && !after.is_empty() && !after.starts_with(' ') {
        after.insert(0, ' ');
    }
    if rest.is_empty() {
        state.change(|document| document.set_bullet(id, [before.as_str(), first, &after].concat()));
        return;
    }
    let mut rest = rest.to_vec();
    let last = rest.pop().unwrap_or_default();
    let last = [last, &after].concat();
    rest.push(&last);
    let new = state.change(|document| {
        let last = document.add_bullets(id, &rest);
        document.set_bullet(id, [before.as_str(), first].concat());
        last
    });
    if let Some(new) = new {
        browser::focus_at(anchor(new), u32::MAX);
    }
}

/// The lines that say something, without the marks that lists have in front.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(|line| without_list_mark(line.trim())).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn marks_of_lists_are_left_behind() {
        assert_eq!(lines("• One\n\n - Two\r\n*three* of **four**\n"), ["One", "Two", "*three* of **four**"]);
        assert_eq!(lines("-40 % cost"), ["-40 % cost"]);
    }
}
