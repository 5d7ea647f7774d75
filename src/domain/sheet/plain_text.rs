//! The sheet as plain text, for forms that take nothing else.

use super::{Block, EntryLayout, Sheet, SheetBullet, SheetEntry, SheetRole};
use crate::domain::rich_text::{plain_blocks, push_plain};

impl Sheet {
    /// The words of the page in its order: a line for each heading, dates after "|", "• " before bullets.
    pub fn plain_text(&self) -> String {
        let mut out = Text::default();
        out.line(&[&self.name], "");
        out.line(&[&self.headline], "");
        for contact in &self.contacts {
            out.line(&[&contact.text], "");
        }
        for section in &self.sections {
            out.gap();
            out.line(&[&section.title.to_uppercase()], "");
            out.blocks(&section.text);
            for entry in &section.entries {
                if matches!(entry.layout, EntryLayout::Full | EntryLayout::Quote) {
                    out.gap();
                }
                out.entry(entry);
            }
        }
        out.0
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    /// An empty line, unless there is one or nothing yet.
    fn gap(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    /// What there is of the parts, with commas, then the dates.
    fn line(&mut self, parts: &[&str], dates: &str) {
        let start = self.0.len();
        for part in parts.iter().filter(|part| !part.is_empty()) {
            if self.0.len() > start {
                self.0.push_str(", ");
            }
            self.0.push_str(part);
        }
        if !dates.is_empty() {
            if self.0.len() > start {
                self.0.push_str(" | ");
            }
            self.0.push_str(dates);
        }
        if self.0.len() > start {
            self.0.push('\n');
        }
    }

    fn entry(&mut self, entry: &SheetEntry) {
        match entry.layout {
            EntryLayout::Pair => self.pair(entry),
            EntryLayout::Quote => {
                self.blocks(&entry.text);
                self.line(&[&entry.title, &entry.subtitle, &entry.place, &entry.level], &entry.dates);
            }
            EntryLayout::Full | EntryLayout::Line => {
                self.line(&[&entry.title, &entry.subtitle, &entry.place], &entry.dates);
                self.line(&[&entry.level], "");
                self.blocks(&entry.text);
            }
        }
        for role in &entry.roles {
            self.role(role);
        }
        self.bullets(&entry.bullets);
        // Where the templates set them: below everything else.
        if entry.layout != EntryLayout::Pair {
            self.line(&[&entry.keywords], "");
        }
    }

    /// "Laboratory methods (advanced): PCR, Microscopy", "Portuguese: fluent".
    fn pair(&mut self, entry: &SheetEntry) {
        let mut line = entry.title.clone();
        let (level, words) =
            if entry.keywords.is_empty() { ("", &entry.level) } else { (entry.level.as_str(), &entry.keywords) };
        if !level.is_empty() {
            line.push_str(if line.is_empty() { "(" } else { " (" });
            line.push_str(level);
            line.push(')');
        }
        if !words.is_empty() {
            line.push_str(if line.is_empty() { "" } else { ": " });
            line.push_str(words);
        }
        self.line(&[&line, &entry.subtitle, &entry.place], &entry.dates);
        self.blocks(&entry.text);
    }

    fn role(&mut self, role: &SheetRole) {
        self.line(&[&role.title, &role.place], &role.dates);
        self.blocks(&role.text);
        self.bullets(&role.bullets);
    }

    fn bullets(&mut self, bullets: &[SheetBullet]) {
        for bullet in bullets {
            self.0.push_str("• ");
            push_plain(&mut self.0, &bullet.runs);
            self.0.push('\n');
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        if !blocks.is_empty() {
            self.0.push_str(&plain_blocks(blocks));
            self.0.push('\n');
        }
    }
}
