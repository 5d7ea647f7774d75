//! The typesetter from outside: real worker processes, real PDFs, read back by other programs.

mod corpus;
mod objects;
mod room;
mod sheets;

use page_validation::{ValidationOptions, ValidationProfile, validate_pdf};
use proptest::prelude::*;
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use vitae::domain::sheet::{Run, Sheet};
use vitae::domain::template::Design;
use vitae::server::typesetting::{RenderError, Settings, Typesetter, WORKER_MEMORY};

/// 22 November 2026, 10:00 UTC.
const WHEN: i64 = 1_795_341_600;

fn settings(workers: usize) -> Settings {
    let program = env!("CARGO_BIN_EXE_vitae").into();
    Settings { workers, program, wall_clock: Duration::from_secs(20), memory: WORKER_MEMORY }
}

fn start(workers: usize) -> Typesetter {
    Typesetter::start(settings(workers)).expect("the workers are this crate's own program")
}

fn plain() -> Design {
    Design::default()
}

fn margin() -> Design {
    Design { template: "margin".into(), ..Design::default() }
}

async fn pdf(sheet: &Sheet, design: &Design) -> Vec<u8> {
    let pdf = start(1).pdf(1, sheet, design, WHEN).await.expect("this sheet can be set");
    assert_eq!(pdf.warning, None);
    pdf.bytes.to_vec()
}

fn stored(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("cv.pdf");
    std::fs::write(&path, bytes).expect("writing to a temporary directory");
    (directory, path)
}

fn pdftotext(path: &Path, mode: &[&str]) -> String {
    let output = Command::new("pdftotext").args(mode).arg(path).arg("-").output().expect("pdftotext is installed");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("pdftotext writes UTF-8")
}

fn assert_in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let at = rest.find(word).unwrap_or_else(|| panic!("{word:?} is missing or out of order in:\n{text}"));
        rest = &rest[at + word.len()..];
    }
}

fn signal(typesetter: &Typesetter, signal: Signal) {
    for pid in typesetter.worker_pids() {
        let pid = Pid::from_raw(pid.cast_signed()).expect("process ids are not zero");
        kill_process(pid, signal).expect("the worker is a child of this process");
    }
}

#[tokio::test]
async fn a_dot_stands_between_two_contacts_of_a_line_and_not_at_its_end() {
    for size in [90, 98, 110] {
        let design = Design { size, ..plain() };
        let (_directory, path) = stored(&pdf(&sheets::complete(), &design).await);
        let text = pdftotext(&path, &["-layout"]);
        assert!(text.contains(" · "), "{text}");
        assert!(!text.lines().any(|line| line.trim_end().ends_with('·')), "{text}");
    }
}

#[tokio::test]
async fn a_pdf_reads_in_the_order_of_the_page() {
    let (_directory, path) = stored(&pdf(&sheets::complete(), &plain()).await);
    for mode in [&["-raw"][..], &["-layout"], &[]] {
        let text = pdftotext(&path, mode);
        assert_in_order(
            &text,
            &[
                "Jane Developer",
                "Full Stack Software Engineer",
                "(555) 123-4567",
                "jane.developer@example.com",
                "SUMMARY",
                "EXPERIENCE",
                "TechCorp Inc",
                "Senior Software Engineer | Mar 2021 – present",
                "Lead development",
                "Architected",
                "Implemented CI/CD",
                "StartupXYZ",
                "Full Stack Developer | Jun 2019 – Feb 2021",
                "PROJECTS",
                "EDUCATION",
                "Bachelor of Science, Computer Science",
                "University of California, Berkeley",
                "Sep 2014 – May 2018",
                "SKILLS",
                "Frontend",
                "React, TypeScript",
                "REFERENCES",
                "Sarah Johnson",
            ],
        );
    }
}

#[tokio::test]
async fn pdfs_are_archival_and_accessible() {
    // Words that may be wider than a column, where headings are.
    let mut wide = sheets::complete();
    let word = |letter: &str| letter.repeat(60);
    for section in &mut wide.sections {
        section.title = word("s");
        for entry in &mut section.entries {
            entry.title = word("e");
            entry.roles.iter_mut().for_each(|role| role.title = word("r"));
        }
    }
    for sheet in [wide, sheets::complete(), sheets::short(), sheets::empty("Jane Developer"), sheets::empty("")] {
        for design in [plain(), margin()] {
            let (_directory, path) = stored(&pdf(&sheet, &design).await);
            for profile in [ValidationProfile::PdfA2a, ValidationProfile::PdfUa1] {
                let options = ValidationOptions::default().profile(profile);
                let report = validate_pdf(path.to_str().expect("temporary paths are UTF-8"), &options)
                    .expect("a PDF can be read");
                let failed: Vec<_> = report.failures.iter().map(|failure| failure.rule_id.clone()).collect();
                assert!(report.is_compliant, "{}: {failed:?}", design.template);
            }
        }
    }
}

#[tokio::test]
async fn the_same_input_gives_the_same_bytes() {
    for design in [plain(), margin()] {
        let first = pdf(&sheets::complete(), &design).await;
        assert!(first == pdf(&sheets::complete(), &design).await);
    }
}

/// What fits beside the column is found by trying; where the trying begins must not show.
#[tokio::test]
async fn what_was_set_before_leaves_no_trace() {
    let (long, short) = (sheets::complete(), sheets::short());
    let alone = start(1).preview(1, &long, &margin(), &[]).await.expect("it can be set");
    let worker = start(1);
    worker.preview(2, &short, &margin(), &[]).await.expect("it can be set");
    let after_another = worker.preview(1, &long, &margin(), &[]).await.expect("it can be set");
    assert_eq!(alone, after_another);
}

#[tokio::test]
async fn hostile_text_is_printed_as_it_is() {
    let hostile = [
        "#read(\"/etc/passwd\")",
        "#include \"common.typ\"",
        "$x^2$",
        "#{ 1 + 1 }",
        "@label",
        "<label>",
        "= heading",
        "*bold* _it_",
        "// comment",
        "\\u{41}",
        "]]></svg>",
        "<script>alert(1)</script>",
        "&amp; &lt;",
        "--- ... ~",
        "`raw`",
        "#import \"@preview/x:1.0.0\"",
    ];
    let mut sheet = sheets::short();
    sheet.sections[0].text.clear();
    let role = &mut sheet.sections[1].entries[0].roles[0];
    for (bullet, text) in role.bullets.iter_mut().zip(hostile.chunks(4)) {
        bullet.runs = text
            .iter()
            .flat_map(|text| [Run { t: (*text).into(), ..Run::default() }, Run { t: " | ".into(), ..Run::default() }])
            .collect();
    }
    let text = start(1).text(1, &sheet, &plain()).await.expect("hostile text is text");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in hostile {
        assert!(flat.contains(words), "{words:?} is not literal in:\n{text}");
    }
}

#[tokio::test]
async fn a_killed_worker_is_replaced() {
    let typesetter = start(1);
    let sheet = sheets::short();
    typesetter.preview(1, &sheet, &plain(), &[]).await.expect("the first worker works");
    let before = typesetter.worker_pids();
    signal(&typesetter, Signal::KILL);
    // Whether it still takes the next job depends on how far the kernel is; that one render may be lost, no other.
    if let Err(error) = typesetter.preview(1, &sheet, &plain(), &[]).await {
        assert_eq!(error, RenderError::Crashed);
    }
    typesetter.preview(1, &sheet, &plain(), &[]).await.expect("a new worker takes over");
    assert_ne!(typesetter.worker_pids(), before);
}

#[tokio::test]
async fn a_hanging_worker_times_out_and_is_replaced() {
    let typesetter =
        Typesetter::start(Settings { wall_clock: Duration::from_secs(1), ..settings(1) }).expect("it can be started");
    let sheet = sheets::short();
    // The first job may have to wait for a cold start on a busy machine.
    while typesetter.preview(1, &sheet, &plain(), &[]).await == Err(RenderError::Timeout) {}
    signal(&typesetter, Signal::STOP);
    assert_eq!(typesetter.preview(1, &sheet, &plain(), &[]).await, Err(RenderError::Timeout));
    let mut next = typesetter.preview(1, &sheet, &plain(), &[]).await;
    for _ in 0..20 {
        if next != Err(RenderError::Timeout) {
            break;
        }
        next = typesetter.preview(1, &sheet, &plain(), &[]).await;
    }
    assert!(next.is_ok(), "{next:?}");
}

/// A typesetter whose worker is larger than it may be after every job.
fn start_small() -> Typesetter {
    Typesetter::start(Settings { memory: 1024 * 1024, ..settings(1) }).expect("it can be started")
}

#[tokio::test]
async fn a_worker_that_has_grown_is_replaced_and_nobody_loses_a_page() {
    let (sheet, design) = (sheets::short(), plain());
    let kept = start(1);
    let right = kept.preview(1, &sheet, &design, &[]).await.expect("it can be set");
    let before = kept.worker_pids();
    kept.preview(1, &sheet, &design, &[]).await.expect("it can be set");
    assert_eq!((before.len(), kept.worker_pids()), (1, before), "one of ordinary size stays");
    let typesetter = start_small();
    for _ in 0..3 {
        let before = typesetter.worker_pids();
        assert_eq!(typesetter.preview(1, &sheet, &design, &[]).await.as_ref(), Ok(&right));
        let replaced = async {
            while typesetter.worker_pids().is_empty() || typesetter.worker_pids() == before {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), replaced).await.expect("it is replaced");
    }
}

#[tokio::test]
async fn a_worker_that_has_grown_is_not_replaced_while_somebody_waits() {
    let (sheet, design) = (sheets::short(), plain());
    let typesetter = start_small();
    // All are asked for before the worker gets the first: this test and the queue share one thread.
    let (typesetter, sheet, design) = (&typesetter, &sheet, &design);
    let jobs = (0..5).map(|resume| async move {
        let page = typesetter.preview(resume, sheet, design, &[]).await;
        (page.is_ok(), typesetter.worker_pids())
    });
    let done = futures::future::join_all(jobs).await;
    assert!(done.iter().all(|(set, _)| *set));
    assert!(done[..4].iter().all(|(_, pids)| pids.len() == 1 && *pids == done[0].1), "{done:?}");
}

#[tokio::test]
async fn the_newest_preview_wins() {
    let typesetter = start(1);
    let (sheet, design) = (sheets::short(), plain());
    // All are asked for before the worker gets the first: this test and the queue share one thread.
    let (other, old, new) = tokio::join!(
        typesetter.preview(1, &sheet, &design, &[]),
        typesetter.preview(2, &sheet, &design, &[]),
        typesetter.preview(2, &sheet, &design, &[]),
    );
    assert_eq!(old, Err(RenderError::Superseded));
    assert!(other.is_ok() && new.is_ok());
}

#[tokio::test]
async fn a_full_queue_says_so() {
    let typesetter = start(1);
    let (sheet, design) = (sheets::empty("Jane Developer"), plain());
    let jobs = (0..40).map(|_| typesetter.pdf(1, &sheet, &design, WHEN));
    let answers = futures::future::join_all(jobs).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 32);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(RenderError::Busy)).count(), 8);
}

#[tokio::test]
async fn one_person_does_not_take_the_places_of_others() {
    let typesetter = start(1);
    let (sheet, design) = (sheets::empty("Jane Developer"), plain());
    let (ann, bob) = (typesetter.of(1), typesetter.of(2));
    // All are asked for before the worker gets the first: this test and the queue share one thread.
    let anns = (0..40).map(|resume| ann.pdf(resume, &sheet, &design, WHEN));
    let bobs = (0..2).map(|_| bob.pdf(50, &sheet, &design, WHEN));
    let nobodys = (0..6).map(|_| typesetter.pdf(60, &sheet, &design, WHEN));
    let join = futures::future::join_all::<Vec<_>>;
    let (anns, bobs, nobodys) = tokio::join!(join(anns.collect()), join(bobs.collect()), join(nobodys.collect()));
    assert_eq!(anns.iter().filter(|answer| answer.is_ok()).count(), 4);
    assert_eq!(anns.iter().filter(|answer| **answer == Err(RenderError::Busy)).count(), 36);
    assert!(bobs.iter().chain(&nobodys).all(Result::is_ok), "{bobs:?} {nobodys:?}");
    assert!(ann.pdf(1, &sheet, &design, WHEN).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn who_went_away_takes_no_place() {
    let typesetter = start(1).of(1);
    let (sheet, design) = (sheets::empty("Jane Developer"), plain());
    for _ in 0..10 {
        let mut gone = Vec::new();
        for _ in 0..4 {
            let mut job = Box::pin(typesetter.pdf(1, &sheet, &design, WHEN));
            assert!(futures::poll!(&mut job).is_pending(), "it waits");
            gone.push(job);
        }
    }
    assert!(typesetter.pdf(1, &sheet, &design, WHEN).await.is_ok());
}

#[tokio::test]
async fn known_pages_are_not_sent_again_and_an_edit_changes_only_its_page() {
    let typesetter = start(1);
    let mut sheet = sheets::complete();
    let first = typesetter.preview(1, &sheet, &plain(), &[]).await.expect("it can be set");
    assert!((2..=3).contains(&first.pages.len()) && first.missing.is_empty());
    let known: Vec<_> = first.pages.iter().map(|page| page.hash.clone()).collect();
    let again = typesetter.preview(1, &sheet, &plain(), &known).await.expect("it can be set");
    assert!(again.pages.iter().all(|page| page.svg.is_none()));
    sheet.sections[1].entries[0].roles[0].bullets[0].runs[0].t.push('!');
    let edited = typesetter.preview(1, &sheet, &plain(), &known).await.expect("it can be set");
    let sent: Vec<_> = edited.pages.iter().map(|page| page.svg.is_some()).collect();
    assert!(sent[0] && !sent[1..].contains(&true), "{sent:?}");
}

#[tokio::test]
async fn missing_characters_are_named_and_the_pdf_says_why_it_is_plain() {
    let typesetter = start(1);
    let sheet = sheets::empty("山田 太郎 Jane");
    let pages = typesetter.preview(1, &sheet, &plain(), &[]).await.expect("it can be set");
    assert_eq!(pages.missing.chars().collect::<std::collections::BTreeSet<_>>(), "山田太郎".chars().collect());
    let pdf = typesetter.pdf(1, &sheet, &plain(), WHEN).await.expect("a plain PDF can be made");
    assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
    assert!(pdf.warning.is_some_and(|warning| warning.contains("U+5C71")));
}

#[tokio::test]
async fn pictures_are_what_they_are_called() {
    let typesetter = start(1);
    let sheet = sheets::short();
    let svg = typesetter.svg(1, &sheet, &margin(), 0).await.expect("there is a first page");
    assert!(svg.starts_with("<svg"));
    let png = typesetter.png(1, &sheet, &margin(), 0, 0.5).await.expect("there is a first page");
    assert!(png.starts_with(b"\x89PNG"));
    assert!(matches!(typesetter.svg(1, &sheet, &margin(), 9).await, Err(RenderError::Document(_))));
}

fn sheet_of(text: &str) -> Sheet {
    let mut sheet = sheets::short();
    sheet.name = text.into();
    sheet.headline = text.into();
    sheet.contacts[0].text = text.into();
    sheet.contacts[0].href = text.into();
    sheet.contacts[0].label = text.into();
    sheet.sections[1].title = text.into();
    let role = &mut sheet.sections[1].entries[0].roles[0];
    (role.title, role.dates, role.label) = (text.into(), text.into(), text.into());
    role.bullets[0].runs[0] = Run { t: text.into(), b: true, i: true, href: text.into() };
    sheet
}

/// Tags, attribute names and attribute values with a scheme that a drawing may hold; anything else came from outside.
fn assert_only_own_markup(svg: &str) {
    let tags = [
        "<svg ",
        "</svg>",
        "<g ",
        "<g>",
        "</g>",
        "<a ",
        "</a>",
        "<rect ",
        "<path ",
        "<text ",
        "</text>",
        "<defs",
        "</defs>",
        "<use ",
        "<symbol ",
        "</symbol>",
    ];
    for (at, _) in svg.match_indices('<') {
        let rest = &svg[at..];
        assert!(
            tags.iter().any(|tag| rest.starts_with(tag)),
            "foreign markup: {}",
            rest.chars().take(80).collect::<String>()
        );
        let inside = &rest[..rest.find('>').expect("every tag ends")];
        assert_eq!(inside.matches('"').count() % 2, 0, "a broken attribute: {inside}");
        assert!(!inside.contains(" on"), "a handler: {inside}");
    }
    for href in svg.split(" href=\"").skip(1) {
        let safe = ["http://", "https://", "mailto:", "tel:", "HTTP", "#g"];
        assert!(
            safe.iter().any(|scheme| href.starts_with(scheme)),
            "an unsafe link: {}",
            href.chars().take(80).collect::<String>()
        );
    }
}

const HOSTILE: &str = "<script>|</text><script>alert(1)</script>|\" onload=\"alert(1)|' onload='alert(1)|]]>|<!--|&lt;b&gt;|javascript:alert(1)\
    |data:text/html,<b>|JaVaScRiPt:x|https://x/\"><img src=x onerror=alert(1)>|</g></svg>|\u{0}|\u{202e}evil|<a href=x>|&#60;b>|%3Cscript%3E";

#[tokio::test]
async fn drawings_hold_no_markup_of_the_users() {
    let typesetter = start(2);
    for (n, text) in (1..).zip(HOSTILE.split('|')) {
        let pages = typesetter.preview(n, &sheet_of(text), &plain(), &[]).await.expect("hostile text is text");
        pages.pages.iter().filter_map(|page| page.svg.as_deref()).for_each(assert_only_own_markup);
    }
}

#[test]
fn drawings_hold_no_markup_whatever_is_typed() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let typesetter = runtime.block_on(async { start(1) });
    let pieces = HOSTILE.split('|').map(str::to_owned).collect::<Vec<_>>();
    let piece = prop_oneof![prop::sample::select(pieces), "\\PC{0,12}", "[<>&\"'/=:a-z ]{0,20}"];
    let strategy = prop::collection::vec(piece, 1..4).prop_map(|parts| parts.concat());
    proptest!(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() }, |(text in strategy)| {
        match runtime.block_on(typesetter.preview(1, &sheet_of(&text), &margin(), &[])) {
            Ok(pages) => pages.pages.iter().filter_map(|page| page.svg.as_deref()).for_each(assert_only_own_markup),
            Err(error) => prop_assert!(matches!(error, RenderError::Document(_)), "{error:?}"),
        }
    });
}
