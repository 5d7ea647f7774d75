//! Many CVs, one after the other in one worker: each is set as if it were the only one.

use super::{WHEN, margin, plain, sheets, start, stored};
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf};
use vitae::domain::sheet::{Block, Run, Sheet};
use vitae::domain::template::Design;
use vitae::server::typesetting::Typesetter;

/// What is unlike the CVs that one has in mind when one makes a template. As many as a prime number, for
/// [`in_any_order`].
fn corpus() -> Vec<(Sheet, Design)> {
    let complete = sheets::complete();
    let only = |aside: bool| {
        let sections = complete.sections.iter().filter(|section| section.aside == aside).cloned().collect();
        Sheet { sections, contacts: Vec::new(), ..sheets::empty("") }
    };
    let text = Sheet { sections: complete.sections[..1].to_vec(), ..sheets::empty("") };
    let mut long = complete.clone();
    long.sections[1].entries[0].roles[0].bullets[0].runs = sheets::runs(&"far longer than others are ".repeat(60));
    let sheets = [sheets::empty(""), only(true), only(false), text, long, complete.clone()];
    let mut corpus: Vec<_> =
        sheets.iter().flat_map(|sheet| [(sheet.clone(), margin()), (sheet.clone(), plain())]).collect();
    corpus.push((Sheet { contacts: Vec::new(), ..complete }, margin()));
    assert_eq!(corpus.len(), 13);
    corpus
}

/// Numbers below a prime in an order in which each comes after each other once.
fn in_any_order(prime: usize) -> impl Iterator<Item = usize> {
    (1..prime).flat_map(move |step| (0..prime).map(move |n| n * step % prime))
}

async fn set(typesetter: &Typesetter, (sheet, design): &(Sheet, Design)) -> Vec<u8> {
    typesetter.pdf(1, sheet, design, WHEN).await.expect("it can be set").bytes.to_vec()
}

#[tokio::test]
async fn whatever_was_set_before_each_cv_is_set_as_by_a_fresh_worker() {
    let corpus = corpus();
    let mut fresh = Vec::new();
    for cv in &corpus {
        fresh.push(set(&start(1), cv).await);
    }
    let worker = start(1);
    let mut before = None;
    for n in in_any_order(corpus.len()) {
        assert!(set(&worker, &corpus[n]).await == fresh[n], "CV {n} after {before:?} is another");
        before = Some(n);
    }
}

/// Some of 26 letters, others for every number: then the parts of fonts in a PDF are others too.
fn letters(number: u32) -> String {
    let chosen = number.wrapping_mul(0x9E37_79B9);
    ('a'..='z').enumerate().filter(|(n, _)| chosen >> n & 1 == 1).map(|(_, letter)| letter).collect()
}

/// One stream in 256 ends with a carriage return by chance; of a hundred CVs with a dozen streams some have one.
#[tokio::test]
async fn no_stream_ends_so_that_a_reader_may_be_wrong_about_its_end() {
    let typesetter = start(1);
    let mut ended = 0;
    for n in 0..100 {
        let mut sheet = sheets::short();
        (sheet.name, sheet.headline) = (letters(n), letters(n + 1000));
        sheet.contacts[0].text = letters(n + 2000);
        sheet.sections.truncate(1);
        sheet.sections[0].text =
            vec![Block::Paragraph { runs: vec![Run { t: letters(n), b: true, ..Run::default() }] }];
        let pdf = set(&typesetter, &(sheet, plain())).await;
        let ends: Vec<_> =
            pdf.windows(12).filter(|bytes| bytes.ends_with(b"\r\nendstream")).map(|bytes| bytes[0]).collect();
        if ends.is_empty() {
            continue;
        }
        ended += 1;
        assert!(ends.iter().all(|before| *before == b'\r'), "CV {n} has a stream that ends in a return");
        let (_folder, path) = stored(&pdf);
        let options = ValidationOptions::default().profile(ValidationProfile::PdfA2a);
        let report = validate_pdf(path.to_str().expect("UTF-8"), &options).expect("a PDF can be read");
        let failed: Vec<_> = report.failures.iter().map(|failure| failure.rule_id.clone()).collect();
        assert!(report.is_compliant, "CV {n}: {failed:?}");
        let checked = std::process::Command::new("qpdf").arg("--check").arg(path).output().expect("qpdf is installed");
        assert!(checked.status.success(), "CV {n}: {}", String::from_utf8_lossy(&checked.stderr));
    }
    assert!(ended > 0, "none of these has such a stream: take others");
}
