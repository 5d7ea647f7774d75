//! The fields that the kinds of sections use, and what the interface calls them.

use super::{Entry, SectionKind};

/// A field of [`Entry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKey {
    /// [`Entry::name`].
    Name,
    /// [`Entry::organization`].
    Organization,
    /// [`Entry::degree`].
    Degree,
    /// [`Entry::area`].
    Area,
    /// [`Entry::level`].
    Level,
    /// [`Entry::location`].
    Location,
    /// [`Entry::url`].
    Url,
    /// [`Entry::dates`].
    Dates,
    /// [`Entry::text`], rich text.
    Text,
    /// [`Entry::keywords`].
    Keywords,
    /// [`Entry::roles`].
    Roles,
    /// [`Entry::bullets`].
    Bullets,
}

impl FieldKey {
    /// The key as it stands in the JSON and in the paths of [`FieldError`](crate::domain::validate::FieldError).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Organization => "organization",
            Self::Degree => "degree",
            Self::Area => "area",
            Self::Level => "level",
            Self::Location => "location",
            Self::Url => "url",
            Self::Dates => "dates",
            Self::Text => "text",
            Self::Keywords => "keywords",
            Self::Roles => "roles",
            Self::Bullets => "bullets",
        }
    }

    /// The text of a field that is one; empty for dates, keywords, roles and bullets.
    pub fn get(self, entry: &Entry) -> &str {
        match self {
            Self::Name => &entry.name,
            Self::Organization => &entry.organization,
            Self::Degree => &entry.degree,
            Self::Area => &entry.area,
            Self::Level => &entry.level,
            Self::Location => &entry.location,
            Self::Url => &entry.url,
            Self::Text => &entry.text,
            Self::Dates | Self::Keywords | Self::Roles | Self::Bullets => "",
        }
    }

    /// Whether there is anything in it.
    fn is_filled(self, entry: &Entry) -> bool {
        let length = match self {
            Self::Name => entry.name.len(),
            Self::Organization => entry.organization.len(),
            Self::Degree => entry.degree.len(),
            Self::Area => entry.area.len(),
            Self::Level => entry.level.len(),
            Self::Location => entry.location.len(),
            Self::Url => entry.url.len(),
            Self::Dates => return !entry.dates.is_empty(),
            Self::Text => entry.text.len(),
            Self::Keywords => entry.keywords.len(),
            Self::Roles => entry.roles.len(),
            Self::Bullets => entry.bullets.len(),
        };
        length > 0
    }

    /// Sets a field that is text; does nothing for dates, keywords, roles and bullets.
    pub fn set(self, entry: &mut Entry, text: String) {
        if let Some(field) = self.text_mut(entry) {
            *field = text;
        }
    }

    fn text_mut(self, entry: &mut Entry) -> Option<&mut String> {
        match self {
            Self::Name => Some(&mut entry.name),
            Self::Organization => Some(&mut entry.organization),
            Self::Degree => Some(&mut entry.degree),
            Self::Area => Some(&mut entry.area),
            Self::Level => Some(&mut entry.level),
            Self::Location => Some(&mut entry.location),
            Self::Url => Some(&mut entry.url),
            Self::Text => Some(&mut entry.text),
            Self::Dates | Self::Keywords | Self::Roles | Self::Bullets => None,
        }
    }
}

/// A field as one kind of section uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which.
    pub key: FieldKey,
    /// What the interface calls it.
    pub label: &'static str,
    /// What may stand there, for an empty field; may be empty.
    pub hint: &'static str,
}

const fn field(key: FieldKey, label: &'static str, hint: &'static str) -> Field {
    Field { key, label, hint }
}

const LINK: &str = "example.org";

const EXPERIENCE: [Field; 5] = [
    field(FieldKey::Name, "Employer", "Kestrel Bakery"),
    field(FieldKey::Location, "Place", "Bristol"),
    field(FieldKey::Url, "Website", LINK),
    field(FieldKey::Text, "About the employer", "One line, if the name does not say it"),
    field(FieldKey::Roles, "Roles", ""),
];

const EDUCATION: [Field; 10] = [
    field(FieldKey::Name, "School", "University of Leeds"),
    field(FieldKey::Degree, "Degree", "BSc"),
    field(FieldKey::Area, "Field of study", "Food Science"),
    field(FieldKey::Dates, "When", "2012 – 2015"),
    field(FieldKey::Location, "Place", "Leeds"),
    field(FieldKey::Level, "Grade", "First-class honours"),
    field(FieldKey::Url, "Website", LINK),
    field(FieldKey::Text, "About", "Thesis, focus, exchange"),
    field(FieldKey::Keywords, "Courses", "Microbiology, Statistics"),
    field(FieldKey::Bullets, "Achievements", ""),
];

const SKILLS: [Field; 3] = [
    field(FieldKey::Name, "Group", "Laboratory methods"),
    field(FieldKey::Level, "Level", "Advanced"),
    field(FieldKey::Keywords, "Skills", "PCR, Microscopy"),
];

const PROJECTS: [Field; 8] = [
    field(FieldKey::Name, "Project", "Community oven"),
    field(FieldKey::Organization, "For", "Easton Neighbourhood Trust"),
    field(FieldKey::Dates, "When", "2020 – 2022"),
    field(FieldKey::Url, "Link", LINK),
    field(FieldKey::Text, "What it is", "One or two sentences"),
    field(FieldKey::Keywords, "Keywords", "Tools, methods, topics"),
    field(FieldKey::Roles, "Roles", ""),
    field(FieldKey::Bullets, "Achievements", ""),
];

const SPOKEN: [Field; 2] = [field(FieldKey::Name, "Language", "Portuguese"), field(FieldKey::Level, "Level", "Fluent")];

const CERTIFICATES: [Field; 5] = [
    field(FieldKey::Name, "Certificate", "Food Safety Level 3"),
    field(FieldKey::Organization, "Issued by", "Chartered Institute"),
    field(FieldKey::Dates, "Date", "June 2021"),
    field(FieldKey::Url, "Link", LINK),
    field(FieldKey::Text, "About", ""),
];

const AWARDS: [Field; 5] = [
    field(FieldKey::Name, "Award", "Baker of the Year"),
    field(FieldKey::Organization, "Awarded by", "Guild of Bakers"),
    field(FieldKey::Dates, "Date", "2022"),
    field(FieldKey::Url, "Link", LINK),
    field(FieldKey::Text, "What for", ""),
];

const PUBLICATIONS: [Field; 5] = [
    field(FieldKey::Name, "Title", "Wild yeasts of the Severn"),
    field(FieldKey::Organization, "Published by", "Journal of Cereal Science"),
    field(FieldKey::Dates, "Date", "2019"),
    field(FieldKey::Url, "Link", LINK),
    field(FieldKey::Text, "About", "Co-authors, abstract"),
];

const VOLUNTEERING: [Field; 5] = [
    field(FieldKey::Name, "Organisation", "Bristol Food Bank"),
    field(FieldKey::Location, "Place", "Bristol"),
    field(FieldKey::Url, "Website", LINK),
    field(FieldKey::Text, "About the organisation", ""),
    field(FieldKey::Roles, "Roles", ""),
];

const INTERESTS: [Field; 2] =
    [field(FieldKey::Name, "Interest", "Cycling"), field(FieldKey::Keywords, "In particular", "Touring, Repairs")];

const REFERENCES: [Field; 3] = [
    field(FieldKey::Name, "Person", "Dr Ana Duarte"),
    field(FieldKey::Organization, "Position", "Head of Research, Kestrel Bakery"),
    field(FieldKey::Text, "What they say, or how to reach them", ""),
];

const CUSTOM: [Field; 9] = [
    field(FieldKey::Name, "Title", ""),
    field(FieldKey::Organization, "Subtitle", ""),
    field(FieldKey::Location, "Place", ""),
    field(FieldKey::Dates, "When", "2019 – 2021"),
    field(FieldKey::Url, "Link", LINK),
    field(FieldKey::Level, "Level", ""),
    field(FieldKey::Text, "Text", ""),
    field(FieldKey::Keywords, "Keywords", ""),
    field(FieldKey::Bullets, "Points", ""),
];

impl SectionKind {
    /// The fields that entries of this kind use, in the order in which they are asked for.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Summary => &[],
            Self::Experience => &EXPERIENCE,
            Self::Education => &EDUCATION,
            Self::Skills => &SKILLS,
            Self::Projects => &PROJECTS,
            Self::Languages => &SPOKEN,
            Self::Certificates => &CERTIFICATES,
            Self::Awards => &AWARDS,
            Self::Publications => &PUBLICATIONS,
            Self::Volunteering => &VOLUNTEERING,
            Self::Interests => &INTERESTS,
            Self::References => &REFERENCES,
            Self::Custom => &CUSTOM,
        }
    }
}

impl SectionKind {
    /// The fields that are asked for of an entry: those of its kind, then what else it has. An import can bring anything,
    /// and what is printed can be edited.
    pub fn fields_of(self, entry: &Entry) -> Vec<&'static Field> {
        let own = self.fields();
        let mut fields: Vec<&Field> = Vec::new();
        for field in [own, &CUSTOM, &EDUCATION, &EXPERIENCE].into_iter().flatten() {
            let is_asked_for = fields.len() < own.len() || field.key.is_filled(entry);
            if is_asked_for && fields.iter().all(|other| other.key != field.key) {
                fields.push(field);
            }
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_fields_that_begin_with_a_name() {
        for kind in SectionKind::ALL {
            let fields = kind.fields();
            assert_eq!(
                fields.first().map(|field| field.key),
                (kind != SectionKind::Summary).then_some(FieldKey::Name),
                "{kind:?}"
            );
            for (index, field) in fields.iter().enumerate() {
                assert!(!field.label.is_empty());
                assert!(
                    fields[..index].iter().all(|other| other.key != field.key && other.label != field.label),
                    "{kind:?} {}",
                    field.label
                );
            }
            assert!(kind.add_label().ends_with(kind.entry_noun()));
        }
    }

    #[test]
    fn what_is_filled_is_asked_for_once() {
        let every = serde_json::json!({"name": "x", "organization": "x", "degree": "x", "area": "x", "level": "x",
            "location": "x", "url": "x", "dates": {"end": "present"}, "text": "x", "keywords": ["x"], "roles": [{}],
            "bullets": [{}]});
        let full: Entry = serde_json::from_value(every).expect("an entry");
        for kind in SectionKind::ALL {
            let keys = |entry: &Entry| kind.fields_of(entry).iter().map(|field| field.key).collect::<Vec<_>>();
            let own: Vec<FieldKey> = kind.fields().iter().map(|field| field.key).collect();
            assert_eq!(keys(&Entry::default()), own, "{kind:?}");
            let all = keys(&full);
            assert!(all.starts_with(&own), "{kind:?}");
            assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 12, "{kind:?} {all:?}");
            assert_eq!(all.len(), 12, "{kind:?}");
        }
    }

    #[test]
    fn text_fields_are_set_and_read_back() {
        let mut entry = Entry::default();
        for key in [
            FieldKey::Name,
            FieldKey::Organization,
            FieldKey::Degree,
            FieldKey::Area,
            FieldKey::Level,
            FieldKey::Location,
            FieldKey::Url,
            FieldKey::Text,
        ] {
            key.set(&mut entry, key.as_str().into());
            assert_eq!(key.get(&entry), key.as_str());
        }
        let before = entry.clone();
        FieldKey::Roles.set(&mut entry, "x".into());
        assert_eq!(entry, before);
        assert_eq!(serde_json::to_value(&entry).expect("plain data")["degree"], "degree");
    }
}
