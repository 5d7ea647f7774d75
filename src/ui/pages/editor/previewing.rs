//! The live pages: asked for after a short pause, one request at a time, and never replaced by something older or by
//! nothing.

use super::state::EditorState;
use crate::{
    api::{
        ApiError,
        resumes::{Preview, PreviewPage, PreviewRequest, PreviewResume},
    },
    domain::json::FromJson,
    ui::{
        browser::{self, Timer},
        call::call,
    },
};
use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// A pause in typing as long as this draws the pages, in milliseconds.
const PAUSE: i32 = 120;

/// Waiting is shown after this long.
const PATIENCE: i32 = 300;

/// After a failure it is asked again after this long.
const ASK_AGAIN: i32 = 10_000;

/// A request is given up after this long.
const GIVE_UP: i32 = 12_000;

/// One page on the screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// Hash of the drawing.
    pub hash: String,
    /// Width in tenths of a point.
    pub width: u32,
    /// Height in tenths of a point.
    pub height: u32,
    /// The drawing. It is not sent with what the editor begins with, because it is on the page already.
    #[serde(skip)]
    pub svg: Arc<str>,
}

impl Sheet {
    /// Width to height, as a style sheet writes it.
    pub fn shape(&self) -> String {
        [&self.width.to_string(), " / ", &self.height.to_string()].concat()
    }
}

impl FromJson for Sheet {
    fn from_json(value: Value) -> Self {
        PreviewPage::from_json(value).into()
    }
}

impl From<PreviewPage> for Sheet {
    fn from(page: PreviewPage) -> Self {
        Self { hash: page.hash, width: page.width, height: page.height, svg: page.svg.unwrap_or_default().into() }
    }
}

#[derive(Default)]
struct Asking {
    sequence: u32,
    in_flight: bool,
    again: bool,
    timer: Option<Timer>,
}

/// The pages on the screen.
#[derive(Clone, Copy)]
pub struct Pages {
    /// In order.
    pub sheets: RwSignal<Vec<Sheet>>,
    /// Characters that no font has.
    pub missing: RwSignal<String>,
    /// Why the pages are not those of the text, or nothing.
    pub trouble: RwSignal<Option<String>>,
    /// Whether drawing takes noticeably long.
    pub slow: RwSignal<bool>,
    /// Whether these are the pages of what the server has, and not of the text here.
    pub of_saved: RwSignal<bool>,
    asking: StoredValue<Asking>,
}

impl Pages {
    /// The pages that the server has drawn.
    pub fn new(sheets: Vec<Sheet>) -> Self {
        Self {
            sheets: RwSignal::new(sheets),
            missing: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            slow: RwSignal::new(false),
            of_saved: RwSignal::new(false),
            asking: StoredValue::default(),
        }
    }

    /// Shows what was drawn; pages that stayed the same come without a drawing.
    fn show(self, preview: Preview) {
        let known = self.sheets.get_untracked();
        let sheets = preview.pages.into_iter().map(|page| {
            let mut sheet = Sheet::from(page);
            if sheet.svg.is_empty()
                && let Some(known) = known.iter().find(|known| known.hash == sheet.hash)
            {
                sheet.svg = known.svg.clone();
            }
            sheet
        });
        self.sheets.set(sheets.collect());
        self.missing.set(preview.missing);
        self.trouble.set(None);
    }
}

/// The `id` of the element that holds a page, counted from 0.
pub fn sheet_anchor(position: usize) -> String {
    ["sheet-", &(position + 1).to_string()].concat()
}

impl EditorState {
    /// Takes over the pages of the server, or asks for them if there are none.
    pub fn start_pages(self) {
        self.pages.sheets.update_untracked(|sheets| {
            for (position, sheet) in sheets.iter_mut().enumerate() {
                sheet.svg = browser::inner_html(&sheet_anchor(position)).into();
            }
        });
        if self.pages.sheets.with_untracked(Vec::is_empty) {
            self.preview_now();
        }
    }

    /// Shows the pages of what the server has, or again those of the text here.
    pub fn show_saved(self, saved: bool) {
        self.pages.of_saved.set(saved);
        self.preview_now();
    }

    /// Draws the pages of the text here after a pause.
    pub fn preview_soon(self) {
        self.pages.of_saved.set(false);
        let timer = browser::after(PAUSE, move || self.preview_now());
        self.pages.asking.update_value(|asking| browser::replace(&mut asking.timer, timer));
    }

    /// Draws the pages now, or as soon as the request under way is answered.
    pub fn preview_now(self) {
        let mut sequence = None;
        self.pages.asking.update_value(|asking| {
            if asking.in_flight {
                asking.again = true;
            } else {
                asking.sequence += 1;
                asking.in_flight = true;
                asking.again = false;
                sequence = Some(asking.sequence);
            }
        });
        let Some(sequence) = sequence else { return };
        browser::after(PATIENCE, move || {
            if self.pages.asking.with_value(|asking| asking.in_flight && asking.sequence == sequence) {
                self.pages.slow.set(true);
            }
        });
        browser::after(GIVE_UP, move || {
            self.drawn(sequence, Err(ApiError::Render("The page takes longer than usual.".into())));
        });
        let known = self.pages.sheets.with_untracked(|sheets| {
            sheets.iter().filter(|sheet| !sheet.svg.is_empty()).map(|sheet| sheet.hash.clone()).collect()
        });
        let document = (!self.pages.of_saved.get_untracked()).then(|| self.snapshot());
        let request = PreviewRequest { id: self.id, document, known };
        spawn_local(async move { self.drawn(sequence, call(PreviewResume { request }).await) });
    }

    /// Shows an answer, unless it is late.
    fn drawn(self, sequence: u32, answer: Result<Preview, ApiError>) {
        let (mut current, mut again) = (false, false);
        self.pages.asking.update_value(|asking| {
            // A late answer still counts as long as nothing newer was asked.
            current = asking.sequence == sequence && (asking.in_flight || answer.is_ok());
            if current {
                asking.in_flight = false;
                again = asking.again;
            }
        });
        if !current {
            return;
        }
        self.pages.slow.set(false);
        match answer {
            Ok(mut preview) => {
                // Those of another text do not belong to the fields here.
                if !self.pages.of_saved.get_untracked() {
                    self.warnings.set(self.anchored(std::mem::take(&mut preview.warnings)));
                }
                self.pages.show(preview);
            }
            Err(error) => self.waits(sequence, error),
        }
        if again {
            self.preview_now();
        }
    }

    /// Says why the pages wait; asks again after a while if it was not the text's fault.
    fn waits(self, sequence: u32, error: ApiError) {
        if error.is_passing() {
            browser::after(ASK_AGAIN, move || {
                if self.pages.asking.with_value(|asking| asking.sequence == sequence) && !browser::is_hidden() {
                    self.preview_now();
                }
            });
        }
        self.pages.trouble.set(Some(match error {
            ApiError::Invalid(_) => "The page waits until the marked fields are put right.".into(),
            ApiError::Render(reason) => reason,
            other => other.to_string(),
        }));
    }
}
