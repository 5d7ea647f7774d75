//! The tags that are known, and where a link leads.

use super::entities::undo_entities;
use crate::domain::text::safe_href;
use std::ops::Range;

const TAGS: [&str; 19] = [
    "p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "a", "div", "span", "u", "h1", "h2", "h3", "h4", "h5", "h6",
];
/// Tags that are also letters, as in `List<I>`: they are tags only if one of them is closed.
const LETTERS: [&str; 4] = ["a", "b", "i", "u"];
/// Tags within a line. Where there are others, the line ends of the source mean nothing.
const INLINE: [&str; 8] = ["br", "b", "strong", "i", "em", "a", "span", "u"];

/// A tag that is known.
pub(super) struct Tag<'a> {
    pub(super) name: &'static str,
    pub(super) closes: bool,
    attributes: &'a str,
    /// The bytes from `<` to `>`.
    pub(super) place: Range<usize>,
}

impl Tag<'_> {
    /// Whether it is none of those within a line.
    pub(super) fn is_block(&self) -> bool {
        !INLINE.contains(&self.name)
    }

    /// Where a link leads, if it may be followed.
    pub(super) fn href(&self) -> Option<String> {
        let name = self.attributes.to_ascii_lowercase().find("href")?;
        let value = self.attributes.get(name + "href".len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let address = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => value.split(quote).nth(1)?,
            None => value.split_whitespace().next()?,
        };
        safe_href(&undo_entities(address).collect::<String>())
    }
}

/// The tags of a text, one after the other.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags: Vec<Tag<'_>> = text.match_indices('<').filter_map(|(at, _)| tag(text, at)).collect();
    let closed: Vec<&str> =
        LETTERS.into_iter().filter(|name| tags.iter().any(|tag| tag.closes && tag.name == *name)).collect();
    tags.retain(|tag| !LETTERS.contains(&tag.name) || closed.contains(&tag.name));
    tags
}

/// The tag that begins at a place of a text, if one does.
fn tag(text: &str, at: usize) -> Option<Tag<'_>> {
    let inside = text[at..].strip_prefix('<')?;
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let (word, tail) = inside.split_at(inside.find(|c: char| !c.is_ascii_alphanumeric())?);
    let name = TAGS.into_iter().find(|name| name.eq_ignore_ascii_case(word))?;
    // To look no further than the next tag keeps it linear.
    let end = tail.find(['<', '>']).filter(|end| tail[*end..].starts_with('>'))?;
    let attributes = tail[..end].trim_end_matches('/');
    let is_sound =
        attributes.trim().is_empty() || (attributes.starts_with(char::is_whitespace) && attributes.contains('='));
    is_sound.then_some(Tag { name, closes, attributes, place: at..text.len() - tail[end + 1..].len() })
}
