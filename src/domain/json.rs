//! Reads data from the JSON that its `Serialize` wrote.
//!
//! For the browser: it does what serde's `Deserialize` does with such JSON in a tenth of the code, which everybody who
//! opens the editor has to load. The server reads with serde, because what comes from elsewhere may be anything.

use super::{
    date::{Dates, End, PartialDate},
    document::{Basics, Bullet, Document, Entry, Location, Photo, Profile, Role, Section, SectionKind},
    template::{DateStyle, Design, FontPair, Margins, PageSize, PhotoStyle},
};
use serde_json::{Map, Value};

/// What can be read from the JSON that it was written as.
pub trait FromJson: Sized {
    /// Reads it. Whatever is missing or of another kind is empty, 0 or the first of its kind.
    fn from_json(value: Value) -> Self;
}

/// Takes the value of a key out of an object.
pub fn take<T: FromJson>(object: &mut Map<String, Value>, key: &str) -> T {
    T::from_json(object.remove(key).unwrap_or(Value::Null))
}

impl FromJson for Map<String, Value> {
    fn from_json(value: Value) -> Self {
        if let Value::Object(object) = value { object } else { Self::new() }
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Self {
        if let Value::String(text) = value { text } else { Self::new() }
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Self {
        value == Value::Bool(true)
    }
}

impl FromJson for () {
    fn from_json(_: Value) -> Self {}
}

impl FromJson for i64 {
    fn from_json(value: Value) -> Self {
        value.as_i64().unwrap_or_default()
    }
}

impl FromJson for i32 {
    fn from_json(value: Value) -> Self {
        Self::try_from(i64::from_json(value)).unwrap_or_default()
    }
}

impl FromJson for u32 {
    fn from_json(value: Value) -> Self {
        Self::try_from(i64::from_json(value)).unwrap_or_default()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Self {
        if let Value::Array(items) = value { items.into_iter().map(T::from_json).collect() } else { Self::new() }
    }
}

impl FromJson for Option<String> {
    fn from_json(value: Value) -> Self {
        if let Value::String(text) = value { Some(text) } else { None }
    }
}

impl FromJson for Option<PartialDate> {
    fn from_json(value: Value) -> Self {
        let mut object = Map::from_json(value);
        let mut number = |key| take::<u32>(&mut object, key);
        let small = |number: u32| u8::try_from(number).ok().filter(|number| *number > 0);
        let year = u16::try_from(number("year")).ok().filter(|year| *year > 0)?;
        Some(PartialDate { year, month: small(number("month")), day: small(number("day")) })
    }
}

impl FromJson for Option<End> {
    fn from_json(value: Value) -> Self {
        match value {
            Value::String(_) => Some(End::Present),
            value => Option::from_json(value).map(End::On),
        }
    }
}

impl FromJson for Option<Photo> {
    fn from_json(value: Value) -> Self {
        let sha256: String = take(&mut Map::from_json(value), "sha256");
        (!sha256.is_empty()).then_some(Photo { sha256 })
    }
}

/// Structs: all their fields, so that a new one cannot be forgotten.
macro_rules! objects {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::domain::json::FromJson for $type {
            fn from_json(value: ::serde_json::Value) -> Self {
                let mut object = ::serde_json::Map::from_json(value);
                Self { $($field: $crate::domain::json::take(&mut object, stringify!($field))),* }
            }
        }
    )*};
}

pub(crate) use objects;

objects! {
    Document { schema_version, next_id, language, basics, sections, design, extra }
    Basics { name, headline, email, phone, url, location, profiles, photo, extra }
    Location { address, postal_code, city, region, country, extra }
    Profile { id, network, username, url, extra }
    Section { id, kind, title, hidden, text, entries }
    Entry {
        id, hidden, name, organization, degree, area, level, location, url, dates, text, keywords, roles, bullets, extra,
    }
    Role { id, hidden, title, location, dates, text, bullets, extra }
    Bullet { id, hidden, text, tags, note }
    Dates { start, end }
    Design { template, template_version, accent, fonts, size, density, margins, page, dates, aside, photo }
}

/// Enums that are written as words; the first stands for any other word.
macro_rules! words {
    ($($type:ident { $first:ident $(, $word:literal $variant:ident)* $(,)? })*) => {$(
        impl FromJson for $type {
            fn from_json(value: Value) -> Self {
                match value.as_str() {
                    $(Some($word) => Self::$variant,)*
                    _ => Self::$first,
                }
            }
        }
    )*};
}

words! {
    SectionKind {
        Custom,
        "summary" Summary,
        "experience" Experience,
        "education" Education,
        "skills" Skills,
        "projects" Projects,
        "languages" Languages,
        "certificates" Certificates,
        "awards" Awards,
        "publications" Publications,
        "volunteering" Volunteering,
        "interests" Interests,
        "references" References,
    }
    FontPair { Serif, "sans" Sans }
    Margins { Normal, "narrow" Narrow, "wide" Wide }
    PageSize { A4, "letter" Letter }
    DateStyle { Short, "long" Long, "numeric" Numeric }
    PhotoStyle { Square, "hidden" Hidden, "round" Round }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::ItemId, sample};

    fn there_and_back(document: &Document) -> Document {
        Document::from_json(serde_json::to_value(document).expect("plain data"))
    }

    /// A document in which nothing is empty.
    fn full() -> Document {
        let extra: Map<String, Value> = Map::from_iter([("x".to_owned(), Value::Bool(true))]);
        let text = || "text".to_owned();
        let date = PartialDate { year: 2020, month: Some(2), day: Some(29) };
        let dates = Dates { start: Some(date), end: Some(End::On(PartialDate { year: 2021, month: None, day: None })) };
        let bullet = |id: ItemId| Bullet { id, hidden: true, text: text(), tags: vec![text(), text()], note: text() };
        let role = Role {
            id: 4,
            hidden: true,
            title: text(),
            location: text(),
            dates,
            text: text(),
            bullets: vec![bullet(5)],
            extra: extra.clone(),
        };
        let entry = Entry {
            id: 3,
            hidden: true,
            name: text(),
            organization: text(),
            degree: text(),
            area: text(),
            level: text(),
            location: text(),
            url: text(),
            dates: Dates { start: Some(date), end: Some(End::Present) },
            text: text(),
            keywords: vec![text()],
            roles: vec![role],
            bullets: vec![bullet(6)],
            extra: extra.clone(),
        };
        let section = Section {
            id: 2,
            kind: SectionKind::Awards,
            title: text(),
            hidden: true,
            text: text(),
            entries: vec![entry],
        };
        Document {
            next_id: 9,
            language: "de".into(),
            basics: Basics {
                name: text(),
                headline: text(),
                email: text(),
                phone: text(),
                url: text(),
                location: Location {
                    address: text(),
                    postal_code: text(),
                    city: text(),
                    region: text(),
                    country: text(),
                    extra: extra.clone(),
                },
                profiles: vec![Profile { id: 1, network: text(), username: text(), url: text(), extra: extra.clone() }],
                photo: Some(Photo { sha256: "0f".repeat(32) }),
                extra: extra.clone(),
            },
            sections: vec![section],
            design: Design {
                fonts: FontPair::Sans,
                margins: Margins::Wide,
                page: PageSize::Letter,
                dates: DateStyle::Numeric,
                aside: vec![2],
                photo: PhotoStyle::Round,
                size: 101,
                ..Design::default()
            },
            extra,
            ..Document::default()
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for document in [Document::default(), Document::empty("fr"), sample::sample(), full()] {
            assert_eq!(there_and_back(&document), document);
        }
    }

    #[test]
    fn every_word_is_read_back() {
        for kind in SectionKind::ALL {
            assert_eq!(SectionKind::from_json(serde_json::to_value(kind).expect("a word")), kind);
        }
        for margins in [Margins::Narrow, Margins::Normal, Margins::Wide] {
            assert_eq!(Margins::from_json(serde_json::to_value(margins).expect("a word")), margins);
        }
        for dates in [DateStyle::Short, DateStyle::Long, DateStyle::Numeric] {
            assert_eq!(DateStyle::from_json(serde_json::to_value(dates).expect("a word")), dates);
        }
        for photo in [PhotoStyle::Hidden, PhotoStyle::Square, PhotoStyle::Round] {
            assert_eq!(PhotoStyle::from_json(serde_json::to_value(photo).expect("a word")), photo);
        }
        for page in [PageSize::A4, PageSize::Letter] {
            assert_eq!(PageSize::from_json(serde_json::to_value(page).expect("a word")), page);
        }
        for fonts in [FontPair::Serif, FontPair::Sans] {
            assert_eq!(FontPair::from_json(serde_json::to_value(fonts).expect("a word")), fonts);
        }
    }

    #[test]
    fn anything_else_is_empty() {
        assert_eq!(Document::from_json(Value::Null).sections, []);
        assert_eq!(Vec::<String>::from_json(Value::String("no list".into())), Vec::<String>::new());
    }
}
