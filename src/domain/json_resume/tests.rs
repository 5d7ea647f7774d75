use super::*;
use crate::domain::{
    date::{Dates, End, PartialDate},
    document::{Basics, Profile, Section, SectionKind, arbitrary::any_document},
    sample::sample,
    sheet::Sheet,
    version::{Format, detect, import},
};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/", $name))
    };
}

/// The official samples.
const SAMPLES: [&str; 3] =
    [fixture!("complete-resume.json"), fixture!("new-grad.resume.json"), fixture!("sample.resume.json")];

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(fixture!("schema.json")).expect("JSON");
    jsonschema::draft7::options().should_validate_formats(true).build(&schema).expect("a schema")
});

fn assert_valid(value: &Value) {
    let errors: Vec<_> = SCHEMA.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}\n{value:#}");
}

/// The page without the ids of its parts, which an import gives anew.
fn page(document: &Document) -> String {
    let mut sheet = Sheet::of(document);
    for contact in sheet.contacts.iter_mut().filter(|contact| contact.label.starts_with('i')) {
        contact.label.clear();
    }
    for section in &mut sheet.sections {
        section.label.clear();
        for entry in &mut section.entries {
            entry.label.clear();
            entry.bullets.iter_mut().for_each(|bullet| bullet.label.clear());
            for role in &mut entry.roles {
                role.label.clear();
                role.bullets.iter_mut().for_each(|bullet| bullet.label.clear());
            }
        }
    }
    format!("{sheet:#?}")
}

fn read_json(value: Value) -> (Document, Vec<String>) {
    let (document, changes) = read(&value);
    (document, changes.into_iter().map(|change| change.field).collect())
}

fn section(document: &Document, kind: SectionKind) -> &Section {
    document.sections.iter().find(|section| section.kind == kind).expect("the section")
}

fn on(iso: &str) -> Option<PartialDate> {
    PartialDate::parse_iso(iso)
}

/// Every text, number and flag of a value, with its key.
fn leaves(value: &Value, key: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, key, out)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, key, out)),
        Value::String(text) if text.is_empty() => {}
        other => out.push(format!("{key}={other}")),
    }
}

#[test]
fn the_official_samples_come_through_without_loss() {
    for json in SAMPLES {
        let imported = import(json.as_bytes()).expect("a JSON Resume");
        // The picture and the type of a project are kept, but do not stand on the page.
        let is_told = |change: &Change| matches!(change.field.as_str(), "basics.image" | "projects[0].type");
        let said: Vec<_> = imported.changes.iter().filter(|change| !is_told(change)).collect();
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(crate::domain::validate::validate(&imported.document), Ok(()));
        let written = write(&imported.document);
        assert_valid(&written);
        let mut before: Value = serde_json::from_str(json).expect("JSON");
        before.as_object_mut().expect("an object").remove("$schema");
        let (mut old, mut new) = (Vec::new(), Vec::new());
        leaves(&before, "", &mut old);
        leaves(&written, "", &mut new);
        for leaf in old {
            assert!(new.contains(&leaf), "{leaf}");
        }
        for (key, list) in before.as_object().expect("an object").iter().filter(|(_, value)| value.is_array()) {
            assert_eq!(&written[key], list, "{key}");
        }
        let (again, changes) = read(&written);
        assert_eq!(page(&again), page(&imported.document));
        assert!(changes.iter().all(is_told), "{changes:?}");
    }
}

#[test]
fn what_is_empty_is_absent() {
    let everything: Value = serde_json::from_str(SAMPLES[0]).expect("JSON");
    for nothing in [json!(null), json!("")] {
        let emptied = replace_leaves(&everything, &nothing);
        let (document, changes) = read(&emptied);
        assert!(document.is_blank(), "{document:#?}");
        assert!(changes.is_empty(), "{changes:?}");
        assert_valid(&write(&document));
    }
}

fn replace_leaves(value: &Value, by: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), replace_leaves(value, by))).collect(),
        Value::Array(items) => items.iter().map(|item| replace_leaves(item, by)).collect(),
        _ => by.clone(),
    }
}

#[test]
fn values_of_every_wrong_type_are_survived_and_written_back() {
    let everything: Value = serde_json::from_str(SAMPLES[0]).expect("JSON");
    for wrong in [
        json!(7),
        json!(true),
        json!({"a": 1}),
        json!(["x", {"y": null}]),
        json!([[[]]]),
        json!(-1.5),
        json!("#read(\"/etc/passwd\")"),
    ] {
        for depth in 0..4 {
            let value = replace_at_depth(&everything, depth, &wrong);
            let (document, _) = read(&value);
            let written = write(&document);
            assert_valid(&written);
            assert_eq!(page(&read(&written).0), page(&document));
        }
    }
}

fn replace_at_depth(value: &Value, depth: usize, by: &Value) -> Value {
    match value {
        Value::Object(map) if depth > 0 => {
            map.iter().map(|(key, value)| (key.clone(), replace_at_depth(value, depth - 1, by))).collect()
        }
        Value::Array(items) if depth > 0 => items.iter().map(|item| replace_at_depth(item, depth - 1, by)).collect(),
        _ => by.clone(),
    }
}

#[test]
fn typst_source_stays_text() {
    let everything: Value = serde_json::from_str(SAMPLES[0]).expect("JSON");
    let source = "#read(\"/etc/passwd\")";
    let (document, _) = read(&replace_leaves(&everything, &json!(source)));
    assert_eq!(document.basics.name, source);
    let text = Sheet::of(&document).plain_text();
    assert!(text.lines().filter(|line| line.contains(source)).count() > 20, "{text}");
}

#[test]
fn older_names_are_understood() {
    let (document, changes) = read_json(json!({
        "basics": {"name": "A", "website": "https://example.org", "picture": "https://example.org/a.jpg"},
        "work": [{"company": "Mill", "website": "https://mill.example", "position": "Miller"}],
        "education": [{"institution": "School", "gpa": 3.5}],
        "publications": [{"name": "P", "website": "https://example.org/p"}],
        "hobbies": ["Chess", {"name": "Go"}],
    }));
    assert_eq!(document.basics.url, "https://example.org");
    assert_eq!(document.basics.extra["picture"], "https://example.org/a.jpg");
    let employer = &section(&document, SectionKind::Experience).entries[0];
    assert_eq!((employer.name.as_str(), employer.url.as_str()), ("Mill", "https://mill.example"));
    assert_eq!(section(&document, SectionKind::Education).entries[0].level, "3.5");
    let interests: Vec<_> =
        section(&document, SectionKind::Interests).entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(interests, ["Chess", "Go"]);
    assert_eq!(changes, ["basics.picture", "education[0].gpa", "hobbies[0]"]);
}

#[test]
fn dates_keep_their_precision() {
    for (start, end, dates) in [
        (json!("2020"), json!("2021-03"), Dates { start: on("2020"), end: on("2021-03").map(End::On) }),
        (json!("2020-02-01"), json!("Present"), Dates { start: on("2020-02-01"), end: Some(End::Present) }),
        (json!("2020-02"), json!(""), Dates { start: on("2020-02"), end: Some(End::Present) }),
        (json!("2020-02"), json!(null), Dates { start: on("2020-02"), end: Some(End::Present) }),
        (json!(2019), json!("2020-02-01T00:00:00Z"), Dates { start: on("2019"), end: on("2020-02-01").map(End::On) }),
        (json!("Jun 2019"), json!("current"), Dates { start: on("2019-06"), end: Some(End::Present) }),
        (json!(null), json!("2020"), Dates { start: None, end: on("2020").map(End::On) }),
        (json!("2018-"), json!(null), Dates { start: on("2018"), end: Some(End::Present) }),
    ] {
        let (document, changes) =
            read_json(json!({"work": [{"name": "Mill", "position": "Miller", "startDate": start, "endDate": end}]}));
        assert_eq!(section(&document, SectionKind::Experience).entries[0].roles[0].dates, dates, "{start} {end}");
        assert!(changes.is_empty());
    }
}

#[test]
fn what_is_no_date_is_kept_and_named() {
    let (document, changes) = read_json(
        json!({"work": [{"name": "Mill", "startDate": "2020", "endDate": "when it closed"}], "awards": [{"title": "Prize", "date": "2020-19"}]}),
    );
    let role = &section(&document, SectionKind::Experience).entries[0].roles[0];
    assert_eq!(role.dates, Dates { start: on("2020"), end: None });
    assert_eq!(role.extra["endDate"], "when it closed");
    assert_eq!(section(&document, SectionKind::Awards).entries[0].extra["date"], "2020-19");
    assert_eq!(changes, ["work[0].endDate", "awards[0].date"]);
    let written = write(&document);
    assert_valid(&written);
    assert_eq!(
        section(&read(&written).0, SectionKind::Experience).entries[0].roles[0].extra["endDate"],
        "when it closed"
    );
}

#[test]
fn roles_with_one_employer_come_together() {
    let item = |name: &str, position: &str, location: &str| json!({"name": name, "position": position, "location": location, "startDate": "2020"});
    let (document, _) = read_json(json!({"work": [
        item("Mill", "Head", "Leeds"), item("MILL ", "Miller", ""), item("Mill", "Boy", "York"), item("Shop", "Clerk", ""), item("Mill", "Boy", ""),
        {"name": "Mill", "summary": "no position"}, {"position": "Own"}, {"position": "Boss"},
    ]}));
    let shape: Vec<_> = section(&document, SectionKind::Experience)
        .entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.roles.len()))
        .collect();
    assert_eq!(shape, [("Mill", 2), ("Mill", 1), ("Shop", 1), ("Mill", 1), ("Mill", 1), ("", 1), ("", 1)]);
    let written = write(&document);
    assert_eq!(written["work"].as_array().map(Vec::len), Some(8));
    assert_eq!(written["work"][1]["location"], "Leeds");
    assert_eq!(page(&read(&written).0), page(&document));
}

#[test]
fn unknown_keys_are_written_back_where_they_were() {
    let value = json!({
        "basics": {"name": "A", "pronouns": "she", "location": {"city": "Bonn", "planet": "Earth"}, "profiles": [{"network": "X", "since": 2009}]},
        "work": [{"name": "Mill", "position": "Head", "team": {"size": 3}}, {"name": "Mill", "position": "Miller", "team": {"size": 1}}],
        "skills": [{"name": "Milling", "years": 4}],
        "meta": {"version": "v1.0.0", "theme": "even"},
        "custom": [1, 2, 3],
    });
    let (document, changes) = read_json(value.clone());
    assert_eq!(
        changes,
        [
            "basics.location.planet",
            "basics.pronouns",
            "basics.profiles[0].since",
            "work[0].team",
            "skills[0].years",
            "custom"
        ]
    );
    let mut written = write(&document);
    assert_valid(&written);
    for ours in ["$schema", OURS] {
        written.as_object_mut().expect("an object").remove(ours);
    }
    assert_eq!(written, value);
}

#[test]
fn addresses_are_written_as_the_schema_wants_them() {
    let mut basics = Basics { email: "jane@".into(), url: "https://münchen.example/ü".into(), ..Basics::default() };
    basics.profiles = vec![
        Profile { id: 1, url: "github.com/jane".into(), ..Profile::default() },
        Profile { id: 2, url: "javascript:alert(1)".into(), ..Profile::default() },
    ];
    let document = Document { basics, ..Document::default() };
    let written = write(&document);
    assert_valid(&written);
    assert_eq!(written["basics"]["url"], "https://xn--mnchen-3ya.example/%C3%BC");
    assert_eq!(written["basics"].get("email"), None);
    assert_eq!(written["basics"]["profiles"][0], json!({"url": "https://github.com/jane"}));
    assert_eq!(written["basics"]["profiles"][1].get("url"), None);
    assert_eq!(page(&read(&written).0), page(&document));
}

#[test]
fn a_change_made_elsewhere_wins_over_what_was_put_beside_it() {
    let mut document = sample();
    document.sections[1].entries[0].roles[0].location = "Leith".into();
    document.basics.email = "half@".into();
    let mut written = write(&document);
    assert!(written["work"][0].get(OURS).is_some());
    assert!(written["basics"].get(OURS).is_some());
    written["work"][1]["position"] = "Changed".into();
    written["basics"]["name"] = "Changed".into();
    written["work"].as_array_mut().expect("a list").push(json!({"name": "New"}));
    written["interests"].as_array_mut().expect("a list").clear();
    let (again, _) = read(&written);
    assert_eq!(again.basics.name, "Changed");
    let experience = section(&again, SectionKind::Experience);
    assert!(experience.entries.iter().any(|entry| entry.roles.iter().any(|role| role.title == "Changed")));
    assert_eq!(experience.entries.last().map(|entry| entry.name.as_str()), Some("New"));
    assert!(section(&again, SectionKind::Interests).entries.is_empty());
}

#[test]
fn the_look_comes_back_unless_it_is_not_one_of_ours() {
    let mut document = sample();
    document.design.accent = "#000000".into();
    document.design.aside = vec![document.sections[2].id];
    let mut written = write(&document);
    let (again, changes) = read(&written);
    assert_eq!(again.design.accent, "#000000");
    assert_eq!(again.design.aside, [again.sections[2].id]);
    assert!(changes.is_empty());
    written[OURS]["design"]["accent"] = "url(javascript:x)".into();
    let (again, changes) = read(&written);
    assert_eq!(again.design.accent, sample().design.accent);
    assert_eq!(changes[0].field, "vitae.design");
}

#[test]
fn hidden_things_and_notes_are_not_given_away() {
    let document = import(fixture!("document-v1.json").as_bytes()).expect("ours").document;
    let text = write(&document).to_string();
    for secret in [
        "Final report",
        "Won £380,000",
        "Bright & Daughters",
        "After the flood",
        "leadership",
        "sha256",
        "0123456789abcdef",
    ] {
        assert!(fixture!("document-v1.json").contains(secret), "{secret}");
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("Paper Worlds"));
}

#[test]
fn our_export_is_a_json_resume() {
    let written = write(&sample());
    assert_valid(&written);
    assert_eq!(detect(&written), Format::JsonResume);
    assert_eq!(written["work"][1]["name"], "Calton Hill Library");
    assert_eq!(written["work"][0].get("endDate"), None);
    assert_eq!(page(&read(&written).0), page(&sample()));
    assert!(
        written["work"].as_array().expect("a list").iter().all(|item| item.get(OURS).is_none()),
        "plain fields say it all"
    );
}

#[test]
fn values_nested_without_end_are_left_out() {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let (document, changes) = read_json(json!({"x": deep, "work": [{"name": "Mill", "y": deep}]}));
    assert_eq!(changes, ["work[0].y", "x"]);
    assert_eq!(crate::domain::validate::validate(&document), Ok(()));
}

#[test]
fn unknown_keys_are_named_once_for_each_list() {
    let work: Vec<_> = (0..100)
        .map(|n| json!({"name": format!("Mill {n}"), "positions": ["Miller"], "empty": " ", "id": n}))
        .collect();
    let (document, changes) = read_json(json!({
        "basics": {"Name": "A", "x-mood": 1, "image": {"url": "a.jpg"}},
        "work": work,
        "references": [{"name": "B"}, {"name": "C", "phone": "123"}],
        "meta": {"theme": "even"},
        "_source": "x",
        "coverLetter": "Dear",
    }));
    assert_eq!(changes, ["basics.image", "basics.Name", "work[0].positions", "references[1].phone", "coverLetter"]);
    assert_eq!(section(&document, SectionKind::Experience).entries[99].extra["positions"], json!(["Miller"]));
}

#[test]
fn lists_of_every_name_are_read() {
    let (document, changes) =
        read_json(json!({"certifications": [{"title": "C1"}], "certificates": [{"name": "C2"}, {"name": "C3"}]}));
    let names: Vec<_> =
        section(&document, SectionKind::Certificates).entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["C2", "C3", "C1"]);
    assert!(changes.is_empty(), "{changes:?}");
}

#[test]
fn an_export_without_any_list_is_known_again() {
    let section = Section { id: 1, title: "Talks".into(), text: "RustFest".into(), ..Section::default() };
    let document = Document { next_id: 2, sections: vec![section], ..Document::default() };
    let written = write(&document);
    assert_eq!(written.as_object().map(Map::len), Some(2), "{written}");
    assert_eq!(detect(&written), Format::JsonResume);
    assert_eq!(page(&read(&written).0), page(&document));
    assert_eq!(detect(&json!({"vitae": "a life"})), Format::Unknown);
}

#[test]
fn what_cannot_be_read_of_our_part_is_kept_and_the_rest_is_read() {
    let (document, changes) =
        read_json(json!({"basics": {"name": "T"}, "vitae": {"version": 1, "language": "de", "design": 7, "sections": [
        {"kind": "bogus"}, {"kind": "custom", "title": "Talks", "entries": [{"name": 7}, {"name": "RustFest"}]}]}}));
    assert_eq!(changes, ["vitae.sections[0]", "vitae.sections[1].entries[0]", "vitae.design"]);
    assert_eq!(document.language, "de");
    let talks = section(&document, SectionKind::Custom);
    assert_eq!((talks.title.as_str(), talks.entries.len()), ("Talks", 1));
    assert_eq!(talks.entries[0].name, "RustFest");
    let (other, changes) = read_json(json!({"basics": {"name": "T"}, "vitae": {"version": 2, "sections": []}}));
    assert_eq!(changes, ["vitae"]);
    for (document, kept) in
        [(document, json!([{"kind": "bogus"}, {"name": 7}])), (other, json!({"version": 2, "sections": []}))]
    {
        assert_eq!(document.extra[OURS], kept);
        let written = write(&document);
        assert_valid(&written);
        let (again, changes) = read(&written);
        assert!(changes.is_empty(), "{changes:?}");
        assert_eq!(again.extra[OURS], kept);
    }
}

#[test]
fn points_lose_the_marks_that_they_were_typed_with() {
    let texts = |highlights: Value| -> Vec<String> {
        let (document, _) = read_json(json!({"work": [{"name": "Mill", "highlights": highlights}]}));
        let role = &section(&document, SectionKind::Experience).entries[0].roles[0];
        role.bullets.iter().map(|bullet| bullet.text.clone()).collect()
    };
    assert_eq!(
        texts(json!(["• did x", "- did y", "* did z", "●q", "– w", "-40 % cost", "*three* of **four**", "•"])),
        ["did x", "did y", "did z", "q", "w", "-40 % cost", "*three* of **four**"]
    );
    assert_eq!(texts(json!("• one\r\n▪ two\u{b}- three")), ["one", "two", "three"]);
    let (document, _) = read_json(json!({"skills": [{"name": "S", "keywords": ["- x", "•y"]}]}));
    assert_eq!(section(&document, SectionKind::Skills).entries[0].keywords, ["- x", "•y"]);
}

#[test]
fn html_is_taken_over_as_what_it_looks_like() {
    let (document, changes) = read_json(json!({
        "basics": {"name": "A&amp;B", "summary": "<p>Hello <b>World</b></p>", "label": "<p></p>"},
        "work": [{"name": "Mill", "position": "<p><i>Dev</i></p>", "summary": "a &lt; b",
            "highlights": ["<li>Did <strong>x</strong></li>", "List<String>", "<ul><li>one</li><li>two</li></ul>"]}],
        "skills": [{"name": "a < b", "keywords": ["A&amp;B", "<3"]}],
    }));
    assert_eq!(
        changes,
        [
            "basics.name",
            "basics.summary",
            "work[0].position",
            "work[0].summary",
            "work[0].highlights",
            "skills[0].keywords"
        ]
    );
    assert_eq!((document.basics.name.as_str(), document.basics.headline.as_str()), ("A&B", ""));
    assert_eq!(section(&document, SectionKind::Summary).text, "Hello **World**");
    let role = &section(&document, SectionKind::Experience).entries[0].roles[0];
    assert_eq!((role.title.as_str(), role.text.as_str()), ("Dev", "a < b"));
    let bullets: Vec<_> = role.bullets.iter().map(|bullet| bullet.text.as_str()).collect();
    assert_eq!(bullets, ["Did **x**", "List<String>", "one", "two"]);
    assert_eq!(section(&document, SectionKind::Skills).entries[0].keywords, ["A&B", "<3"]);
}

#[test]
fn text_of_ours_that_looks_like_html_comes_back_as_it_is() {
    let mut document = sample();
    document.basics.headline = "R&amp;D".into();
    document.sections[0].text = "<b>x</b> &amp; y".into();
    document.sections[1].entries[0].roles[0].bullets[0].text = "- <i>y</i>".into();
    assert_eq!(document.sections[0].kind, SectionKind::Summary);
    let mut written = write(&document);
    assert_eq!(written["basics"]["summary"], "<b>x</b> &amp; y");
    assert_eq!(page(&read(&written).0), page(&document));
    written["basics"]["summary"] = "Changed".into();
    assert_eq!(section(&read(&written).0, SectionKind::Summary).text, "Changed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_document_comes_back_as_it_looks(document in any_document()) {
        let written = write(&document);
        assert_valid(&written);
        let text = serde_json::to_string(&written).expect("JSON");
        let (again, _) = read(&serde_json::from_str(&text).expect("JSON"));
        prop_assert_eq!(page(&again), page(&document), "{:#}", written);
    }
}
