//! Text that needs more room than there is: no word is lost, none lies on another, and no page is left empty.

use super::{margin, pdf, pdftotext, plain, stored};
use serde_json::{Value, json};
use vitae::domain::{json_resume, sheet::Sheet};

/// So many words, each like no other.
fn words(mark: &str, count: usize) -> String {
    (0..count).map(|n| format!("{mark}{n:04}")).collect::<Vec<_>>().join(" ")
}

/// The same on lines of their own.
fn lines(mark: &str, count: usize) -> String {
    words(mark, count).replace(' ', "\n")
}

fn sheet_of(resume: &Value) -> Sheet {
    Sheet::of(&json_resume::read(resume).0)
}

/// A word on a page.
#[derive(Debug)]
struct Word {
    page: usize,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

impl Word {
    fn of(page: usize, line: &str) -> Option<Self> {
        let rest = line.trim().strip_prefix("<word ")?;
        let value = |name: &str| -> Option<f64> {
            let (_, rest) = rest.split_once(&format!("{name}=\""))?;
            rest.split('"').next()?.parse().ok()
        };
        let text = rest.split('>').nth(1)?.split('<').next()?.to_owned();
        let [left, top, right, bottom] = ["xMin", "yMin", "xMax", "yMax"].map(value);
        Some(Self { page, left: left?, top: top?, right: right?, bottom: bottom?, text })
    }

    /// Whether it lies on the other, and not only touches it.
    fn lies_on(&self, other: &Self) -> bool {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        self.page == other.page && across > 1.0 && down > 0.5 * (self.bottom - self.top).min(other.bottom - other.top)
    }
}

/// All words of a PDF, page by page.
fn found(bytes: &[u8]) -> Vec<Word> {
    let (_folder, path) = stored(bytes);
    let boxes = pdftotext(&path, &["-bbox"]);
    let pages = boxes.split("<page ").skip(1).enumerate();
    pages
        .flat_map(|(page, text)| text.lines().filter_map(move |line| Word::of(page, line)).collect::<Vec<_>>())
        .collect()
}

#[tokio::test]
async fn no_word_is_lost_however_much_there_is_of_it() {
    let resume = json!({
        "basics": { "name": "Ann Example", "email": "ann@example.org", "summary": words("summary", 300) },
        "work": [{ "name": "Acme", "position": "Author", "startDate": "2020", "summary": words("role", 500) }],
        "education": [{ "institution": "School", "area": "Arts", "startDate": "2010", "summary": lines("school", 90) }],
        "awards": [{ "title": "Award", "summary": lines("award", 120) }],
        "publications": [{ "name": "Paper", "summary": words("paper", 500) }],
        "references": [{ "name": "Bob", "reference": words("praise", 500) }],
        "skills": [{ "name": "Skill", "keywords": words("skill", 200).split(' ').collect::<Vec<_>>() }],
        "interests": [{ "name": "Interest", "keywords": words("interest", 200).split(' ').collect::<Vec<_>>() }],
    });
    let sheet = sheet_of(&resume);
    for design in [plain(), margin()] {
        let found = found(&pdf(&sheet, &design).await);
        let is_there = |word: &str| found.iter().any(|found| found.text.contains(word));
        for (mark, count) in [
            ("summary", 300),
            ("role", 500),
            ("school", 90),
            ("award", 120),
            ("paper", 500),
            ("praise", 500),
            ("skill", 200),
            ("interest", 200),
        ] {
            let lost: Vec<String> =
                words(mark, count).split(' ').filter(|word| !is_there(word)).map(str::to_owned).collect();
            assert!(lost.is_empty(), "{}: {lost:?}", design.template);
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_beside_the_text_lies_on_nothing() {
    let skill = |n: usize| json!({ "name": format!("Group {n}"), "keywords": words("skill", 12).split(' ').collect::<Vec<_>>() });
    let resume = json!({
        "basics": { "name": "Ann Example", "email": "ann@example.org", "summary": words("summary", 40) },
        "work": [{ "name": "Acme", "position": "Junior", "startDate": "2024", "highlights": [words("did", 20)] }],
        "skills": (0..9).map(skill).collect::<Vec<_>>(),
        "languages": (0..4).map(|n| json!({ "language": format!("Language {n}"), "fluency": "Fluent" })).collect::<Vec<_>>(),
        "interests": (0..5).map(|n| json!({ "name": format!("Interest {n}"), "keywords": ["chess", "cooking", "climbing"] })).collect::<Vec<_>>(),
    });
    let found = found(&pdf(&sheet_of(&resume), &margin()).await);
    for (n, word) in found.iter().enumerate() {
        for other in &found[n + 1..] {
            assert!(!word.lies_on(other), "{word:?} lies on {other:?}");
        }
    }
}

#[tokio::test]
async fn an_employer_of_more_than_a_page_begins_on_the_first() {
    let role = |n: usize| {
        let bullets: Vec<String> = (0..9).map(|bullet| words(&format!("r{n}b{bullet}x"), 14)).collect();
        json!({ "name": "Acme", "position": format!("Role {n}"), "startDate": (2022 - n).to_string(), "highlights": bullets })
    };
    let resume = json!({
        "basics": { "name": "Ann Example", "email": "ann@example.org", "summary": words("summary", 30) },
        "work": (0..4).map(role).collect::<Vec<_>>(),
        "skills": [{ "name": "Few" }],
    });
    let found = found(&pdf(&sheet_of(&resume), &margin()).await);
    let lowest = found.iter().filter(|word| word.page == 0).map(|word| word.bottom).fold(0.0, f64::max);
    assert!(lowest > 700.0, "the first page ends at {lowest} of 842 points");
}
