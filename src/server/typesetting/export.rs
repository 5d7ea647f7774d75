//! Files made of a CV that is set: PDF, SVG, PNG, plain text.

use super::engine::{Failure, Setting};
use super::{said, streams};
use std::panic::{AssertUnwindSafe, catch_unwind};
use typst::foundations::{Datetime, Smart};
use typst::layout::{Frame, FrameItem, Point};
use typst::utils::Scalar;
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;
use typst_svg::SvgOptions;

/// The largest picture, in pixels per point: 300 dpi and a little more.
const MAX_SCALE: f32 = 4.5;

/// A PDF that is written.
pub(super) struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// In words for the owner.
    pub warning: Option<String>,
    /// In words of the typesetter, for the log.
    pub said: Option<String>,
}

/// The PDF, dated `timestamp` (seconds since 1970): PDF/A-2a and PDF/UA-1, or plain tagged PDF with a warning that says
/// why, because these standards refuse characters that no font has.
///
/// # Errors
/// If not even a plain PDF can be made.
pub(super) fn pdf(setting: &Setting, timestamp: i64, missing: &str) -> Result<Written, Failure> {
    let archival = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).expect("these two standards go together");
    match write(&setting.document, timestamp, archival) {
        Ok(bytes) => Ok(Written { bytes, warning: setting.warning.clone(), said: None }),
        Err(said) => {
            let plain = write(&setting.document, timestamp, PdfStandards::default());
            let bytes = plain.map_err(|said| Failure::Fault("The PDF of this CV cannot be written.", said))?;
            // That a font lacks a letter is no fault.
            let said = Some(said).filter(|_| missing.is_empty());
            Ok(Written { bytes, warning: Some(plain_warning(missing)), said })
        }
    }
}

fn plain_warning(missing: &str) -> String {
    if missing.is_empty() {
        return "This PDF is not in the archival format PDF/A, which is a fault of ours.".into();
    }
    let characters: Vec<_> = missing.chars().map(|c| format!("{c} (U+{:04X})", u32::from(c))).collect();
    format!(
        "No font has these characters, so the PDF shows boxes and is not in the archival format PDF/A: {}.",
        characters.join(", ")
    )
}

fn write(document: &PagedDocument, timestamp: i64, standards: PdfStandards) -> Result<Vec<u8>, String> {
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Vitae".into())),
        timestamp: date(timestamp).map(Timestamp::new_utc),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    };
    match catch_unwind(AssertUnwindSafe(|| typst_pdf::pdf(document, &options))) {
        Ok(written) => written.map(streams::ended).map_err(|errors| said::of_export(&errors)),
        Err(_) => Err("it panicked".into()),
    }
}

fn date(timestamp: i64) -> Option<Datetime> {
    let moment = time::OffsetDateTime::from_unix_timestamp(timestamp).ok()?;
    let (hour, minute, second) = moment.to_hms();
    Datetime::from_ymd_hms(moment.year(), moment.month().into(), moment.day(), hour, minute, second)
}

/// Page `index` as a self-contained SVG.
///
/// # Errors
/// If there is no such page.
pub(super) fn svg(document: &PagedDocument, index: usize) -> Result<Vec<u8>, Failure> {
    let page = page(document, index)?;
    Ok(typst_svg::svg(page, &SvgOptions { render_bleed: false, pretty: false }).into_bytes())
}

/// Page `index` as PNG with `scale` pixels per point.
///
/// # Errors
/// If there is no such page, or the picture cannot be encoded.
pub(super) fn png(document: &PagedDocument, index: usize, scale: f32) -> Result<Vec<u8>, Failure> {
    let page = page(document, index)?;
    let scale = if scale.is_finite() { scale.clamp(0.1, MAX_SCALE) } else { 1.0 };
    let options = RenderOptions { pixel_per_pt: Scalar::new(scale.into()), render_bleed: false };
    typst_render::render(page, &options)
        .encode_png()
        .map_err(|error| Failure::Fault("The picture of this CV cannot be written.", error.to_string()))
}

fn page(document: &PagedDocument, index: usize) -> Result<&Page, Failure> {
    document.pages().get(index).ok_or_else(|| Failure::Words(format!("This CV has no page {}.", index + 1)))
}

/// The words in the order of the pages, a line of text for each line on the page.
pub(super) fn text(document: &PagedDocument) -> String {
    let mut lines = Lines::default();
    for page in document.pages() {
        lines.frame(&page.frame, Point::zero());
        lines.end = None;
    }
    lines.text.push('\n');
    lines.text
}

/// Text gathered from frames; `end` is where the last piece ended: horizontal position and baseline, in points.
#[derive(Default)]
struct Lines {
    text: String,
    end: Option<(f64, f64)>,
}

impl Lines {
    fn frame(&mut self, frame: &Frame, origin: Point) {
        for (position, item) in frame.items() {
            let at = origin + *position;
            match item {
                FrameItem::Group(group) => {
                    self.frame(&group.frame, at + Point::new(group.transform.tx, group.transform.ty));
                }
                FrameItem::Text(text) => {
                    let start = at.x.to_pt();
                    self.piece(&text.text, start, start + text.width().to_pt(), at.y.to_pt());
                }
                _ => {}
            }
        }
    }

    fn piece(&mut self, text: &str, start: f64, end: f64, baseline: f64) {
        match self.end {
            Some((_, last)) if (last - baseline).abs() > 0.5 => self.new_line(),
            None if !self.text.is_empty() => self.new_line(),
            Some((last, _)) if start - last > 1.0 && !self.text.ends_with(' ') => self.text.push(' '),
            _ => {}
        }
        self.text.push_str(text);
        self.end = Some((end, baseline));
    }

    fn new_line(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
    }
}
