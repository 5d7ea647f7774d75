use super::*;
use crate::domain::{
    document::{Document, FieldKey, SectionKind},
    version,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sheet(document: Value) -> Sheet {
    let mut document = document;
    document["schema_version"] = 1.into();
    Sheet::of(&version::read(document).expect("a document"))
}

fn section(kind: &str, entry: Value) -> SheetSection {
    sheet(json!({"sections": [{"id": 1, "kind": kind, "entries": [entry]}]})).sections.remove(0)
}

fn entry(kind: &str, value: Value) -> SheetEntry {
    section(kind, value).entries.remove(0)
}

#[test]
fn what_is_hidden_private_or_empty_is_not_on_the_page() {
    let json = json!({"sections": [
        {"id": 1, "kind": "skills", "entries": [{"id": 2}, {"id": 3, "name": " \n"}, {"id": 4, "keywords": [" ", ""]}]},
        {"id": 5, "kind": "awards", "hidden": true, "text": "secret"},
        {"id": 6, "kind": "experience", "entries": [
            {"id": 7, "hidden": true, "name": "secret"},
            {"id": 8, "name": "Mill", "extra": {"x": "secret"}, "roles": [{"id": 9, "title": "secret", "hidden": true}, {"id": 10}],
             "bullets": [{"id": 11, "text": "secret", "hidden": true}, {"id": 12, "text": "  "}, {"id": 13, "text": "Ground", "note": "secret", "tags": ["secret"]}]},
        ]},
    ]});
    let sheet = sheet(json);
    assert_eq!(sheet.sections.len(), 1);
    assert_eq!(sheet.plain_text(), "EXPERIENCE\n\nMill\n• Ground\n");
    assert!(!serde_json::to_string(&sheet).expect("plain data").contains("secret"));
    assert_eq!(sheet.sections[0].entries[0].bullets[0].label, "i13");
}

#[test]
fn headings_and_dates_are_in_the_language_of_the_cv() {
    let sheet = sheet(json!({"language": "de-AT", "sections": [
        {"id": 1, "kind": "experience", "entries": [{"id": 2, "roles": [{"id": 3, "title": "Müllerin", "dates": {"start": {"year": 2021, "month": 3}, "end": "present"}}]}]},
        {"id": 4, "kind": "skills", "title": " Eigenes ", "entries": [{"id": 5, "name": "x"}]},
    ]}));
    assert_eq!((sheet.lang.as_str(), sheet.region.as_str(), sheet.contact_title.as_str()), ("de", "AT", "Kontakt"));
    assert_eq!(sheet.sections[0].title, "Berufserfahrung");
    assert_eq!(sheet.sections[1].title, "Eigenes");
    assert_eq!(sheet.sections[0].entries[0].roles[0].dates, "März 2021 – heute");
}

#[test]
fn contacts_stand_in_their_order_with_checked_links() {
    let sheet = sheet(json!({"basics": {
        "name": " Zoë\n Ö ", "email": "zoe@example.org", "phone": "+49 (30) 123-45", "url": "https://www.example.org/",
        "location": {"address": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin", "country": "DE"},
        "profiles": [
            {"id": 1, "network": "GitHub", "username": "zoe", "url": "github.com/zoe"},
            {"id": 2, "network": "Twitter", "username": "zoe", "url": "https://www.twitter.com"},
            {"id": 3, "network": "Skype", "username": "zoe.o"},
            {"id": 4, "url": "javascript:alert(1)"},
            {"id": 5},
            {"id": 6, "network": "GitHub", "username": "Zoë Ö", "url": "github.com/zoe"},
            {"id": 7, "network": "GitHub", "username": "zoe", "url": "javascript:alert(1)"},
        ],
    }}));
    assert_eq!(sheet.name, "Zoë Ö");
    let contacts: Vec<_> =
        sheet.contacts.iter().map(|c| (c.label.as_str(), c.text.as_str(), c.href.as_str())).collect();
    assert_eq!(
        contacts,
        [
            ("basics.location", "Hauptstr. 1, 10115 Berlin, DE", ""),
            ("basics.phone", "+49 (30) 123-45", "tel:+493012345"),
            ("basics.email", "zoe@example.org", "mailto:zoe@example.org"),
            ("basics.url", "example.org", "https://www.example.org/"),
            ("i1", "github.com/zoe", "https://github.com/zoe"),
            ("i2", "Twitter: zoe", "https://www.twitter.com"),
            ("i3", "Skype: zoe.o", ""),
            ("i4", "javascript:alert(1)", ""),
            ("i6", "github.com/zoe", "https://github.com/zoe"),
            ("i7", "GitHub: zoe", ""),
        ]
    );
}

#[test]
fn what_was_copied_from_a_link_is_printed_without_its_scheme() {
    for (email, phone, shown) in [
        ("mailto:a@b.org", "tel:+48 123 456", [("+48 123 456", "tel:+48123456"), ("a@b.org", "mailto:a@b.org")]),
        (
            " MAILTO:a@b.org",
            "+44 (0)131 555 0199",
            [("+44 (0)131 555 0199", "tel:+441315550199"), ("a@b.org", "mailto:a@b.org")],
        ),
        ("half@", "(0)131 555 0199", [("(0)131 555 0199", "tel:01315550199"), ("half@", "")]),
    ] {
        let sheet = sheet(json!({"basics": {"email": email, "phone": phone}}));
        let contacts: Vec<_> = sheet.contacts.iter().map(|c| (c.text.as_str(), c.href.as_str())).collect();
        assert_eq!(contacts, shown);
    }
}

#[test]
fn an_address_is_written_as_in_its_country() {
    for (location, place) in [
        (
            json!({"address": "1 Main St", "postal_code": "94102", "city": "San Francisco", "region": "California", "country": "US"}),
            "1 Main St, San Francisco, California 94102, US",
        ),
        (
            json!({"postal_code": "EH1 1AA", "city": "Edinburgh", "country": "United Kingdom"}),
            "Edinburgh EH1 1AA, United Kingdom",
        ),
        (json!({"city": "Zürich"}), "Zürich"),
        (json!({"postal_code": "75001", "city": "Paris"}), "75001 Paris"),
    ] {
        assert_eq!(sheet(json!({"basics": {"location": location}})).contacts[0].text, place);
    }
}

#[test]
fn a_degree_is_the_title_of_its_school() {
    let titles = |value| {
        let entry = entry("education", value);
        (entry.title, entry.subtitle)
    };
    let expect = |title: &str, subtitle: &str| (title.to_owned(), subtitle.to_owned());
    assert_eq!(titles(json!({"name": "Leeds", "degree": "BSc", "area": "Physics"})), expect("BSc, Physics", "Leeds"));
    assert_eq!(
        titles(json!({"name": "Leeds", "degree": "BSc in Physics", "area": "physics"})),
        expect("BSc in Physics", "Leeds")
    );
    assert_eq!(titles(json!({"name": "Leeds", "area": "Physics"})), expect("Physics", "Leeds"));
    assert_eq!(titles(json!({"name": "Leeds"})), expect("Leeds", ""));
    assert_eq!(titles(json!({"degree": "BSc"})), expect("BSc", ""));
}

#[test]
fn each_kind_has_its_layout_and_nothing_typed_is_left_out() {
    for kind in SectionKind::ALL {
        let name = serde_json::to_value(kind).expect("a name");
        let full = json!({"name": "N1", "organization": "O2", "degree": "D3", "area": "A4", "level": "L5", "location": "P6", "text": "T7",
            "keywords": ["K8"], "dates": {"end": {"year": 2009}}, "bullets": [{"text": "B10"}],
            "roles": [{"title": "R11", "location": "P12", "text": "T13", "bullets": [{"text": "B14"}]}, {"title": "R15"}]});
        let section = section(name.as_str().expect("text"), full);
        let json = serde_json::to_string(&section).expect("plain data");
        let sheet = Sheet { sections: vec![section], ..sheet(json!({})) };
        let text = sheet.plain_text();
        for word in ["N1", "O2", "D3", "A4", "L5", "P6", "T7", "K8", "2009", "B10", "R11", "P12", "T13", "B14", "R15"] {
            assert!(json.contains(word) && text.contains(word), "{kind:?} {word} {text}");
        }
    }
    assert_eq!(entry("awards", json!({"name": "x"})).layout, EntryLayout::Line);
    assert_eq!(entry("references", json!({"name": "x"})).layout, EntryLayout::Quote);
    assert_eq!(entry("languages", json!({"name": "x"})).layout, EntryLayout::Pair);
    assert_eq!(entry("custom", json!({"name": "x"})).layout, EntryLayout::Full);
}

#[test]
fn positions_in_a_project_stand_in_its_line() {
    let project = entry(
        "projects",
        json!({"name": "Oven", "organization": "Trust", "roles": [{"title": "Baker"}, {"title": "Writer"}, {"title": "Lead", "text": "Led."}]}),
    );
    assert_eq!(project.subtitle, "Baker, Writer, Trust");
    assert_eq!(project.roles.len(), 1);
}

#[test]
fn the_owner_chooses_what_stands_aside() {
    let document = |aside: Value| {
        sheet(json!({"design": {"aside": aside}, "sections": [
            {"id": 1, "kind": "skills", "text": "x"}, {"id": 2, "kind": "experience", "text": "x"}, {"id": 3, "kind": "interests", "text": "x"}]}))
    };
    let aside = |sheet: Sheet| sheet.sections.iter().map(|section| section.aside).collect::<Vec<_>>();
    assert_eq!(aside(document(json!([]))), [true, false, true]);
    assert_eq!(aside(document(json!([2, 99]))), [false, true, false]);
    assert_eq!(aside(document(json!([99]))), [true, false, true]);
}

#[test]
fn typst_source_is_only_text() {
    let source = "#read(\"/etc/passwd\") $x$ @label <tag>";
    let entry = entry("experience", json!({"name": source, "text": source, "bullets": [{"text": source}]}));
    assert_eq!(entry.title, source);
    assert_eq!(entry.text, [Block::Paragraph { runs: vec![Run { t: source.into(), ..Run::default() }] }]);
    assert_eq!(entry.bullets[0].runs[0].t, source);
}

/// The document without what the editor does not ask for.
fn as_edited(mut document: Document) -> Document {
    for section in &mut document.sections {
        for entry in &mut section.entries {
            let all = std::mem::take(entry);
            (entry.id, entry.hidden) = (all.id, all.hidden);
            for field in section.kind.fields_of(&all) {
                field.key.set(entry, field.key.get(&all).to_owned());
                match field.key {
                    FieldKey::Dates => entry.dates = all.dates,
                    FieldKey::Keywords => entry.keywords.clone_from(&all.keywords),
                    FieldKey::Roles => entry.roles.clone_from(&all.roles),
                    FieldKey::Bullets => entry.bullets.clone_from(&all.bullets),
                    _ => {}
                }
            }
        }
    }
    document
}

proptest! {
    #[test]
    fn what_is_printed_can_be_edited(document in crate::domain::document::arbitrary::any_document()) {
        prop_assert_eq!(Sheet::of(&document), Sheet::of(&as_edited(document)));
    }

    #[test]
    fn what_the_typesetter_gets_is_clean(document in crate::domain::document::arbitrary::any_document()) {
        let sheet = Sheet::of(&document);
        prop_assert_eq!(&sheet, &Sheet::of(&document.visible()));
        let text = sheet.plain_text();
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        for section in &sheet.sections {
            prop_assert!(!section.title.is_empty() && (!section.text.is_empty() || !section.entries.is_empty()));
            for entry in &section.entries {
                prop_assert!(entry.href.is_ascii());
            }
        }
        prop_assert_eq!(Sheet::of(&Document::default()).plain_text(), "");
    }
}
