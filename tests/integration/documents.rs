//! `vitae render`: from a file to what people and machines read.

use crate::support::{fixture, text_of_pdf};
use std::{
    path::Path,
    process::{Command, Output},
};
use vitae::domain::{sheet::Sheet, version};

const FIXTURES: [&str; 3] = ["complete-resume.json", "new-grad.resume.json", "sample.resume.json"];

fn render(input: &Path, output: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vitae"))
        .arg("render")
        .arg(input)
        .arg("-o")
        .arg(output)
        .args(more)
        .output()
        .expect("vitae runs")
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether all of `needles` stand in `text`, in this order, with anything between them.
fn first_missing<'a>(text: &[String], needles: &'a [String]) -> Option<&'a String> {
    let mut rest = text.iter();
    needles.iter().find(|needle| !rest.any(|word| word == *needle))
}

#[test]
fn every_visible_word_is_in_the_pdf_in_the_order_of_the_page() {
    for name in FIXTURES {
        let folder = tempfile::tempdir().expect("a folder");
        let (input, output) = (folder.path().join("cv.json"), folder.path().join("cv.pdf"));
        std::fs::write(&input, fixture(name)).expect("written");
        let done = render(&input, &output, &["--template", "plain"]);
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let pdf = words(&text_of_pdf(&std::fs::read(&output).expect("the PDF")));
        let document = version::import(&fixture(name)).expect("a CV").document;
        let sheet = words(&Sheet::of(&document).plain_text());
        assert!(sheet.len() > 100, "{name} has words");
        if let Some(word) = first_missing(&pdf, &sheet) {
            panic!("{name}: '{word}' is missing or out of order");
        }
    }
}

#[test]
fn the_ending_says_what_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("cv.json");
    std::fs::write(&input, fixture("new-grad.resume.json")).expect("written");
    for (ending, begins) in [("pdf", &b"%PDF"[..]), ("svg", b"<svg"), ("png", b"\x89PNG"), ("txt", b"")] {
        let output = folder.path().join(format!("cv.{ending}"));
        let done = render(&input, &output, &[]);
        assert!(done.status.success(), "{ending}: {}", String::from_utf8_lossy(&done.stderr));
        let first = if output.exists() { output } else { folder.path().join(format!("cv-1.{ending}")) };
        assert!(std::fs::read(first).expect("written").starts_with(begins), "{ending}");
    }
    let unknown = render(&input, &folder.path().join("cv.docx"), &[]);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains(".pdf"), "it says what can be written");
}

/// When a PDF says it was made, in UTC.
fn date_of(pdf: &Path) -> String {
    let output =
        Command::new("pdfinfo").env("TZ", "UTC").arg("-isodates").arg(pdf).output().expect("pdfinfo is installed");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let line = text.lines().find_map(|line| line.strip_prefix("CreationDate:")).expect("a date");
    line.trim().to_owned()
}

#[test]
fn a_pdf_is_dated_as_is_asked_or_as_the_cv_or_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("cv.json"), folder.path().join("cv.pdf"));
    let mut cv = serde_json::json!({ "basics": { "name": "Ann Example" } });
    let write = |cv: &serde_json::Value| std::fs::write(&input, cv.to_string()).expect("written");
    let dated = |more: &[&str]| {
        let done = render(&input, &output, more);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        date_of(&output)
    };
    write(&cv);
    let seconds = || std::fs::metadata(&output).and_then(|file| file.modified()).expect("it is written");
    let now = dated(&[]);
    let written = time::OffsetDateTime::from(seconds());
    let said = time::OffsetDateTime::parse(&now, &time::format_description::well_known::Rfc3339).expect("a date");
    assert!((written - said).whole_seconds().abs() < 60, "{now} is not now");
    for (change, date) in [
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2024-02-29T12:30:15", "2024-02-29T12:30:15Z"),
        ("2024-02-29T12:30:15.123+02:00", "2024-02-29T10:30:15Z"),
    ] {
        cv["meta"] = serde_json::json!({ "lastModified": change });
        write(&cv);
        assert_eq!(dated(&[]), date);
    }
    assert_eq!(dated(&["--date", "2026-11-22"]), "2026-11-22T00:00:00Z");
    let first = std::fs::read(&output).expect("the PDF");
    assert_eq!(dated(&["--date", "2026-11-22T00:00:00Z"]), "2026-11-22T00:00:00Z");
    assert!(first == std::fs::read(&output).expect("the PDF"), "the same input gives the same bytes");
    let wrong = render(&input, &output, &["--date", "yesterday"]);
    assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("2026-11-22"));
}

#[test]
fn an_unknown_template_and_a_file_that_is_no_cv_are_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("cv.json"), folder.path().join("cv.pdf"));
    std::fs::write(&input, fixture("new-grad.resume.json")).expect("written");
    let done = render(&input, &output, &["--template", "fancy"]);
    assert!(String::from_utf8_lossy(&done.stderr).contains("There is no template 'fancy'"));
    std::fs::write(&input, b"{\"weather\": \"fine\"}").expect("written");
    let done = render(&input, &output, &[]);
    assert!(!done.status.success() && !done.stderr.is_empty() && !output.exists());
}

#[test]
fn text_that_looks_like_typst_stays_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("cv.json"), folder.path().join("cv.pdf"));
    let hostile = r#"#read("/etc/passwd") $x$ #import "@preview/x:1.0.0": *"#;
    let cv = serde_json::json!({ "basics": { "name": hostile, "label": hostile, "summary": hostile },
        "work": [{ "name": hostile, "position": hostile, "highlights": [hostile] }] });
    std::fs::write(&input, cv.to_string()).expect("written");
    let done = render(&input, &output, &[]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = text_of_pdf(&std::fs::read(&output).expect("the PDF"));
    assert!(text.matches("/etc/passwd").count() >= 4 && !text.contains("root:"), "{text}");
}
