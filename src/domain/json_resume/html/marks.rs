//! Writing: the marks of rich text around pieces of one style.

use super::page::Piece;

/// A line with the marks of its styles.
pub(super) fn rich(pieces: &[Piece], links: &[String]) -> String {
    let mut out = String::new();
    for group in pieces.chunk_by(|a, b| a.style.link == b.style.link) {
        let text = bold_and_italic(group);
        match group.first().and_then(|piece| links.get(piece.style.link?)) {
            Some(href) => {
                let text = text.replace('[', "\\[").replace(']', "\\]");
                let href = href.replace('(', "\\(").replace(')', "\\)");
                push_marked(&mut out, &text, "[", &["](", &href, ")"].concat());
            }
            None => out.push_str(&text),
        }
    }
    out
}

/// Pieces of one link, or of none, in their marks.
fn bold_and_italic(pieces: &[Piece]) -> String {
    let mut out = String::new();
    let pieces: Vec<(bool, String)> =
        pieces.iter().enumerate().map(|(at, piece)| (piece.style.bold, italic(pieces, at, piece))).collect();
    for group in pieces.chunk_by(|a, b| a.0 == b.0) {
        let text: String = group.iter().map(|(_, text)| text.as_str()).collect();
        let mark = if group.first().is_some_and(|(bold, _)| *bold) { "**" } else { "" };
        push_marked(&mut out, &text, mark, mark);
    }
    out
}

/// One piece in its marks for italics.
fn italic(pieces: &[Piece], at: usize, piece: &Piece) -> String {
    let before = at.checked_sub(1).and_then(|at| pieces.get(at));
    let after = pieces.get(at + 1);
    let text = piece.text.as_str();
    // Within a word a mark would be a character.
    let goes_on = !text.starts_with(char::is_whitespace)
        && before.is_some_and(|piece| piece.text.ends_with(char::is_alphanumeric));
    let is_begun = !text.ends_with(char::is_whitespace)
        && after.is_some_and(|piece| piece.text.starts_with(char::is_alphanumeric));
    let beside_bold = [before, Some(piece), after].into_iter().flatten().any(|piece| piece.style.bold);
    let mark = if !piece.style.italic || goes_on || is_begun {
        ""
    } else if beside_bold {
        // A row of stars could be read in more than one way.
        "_"
    } else {
        "*"
    };
    let mut out = String::new();
    push_marked(&mut out, text, mark, mark);
    out
}

/// Adds text with marks around it; blanks at its ends stay outside, and there are none around nothing.
fn push_marked(out: &mut String, text: &str, open: &str, close: &str) {
    let inner = text.trim();
    if inner.is_empty() {
        out.push_str(text);
        return;
    }
    let start = text.len() - text.trim_start().len();
    out.push_str(&text[..start]);
    out.push_str(open);
    out.push_str(inner);
    out.push_str(close);
    out.push_str(&text[start + inner.len()..]);
}
