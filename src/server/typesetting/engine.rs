//! Sets a sheet: one guarded run of Typst, from JSON to pages.

use super::prepare::{self, Marks};
use super::world::{DeadlinePassed, JobWorld};
use super::{said, words};
use crate::domain::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
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
    /// Something about the typesetter: in words for the owner, and in its own, for the log.
    Fault(&'static str, String),
}

/// A CV that is set.
pub(super) struct Setting {
    /// The pages, with title and author.
    pub document: PagedDocument,
    /// What had to be left out to set it at all, in words for its owner.
    pub warning: Option<String>,
}

/// Sets one CV after the other.
#[derive(Default)]
pub(super) struct Engine {
    fit: Fit,
}

/// What fitted in the last CV: the best guess for the next, which most often is the same one after a keystroke. It is
/// carried from one person's CV to another's, so nothing can be in it but this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fit {
    column: Vec<Place>,
    text: Vec<Place>,
}

/// Where a part of a CV goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// On the first page.
    Whole,
    /// It begins there.
    Begun,
    /// After it.
    After,
}

/// What is set with what, and for how long.
#[derive(Clone, Copy)]
struct Job<'a> {
    template: &'a str,
    version: u32,
    patience: Duration,
}

impl Engine {
    /// Sets `sheet` (JSON) by a template; gives up after `patience`. Nothing of the CVs before shows in it.
    ///
    /// # Errors
    /// If it takes longer, or the text cannot be set.
    pub(super) fn set(
        &mut self,
        template: &str,
        version: u32,
        sheet: &[u8],
        patience: Duration,
    ) -> Result<Setting, Failure> {
        if sheet.len() > MAX_SHEET {
            return Err(Failure::Words("This CV holds more text than can be typeset.".into()));
        }
        let raw: Value = serde_json::from_slice(sheet)
            .map_err(|error| Failure::Fault("This CV cannot be read.", error.to_string()))?;
        let job = Job { template, version, patience };
        let (document, warning) = match self.attempt(job, prepare::sheet(raw.clone(), Marks::Keep)) {
            Ok(document) => (document, None),
            // Some combinations of combining marks and direction make Typst 0.15 panic (typst#8667).
            Err(Stop::Panicked) => {
                let document = self.attempt(job, prepare::sheet(raw, Marks::Strip));
                (document.map_err(Failure::from)?, Some(MARKS_WERE_LEFT_OUT.into()))
            }
            Err(stop) => return Err(stop.into()),
        };
        if document.pages().len() > MAX_PAGES {
            return Err(Failure::Words(format!("This CV fills more than {MAX_PAGES} pages, which cannot be typeset.")));
        }
        Ok(Setting { document, warning })
    }

    fn attempt(&mut self, job: Job, sheet: Value) -> Result<PagedDocument, Stop> {
        with_hint(&mut self.fit, |hint| settle(job, sheet.clone(), hint))
    }
}

/// Does something with a hint, which it replaces by a better one. If it fails, the hint may be why: it is forgotten, and
/// the same is done again without.
fn with_hint<T>(hint: &mut Fit, mut run: impl FnMut(Fit) -> Result<(T, Fit), Stop>) -> Result<T, Stop> {
    let given = std::mem::take(hint);
    let result = match run(given.clone()) {
        Err(_) if given != Fit::default() => run(Fit::default()),
        result => result,
    };
    result.map(|(done, better)| {
        *hint = better;
        done
    })
}

/// Sets a sheet until what its template finds to fit is what it was set with. What fits depends on the sheet alone, so a
/// wrong guess costs a round and changes nothing else.
fn settle(job: Job, mut sheet: Value, mut guess: Fit) -> Result<(PagedDocument, Fit), Stop> {
    let deadline = Instant::now() + job.patience;
    let mut compile = |guess: &Fit| {
        sheet["fit"] = serde_json::to_value(guess).unwrap_or_default();
        compile(job, &sheet, deadline)
    };
    for _ in 1..ROUNDS {
        let document = compile(&guess)?;
        match fit(&document) {
            Some(fit) if fit != guess => guess = fit,
            _ => return Ok((document, guess)),
        }
    }
    Ok((compile(&guess)?, guess))
}

/// What a template found to fit, if it is one that asks for it: the value of its metadata `<fit>`.
fn fit(document: &PagedDocument) -> Option<Fit> {
    let label = Label::new(PicoStr::intern("fit"))?;
    let found = document.introspector().query_label(label).ok()?;
    let said = serde_json::to_value(&found.to_packed::<MetadataElem>()?.value).ok()?;
    serde_json::from_value(said).ok()
}

const MARKS_WERE_LEFT_OUT: &str =
    "Some combining marks (accents set as characters of their own) could not be typeset and were left out.";

#[derive(Debug)]
enum Stop {
    Panicked,
    TimedOut,
    Refused(String),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimedOut => Self::TimedOut,
            Stop::Panicked => Self::Fault(
                "This CV holds a combination of characters that cannot be typeset.",
                "it panicked, without combining marks too".into(),
            ),
            Stop::Refused(said) => Self::Fault(
                "This CV cannot be typeset, which is a fault of ours. Undo the last change; the server’s log says more.",
                said,
            ),
        }
    }
}

fn compile(job: Job, sheet: &Value, deadline: Instant) -> Result<PagedDocument, Stop> {
    let world = JobWorld::new(job.template, job.version, sheet.to_string().into_bytes(), deadline);
    let Warned { output, .. } = guard(|| typst::compile::<PagedDocument>(&world))?;
    let mut document = output.map_err(|errors| Stop::Refused(said::of_template(&world, &errors)))?;
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
    let text = |key: &str| words::bare(sheet[key].as_str().unwrap_or_default());
    let (name, headline) = (text("name"), text("headline"));
    let info = document.info_mut();
    let cv = Language::of(&text("lang")).cv();
    info.title = Some(if name.is_empty() { cv.into() } else { format!("{name} – {cv}").into() });
    info.author = Some(name).filter(|name| !name.is_empty()).into_iter().map(Into::into).collect();
    info.description = Some(headline).filter(|headline| !headline.is_empty()).map(Into::into);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong() -> Fit {
        Fit { column: vec![Place::After; 9], text: vec![Place::Begun; 9] }
    }

    #[test]
    fn what_fails_with_a_hint_is_done_without_and_the_hint_forgotten() {
        for stop in [|| Stop::Panicked, || Stop::TimedOut, || Stop::Refused("type none has no method at".into())] {
            let (mut hint, mut given) = (wrong(), Vec::new());
            let done = with_hint(&mut hint, |fit| {
                given.push(fit.clone());
                if fit == Fit::default() { Ok(("done", fit)) } else { Err(stop()) }
            });
            assert_eq!(done.expect("it works without"), "done");
            assert_eq!(given, [wrong(), Fit::default()]);
            assert_eq!(hint, Fit::default());
            let mut tries = 0;
            let failed: Result<(), _> = with_hint(&mut hint, |_| {
                tries += 1;
                Err(stop())
            });
            assert!(failed.is_err() && tries == 1, "without a hint there is nothing to try");
        }
    }

    #[test]
    fn what_the_typesetter_says_is_for_the_log_and_names_a_place_and_nobody() {
        let sheet = br#"{ "name": "Jane Doe", "look": { "density": "Jane Doe" } }"#;
        let failed = Engine::default().set("plain", 1, sheet, Duration::from_secs(20)).err();
        let Some(Failure::Fault(words, said)) = failed else { panic!("{failed:?}") };
        assert!(words.contains("a fault of ours"));
        assert!(said.starts_with("common.typ:") && !said.contains("Jane"), "{said}");
    }

    #[test]
    fn a_wrong_hint_changes_no_page() {
        let sheet = include_bytes!("warm_up.json");
        let patience = Duration::from_secs(20);
        let mut misled = Engine { fit: wrong() };
        let [right, same] = [&mut Engine::default(), &mut misled].map(|engine| {
            let setting = engine.set("margin", 1, sheet, patience).expect("it can be set");
            typst::utils::hash128(&setting.document.pages()[0].frame)
        });
        assert_eq!(right, same);
        assert_ne!(misled.fit, wrong());
    }
}
