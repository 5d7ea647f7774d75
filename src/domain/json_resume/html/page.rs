//! Reading: tags and characters become lines of pieces, each with its style.

use super::{
    entities::{has_entities, undo_entities},
    tags::{Tag, tags},
};

/// How characters look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Which of [`Page::links`].
    pub(super) link: Option<usize>,
}

/// Characters of one style.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) style: Style,
}

/// A line, in pieces of one style each.
#[derive(Default)]
pub(super) struct Line {
    /// The mark of a list's item, or what makes a line go on with the item above.
    pub(super) prefix: &'static str,
    pub(super) pieces: Vec<Piece>,
}

/// A text while it is read: its lines, and what is open.
#[derive(Default)]
pub(super) struct Page {
    /// Whether there are tags other than those within a line.
    pub(super) has_blocks: bool,
    /// The lines that have ended.
    pub(super) lines: Vec<Line>,
    line: Line,
    /// Where the links lead.
    pub(super) links: Vec<String>,
    bold: usize,
    italic: usize,
    link: Option<usize>,
    lists: usize,
}

/// Reads a text; `None` if it is no HTML.
pub(super) fn read(text: &str) -> Option<Page> {
    let tags = tags(text);
    if tags.is_empty() && !has_entities(text) {
        return None;
    }
    let has_blocks = tags.iter().any(Tag::is_block);
    let mut page = Page { has_blocks, ..Page::default() };
    let mut done = 0;
    for tag in tags {
        page.text(&text[done..tag.place.start]);
        done = tag.place.end;
        if tag.name == "br" && !has_blocks {
            // Many put one before each line end.
            let rest = &text[done..];
            let rest = rest.strip_prefix('\r').unwrap_or(rest);
            let rest = rest.strip_prefix('\n').unwrap_or(rest);
            done = text.len() - rest.len();
        }
        page.tag(&tag);
    }
    page.text(&text[done..]);
    page.end_line();
    Some(page)
}

impl Page {
    fn text(&mut self, text: &str) {
        for c in undo_entities(text) {
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        if c == '\n' && !self.has_blocks {
            self.end_line();
            return;
        }
        let is_blank = self.has_blocks && c.is_whitespace();
        if is_blank && self.line.pieces.last().is_none_or(|piece| piece.text.ends_with(' ')) {
            return;
        }
        let c = if is_blank { ' ' } else { c };
        let style = Style { bold: self.bold > 0, italic: self.italic > 0, link: self.link };
        match self.line.pieces.last_mut().filter(|piece| piece.style == style) {
            Some(piece) => piece.text.push(c),
            None => self.line.pieces.push(Piece { text: c.into(), style }),
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        match (tag.name, tag.closes) {
            ("b" | "strong", false) => self.bold += 1,
            ("b" | "strong", true) => self.bold = self.bold.saturating_sub(1),
            ("i" | "em", false) => self.italic += 1,
            ("i" | "em", true) => self.italic = self.italic.saturating_sub(1),
            ("a", true) => self.link = None,
            ("a", false) => {
                let href = tag.href();
                self.link = href.is_some().then_some(self.links.len());
                self.links.extend(href);
            }
            ("span" | "u", _) => {}
            ("br", _) => self.end_line(),
            ("div", _) => self.end_block(false),
            ("li", closes) => {
                self.end_block(false);
                self.line.prefix = if closes { self.indent() } else { "- " };
            }
            ("ul" | "ol", false) => {
                self.end_block(false);
                self.lists += 1;
            }
            ("ul" | "ol", true) => {
                self.end_block(false);
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 {
                    self.end_line();
                }
                self.line.prefix = self.indent();
            }
            // Paragraphs and headings. One that begins an item of a list stays behind its mark.
            (_, closes) => {
                if closes || !self.line.pieces.is_empty() {
                    self.end_block(self.lists == 0);
                }
            }
        }
    }

    fn indent(&self) -> &'static str {
        if self.lists > 0 { "  " } else { "" }
    }

    fn end_line(&mut self) {
        let next = Line { prefix: self.indent(), pieces: Vec::new() };
        self.lines.push(std::mem::replace(&mut self.line, next));
    }

    /// Ends a line that has begun, and leaves one empty if what follows stands apart.
    fn end_block(&mut self, apart: bool) {
        if !self.line.pieces.is_empty() {
            self.end_line();
        }
        if apart {
            self.end_line();
        }
    }
}
