//! Pages drawn for the browser: small SVGs with real text, set in the same fonts as the PDF.
//!
//! Typst's own SVGs hold every glyph as an outline: 70 KB compressed for a page, and nothing can be selected. Here a line
//! of text is a `<text>` in a face of `style/page-fonts.css`, which is the very file that Typst measured, with the width
//! that Typst gave it; so the browser puts each glyph where the PDF has it. What a browser cannot be trusted to shape
//! in the same way (characters outside the fonts, invisible ones) is drawn as outlines.

mod svg;
mod text;

use super::job::{Page, Pages};
use std::collections::BTreeSet;
use svg::Svg;
use typst::foundations::Label;
use typst::layout::{Frame, FrameItem, GroupItem, Point, Size, Transform};
use typst::model::Destination;
use typst::visualize::{Curve, CurveItem, FixedStroke, Geometry, Paint, Shape};
use typst_layout::PagedDocument;

/// Drawings of all pages; those with a hash in `known` without the picture.
pub(super) fn pages(document: &PagedDocument, known: &[String]) -> Pages {
    let mut missing = BTreeSet::new();
    let pages = document.pages().iter().map(|page| draw(&page.frame, known, &mut missing)).collect();
    Pages { pages, missing: missing.into_iter().collect() }
}

/// Characters that no font has, each once.
pub(super) fn missing(document: &PagedDocument) -> String {
    let mut missing = BTreeSet::new();
    for page in document.pages() {
        collect_missing(&page.frame, &mut missing);
    }
    missing.into_iter().collect()
}

fn collect_missing(frame: &Frame, missing: &mut BTreeSet<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => collect_missing(&group.frame, missing),
            FrameItem::Text(text) => missing.extend(text::missing(text)),
            _ => {}
        }
    }
}

fn draw(frame: &Frame, known: &[String], missing: &mut BTreeSet<char>) -> Page {
    collect_missing(frame, missing);
    let (width, height) = (frame.width().to_pt(), frame.height().to_pt());
    let mut svg = Svg::open(width, height, language(frame).as_deref());
    walk(&mut svg, frame, Point::zero());
    let drawing = svg.close();
    let hash = format!("{:032x}", typst::utils::hash128(&drawing));
    let svg = if known.contains(&hash) { None } else { Some(drawing) };
    Page { hash, width: tenths(width), height: tenths(height), svg }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a side of paper is some hundred points"
)]
fn tenths(points: f64) -> u32 {
    (points * 10.0).round() as u32
}

/// The language that the page is shaped in: some letters have forms of their own in some languages.
fn language(frame: &Frame) -> Option<String> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Text(text) => Some(text.lang.as_str().to_owned()),
        FrameItem::Group(group) => language(&group.frame),
        _ => None,
    })
}

fn walk(svg: &mut Svg, frame: &Frame, origin: Point) {
    for (position, item) in frame.items() {
        let at = origin + *position;
        match item {
            FrameItem::Group(inner) => group(svg, inner, at),
            FrameItem::Text(item) => text::draw(svg, item, at),
            FrameItem::Shape(item, _) => shape(svg, item, at),
            FrameItem::Link(Destination::Url(url), size) => svg.link(url.as_str(), at, *size),
            // No template sets images yet, and links within the page lead nowhere that is not on the screen.
            FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

fn group(svg: &mut Svg, group: &GroupItem, at: Point) {
    let labelled = group.label.map(|label| open_item(svg, label, at, group.frame.size()));
    if group.transform.is_only_translate() && group.clip.is_none() {
        walk(svg, &group.frame, at + Point::new(group.transform.tx, group.transform.ty));
    } else {
        let clip = group.clip.as_ref().map(|clip| curve(clip, Point::zero()));
        svg.open_group(Transform::translate(at.x, at.y).pre_concat(group.transform), clip.as_deref());
        walk(svg, &group.frame, Point::zero());
        svg.close_group();
    }
    if labelled.is_some() {
        svg.close_group();
    }
}

fn open_item(svg: &mut Svg, label: Label, at: Point, size: Size) {
    svg.open_item(label.resolve().as_str(), at, size);
}

fn shape(svg: &mut Svg, shape: &Shape, at: Point) {
    let path = match &shape.geometry {
        Geometry::Line(to) => format!("M{}L{}", svg::point(at), svg::point(at + *to)),
        Geometry::Rect(size) => svg::rectangle(at, *size),
        Geometry::Curve(geometry) => curve(geometry, at),
    };
    let fill = shape.fill.as_ref().map(colour);
    let stroke = shape.stroke.as_ref().map(|stroke: &FixedStroke| (colour(&stroke.paint), stroke.thickness.to_pt()));
    svg.path(&path, fill.as_deref(), stroke.as_ref().map(|(colour, width)| (colour.as_str(), *width)));
}

/// The colour of a paint. Templates use plain colours only; anything else would be drawn in black.
fn colour(paint: &Paint) -> String {
    match paint {
        Paint::Solid(colour) => colour.to_hex().to_string(),
        Paint::Gradient(_) | Paint::Tiling(_) => "#000".into(),
    }
}

fn curve(curve: &Curve, at: Point) -> String {
    let step = |item: &CurveItem| match item {
        CurveItem::Move(to) => format!("M{}", svg::point(at + *to)),
        CurveItem::Line(to) => format!("L{}", svg::point(at + *to)),
        CurveItem::Cubic(a, b, to) => {
            format!("C{} {} {}", svg::point(at + *a), svg::point(at + *b), svg::point(at + *to))
        }
        CurveItem::Close => "Z".into(),
    };
    curve.0.iter().map(step).collect()
}
