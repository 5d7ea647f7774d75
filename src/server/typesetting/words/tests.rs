use super::*;
use serde_json::json;

mod pages;

/// A text with its marks as one can read them.
fn marked(text: &str) -> String {
    readable(&sheet(json!({ "title": text }))["title"])
}

fn sheet(mut sheet: Value) -> Value {
    sheet["lang"] = "de".into();
    sheet["look"] = json!({ "size": 9.8, "margins": "normal", "page": "a4" });
    mark(&mut sheet);
    sheet
}

fn readable(text: &Value) -> String {
    let text = text.as_str().expect("a string stays a string");
    [(OPEN, "["), (CLOSE, "]"), (BEST, "|"), (GOOD, "¦"), (SYLLABLE, "'"), (ANYWHERE, "")]
        .iter()
        .fold(text.to_owned(), |text, (mark, shown)| text.replace(*mark, shown))
}

#[test]
fn most_words_need_no_care() {
    for text in [
        "Led a studio of six; moved it (four weeks early).",
        "Amélie O’Connor, Ph.D., C++ & C#, 1,234.56 € + 50%",
        "Ελληνικά, русский, Tiếng Việt, 山田太郎",
        "- a point\n— a dash — and ‘quotes’…",
    ] {
        assert_eq!(marked(text), text);
    }
}

#[test]
fn words_that_might_break_are_kept() {
    assert_eq!(marked("a well-known (part-time) post"), "a [well-known] [(part-time)] post");
    assert_eq!(marked("2019–2021, and/or why—not"), "[2019–2021,] [and/or] [why—]not");
    assert_eq!(marked("at https://a.example, www.b.example"), "at [https://a.example,] [www.b.example]");
}

#[test]
fn what_may_be_wider_than_a_column_may_break_where_it_can() {
    let without_syllables = |text| marked(text).replace('\'', "");
    assert_eq!(
        without_syllables("https://harbour.example/posts/2021/main_frame?page=1&line=2"),
        "[https://harbour.|example/|posts/|2021/|main_|frame?|page=|1&|line=|2]"
    );
    assert_eq!(
        without_syllables("ann.well-known@mail-server.example.org"),
        "[ann.¦well-¦known@|mail-¦server.¦example.¦org]"
    );
    assert_eq!(without_syllables("Hohenlohe-Waldenburg-Schillingsfürst"), "[Hohenlohe-¦Waldenburg-¦Schillingsfürst]");
    assert_eq!(marked("Donaudampfschifffahrtsgesellschaften,"), "[Do'nau'dampf'schiff'fahrts'ge'sell'schaf'ten,]");
}

#[test]
fn what_has_no_place_to_break_gets_some() {
    let marked = sheet(json!({ "title": "W".repeat(100) }))["title"].as_str().map(str::to_owned).unwrap_or_default();
    let pieces: Vec<_> =
        marked.trim_matches([OPEN, CLOSE]).split(ANYWHERE).map(|piece| piece.chars().count()).collect();
    assert!(pieces.len() > 20 && pieces.iter().all(|piece| (2..=LONGEST).contains(piece)), "{pieces:?}");
    let marks = sheet(json!({ "title": "e\u{301}".repeat(60) }));
    assert!(
        !marks["title"].as_str().unwrap_or_default().contains("\u{e005}\u{301}"),
        "an accent stays with its letter"
    );
}

#[test]
fn a_word_of_several_runs_is_one() {
    let sheet = sheet(json!({ "runs": [
        { "t": "a self-made, " },
        { "t": "well", "b": true },
        { "t": "-known man of " },
        { "t": "Donaudampfschifffahrts", "i": true },
        { "t": "gesellschaften" },
    ] }));
    let runs = sheet["runs"].as_array().expect("a list");
    assert_eq!(readable(&runs[0]["t"]), "a [self-made,] ");
    assert_eq!(runs[1], json!({ "w": [{ "t": "well", "b": true }, { "t": "-known" }] }));
    assert_eq!(runs[2], json!({ "t": " man of " }));
    let [first, second] = [0, 1].map(|n| readable(&runs[3]["w"][n]["t"]));
    assert_eq!((first.as_str(), second.as_str()), ("Do'nau'dampf'schiff'fahrts'", "ge'sell'schaf'ten"));
    assert_eq!(runs.len(), 4);
}

#[test]
fn links_and_names_of_items_are_left_alone() {
    let before = json!({ "href": "https://a-b.example", "label": "i-1", "kind": "a-b", "layout": "a-b" });
    let mut after = sheet(before.clone());
    for key in ["lang", "look"] {
        after.as_object_mut().expect("an object").remove(key);
    }
    assert_eq!(after, before);
}

#[test]
fn no_letter_is_wider_than_it_is_said_to_be() {
    let size = 1.0 / 0.89;
    for (c, least) in [('i', 0.2), ('m', 0.8), ('W', 0.8), ('é', 0.4)] {
        let widest = faces::widest(c);
        assert!(widest > least && widest < size, "{c}: {widest}");
    }
    assert!((faces::widest('山') - 1.0).abs() < f64::EPSILON);
}
