//! What files are called, and that what the owner calls a CV is in none that leaves.

use crate::{
    support::{Answer, Browser, TestApp, save, text_of_pdf},
    takeout::{Files, export, json_of, unzip},
};
use axum::http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::process::Command;
use vitae::server::jobs;

/// What nobody but the owner may read; in the form that it would have in the name of a file, too.
const PRIVATE: &str = "Köln/2026: \"Lowball them\" – 履歴書?";
const TRACES: [&str; 3] = ["Lowball", "lowball", "Köln"];

/// A CV of this person in this language, under the private name.
async fn cv(browser: &Browser, id: i32, person: &str, language: &str) {
    let answer = browser.post(&format!("/resumes/{id}/rename"), &[("name", PRIVATE)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let loaded: Value = browser.call("load_resume", &json!({ "id": id })).await.json();
    let mut document = loaded["document"].clone();
    document["basics"]["name"] = person.into();
    document["language"] = language.into();
    let base = i32::try_from(loaded["revision"].as_i64().expect("a number")).expect("a small one");
    let saved = browser.call("save_resume", &save(id, base, &format!("{person}-{base}"), &document)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
}

/// The names that a file is sent under: for all programs, and for those that read only ASCII.
fn names(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let header = answer.header("content-disposition");
    let parts =
        header.strip_prefix("attachment; filename=\"").and_then(|rest| rest.split_once("\"; filename*=UTF-8''"));
    let (ascii, encoded) = parts.unwrap_or_else(|| panic!("{header}"));
    (percent_decode_str(encoded).decode_utf8().expect("UTF-8").into_owned(), ascii.to_owned())
}

/// Nothing in a file, as it is and as programs read it, and nothing in what is sent with it tells the private name.
fn tells_nothing(what: &str, answer: &Answer) {
    let mut said = vec![answer.text(), format!("{:?}", answer.headers)];
    if answer.body.starts_with(b"%PDF-") {
        said.push(text_of_pdf(&answer.body));
        said.extend([about_pdf(&answer.body, &[]), about_pdf(&answer.body, &["-meta"])]);
    }
    for text in said {
        for trace in TRACES {
            assert!(!text.contains(trace), "{what} tells {trace}: {text}");
        }
    }
}

/// What a PDF says of itself.
fn about_pdf(pdf: &[u8], options: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.pdf");
    std::fs::write(&path, pdf).expect("written");
    let output = Command::new("pdfinfo").args(options).arg(&path).output().expect("poppler-utils is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Archives the PDF of a CV; answers where it is.
async fn archived(browser: &Browser, id: i32) -> String {
    let archive: Value = browser.call("archive_resume", &json!({ "id": id })).await.json();
    format!("/archive/{}/resume.pdf", archive["uuid"].as_str().unwrap_or_else(|| panic!("{archive}")))
}

#[sqlx::test]
async fn what_the_owner_calls_a_cv_is_in_no_file_that_leaves(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, id) = app.guest().await;
    cv(&browser, id, "Ana \"Nina\" Núñez/Łuk: 履歴書", "es").await;
    let archive = archived(&browser, id).await;

    let name = "Ana 'Nina' Núñez-Łuk- 履歴書 – CV";
    let ascii = "Ana 'Nina' Nunez-Luk- - CV";
    let kept = browser.get(&archive).await;
    let files = [
        (format!("/resumes/{id}/resume.pdf"), "pdf"),
        (format!("/resumes/{id}/history/2/resume.pdf"), "pdf"),
        (format!("/resumes/{id}/resume.json"), "json"),
        (archive.clone(), "pdf"),
    ];
    for (path, ending) in &files {
        let file = browser.get(path).await;
        assert_eq!(names(&file), (format!("{name}.{ending}"), format!("{ascii}.{ending}")), "{path}");
        tells_nothing(path, &file);
    }
    assert!(about_pdf(&kept.body, &[]).contains("Ana \"Nina\" Núñez/Łuk: 履歴書 – CV"), "the title is the person's");
    let picture = browser.get(&format!("/resumes/{id}/page.png")).await;
    assert_eq!(picture.status, StatusCode::OK);
    tells_nothing("the picture", &picture);
    let drawn =
        browser.call("preview_resume", &json!({ "request": { "id": id, "document": null, "known": [] } })).await;
    assert_eq!(drawn.status, StatusCode::OK, "{}", drawn.text());
    tells_nothing("the preview", &drawn);

    // It is what the archived PDF says of itself, whoever the CV is about by now, and whether it is there at all.
    cv(&browser, id, "Jürgen Groß", "de").await;
    let now = names(&browser.get(&format!("/resumes/{id}/resume.pdf")).await);
    assert_eq!(now, ("Jürgen Groß – Lebenslauf.pdf".to_owned(), "Jurgen Gross - Lebenslauf.pdf".to_owned()));
    let later = archived(&browser, id).await;
    sqlx::query("delete from resumes where id = $1").bind(id).execute(&app.pool).await.expect("gone");
    jobs::tidy(&app.state).await.expect("tidied");
    for (path, name) in [(&archive, name), (&later, "Jürgen Groß – Lebenslauf")] {
        let file = browser.get(path).await;
        assert_eq!(names(&file).0, format!("{name}.pdf"));
        tells_nothing(path, &file);
    }
}

/// Paths of files whose names, and those of their folders, are not always the same.
fn named(files: &Files) -> Vec<&str> {
    files
        .keys()
        .map(String::as_str)
        .filter(|name| ["about.json", ".pdf"].iter().any(|end| name.ends_with(end)))
        .collect()
}

#[sqlx::test]
async fn in_the_zip_files_are_called_after_the_person_and_two_cvs_of_one_are_two(pool: PgPool) {
    let app = TestApp::new(pool);
    let (browser, first) = app.guest().await;
    browser.post("/resumes", &[("name", "Second")]).await;
    let second: i32 = sqlx::query_scalar("select max(id) from resumes").fetch_one(&app.pool).await.expect("an id");
    for id in [first, second] {
        cv(&browser, id, "Ana Pérez", "es").await;
        archived(&browser, id).await;
        archived(&browser, id).await;
    }
    let files = unzip(&export(&browser).await);
    let expected = [
        "resumes/01 Ana Pérez – CV/about.json",
        "resumes/01 Ana Pérez – CV/archive/01 2026-11-22 Ana Pérez – CV.pdf",
        "resumes/01 Ana Pérez – CV/archive/02 2026-11-22 Ana Pérez – CV.pdf",
        "resumes/02 Ana Pérez – CV/about.json",
        "resumes/02 Ana Pérez – CV/archive/01 2026-11-22 Ana Pérez – CV.pdf",
        "resumes/02 Ana Pérez – CV/archive/02 2026-11-22 Ana Pérez – CV.pdf",
    ];
    assert_eq!(named(&files), expected);
    // It is in what is only for Vitae, so that it comes back, and not in what may be given away.
    assert_eq!(json_of(&files, expected[0])["name"], PRIVATE);
    for (name, content) in &files {
        let text = String::from_utf8_lossy(content);
        let is_ours = name.ends_with("about.json") || name.ends_with("archive.json");
        assert!(is_ours || !text.contains("Lowball"), "{name}");
        assert!(TRACES.iter().all(|trace| !name.contains(trace)), "{name}");
    }
    let other = app.browser();
    other.post("/guest", &[]).await;
    let page = other.upload("/resumes/import", "export.zip", &export(&browser).await).await;
    assert_eq!(page.location(), "/resumes", "{}", page.text());
    assert!(other.get("/resumes").await.text().contains("Lowball them"));
}
