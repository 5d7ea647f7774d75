//! HTML in the texts of other programs, as the Markdown subset of [`rich_text`](crate::domain::rich_text).
//!
//! Only the tags and entities that such programs write are known. A text without any of them is no HTML: `a < b`, `<3`
//! and `List<String>` stay as they are. Reading never fails and takes linear time.

use crate::domain::text::safe_href;

const TAGS: [&str; 19] = [
    "p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "a", "div", "span", "u", "h1", "h2", "h3", "h4", "h5", "h6",
];
/// Tags that are also letters, as in `List<I>`: they are tags only if one of them is closed.
const LETTERS: [&str; 4] = ["a", "b", "i", "u"];
/// Tags within a line. Where there are others, the line ends of the source mean nothing.
const INLINE: [&str; 8] = ["br", "b", "strong", "i", "em", "a", "span", "u"];

/// The text as rich text; `None` if it is no HTML.
pub(super) fn to_markdown(text: &str) -> Option<String> {
    let page = read(text)?;
    let mut out = String::new();
    let mut after_empty = false;
    for line in &page.lines {
        let text = rich(&line.pieces, &page.links);
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
    let page = read(text)?;
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

/// How characters look.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    bold: bool,
    italic: bool,
    /// Which of [`Page::links`].
    link: Option<usize>,
}

/// Characters of one style.
struct Piece {
    text: String,
    style: Style,
}

#[derive(Default)]
struct Line {
    /// The mark of a list's item, or what makes a line go on with the item above.
    prefix: &'static str,
    pieces: Vec<Piece>,
}

/// A text while it is read: its lines, and what is open.
#[derive(Default)]
struct Page {
    has_blocks: bool,
    /// The lines that have ended.
    lines: Vec<Line>,
    line: Line,
    links: Vec<String>,
    bold: usize,
    italic: usize,
    link: Option<usize>,
    lists: usize,
}

fn read(text: &str) -> Option<Page> {
    let closed: Vec<&str> =
        LETTERS.into_iter().filter(|name| tags(text).any(|tag| tag.closes && tag.name == *name)).collect();
    let is_tag = |tag: &Tag<'_>| !LETTERS.contains(&tag.name) || closed.contains(&tag.name);
    let has_entities = || text.match_indices('&').any(|(at, _)| entity(&text[at..]).is_some());
    if !tags(text).any(|tag| is_tag(&tag)) && !has_entities() {
        return None;
    }
    let has_blocks = tags(text).any(|tag| is_tag(&tag) && !INLINE.contains(&tag.name));
    let mut page = Page { has_blocks, ..Page::default() };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(tag) = tag(rest).filter(&is_tag) {
            rest = &rest[tag.length..];
            if tag.name == "br" && !has_blocks {
                // Many put one before each line end.
                rest = rest.strip_prefix('\r').unwrap_or(rest);
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            page.tag(&tag);
        } else {
            let (c, length) = entity(rest).unwrap_or((c, c.len_utf8()));
            rest = &rest[length..];
            page.push(c);
        }
    }
    page.end_line();
    Some(page)
}

impl Page {
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
                let href = href(tag.attributes);
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

/// A line with the marks of its styles.
fn rich(pieces: &[Piece], links: &[String]) -> String {
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

/// A tag that is known.
struct Tag<'a> {
    name: &'static str,
    closes: bool,
    attributes: &'a str,
    /// Bytes from `<` to `>`.
    length: usize,
}

fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    text.match_indices('<').filter_map(|(at, _)| tag(&text[at..]))
}

/// The tag that a text begins with.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix('<')?;
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let (word, tail) = inside.split_at(inside.find(|c: char| !c.is_ascii_alphanumeric())?);
    let name = TAGS.into_iter().find(|name| name.eq_ignore_ascii_case(word))?;
    // To look no further than the next tag keeps it linear.
    let end = tail.find(['<', '>']).filter(|end| tail[*end..].starts_with('>'))?;
    let attributes = tail[..end].trim_end_matches('/');
    let is_sound =
        attributes.trim().is_empty() || (attributes.starts_with(char::is_whitespace) && attributes.contains('='));
    is_sound.then_some(Tag { name, closes, attributes, length: text.len() - tail.len() + end + 1 })
}

/// Where a link leads, if it may be followed.
fn href(attributes: &str) -> Option<String> {
    let name = attributes.to_ascii_lowercase().find("href")?;
    let value = attributes.get(name + "href".len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let mut rest = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value.split(quote).nth(1)?,
        None => value.split_whitespace().next()?,
    };
    let mut address = String::new();
    while let Some(c) = rest.chars().next() {
        let (c, length) = entity(rest).unwrap_or((c, c.len_utf8()));
        address.push(c);
        rest = &rest[length..];
    }
    safe_href(&address)
}

/// The character that an entity stands for, if a text begins with one, and the bytes of the entity.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(10).position(|byte| byte == b';')?;
    let name = name.get(..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => numbered(name.strip_prefix('#')?)?,
    };
    Some((c, end + 2))
}

/// The character of a number, such as 39 or x27.
fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    match char::from_u32(code)? {
        '\0' => None,
        '\u{a0}' => Some(' '),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rich_text;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn html_becomes_markdown() {
        for (html, markdown) in [
            ("<p>Hello <b>World</b> &amp; …<ul><li>one</li></ul>", "Hello **World** & …\n- one"),
            (
                "<p>Hello <b>World</b> &amp; <a href=\"https://x.org\">link</a></p><ul><li>one</li><li>two</li></ul>",
                "Hello **World** & [link](https://x.org)\n\n- one\n- two",
            ),
            ("<ul>\n  <li><p>one</p></li>\n  <li><p>two</p><p>more</p></li>\n</ul>", "- one\n- two\n  more"),
            ("<ul><li>a<ul><li>b</li></ul></li><li></li></ul>after", "- a\n- b\n\nafter"),
            ("<P CLASS='x'>a</P>\n\n\n<DIV>b</DIV><div>c</div>", "a\n\nb\nc"),
            ("<h2>Title</h2>text<p>more", "Title\n\ntext\n\nmore"),
            ("one<br>two<br/>three<br />\nfour", "one\ntwo\nthree\nfour"),
            ("<p>a<br><br><br><br>b</p>", "a\n\nb"),
            ("<p></p>", ""),
            ("<p>a\n  b</p>", "a b"),
            ("- a\n  more &amp; more\n- **b**", "- a\n  more & more\n- **b**"),
            ("<b> a </b>b<strong></strong> <em>c</em>!", "**a** b *c*!"),
            ("<i>a <b>b</b></i> <b><i>c</i></b>", "_a_ **_b_** **_c_**"),
            ("<b>a</b><b>b</b><i>c</i>", "**ab**c"),
            ("un<i>believ</i>able, un<b>believ</b>able", "unbelievable, un**believ**able"),
            ("<b>a<i>b</b></i>c", "**ab**c"),
            ("<b>a<br>b</b>", "**a**\n**b**"),
            ("<span style=\"color:red\">a</span> <u>b</u>", "a b"),
            ("<a href='x.org/a_(b)?c=1&amp;d=2' target=_blank>a [b]</a>", r"[a \[b\]](https://x.org/a_\(b\)?c=1&d=2)"),
            ("<a href=\"javascript:alert(1)\">a</a> <a href=x.org> b</a> <a>c</a>", "a  [b](https://x.org) c"),
            ("&lt;b&gt; &quot;&#39;&#x27;&apos;&#233;&nbsp;&amp;amp;", "<b> \"'''é &amp;"),
            ("a &lt; b", "a < b"),
        ] {
            assert_eq!(to_markdown(html).as_deref(), Some(markdown), "{html}");
        }
    }

    #[test]
    fn what_is_no_html_stays_as_it_is() {
        for text in [
            "",
            "a < b and c > d",
            "<3",
            "List<String>",
            "Vec<I> and Map<A, B>",
            "a <b and c> d",
            "x<b&&y>a",
            "<b>bold",
            "AT&T; R&D",
            "&copy; &; &#; &#x; &#+1; &#0; &#xd800; &#99999999;",
            "<script>alert(1)</script>",
            "<",
            "</",
            "<p",
            "<p <",
            "< p>",
            "#include <iostream>",
        ] {
            assert_eq!(to_markdown(text), None, "{text}");
            assert_eq!(to_plain(text), None, "{text}");
        }
    }

    #[test]
    fn one_line_has_no_marks() {
        for (html, plain) in [
            ("A&amp;B", "A&B"),
            ("<p><b>Senior</b> <i>engineer</i></p>", "Senior engineer"),
            ("<ul><li>a</li><li><a href='x.org'>b</a></li></ul>", "a\nb"),
        ] {
            assert_eq!(to_plain(html).as_deref(), Some(plain));
        }
    }

    #[test]
    fn marks_are_read_as_styles_again() {
        for (html, plain) in [
            ("<b>a <i>b</i></b><i>, c</i>", "a b, c"),
            ("<i>(a)</i><b>(b)</b><b><i>(c)</i></b>", "(a)(b)(c)"),
            ("<a href=\"https://x.org/(a)\"><b>x</b> [y]</a>!", "x [y]!"),
        ] {
            assert_eq!(rich_text::plain(&to_markdown(html).expect("HTML")), plain, "{html}");
        }
    }

    #[test]
    fn hostile_text_takes_no_time() {
        let start = Instant::now();
        for unit in ["<", "<b ", "<b>", "<b>a</b>b", "<a href=", "<li>", "<ul>", "</b>", "&", "&#", "&amp;", "<a <b>"] {
            let text = unit.repeat(100_000 / unit.len());
            to_markdown(&text);
            to_plain(&text);
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,60}|(<|</|b|i|a|li|ul|p|br|>| |href=|\"|x.org|&|amp;|#39;|\\n|é|\\*|_){0,40}") {
            to_plain(&text);
            if let Some(read) = to_markdown(&text) {
                prop_assert!(!read.contains("\n\n\n"));
                prop_assert_eq!(read.trim(), read.as_str());
            }
        }
    }
}
