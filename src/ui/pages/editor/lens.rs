//! A place in the document that a field shows and writes, found by the id of its item.

use super::state::EditorState;
use crate::domain::document::{Document, ItemId};
use leptos::prelude::*;

/// A place in the document; made by [`lens!`](crate::ui::pages::editor::lens::lens).
pub struct Lens<T: 'static> {
    /// The item that it belongs to; 0 for what there is only once.
    pub id: ItemId,
    /// Finds it; nothing once its item is removed.
    pub get: fn(&Document, ItemId) -> Option<&T>,
    /// Finds it to be written.
    pub get_mut: fn(&mut Document, ItemId) -> Option<&mut T>,
}

impl<T> Clone for Lens<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lens<T> {}

impl<T: Clone + Default + Send + Sync + 'static> Lens<T> {
    /// What is there, followed.
    pub fn read(self, state: EditorState) -> T {
        state.document.with(|document| (self.get)(document, self.id).cloned().unwrap_or_default())
    }

    /// What is there now.
    pub fn peek(self, state: EditorState) -> T {
        state.document.with_untracked(|document| (self.get)(document, self.id).cloned().unwrap_or_default())
    }

    /// What is there, as a signal.
    pub fn signal(self, state: EditorState) -> Signal<T> {
        Signal::derive(move || self.read(state))
    }
}

/// `lens!(Entry, id, name)`: the field `name` of the entry with this id.
macro_rules! lens {
    ($item:ty, $id:expr, $($field:ident).+) => {
        $crate::ui::pages::editor::lens::Lens {
            id: $id,
            get: |document, id| <$item as $crate::domain::edit::Find>::find(document, id).map(|item| &item.$($field).+),
            get_mut: |document, id| {
                <$item as $crate::domain::edit::Find>::find_mut(document, id).map(|item| &mut item.$($field).+)
            },
        }
    };
}

pub(super) use lens;
