//! Sets a sheet: one guarded run of Typst, from JSON to pages.

use super::prepare::{self, Marks};
use super::world::{DeadlinePassed, JobWorld};
use serde_json::Value;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use typst::diag::Warned;
use typst_layout::PagedDocument;

/// More pages than this are not a CV.
const MAX_PAGES: usize = 20;
/// The largest sheet that is tried, in bytes of JSON; a document may have 256 KB.
const MAX_SHEET: usize = 1024 * 1024;

/// Why a sheet could not be set.
#[derive(Debug)]
pub enum Failure {
    /// The deadline passed.
    TimedOut,
    /// Something about the text, in words for its owner.
    Words(String),
}

/// A CV that is set.
pub struct Setting {
    /// The pages, with title and author.
    pub document: PagedDocument,
    /// What had to be left out to set it at all, in words for its owner.
    pub warning: Option<String>,
}

/// Sets `sheet` (JSON) by a template; gives up at `deadline`.
///
/// # Errors
/// If the deadline passes, or the text cannot be set.
pub fn set(template: &str, version: u32, sheet: &[u8], deadline: Instant) -> Result<Setting, Failure> {
    let too_much = "This CV holds more text than can be typeset.";
    if sheet.len() > MAX_SHEET {
        return Err(Failure::Words(too_much.into()));
    }
    let raw: Value =
        serde_json::from_slice(sheet).map_err(|error| Failure::Words(format!("This CV cannot be read: {error}.")))?;
    let prepared = prepare::sheet(raw, Marks::Keep);
    let (document, warning) = match compile(template, version, &prepared, deadline) {
        Ok(document) => (document, None),
        // Some combinations of combining marks and direction make Typst 0.15 panic (typst#8667).
        Err(Stop::Panicked) => {
            (without_marks(template, version, prepared, deadline)?, Some(MARKS_WERE_LEFT_OUT.into()))
        }
        Err(Stop::TimedOut) => return Err(Failure::TimedOut),
        Err(Stop::Refused(why)) => return Err(Failure::Words(why)),
    };
    if document.pages().len() > MAX_PAGES {
        return Err(Failure::Words(format!("This CV fills more than {MAX_PAGES} pages, which cannot be typeset.")));
    }
    Ok(Setting { document, warning })
}

const MARKS_WERE_LEFT_OUT: &str =
    "Some combining marks (accents set as characters of their own) could not be typeset and were left out.";

fn without_marks(template: &str, version: u32, sheet: Value, deadline: Instant) -> Result<PagedDocument, Failure> {
    let stripped = prepare::sheet(sheet, Marks::Strip);
    compile(template, version, &stripped, deadline).map_err(|stop| match stop {
        Stop::TimedOut => Failure::TimedOut,
        Stop::Panicked => Failure::Words("This CV holds a combination of characters that cannot be typeset.".into()),
        Stop::Refused(why) => Failure::Words(why),
    })
}

enum Stop {
    Panicked,
    TimedOut,
    Refused(String),
}

fn compile(template: &str, version: u32, sheet: &Value, deadline: Instant) -> Result<PagedDocument, Stop> {
    let world = JobWorld::new(template, version, sheet.to_string().into_bytes(), deadline);
    let Warned { output, .. } = guard(|| typst::compile::<PagedDocument>(&world))?;
    let mut document = output.map_err(|errors| {
        let words: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        Stop::Refused(format!("This CV cannot be typeset: {}.", words.join("; ")))
    })?;
    describe(&mut document, sheet);
    Ok(document)
}

/// Runs what may panic on user text.
fn guard<T>(run: impl FnOnce() -> T) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic: Box<dyn Any + Send>| {
        if panic.is::<DeadlinePassed>() { Stop::TimedOut } else { Stop::Panicked }
    })
}

/// Title and author of the PDF. They are put in afterwards: as styles they would invalidate every page at each edit.
fn describe(document: &mut PagedDocument, sheet: &Value) {
    let text = |key: &str| sheet[key].as_str().unwrap_or_default().replace('\u{200b}', "");
    let (name, headline) = (text("name"), text("headline"));
    let info = document.info_mut();
    info.title = Some(if name.is_empty() { "CV".into() } else { format!("{name} – CV").into() });
    info.author = Some(name).filter(|name| !name.is_empty()).into_iter().map(Into::into).collect();
    info.description = Some(headline).filter(|headline| !headline.is_empty()).map(Into::into);
}
