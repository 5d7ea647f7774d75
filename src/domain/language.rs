//! The languages that a CV can be written in: the words that Vitae itself puts on the page.
//!
//! This is the language of the CV, not that of the interface. Only languages whose letters the bundled fonts have.

mod germanic;
mod nordic;
mod romance;
mod slavic;

use super::document::SectionKind;
use germanic::{DE, EN, EN_GB, NL};
use nordic::{DA, NB, SV};
use romance::{ES, FR, IT, PT, PT_PT};
use slavic::PL;

/// What Vitae needs to know of a language.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47 tag, as [`Document::language`](super::document::Document::language) holds it.
    pub tag: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
    /// Months in full, as they stand before a year.
    pub months: [&'static str; 12],
    /// Months after a day, where the language bends them ("1 marca"); otherwise the same.
    pub months_after_day: [&'static str; 12],
    /// Months in short, with the dot if the language writes one.
    pub months_short: [&'static str; 12],
    /// Between a month in full and the year.
    pub before_year: &'static str,
    /// What ends a day's number ("1. März").
    pub after_day: &'static str,
    /// What ends the number of a month's first day ("1er août").
    pub after_first_day: &'static str,
    /// Between the numbers of a date in digits.
    pub digits: char,
    /// Whether a date in digits begins with the month.
    pub month_first: bool,
    /// For something that goes on.
    pub present: &'static str,
    /// What people also type for it, in lower case and without accents.
    pub present_words: &'static [&'static str],
    /// What people type between two dates, in lower case and without accents.
    pub to_words: &'static [&'static str],
    /// What people type before a beginning, in lower case and without accents.
    pub since_words: &'static [&'static str],
    /// Between the items of a list.
    pub separator: &'static str,
    /// Heading of the contact lines.
    pub contact: &'static str,
    /// Headings in the order of [`SectionKind::ALL`].
    sections: [&'static str; 13],
}

impl Language {
    /// The language of a tag; of its first part if the whole is not known; otherwise English.
    pub fn of(tag: &str) -> &'static Self {
        Self::find(tag).or_else(|| Self::find(tag.split(['-', '_']).next().unwrap_or_default())).unwrap_or(&EN)
    }

    /// The language of exactly this tag, in any case.
    pub fn find(tag: &str) -> Option<&'static Self> {
        LANGUAGES.iter().copied().find(|language| language.tag.eq_ignore_ascii_case(tag))
    }

    /// What a CV is called in the names of its files and the titles of its PDFs. Not in the table, which browsers
    /// download: only the server asks.
    pub fn cv(&self) -> &'static str {
        match self.tag {
            "de" => "Lebenslauf",
            "pt" | "pt-PT" => "Currículo",
            _ => "CV",
        }
    }

    /// The usual heading of a section.
    pub fn section(&self, kind: SectionKind) -> &'static str {
        SectionKind::ALL.iter().zip(self.sections).find(|(known, _)| **known == kind).map_or("", |(_, title)| title)
    }
}

/// All languages, English first.
pub const LANGUAGES: [&Language; 13] = [&EN, &EN_GB, &DE, &FR, &ES, &IT, &PT, &PT_PT, &NL, &PL, &SV, &DA, &NB];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_finds_its_language_or_english() {
        for (tag, found) in [
            ("en", "en"),
            ("en-gb", "en-GB"),
            ("en-US", "en"),
            ("de-AT", "de"),
            ("pt_PT", "pt"),
            ("xx", "en"),
            ("", "en"),
            ("zh-Hans", "en"),
        ] {
            assert_eq!(Language::of(tag).tag, found, "{tag}");
        }
    }

    #[test]
    fn every_language_is_complete_and_in_letters_that_the_fonts_have() {
        for language in LANGUAGES {
            let words = language
                .months
                .iter()
                .chain(&language.months_after_day)
                .chain(&language.months_short)
                .chain(&language.sections)
                .chain([&language.present, &language.contact, &language.name, &language.separator]);
            for word in words {
                assert!(
                    !word.is_empty() && word.chars().all(|c| u32::from(c) < 0x250 || c == '’'),
                    "{}: {word}",
                    language.tag
                );
            }
            assert_eq!(language.section(SectionKind::Custom), language.sections[12]);
            assert_eq!(LANGUAGES.iter().filter(|other| other.tag == language.tag).count(), 1);
        }
    }
}
