//! HTML in the texts of other programs, as the Markdown subset of [`rich_text`](crate::domain::rich_text).
//!
//! Only the tags and entities that such programs write are known. A text without any of them is no HTML: `a < b`, `<3`
//! and `List<String>` stay as they are. Reading never fails and takes linear time.

mod entities;
mod marks;
mod page;
mod tags;

/// The text as rich text; `None` if it is no HTML.
pub(super) fn to_markdown(text: &str) -> Option<String> {
    let page = page::read(text)?;
    let mut out = String::new();
    let mut after_empty = false;
    for line in &page.lines {
        let text = marks::rich(&line.pieces, &page.links);
        // Without blocks, blanks before a line may say that it belongs to the item above.
        let text = if page.has_blocks { text.trim() } else { text.trim_end() };
        if text.is_empty() {
            after_empty = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if after_empty { "\n\n" } else { "\n" });
        }
        out.push_str(line.prefix);
        out.push_str(text);
        after_empty = false;
    }
    Some(out.trim().into())
}

/// The text without any style, one line for each that is not empty; `None` if it is no HTML.
pub(super) fn to_plain(text: &str) -> Option<String> {
    let page = page::read(text)?;
    let mut out = String::new();
    for line in &page.lines {
        let text: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let text = text.trim();
        if !text.is_empty() && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
    }
    Some(out)
}

#[cfg(test)]
mod tests;
