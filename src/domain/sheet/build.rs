//! From the document to the sheet.

use super::{
    Block, EntryLayout, Look, Run, Sheet, SheetBullet, SheetEntry, SheetRole, SheetSection, contacts::contacts,
};
use crate::domain::{
    date::{Dates, format_span},
    document::{Bullet, Document, Entry, ItemId, Role, Section, SectionKind},
    language::Language,
    rich_text,
    template::DateStyle,
    text::{ascii_href, clean, clean_line, shown_url},
};

impl Sheet {
    /// What stands on the page of a document: everything that is visible and not empty, in its order.
    pub fn of(document: &Document) -> Self {
        let language = Language::of(&document.language);
        let words = Words { language, dates: document.design.dates };
        let mut parts = document.language.split('-');
        let design = &document.design;
        let visible = || document.sections.iter().filter(|section| !section.hidden);
        // A choice of sections that are all gone or hidden is none.
        let aside: Vec<_> = visible().map(|section| section.id).filter(|id| design.aside.contains(id)).collect();
        Self {
            lang: parts.next().unwrap_or_default().to_ascii_lowercase(),
            region: parts.next().filter(|region| region.len() == 2).unwrap_or_default().to_ascii_uppercase(),
            look: Look {
                accent: design.accent.clone(),
                fonts: design.fonts,
                size: f64::from(design.size) / 10.0,
                density: design.density,
                margins: design.margins,
                page: design.page,
            },
            name: clean_line(&document.basics.name),
            headline: clean_line(&document.basics.headline),
            contact_title: language.contact.into(),
            contacts: contacts(&document.basics),
            sections: visible()
                .map(|section| words.section(section, &aside))
                .filter(|section| !section.text.is_empty() || !section.entries.is_empty())
                .collect(),
        }
    }
}

/// How dates and headings are written.
struct Words {
    language: &'static Language,
    dates: DateStyle,
}

impl Words {
    fn section(&self, section: &Section, aside: &[ItemId]) -> SheetSection {
        let title = clean_line(&section.title);
        let suits_aside = matches!(section.kind, SectionKind::Skills | SectionKind::Languages | SectionKind::Interests);
        SheetSection {
            label: label(section.id),
            title: if title.is_empty() { self.language.section(section.kind).into() } else { title },
            aside: if aside.is_empty() { suits_aside } else { aside.contains(&section.id) },
            text: blocks(&section.text),
            entries: section
                .entries
                .iter()
                .filter(|entry| !entry.hidden)
                .map(|entry| self.entry(section.kind, entry))
                .filter(SheetEntry::is_set)
                .collect(),
        }
    }

    fn entry(&self, kind: SectionKind, entry: &Entry) -> SheetEntry {
        let (title, subtitle) = titles(kind, entry);
        let separator = self.language.separator;
        let (positions, roles) = positions(kind, entry);
        let roles: Vec<_> = roles.map(|role| self.role(role)).filter(SheetRole::is_set).collect();
        SheetEntry {
            label: label(entry.id),
            layout: layout(kind),
            title,
            href: ascii_href(&entry.url).unwrap_or_default(),
            subtitle: join(positions.into_iter().chain([subtitle]), separator),
            place: clean_line(&entry.location),
            dates: self.dates(&entry.dates),
            level: clean_line(&entry.level),
            text: blocks(&entry.text),
            keywords: join(entry.keywords.iter().map(|keyword| clean_line(keyword)), separator),
            roles,
            bullets: bullets(&entry.bullets),
        }
    }

    fn role(&self, role: &Role) -> SheetRole {
        SheetRole {
            label: label(role.id),
            title: clean_line(&role.title),
            place: clean_line(&role.location),
            dates: self.dates(&role.dates),
            text: blocks(&role.text),
            bullets: bullets(&role.bullets),
        }
    }

    fn dates(&self, dates: &Dates) -> String {
        format_span(dates, self.dates, self.language)
    }
}

impl SheetEntry {
    /// Whether there is anything to set.
    fn is_set(&self) -> bool {
        [&self.title, &self.href, &self.subtitle, &self.place, &self.dates, &self.level, &self.keywords]
            .into_iter()
            .any(|text| !text.is_empty())
            || !self.text.is_empty()
            || !self.roles.is_empty()
            || !self.bullets.is_empty()
    }
}

impl SheetRole {
    fn is_set(&self) -> bool {
        [&self.title, &self.place, &self.dates].into_iter().any(|text| !text.is_empty())
            || !self.text.is_empty()
            || !self.bullets.is_empty()
    }
}

fn layout(kind: SectionKind) -> EntryLayout {
    match kind {
        SectionKind::Certificates | SectionKind::Awards | SectionKind::Publications => EntryLayout::Line,
        SectionKind::Skills | SectionKind::Languages | SectionKind::Interests => EntryLayout::Pair,
        SectionKind::References => EntryLayout::Quote,
        SectionKind::Summary
        | SectionKind::Experience
        | SectionKind::Education
        | SectionKind::Projects
        | SectionKind::Volunteering
        | SectionKind::Custom => EntryLayout::Full,
    }
}

/// Title and subtitle: of a school the degree and the school; the address itself for a link without a name.
fn titles(kind: SectionKind, entry: &Entry) -> (String, String) {
    let name = clean_line(&entry.name);
    let name =
        if name.is_empty() && ascii_href(&entry.url).is_some() { clean_line(shown_url(&entry.url)) } else { name };
    let organization = clean_line(&entry.organization);
    let degree = clean_line(&entry.degree);
    let area = clean_line(&entry.area);
    // "BSc in Computer Science" need not be followed by "Computer Science".
    let repeats = degree.to_lowercase().contains(&area.to_lowercase());
    let degree = join([degree, if repeats { String::new() } else { area }], ", ");
    let (title, rest) = match (kind, degree.is_empty(), name.is_empty()) {
        (_, true, false) => (name, [organization, String::new()]),
        (_, true, true) => (organization, [String::new(), String::new()]),
        (SectionKind::Education, false, _) | (_, false, true) => (degree, [name, organization]),
        (_, false, false) => (name, [degree, organization]),
    };
    (title, join(rest, ", "))
}

/// Positions in a project that are nothing but a name go into its line; the others are roles of their own.
fn positions(kind: SectionKind, entry: &Entry) -> (Vec<String>, impl Iterator<Item = &Role>) {
    let is_name = move |role: &Role| {
        kind == SectionKind::Projects
            && role.location.trim().is_empty()
            && role.text.trim().is_empty()
            && role.dates.is_empty()
            && bullets(&role.bullets).is_empty()
    };
    let visible = || entry.roles.iter().filter(|role| !role.hidden);
    (
        visible().filter(|role| is_name(role)).map(|role| clean_line(&role.title)).collect(),
        visible().filter(move |role| !is_name(role)),
    )
}

fn bullets(bullets: &[Bullet]) -> Vec<SheetBullet> {
    bullets
        .iter()
        .filter(|bullet| !bullet.hidden)
        .map(|bullet| SheetBullet {
            label: label(bullet.id),
            runs: runs(rich_text::parse_inline(&clean(&bullet.text))),
        })
        .filter(|bullet| !bullet.runs.is_empty())
        .collect()
}

fn blocks(text: &str) -> Vec<Block> {
    rich_text::parse(&clean(text))
        .into_iter()
        .map(|block| match block {
            Block::Paragraph { runs: text } => Block::Paragraph { runs: runs(text) },
            Block::List { items } => Block::List { items: items.into_iter().map(runs).collect() },
        })
        .collect()
}

/// Links in the form that goes into a PDF.
fn runs(mut runs: Vec<Run>) -> Vec<Run> {
    for run in &mut runs {
        if !run.href.is_empty() {
            run.href = ascii_href(&run.href).unwrap_or_default();
        }
    }
    runs
}

pub(super) fn label(id: ItemId) -> String {
    ["i", &id.to_string()].concat()
}

pub(super) fn join(parts: impl IntoIterator<Item = String>, separator: &str) -> String {
    let mut out = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(&part);
    }
    out
}
