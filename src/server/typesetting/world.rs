//! What Typst can see while it sets a CV: the templates, the fonts, one `sheet.json`, and nothing else.

use super::faces;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// The parts that all jobs of a process share.
pub(super) struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    templates: Vec<(&'static str, u32, Source)>,
    common: Source,
    sheet: FileId,
}

/// Built at first use: library, fonts and parsed templates.
pub(super) static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let fonts = faces::load();
    Shared {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        templates: vec![
            ("plain", 1, source("/plain.typ", include_str!("../../../templates/plain.typ"))),
            ("margin", 1, source("/margin.typ", include_str!("../../../templates/margin.typ"))),
        ],
        common: source("/common.typ", include_str!("../../../templates/common.typ")),
        sheet: file_id("/sheet.json"),
    }
});

// Typst keeps the names of files for ever, so there is a fixed set of them and never one per user.
fn file_id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("the paths of this module are absolute"))
        .intern()
}

fn source(path: &str, text: &str) -> Source {
    Source::new(file_id(path), text.into())
}

impl Shared {
    /// The template asked for; in the newest version below, if that version is gone; the default for unknown names.
    fn template(&self, id: &str, version: u32) -> &Source {
        let of_id = self.templates.iter().filter(|(name, ..)| *name == id);
        let best = of_id.clone().filter(|(_, v, _)| *v <= version).max_by_key(|(_, v, _)| *v);
        let (.., source) = best.or_else(|| of_id.min_by_key(|(_, v, _)| *v)).unwrap_or(&self.templates[0]);
        source
    }
}

/// Thrown through Typst when the deadline has passed, and caught by the engine.
pub(super) struct DeadlinePassed;

/// One job's view of the world.
pub(super) struct JobWorld {
    main: FileId,
    sheet: Bytes,
    deadline: Instant,
    calls: AtomicUsize,
}

impl JobWorld {
    /// A world in which `template` finds `sheet` (JSON) until `deadline`.
    pub(super) fn new(template: &str, version: u32, sheet: Vec<u8>, deadline: Instant) -> Self {
        let main = SHARED.template(template, version).id();
        Self { main, sheet: Bytes::new(sheet), deadline, calls: AtomicUsize::new(0) }
    }

    /// Typst cannot be told to stop, but it asks for fonts all the time while it shapes text.
    fn check_deadline(&self) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call.is_multiple_of(64) && Instant::now() > self.deadline {
            std::panic::resume_unwind(Box::new(DeadlinePassed));
        }
    }
}

impl World for JobWorld {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.check_deadline();
        let mut templates = SHARED.templates.iter().map(|(.., source)| source);
        let found =
            templates.find(|source| source.id() == id).or(Some(&SHARED.common).filter(|common| common.id() == id));
        found.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.check_deadline();
        if id == SHARED.sheet { Ok(self.sheet.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.check_deadline();
        SHARED.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
