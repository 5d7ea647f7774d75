use super::*;
use crate::domain::{
    date::{End, PartialDate},
    document::{Photo, Profile, Section},
    sample::sample,
};
use serde_json::json;

fn fields(document: &Document) -> Vec<String> {
    validate(document).err().unwrap_or_default().into_iter().map(|error| error.field).collect()
}

#[test]
fn what_the_editor_begins_with_may_be_saved() {
    for document in [Document::default(), Document::empty("fr"), sample()] {
        assert_eq!(validate(&document), Ok(()));
        assert_eq!(warnings(&document), []);
    }
}

#[test]
fn half_typed_addresses_may_be_saved_but_are_named() {
    let mut document = sample();
    document.basics.email = "marguerite@".into();
    document.basics.url = "javascript:alert(1)".into();
    document.basics.profiles[0].url = "github".into();
    document.sections[1].entries[0].url = "http://".into();
    document.sections[1].entries[0].roles[1].dates =
        Dates { start: PartialDate::parse_iso("2022"), end: PartialDate::parse_iso("2021").map(End::On) };
    assert_eq!(validate(&document), Ok(()));
    let fields: Vec<_> = warnings(&document).into_iter().map(|warning| warning.field).collect();
    assert_eq!(
        fields,
        [
            "basics.email",
            "basics.url",
            "basics.profiles[0].url",
            "sections[1].entries[0].url",
            "sections[1].entries[0].roles[1].dates"
        ]
    );
}

#[test]
fn each_error_names_its_field() {
    type Case = (&'static str, fn(&mut Document));
    let cases: [Case; 19] = [
        ("schema_version", |d| d.schema_version = 2),
        ("language", |d| d.language = "xx".into()),
        ("next_id", |d| d.next_id = 3),
        ("next_id", |d| d.sections[1].id = d.sections[0].id),
        ("next_id", |d| d.sections[1].entries[0].id = 0),
        ("design.template", |d| d.design.template = "gone".into()),
        ("design.template", |d| d.design.template_version = 99),
        ("design.accent", |d| d.design.accent = "red".into()),
        ("design.accent", |d| d.design.accent = "#ffff00".into()),
        ("design.size", |d| d.design.size = 79),
        ("design.density", |d| d.design.density = 6),
        ("basics.photo", |d| d.basics.photo = Some(Photo { sha256: "../../etc".into() })),
        ("basics.name", |d| d.basics.name = "x".repeat(5_001)),
        ("basics.location.city", |d| d.basics.location.city = "\0".into()),
        ("sections[1].entries[0].dates", |d| {
            d.sections[1].entries[0].dates.start = Some(PartialDate { year: 0, month: None, day: None });
        }),
        ("sections[1].entries[0].roles[0].bullets", |d| {
            d.sections[1].entries[0].roles[0].bullets =
                (0..61).map(|n| Bullet { id: 1_000 + n, ..Bullet::default() }).collect();
        }),
        ("sections[1].entries[0].keywords", |d| d.sections[1].entries[0].keywords = vec![String::new(); 101]),
        ("sections[1].entries[0].extra", |d| {
            let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
            d.sections[1].entries[0].extra.insert("deep".into(), deep);
        }),
        ("extra", |d| drop(d.extra.insert("x".into(), json!({"a": ["\u{0}"]})))),
    ];
    for (field, break_it) in cases {
        let mut document = sample();
        document.next_id = 2_000;
        break_it(&mut document);
        assert_eq!(fields(&document), [field]);
    }
}

#[test]
fn there_is_an_end_to_everything() {
    let mut document = Document { next_id: 100_000, ..Document::default() };
    document.sections = (1..=41).map(|id| Section { id, ..Section::default() }).collect();
    assert_eq!(fields(&document), ["sections"]);
    document.sections.truncate(1);
    document.sections[0].entries = (100..201).map(|id| Entry { id, ..Entry::default() }).collect();
    assert_eq!(fields(&document), ["sections[0].entries"]);
    document.sections[0].entries.truncate(100);
    for entry in &mut document.sections[0].entries {
        entry.text = "x".repeat(1_001);
    }
    assert_eq!(fields(&document), [""]);
    document.sections.clear();
    document.basics.profiles = (1..=41).map(|id| Profile { id, ..Profile::default() }).collect();
    assert_eq!(fields(&document), ["basics.profiles"]);
    document.basics.profiles.clear();
    document.extra.insert("x".into(), json!("x".repeat(270_000)));
    assert_eq!(fields(&document), [""]);
}

#[test]
fn contrast_is_counted_as_wcag_does() {
    let close = |colour, expected: f64| {
        assert!((contrast_on_white(colour).expect("a colour") - expected).abs() < 0.01, "{colour}");
    };
    close("#000000", 21.0);
    close("#ffffff", 1.0);
    close("#767676", 4.54);
    close("#FF0000", 4.0);
    for none in ["", "#fff", "000000", "#12345g", "#1234567", "#é1234"] {
        assert_eq!(contrast_on_white(none), None, "{none}");
    }
}

/// Every text of a document: where, as a JSON pointer and as an error names it.
fn texts(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text == "x" => found.push((pointer.into(), path.into())),
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                // An error names the list of words, not the word.
                let path = if value.is_string() { path.to_owned() } else { format!("{path}[{index}]") };
                texts(value, &format!("{pointer}/{index}"), &path, found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                texts(value, &format!("{pointer}/{key}"), &join(path, key), found);
            }
        }
        _ => {}
    }
}

#[test]
fn each_text_may_be_as_long_as_its_limit_and_no_longer() {
    let bullet = |id: u32| json!({ "id": id, "text": "x", "note": "x", "tags": ["x"] });
    let role = json!({ "id": 5, "title": "x", "location": "x", "text": "x", "bullets": [bullet(6)] });
    let entry = json!({
        "id": 3, "name": "x", "organization": "x", "degree": "x", "area": "x", "level": "x", "location": "x",
        "url": "x", "text": "x", "keywords": ["x"], "bullets": [bullet(4)], "roles": [role],
    });
    let location = json!({ "address": "x", "postal_code": "x", "city": "x", "region": "x", "country": "x" });
    let whole = json!({
        "schema_version": SCHEMA_VERSION,
        "next_id": 100,
        "language": "en",
        "basics": {
            "name": "x", "headline": "x", "email": "x", "phone": "x", "url": "x", "location": location,
            "profiles": [{ "id": 1, "network": "x", "username": "x", "url": "x" }],
        },
        "sections": [{ "id": 2, "title": "x", "text": "x", "entries": [entry] }],
    });
    let mut found = Vec::new();
    texts(&whole, "", "", &mut found);
    assert_eq!(found.len(), 33);
    for (pointer, path) in found {
        let of_length = |chars: usize| {
            let mut value = whole.clone();
            *value.pointer_mut(&pointer).expect("a text") = "é".repeat(chars).into();
            serde_json::from_value::<Document>(value).expect("a document")
        };
        assert_eq!(fields(&of_length(text::MAX_FIELD_CHARS)), Vec::<String>::new(), "{path}");
        assert_eq!(fields(&of_length(text::MAX_FIELD_CHARS + 1)), [path]);
    }
}

#[test]
fn the_power_of_2_4_is_right() {
    for step in 5..=100 {
        let base = f64::from(step) / 100.0;
        assert!((to_the_2_4(base) - base.powf(2.4)).abs() < 1e-12, "{base}");
    }
}
