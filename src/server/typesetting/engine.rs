//! Sets a sheet: one guarded run of Typst, from JSON to pages.

use super::prepare::{self, Marks};
use super::world::{DeadlinePassed, JobWorld};
use crate::domain::language::Language;
use serde_json::{Map, Value};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use typst::diag::Warned;
use typst::foundations::Label;
use typst::introspection::{Introspector as _, MetadataElem};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

/// More pages than this are not a CV.
const MAX_PAGES: usize = 20;
/// How often a template is told what it found to fit before it is taken as it is.
const ROUNDS: usize = 4;
/// The largest sheet that is tried, in bytes of JSON; a document may have 256 KB.
const MAX_SHEET: usize = 1024 * 1024;

/// Why a sheet could not be set.
#[derive(Debug)]
pub(super) enum Failure {
    /// The deadline passed.
    TimedOut,
    /// Something about the text, in words for its owner.
    Words(String),
}

/// A CV that is set.
pub(super) struct Setting {
    /// The pages, with title and author.
    pub document: PagedDocument,
    /// What had to be left out to set it at all, in words for its owner.
    pub warning: Option<String>,
}

/// Sets one CV after the other.
pub(super) struct Engine {
    /// What fitted in the last CV: the best guess for the next, which most often is the same one after a keystroke.
    fit: Value,
}

impl Default for Engine {
    fn default() -> Self {
        Self { fit: Value::Object(Map::new()) }
    }
}

impl Engine {
    /// Sets `sheet` (JSON) by a template; gives up at `deadline`.
    ///
    /// # Errors
    /// If the deadline passes, or the text cannot be set.
    pub(super) fn set(
        &mut self,
        template: &str,
        version: u32,
        sheet: &[u8],
        deadline: Instant,
    ) -> Result<Setting, Failure> {
        let too_much = "This CV holds more text than can be typeset.";
        if sheet.len() > MAX_SHEET {
            return Err(Failure::Words(too_much.into()));
        }
        let raw: Value = serde_json::from_slice(sheet)
            .map_err(|error| Failure::Words(format!("This CV cannot be read: {error}.")))?;
        let prepared = prepare::sheet(raw, Marks::Keep);
        let (document, warning) = match self.settle(template, version, prepared.clone(), deadline) {
            Ok(document) => (document, None),
            // Some combinations of combining marks and direction make Typst 0.15 panic (typst#8667).
            Err(Stop::Panicked) => {
                let document = self.settle(template, version, prepare::sheet(prepared, Marks::Strip), deadline);
                (document.map_err(Failure::from)?, Some(MARKS_WERE_LEFT_OUT.into()))
            }
            Err(stop) => return Err(stop.into()),
        };
        if document.pages().len() > MAX_PAGES {
            return Err(Failure::Words(format!("This CV fills more than {MAX_PAGES} pages, which cannot be typeset.")));
        }
        Ok(Setting { document, warning })
    }

    /// Sets a sheet until what its template finds to fit is what it was set with. What fits depends on the sheet
    /// alone, so a wrong guess costs a round and changes nothing else.
    fn settle(
        &mut self,
        template: &str,
        version: u32,
        mut sheet: Value,
        deadline: Instant,
    ) -> Result<PagedDocument, Stop> {
        sheet["fit"] = self.fit.clone();
        for _ in 1..ROUNDS {
            let document = compile(template, version, &sheet, deadline)?;
            match fit(&document) {
                Some(fit) if fit != sheet["fit"] => {
                    self.fit.clone_from(&fit);
                    sheet["fit"] = fit;
                }
                _ => return Ok(document),
            }
        }
        compile(template, version, &sheet, deadline)
    }
}

/// What a template found to fit, if it is one that asks for it: the value of its metadata `<fit>`.
fn fit(document: &PagedDocument) -> Option<Value> {
    let label = Label::new(PicoStr::intern("fit"))?;
    let found = document.introspector().query_label(label).ok()?;
    serde_json::to_value(&found.to_packed::<MetadataElem>()?.value).ok()
}

const MARKS_WERE_LEFT_OUT: &str =
    "Some combining marks (accents set as characters of their own) could not be typeset and were left out.";

enum Stop {
    Panicked,
    TimedOut,
    Refused(String),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Panicked => Self::Words("This CV holds a combination of characters that cannot be typeset.".into()),
            Stop::Refused(why) => Self::Words(why),
        }
    }
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
    let cv = Language::of(&text("lang")).cv();
    info.title = Some(if name.is_empty() { cv.into() } else { format!("{name} – {cv}").into() });
    info.author = Some(name).filter(|name| !name.is_empty()).into_iter().map(Into::into).collect();
    info.description = Some(headline).filter(|headline| !headline.is_empty()).map(Into::into);
}
