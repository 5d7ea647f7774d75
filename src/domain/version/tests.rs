use super::*;
use crate::domain::validate;
use serde_json::json;

const V1: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/document-v1.json"));

#[test]
fn a_document_of_version_1_is_read_forever() {
    let document = read(serde_json::from_str(V1).expect("JSON")).expect("version 1");
    assert_eq!(document.schema_version, SCHEMA_VERSION);
    assert_eq!(validate::validate(&document), Ok(()));
    let before: Value = serde_json::from_str(V1).expect("JSON");
    let mut after = serde_json::to_value(&document).expect("plain data");
    // What was empty is not written again.
    after["sections"][10]["entries"][0]["degree"] = "".into();
    assert_eq!(after, before);
}

#[test]
fn every_schema_version_but_the_first_has_its_upgrade() {
    assert_eq!(u32::try_from(UPGRADES.len()), Ok(SCHEMA_VERSION - 1));
}

#[test]
fn what_is_not_ours_is_refused() {
    for value in [
        json!(null),
        json!([]),
        json!("x"),
        json!({}),
        json!({"schema_version": "1"}),
        json!({"schema_version": 0}),
        json!({"schema_version": -1}),
    ] {
        assert_eq!(read(value.clone()), Err(ReadError::NotOurs), "{value}");
    }
    let newer = read(json!({"schema_version": 2})).expect_err("newer");
    assert!(newer.to_string().contains("newer release"), "{newer}");
    assert!(matches!(read(json!({"schema_version": 1, "sections": 3})), Err(ReadError::Damaged(_))));
}

#[test]
fn ids_are_repaired_when_read() {
    let document =
        read(json!({"schema_version": 1, "sections": [{"id": 3}, {"id": 3}, {"kind": "skills"}]})).expect("a document");
    let ids: Vec<_> = document.sections.iter().map(|section| section.id).collect();
    assert_eq!(ids, [3, 4, 5]);
    assert_eq!(document.next_id, 6);
}

#[test]
fn a_file_that_cannot_be_imported_says_why() {
    let deep = "[".repeat(100_000);
    let deep_object = "{\"a\":".repeat(100_000);
    let large = vec![b' '; MAX_IMPORT_BYTES + 1];
    let many = format!("{{\"basics\": {{}}, \"x\": [{}0]}}", "{\"a\": 0},".repeat(parse::MAX_VALUES / 2));
    for (bytes, error) in [
        (b"".as_slice(), ImportError::Empty),
        (b"\xef\xbb\xbf \n", ImportError::Empty),
        (b"\xff\xfe{\0}\0", ImportError::NoCv),
        (b"\xff\xfe{\0}", ImportError::NotText),
        (b"\xff\xfe\0\xd8", ImportError::NotText),
        (b"{\"basics\": {\"name\": \"Zo\xeb\"}}", ImportError::NotText),
        (b"%PDF-1.7", ImportError::NotJson { line: 1, column: 1 }),
        (b"{\n \"basics\": }", ImportError::NotJson { line: 2, column: 12 }),
        (deep.as_bytes(), ImportError::TooDeep),
        (deep_object.as_bytes(), ImportError::TooDeep),
        (&large, ImportError::TooLarge),
        (many.as_bytes(), ImportError::TooMuch),
        (b"[]", ImportError::NoCv),
        (b"{}", ImportError::NoCv),
        (b"{\"name\": \"vitae\", \"version\": \"0.1.0\"}", ImportError::NoCv),
        (b"{\"schema_version\": 99}", ImportError::Unreadable(ReadError::Newer { found: 99 })),
    ] {
        assert_eq!(import(bytes), Err(error), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    }
}

#[test]
fn both_formats_are_imported() {
    let ours = import(V1.as_bytes()).expect("ours");
    assert_eq!((ours.document.basics.name.as_str(), ours.changes.len()), ("Marguerite Okafor", 0));
    let theirs = import("\u{feff}{\"basics\": {\"name\": \"Zo\\u0000ë\"}}".as_bytes()).expect("a JSON Resume");
    assert_eq!(theirs.document.basics.name, "Zoë");
}

#[test]
fn text_in_utf_16_is_read_as_well() {
    let text = "\u{feff}{\"basics\": {\"name\": \"Zoë 🎓\"}}";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(import(&bytes).expect("a JSON Resume").document.basics.name, "Zoë 🎓");
    }
}

#[test]
fn halves_of_characters_are_replaced_and_told() {
    for (written, name, halves) in [
        (r"a\ud800b", "a\u{fffd}b", true),
        (r"a\udc00", "a\u{fffd}", true),
        (r"\ud800\ud83c\udf93", "\u{fffd}🎓", true),
        (r"\uD83C\uDF93", "🎓", false),
        (r"\\ud800", r"\ud800", false),
        (r"\\\ud800ë", "\\\u{fffd}ë", true),
    ] {
        let imported = import(format!("{{\"basics\": {{\"name\": \"{written}\"}}}}").as_bytes()).expect(written);
        assert_eq!(imported.document.basics.name, name, "{written}");
        assert_eq!(imported.changes.iter().any(|change| change.what.contains("cut in half")), halves, "{written}");
    }
    let broken = import(br#"{"basics": {"name": "\ud80"}}"#);
    assert!(matches!(broken, Err(ImportError::NotJson { line: 1, .. })), "{broken:?}");
}

#[test]
fn a_key_that_stands_twice_is_told() {
    let file =
        br#"{"work": [{"name": "A"}], "basics": {"name": "B", "name": "C"}, "work": [{"name": "D", "name": "E"}]}"#;
    let imported = import(file).expect("a JSON Resume");
    assert_eq!(imported.document.basics.name, "C", "the last one counts");
    let twice = imported.changes.iter().filter(|change| change.what.contains("stands twice"));
    let told: Vec<&str> = twice.map(|change| change.field.as_str()).collect();
    assert_eq!(told, ["basics.name", "work[0].name", "work"]);
}

#[test]
fn a_hundred_levels_are_not_too_deep() {
    let nested = |levels: usize| ["[".repeat(levels), "]".repeat(levels)].concat();
    assert!(parse_json(nested(100).as_bytes()).is_ok());
    assert_eq!(parse_json(nested(101).as_bytes()), Err(ImportError::TooDeep));
}
