//! `vitae render`.

use super::super::{
    config::Settings,
    typesetting::{self, Typesetter},
};
use crate::domain::{sheet::Sheet, template::TEMPLATES, validate::validate, version};
use anyhow::{Context, bail};
use serde_json::Value;
use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Pixels of a PNG for a point of the page: 144 to the inch.
const PNG_SCALE: f32 = 2.0;

/// Names the one document in the typesetter's queue.
const ONLY: i64 = 0;

/// What is wanted besides the page itself.
pub(super) struct Choices {
    /// The template; else that of the CV.
    pub template: Option<String>,
    /// The date of a PDF, in seconds since 1970; else that of the CV's last change.
    pub date: Option<i64>,
    /// The date of a CV that does not say when it was changed.
    pub now: OffsetDateTime,
}

/// A day or a moment in seconds since 1970: `2026-11-22`, `2026-11-22T10:00:00`; what names no zone is UTC.
///
/// # Errors
/// It is neither.
pub(super) fn date(text: &str) -> Result<i64, &'static str> {
    [text.to_owned(), format!("{text}Z"), format!("{text}T00:00:00Z")]
        .iter()
        .find_map(|text| OffsetDateTime::parse(text, &Rfc3339).ok())
        .map(OffsetDateTime::unix_timestamp)
        .ok_or("a date is written 2026-11-22, or 2026-11-22T10:00:00Z with the time")
}

/// When the CV in a file was changed, as JSON Resume says it: `meta.lastModified`.
fn last_change(content: &[u8]) -> Option<i64> {
    let file = version::parse_json(content).ok()?;
    file.pointer("/meta/lastModified").and_then(Value::as_str).and_then(|text| date(text.trim()).ok())
}

/// Reads a CV and writes it in the form that the ending of `output` names. What the import changed is told on
/// standard error.
///
/// # Errors
/// The file cannot be read, holds no CV, or cannot be set.
pub(super) async fn run(settings: &Settings, input: &Path, output: &Path, choices: Choices) -> anyhow::Result<()> {
    let content = std::fs::read(input).with_context(|| format!("{} cannot be read.", input.display()))?;
    let mut imported = version::import(&content)?;
    for change in &imported.changes {
        writeln!(std::io::stderr(), "{}: {}", change.field, change.what)?;
    }
    if let Some(id) = choices.template {
        let Some(template) = TEMPLATES.iter().find(|template| template.id == id) else {
            let names: Vec<&str> = TEMPLATES.iter().map(|template| template.id).collect();
            bail!("There is no template '{id}'. There are: {}.", names.join(", "));
        };
        imported.document.design.template = id;
        imported.document.design.template_version = template.version;
    }
    if let Err(errors) = validate(&imported.document) {
        let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
        bail!("The CV cannot be set:\n{}", lines.join("\n"));
    }
    let (sheet, design) = (Sheet::of(&imported.document), &imported.document.design);
    let typesetter = Typesetter::start(typesetting::Settings {
        workers: 1,
        program: std::env::current_exe()?,
        wall_clock: Duration::from_secs(settings.typesetting.seconds),
        memory: typesetting::WORKER_MEMORY,
    })?;
    match output.extension().and_then(|ending| ending.to_str()) {
        Some("txt") => write(output, sheet.plain_text().as_bytes()),
        Some("pdf") => {
            let date = choices.date.or_else(|| last_change(&content)).unwrap_or_else(|| choices.now.unix_timestamp());
            let pdf = typesetter.pdf(ONLY, &sheet, design, date).await?;
            if let Some(warning) = &pdf.warning {
                writeln!(std::io::stderr(), "{warning}")?;
            }
            write(output, &pdf.bytes)
        }
        Some("svg") => {
            for (page, path) in numbered(output, typesetter.preview(ONLY, &sheet, design, &[]).await?.pages.len()) {
                write(&path, typesetter.svg(ONLY, &sheet, design, page).await?.as_bytes())?;
            }
            Ok(())
        }
        Some("png") => {
            for (page, path) in numbered(output, typesetter.preview(ONLY, &sheet, design, &[]).await?.pages.len()) {
                write(&path, &typesetter.png(ONLY, &sheet, design, page, PNG_SCALE).await?)?;
            }
            Ok(())
        }
        _ => bail!("The name of the output must end in .pdf, .svg, .png or .txt."),
    }
}

/// `cv.png` for one page; `cv-1.png`, `cv-2.png` for several.
fn numbered(output: &Path, pages: usize) -> Vec<(usize, PathBuf)> {
    if pages == 1 {
        return vec![(0, output.to_owned())];
    }
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let ending = output.extension().unwrap_or_default().to_string_lossy();
    (0..pages).map(|page| (page, output.with_file_name(format!("{stem}-{}.{ending}", page + 1)))).collect()
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, content).with_context(|| format!("{} cannot be written.", path.display()))
}
