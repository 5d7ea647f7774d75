//! Documents with nothing in them.

use super::{Document, Entry, Role, Section, SectionKind};

impl Document {
    /// A CV with nothing in it but the sections that nearly every CV has, in this language (BCP 47).
    pub fn empty(language: &str) -> Self {
        let mut document = Self { language: language.into(), ..Self::default() };
        for kind in [SectionKind::Summary, SectionKind::Experience, SectionKind::Education, SectionKind::Skills] {
            let id = document.fresh_id();
            document.sections.push(Section { id, kind, ..Section::default() });
        }
        document
    }

    /// Whether nothing has been typed: no text, no date, no photo; headings and hidden things count as typed.
    pub fn is_blank(&self) -> bool {
        let basics = &self.basics;
        let location = &basics.location;
        let texts = [
            &basics.name,
            &basics.headline,
            &basics.email,
            &basics.phone,
            &basics.url,
            &location.address,
            &location.postal_code,
            &location.city,
            &location.region,
            &location.country,
        ];
        texts.into_iter().all(|text| is_blank(text))
            && basics.photo.is_none()
            && basics
                .profiles
                .iter()
                .all(|profile| is_blank(&profile.network) && is_blank(&profile.username) && is_blank(&profile.url))
            && self.sections.iter().all(Section::is_blank)
    }
}

impl Section {
    /// Whether nothing has been typed into it.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.title) && is_blank(&self.text) && self.entries.iter().all(Entry::is_blank)
    }
}

impl Entry {
    /// Whether nothing has been typed into it.
    pub fn is_blank(&self) -> bool {
        let texts = [
            &self.name,
            &self.organization,
            &self.degree,
            &self.area,
            &self.level,
            &self.location,
            &self.url,
            &self.text,
        ];
        texts.into_iter().all(|text| is_blank(text))
            && self.dates.is_empty()
            && self.keywords.iter().all(|keyword| is_blank(keyword))
            && self.roles.iter().all(Role::is_blank)
            && self.bullets.iter().all(|bullet| is_blank(&bullet.text) && is_blank(&bullet.note))
    }
}

impl Role {
    /// Whether nothing has been typed into it.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.title)
            && is_blank(&self.location)
            && is_blank(&self.text)
            && self.dates.is_empty()
            && self.bullets.iter().all(|bullet| is_blank(&bullet.text) && is_blank(&bullet.note))
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_blank_until_something_is_typed() {
        let mut document = Document::empty("de");
        assert!(document.is_blank());
        assert_eq!(document.sections.len(), 4);
        assert_eq!(document.language, "de");
        assert_eq!(document.next_id, 5);
        document.sections[1].entries.push(Entry::default());
        assert!(document.is_blank());
        document.sections[1].entries[0].keywords.push("x".into());
        assert!(!document.is_blank());
    }
}
