//! Any document, for property tests.

use super::{Basics, Bullet, Document, Entry, Location, Profile, Role, Section, SectionKind};
use crate::domain::{date::tests::any_dates, language::LANGUAGES};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

/// Text: mostly words, some of it odd.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        6 => "[A-Za-zäéłß0-9 ,.'-]{0,16}",
        1 => select(vec!["- a\n- **b**", " *x* \n\n y ", "[x](example.org)", "#read(\"/etc/passwd\")", "null", "Mill", "mill", "\u{202e}x\u{301}", "日本", "שלום"]).prop_map(String::from),
        1 => "\\PC{0,12}",
    ]
}

fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        select(vec![
            "https://example.org/",
            "example.org/ä",
            "https://münchen.example",
            "javascript:alert(1)",
            "half",
            "http://x y",
            "HTTP://A.example",
            "jane@example.org"
        ])
        .prop_map(String::from),
        "\\PC{0,12}",
    ]
}

fn extra() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!("")),
        Just(json!({"deep": [1, "x", {}]})),
        Just(json!(4)),
        Just(json!("text"))
    ];
    let key = select(vec![
        "unknown",
        "name",
        "company",
        "url",
        "position",
        "startDate",
        "vitae",
        "image",
        "meta",
        "work",
        "$schema",
        "location",
        "id",
        "gpa",
        "type",
    ]);
    let map = vec((key.prop_map(String::from), value), 0..3).prop_map(Map::from_iter);
    prop_oneof![4 => Just(Map::new()), 1 => map]
}

fn bullets() -> impl Strategy<Value = Vec<Bullet>> {
    let bullet = (text(), prop::bool::weighted(0.1), text()).prop_map(|(text, hidden, note)| Bullet {
        id: 0,
        hidden,
        text,
        tags: Vec::new(),
        note,
    });
    vec(bullet, 0..3)
}

fn role() -> impl Strategy<Value = Role> {
    (prop::bool::weighted(0.1), text(), text(), any_dates(), text(), bullets(), extra()).prop_map(
        |(hidden, title, location, dates, text, bullets, extra)| Role {
            id: 0,
            hidden,
            title,
            location,
            dates,
            text,
            bullets,
            extra,
        },
    )
}

fn entry() -> impl Strategy<Value = Entry> {
    let words = (text(), text(), text(), text(), text(), text(), url(), text());
    let rest = (prop::bool::weighted(0.1), any_dates(), vec(text(), 0..3), vec(role(), 0..3), bullets(), extra());
    // An entry of every field, or a plain one as most are.
    (words, rest, any::<bool>()).prop_map(|(words, rest, is_plain)| {
        let (name, organization, degree, area, level, location, url, text) = words;
        let (hidden, dates, keywords, roles, bullets, extra) = rest;
        if is_plain {
            return Entry { hidden, name, location, url, text, roles, ..Entry::default() };
        }
        Entry {
            id: 0,
            hidden,
            name,
            organization,
            degree,
            area,
            level,
            location,
            url,
            dates,
            text,
            keywords,
            roles,
            bullets,
            extra,
        }
    })
}

fn section() -> impl Strategy<Value = Section> {
    (select(SectionKind::ALL.to_vec()), text(), prop::bool::weighted(0.1), text(), vec(entry(), 0..4))
        .prop_map(|(kind, title, hidden, text, entries)| Section { id: 0, kind, title, hidden, text, entries })
}

fn basics() -> impl Strategy<Value = Basics> {
    let location = (text(), text(), text(), text(), text(), extra()).prop_map(
        |(address, postal_code, city, region, country, extra)| Location {
            address,
            postal_code,
            city,
            region,
            country,
            extra,
        },
    );
    let profile = (text(), text(), url(), extra()).prop_map(|(network, username, url, extra)| Profile {
        id: 0,
        network,
        username,
        url,
        extra,
    });
    (text(), text(), url(), text(), url(), location, vec(profile, 0..3), extra()).prop_map(
        |(name, headline, email, phone, url, location, profiles, extra)| Basics {
            name,
            headline,
            email,
            phone,
            url,
            location,
            profiles,
            photo: None,
            extra,
        },
    )
}

/// Any document of modest size with sound ids.
pub(crate) fn any_document() -> impl Strategy<Value = Document> {
    (basics(), vec(section(), 0..6), select(LANGUAGES.to_vec()), extra(), vec(any::<prop::sample::Index>(), 0..2))
        .prop_map(|(basics, sections, language, extra, aside)| {
            let mut document =
                Document { language: language.tag.into(), basics, sections, extra, ..Document::default() };
            document.renumber();
            if !document.sections.is_empty() {
                document.design.aside = aside.iter().map(|index| index.get(&document.sections).id).collect();
            }
            document
        })
}
