//! Bold, italic and links within one paragraph.
//!
//! Two passes, each linear: the first finds the links, the second walks along once
//! and keeps what is open on a stack of at most four.

use crate::domain::{sheet::Run, text::safe_href};

/// Characters of an address between the parentheses that are looked at.
const MAX_ADDRESS: usize = 2_000;

/// Reads one paragraph into at most `limit` runs; what is left goes plain into the last.
pub(super) fn runs(text: &str, limit: usize) -> Vec<Run> {
    let links = links(text);
    let mut reader = Reader { pieces: Vec::new(), open: Vec::new(), links: Vec::new(), in_link: false };
    reader.read(text, &links);
    reader.runs(limit)
}

/// A link: where its `[` and its `]` are, where it ends, and where it leads.
struct Link {
    open: usize,
    close: usize,
    end: usize,
    href: String,
}

/// The links of a paragraph, in order; none is inside another.
fn links(text: &str) -> Vec<Link> {
    let bytes = text.as_bytes();
    let mut links = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => open.push(at),
            b']' => {
                let begin = open.pop().filter(|begin| begin + 1 < at && bytes.get(at + 1) == Some(&b'('));
                if let Some((begin, (address, end))) = begin.and_then(|begin| Some((begin, address(text, at + 2)?)))
                    && let Some(href) = safe_href(&address)
                {
                    links.push(Link { open: begin, close: at, end, href });
                    open.clear();
                    at = end - 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    links
}

/// The address that begins here, and where its parenthesis has closed. It may hold one pair of parentheses.
fn address(text: &str, start: usize) -> Option<(String, usize)> {
    let mut address = String::new();
    let mut inside = false;
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        match c {
            _ if c.is_whitespace() || at > MAX_ADDRESS => return None,
            '(' | ')' | '\\' if escaped => address.push(c),
            '\\' => {}
            '(' if inside => return None,
            ')' if !inside => return Some((address, start + at + 1)),
            '(' | ')' => {
                inside = c == '(';
                address.push(c);
            }
            _ => address.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Star,
    Underscore,
    Link,
}

impl Mark {
    fn text(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Star => "*",
            Self::Underscore => "_",
            Self::Link => "",
        }
    }
}

/// A stretch of characters, or a mark that begins or ends a style. A mark without partner has become characters.
enum Piece {
    Text(String),
    Begin(Mark),
    End(Mark),
}

struct Reader {
    pieces: Vec<Piece>,
    /// Marks that wait for their partner, and where they are in `pieces`.
    open: Vec<(Mark, usize)>,
    /// Targets of the links, in order.
    links: Vec<String>,
    in_link: bool,
}

impl Reader {
    fn read(&mut self, text: &str, links: &[Link]) {
        let mut links = links.iter();
        let mut link = links.next();
        let mut before = ' ';
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            if let Some(next) = link.filter(|next| next.open == at) {
                self.links.push(next.href.clone());
                self.begin(Mark::Link);
                self.in_link = true;
                at += 1;
                before = '[';
                continue;
            }
            if let Some(next) = link.filter(|next| self.in_link && next.close == at) {
                self.end(Mark::Link);
                self.in_link = false;
                at = next.end;
                link = links.next();
                before = ')';
                continue;
            }
            match c {
                '\\' if rest[1..].starts_with(is_mark) => {
                    self.text(&rest[1..2]);
                    at += 2;
                    before = 'x';
                    continue;
                }
                '*' | '_' => {
                    let length = rest.len() - rest.trim_start_matches(c).len();
                    // Nothing can begin just before a link ends.
                    let stop = link.is_some_and(|next| self.in_link && next.close == at + length);
                    let after = if stop { ' ' } else { rest[length..].chars().next().unwrap_or(' ') };
                    self.marks(c, length, before, after);
                    at += length;
                    before = c;
                    continue;
                }
                _ => self.text(&rest[..c.len_utf8()]),
            }
            before = c;
            at += c.len_utf8();
        }
        while let Some((mark, at)) = self.open.pop() {
            self.pieces[at] = Piece::Text(mark.text().into());
        }
    }

    /// A row of stars or underscores.
    fn marks(&mut self, c: char, length: usize, before: char, after: char) {
        let word = |c: char| c.is_alphanumeric();
        let mut may_open = !after.is_whitespace();
        let mut may_close = !before.is_whitespace();
        if c == '_' || length == 1 {
            // `snake_case` and `5*3` are no marks.
            may_open &= !word(before);
            may_close &= !word(after);
        }
        let marks: &[Mark] = match (c, length) {
            ('_', 1) => &[Mark::Underscore],
            ('*', 1) => &[Mark::Star],
            ('*', 2) => &[Mark::Bold],
            ('*', 3) if may_close && self.open.last().is_some_and(|(mark, _)| *mark == Mark::Star) => {
                &[Mark::Star, Mark::Bold]
            }
            ('*', 3) => &[Mark::Bold, Mark::Star],
            _ => &[],
        };
        if marks.is_empty() {
            let row: String = std::iter::repeat_n(c, length).collect();
            self.text(&row);
        }
        for mark in marks {
            if may_close && self.is_open(*mark) {
                self.end(*mark);
            } else if may_open && !self.is_open_anywhere(*mark) {
                self.begin(*mark);
            } else {
                self.text(mark.text());
            }
        }
    }

    /// Whether a mark is open on this side of a link's bracket.
    fn is_open(&self, mark: Mark) -> bool {
        self.open
            .iter()
            .rev()
            .take_while(|(open, _)| *open != Mark::Link || mark == Mark::Link)
            .any(|(open, _)| *open == mark)
    }

    fn is_open_anywhere(&self, mark: Mark) -> bool {
        self.open.iter().any(|(open, _)| *open == mark)
    }

    fn begin(&mut self, mark: Mark) {
        self.open.push((mark, self.pieces.len()));
        self.pieces.push(Piece::Begin(mark));
    }

    /// Ends what is open; whatever began inside it and did not end is plain characters.
    fn end(&mut self, mark: Mark) {
        while let Some((open, at)) = self.open.pop() {
            if open == mark {
                break;
            }
            self.pieces[at] = Piece::Text(open.text().into());
        }
        self.pieces.push(Piece::End(mark));
    }

    fn text(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.into()));
        }
    }

    fn runs(self, limit: usize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut hrefs = self.links.into_iter();
        let (mut bold, mut italic, mut href) = (false, 0_u32, String::new());
        for piece in self.pieces {
            match piece {
                Piece::Begin(Mark::Bold) => bold = true,
                Piece::End(Mark::Bold) => bold = false,
                Piece::Begin(Mark::Star | Mark::Underscore) => italic += 1,
                Piece::End(Mark::Star | Mark::Underscore) => italic = italic.saturating_sub(1),
                Piece::Begin(Mark::Link) => href = hrefs.next().unwrap_or_default(),
                Piece::End(Mark::Link) => href.clear(),
                Piece::Text(text) => {
                    let full = runs.len() >= limit;
                    let same =
                        |last: &&mut Run| full || (last.b == bold && last.i == (italic > 0) && last.href == href);
                    if let Some(last) = runs.last_mut().filter(same) {
                        last.t.push_str(&text);
                    } else {
                        runs.push(Run { t: text, b: bold, i: italic > 0, href: href.clone() });
                    }
                }
            }
        }
        runs
    }
}

fn is_mark(c: char) -> bool {
    "\\*_[]()-".contains(c)
}
