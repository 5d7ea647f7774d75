//! Rich text: the strict subset of Markdown that fields hold.
//!
//! `**bold**`, `*italic*` or `_italic_`, `[text](address)`, lines beginning with `- `, `* ` or `• ` for lists, an
//! empty line between paragraphs; other line ends stay where they are. A backslash before a mark makes it a plain
//! character. There is nothing else: no HTML, no headings, no images. Marks without a partner, and links that may not
//! be followed ([`safe_href`](super::text::safe_href)), are plain text. Reading never fails and takes linear time.

mod inline;
pub mod mark;

use super::{
    sheet::{Block, Run},
    text::MAX_RUNS,
};

/// Reads text of several paragraphs and lists.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut left = MAX_RUNS;
    for group in groups(text) {
        let mut runs = |text: &str| {
            let runs = inline::runs(text, left.max(1));
            left = left.saturating_sub(runs.len());
            runs
        };
        let block = match group {
            Group::Paragraph(text) => Block::Paragraph { runs: runs(&text) },
            Group::List(items) => Block::List { items: items.iter().map(|item| runs(item)).collect() },
        };
        blocks.push(block);
    }
    blocks
}

/// Reads text that is one paragraph, whatever its lines look like: a bullet.
pub fn parse_inline(text: &str) -> Vec<Run> {
    inline::runs(&trim_lines(text), MAX_RUNS)
}

/// The text without its marks: paragraphs apart by an empty line, items of lists after "• ".
pub fn plain(text: &str) -> String {
    plain_blocks(&parse(text))
}

/// The text of blocks, as [`plain`] writes it.
pub fn plain_blocks(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut after_paragraph = false;
    for block in blocks {
        let is_paragraph = matches!(block, Block::Paragraph { .. });
        if !out.is_empty() {
            out.push_str(if after_paragraph && is_paragraph { "\n\n" } else { "\n" });
        }
        match block {
            Block::Paragraph { runs } => push_plain(&mut out, runs),
            Block::List { items } => {
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "• " } else { "\n• " });
                    push_plain(&mut out, item);
                }
            }
        }
        after_paragraph = is_paragraph;
    }
    out
}

/// The characters of runs, without their styles.
pub fn push_plain(out: &mut String, runs: &[Run]) {
    for run in runs {
        out.push_str(&run.t);
    }
}

/// Lines that belong together.
enum Group {
    Paragraph(String),
    List(Vec<String>),
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // Whether the line before may go on.
    let mut open = false;
    for line in text.split('\n') {
        let line_text = line.trim();
        if line_text.is_empty() {
            open = false;
            continue;
        }
        if let Some(item) = list_item(line_text) {
            match groups.last_mut() {
                Some(Group::List(items)) => items.push(item.into()),
                _ => groups.push(Group::List(vec![item.into()])),
            }
        } else {
            match groups.last_mut().filter(|_| open) {
                Some(Group::Paragraph(text)) => push_line(text, line_text),
                Some(Group::List(items)) if line.starts_with("  ") => match items.last_mut() {
                    Some(item) => push_line(item, line_text),
                    None => items.push(line_text.into()),
                },
                _ => groups.push(Group::Paragraph(line_text.into())),
            }
        }
        open = true;
    }
    groups
}

/// What follows the mark of a list item, if there is anything.
fn list_item(line: &str) -> Option<&str> {
    ["- ", "* ", "• "].iter().find_map(|mark| line.strip_prefix(mark)).map(str::trim_start)
}

fn push_line(text: &mut String, line: &str) {
    text.push('\n');
    text.push_str(line);
}

fn trim_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests;
