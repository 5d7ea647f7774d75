//! The sheet: what stands on the page, and nothing else.
//!
//! Made from a [`Document`](super::document::Document) by leaving out what is hidden or private, writing dates and
//! headings in the CV's language and checking every link. The Typst templates get it as `sheet.json` and the plain
//! text export is made from it, so both hold the same words in the same order. Private notes cannot reach a page
//! because there is no place for them here.

mod build;
mod contacts;
mod plain_text;

use super::template::{FontPair, Margins, PageSize};
use serde::Serialize;

/// One CV, ready to be set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// Language of the text (`en`) for hyphenation, shaping and the PDF's metadata.
    pub lang: String,
    /// Region of the language (`US`), or empty.
    pub region: String,
    /// Choices about the look.
    pub look: Look,
    /// Full name.
    pub name: String,
    /// What the person is.
    pub headline: String,
    /// Heading for the contact lines, where the template has one.
    pub contact_title: String,
    /// Place, telephone, addresses, in the order of the page.
    pub contacts: Vec<Contact>,
    /// Visible sections that have something in them.
    pub sections: Vec<SheetSection>,
}

/// The choices about the look that a template needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// `#rrggbb`.
    pub accent: String,
    /// Typefaces.
    pub fonts: FontPair,
    /// Text size in points.
    pub size: f64,
    /// 1 (tight) to 5 (airy).
    pub density: u32,
    /// Page margins.
    pub margins: Margins,
    /// Paper.
    pub page: PageSize,
}

/// One way to reach the person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contact {
    /// Name of the item for clicks on the page: `basics.email`, or `i7` for a profile.
    pub label: String,
    /// What is printed.
    pub text: String,
    /// Where it leads (checked), or empty.
    pub href: String,
}

/// A section on the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SheetSection {
    /// `i` and the section's id.
    pub label: String,
    /// The heading, in the CV's language or as the owner named it.
    pub title: String,
    /// Short things that suit a side column (skills, languages…), and are to be set there if there is one.
    pub aside: bool,
    /// Text before the entries.
    pub text: Vec<Block>,
    /// The entries.
    pub entries: Vec<SheetEntry>,
}

/// How an entry is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryLayout {
    /// Title, line of circumstances, text, bullets: employers, schools, projects.
    Full,
    /// One line: title, organisation, date; text below if there is any: prizes, certificates, publications.
    Line,
    /// Title and what belongs to it on one line: skills, languages, interests.
    Pair,
    /// Words of somebody else, then who said them.
    Quote,
}

/// An entry on the page. Empty strings and lists are not set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SheetEntry {
    /// `i` and the entry's id.
    pub label: String,
    /// How to set it.
    pub layout: EntryLayout,
    /// Employer, school or degree, project, group of skills…
    pub title: String,
    /// Where the title leads, or empty.
    pub href: String,
    /// School (under a degree), issuer, awarder, publisher.
    pub subtitle: String,
    /// Where.
    pub place: String,
    /// When, in words.
    pub dates: String,
    /// Level, fluency or grade.
    pub level: String,
    /// What it is about.
    pub text: Vec<Block>,
    /// Keywords or courses, joined as the language does.
    pub keywords: String,
    /// Roles held there.
    pub roles: Vec<SheetRole>,
    /// What was achieved.
    pub bullets: Vec<SheetBullet>,
}

/// A role on the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SheetRole {
    /// `i` and the role's id.
    pub label: String,
    /// The position.
    pub title: String,
    /// Where, if elsewhere than the employer.
    pub place: String,
    /// When, in words.
    pub dates: String,
    /// What it was about.
    pub text: Vec<Block>,
    /// What was achieved.
    pub bullets: Vec<SheetBullet>,
}

/// A bullet on the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SheetBullet {
    /// `i` and the bullet's id.
    pub label: String,
    /// The text.
    pub runs: Vec<Run>,
}

/// A block of rich text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph; line breaks are `\n` in its runs.
    Paragraph {
        /// The text.
        runs: Vec<Run>,
    },
    /// A list.
    List {
        /// One item each.
        items: Vec<Vec<Run>>,
    },
}

/// Text of one style.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// The characters.
    pub t: String,
    /// Bold.
    #[serde(skip_serializing_if = "is_false")]
    pub b: bool,
    /// Italic.
    #[serde(skip_serializing_if = "is_false")]
    pub i: bool,
    /// Link target (checked), or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub href: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests;
