//! A few words of a CV, for the picture of the editor on the landing page.

use crate::domain::{
    date::format_span,
    document::{Document, SectionKind},
    language::Language,
    rich_text::plain,
};

/// The first lines of a CV. What the CV does not have is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// Whose CV it is.
    pub name: String,
    /// What they are.
    pub headline: String,
    /// Where.
    pub employer: String,
    /// As what.
    pub role: String,
    /// "Mar 2021 – present", as on the page.
    pub dates: String,
    /// The first three points.
    pub bullets: Vec<String>,
}

impl Excerpt {
    /// Takes the name and the first role with points that the page shows.
    pub fn of(document: &Document) -> Self {
        let person =
            Self { name: document.basics.name.clone(), headline: document.basics.headline.clone(), ..Self::default() };
        let sections = document.sections.iter();
        let entries = sections
            .filter(|section| section.kind == SectionKind::Experience && !section.hidden)
            .flat_map(|section| &section.entries)
            .filter(|entry| !entry.hidden);
        let mut roles = entries.flat_map(|entry| entry.roles.iter().map(move |role| (entry, role)));
        let Some((entry, role)) = roles.find(|(_, role)| !role.hidden && !role.bullets.is_empty()) else {
            return person;
        };
        let bullets = role.bullets.iter().filter(|bullet| !bullet.hidden);
        Self {
            employer: entry.name.clone(),
            role: role.title.clone(),
            dates: format_span(&role.dates, document.design.dates, Language::of(&document.language)),
            bullets: bullets.take(3).map(|bullet| plain(&bullet.text)).collect(),
            ..person
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        date::{Dates, End, PartialDate},
        document::{Bullet, Entry, Role, Section},
    };

    fn with_role(role: Role) -> Document {
        let entry = Entry { name: "TechCorp".into(), roles: vec![role], ..Entry::default() };
        let section = Section { kind: SectionKind::Experience, entries: vec![entry], ..Section::default() };
        Document { sections: vec![section], ..Document::default() }
    }

    fn bullet(text: &str, hidden: bool) -> Bullet {
        Bullet { text: text.into(), hidden, ..Bullet::default() }
    }

    #[test]
    fn takes_the_words_that_the_page_shows() {
        let start = Some(PartialDate { year: 2021, month: Some(3), day: None });
        let role = Role {
            title: "Engineer".into(),
            dates: Dates { start, end: Some(End::Present) },
            bullets: vec![bullet("private", true), bullet("shown", false)],
            ..Role::default()
        };
        let excerpt = Excerpt::of(&with_role(role));
        assert_eq!(excerpt.dates, "Mar 2021 – present");
        assert_eq!(excerpt.bullets, ["shown"]);
    }

    #[test]
    fn a_document_without_points_has_only_a_person() {
        let mut document = with_role(Role::default());
        document.basics.name = "Ada".into();
        assert_eq!(Excerpt::of(&document), Excerpt { name: "Ada".into(), ..Excerpt::default() });
    }
}
