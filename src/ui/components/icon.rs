//! Icons.

use crate::ui::paths;
use leptos::prelude::*;

/// An icon of the sprite `public/icons.svg`, 18 px, for the eye alone: the thing that it stands on has a name.
#[component]
pub fn Icon(
    /// Id of the symbol: "trash".
    name: &'static str,
    /// More classes: "icon--small".
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true">
            <use href=paths::icon(name)></use>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    const SPRITE: &str = include_str!("../../../public/icons.svg");

    fn names_used(folder: &Path, names: &mut BTreeSet<String>) {
        for item in fs::read_dir(folder).expect("the sources are there") {
            let path = item.expect("the folder can be read").path();
            if path.is_dir() {
                names_used(&path, names);
            } else {
                let text = fs::read_to_string(&path).expect("a source is text");
                // As `<Icon name="…"/>`, or handed on as `icon="…"`.
                for start in ["<Icon name=\"", " icon=\""] {
                    let uses = text.split(start).skip(1);
                    names.extend(uses.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_icon_that_a_view_names_is_in_the_sprite() {
        let mut names = BTreeSet::new();
        names_used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui"), &mut names);
        names
            .retain(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') && !name.is_empty());
        assert!(names.contains("trash"), "the search finds nothing");
        let missing: Vec<_> = names.iter().filter(|name| !SPRITE.contains(&format!("id=\"{name}\""))).collect();
        assert!(missing.is_empty(), "not in public/icons.svg: {missing:?}");
    }
}
