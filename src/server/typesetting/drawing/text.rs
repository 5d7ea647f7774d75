//! Draws one run of shaped text.

use super::colour;
use super::svg::{Svg, number};
use crate::server::typesetting::faces;
use typst::foundations::{Content, Smart};
use typst::layout::{Abs, Em, Frame, FrameItem, Point, Sides, Size};
use typst::text::{Glyph, TextItem};
use typst_layout::Page;
use typst_svg::SvgOptions;

/// Characters of a run that the fonts do not have.
pub(super) fn missing(item: &TextItem) -> Vec<char> {
    let absent = item.glyphs.iter().filter(|glyph| glyph.id == 0);
    absent
        .flat_map(|glyph| item.text[glyph.range()].chars())
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .collect()
}

/// Draws a run whose first glyph stands at `at` (on the baseline).
pub(super) fn draw(svg: &mut Svg, item: &TextItem, at: Point) {
    let words = item.text.trim_end();
    if words.is_empty() {
        return;
    }
    match attributes(item, words, at) {
        Some(attributes) => svg.text(&attributes, words),
        None => svg.outlines(at, &outlines(item)),
    }
}

/// The attributes of the `<text>`, if a browser can be trusted to shape these words as Typst did.
fn attributes(item: &TextItem, words: &str, at: Point) -> Option<String> {
    let face = faces::of(item.font.font())?;
    if !is_simple(item, words) {
        return None;
    }
    let place = if tracked(item) {
        format!("x=\"{}\"", every_character(item, words, at.x)?)
    } else {
        let width: Em = visible(item, words).map(|glyph| glyph.x_advance).sum();
        format!("x=\"{}\" textLength=\"{}\"", number(at.x.to_pt()), number(width.at(item.size).to_pt()))
    };
    let size = number(item.size.to_pt());
    let weight = if face.weight == 400 { String::new() } else { format!(" font-weight=\"{}\"", face.weight) };
    let style = if face.italic { " font-style=\"italic\"" } else { "" };
    let colour = colour(&item.fill);
    let fill = if colour == "#000000" { String::new() } else { format!(" fill=\"{colour}\"") };
    let (y, family) = (number(at.y.to_pt()), face.family);
    Some(format!("{place} y=\"{y}\" font-size=\"{size}\" font-family=\"{family}\"{weight}{style}{fill}"))
}

/// Glyphs of the words without the white space after them.
fn visible<'a>(item: &'a TextItem, words: &'a str) -> impl Iterator<Item = &'a Glyph> {
    item.glyphs.iter().filter(|glyph| glyph.range().start < words.len())
}

/// Whether every character is there, stands in its order, and shows as itself.
fn is_simple(item: &TextItem, words: &str) -> bool {
    let in_order = item.glyphs.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start);
    in_order && item.stroke.is_none() && item.glyphs.iter().all(|glyph| glyph.id != 0) && !words.contains(is_invisible)
}

/// Characters that say how others are to be shown; shapers differ about them.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0xAD | 0x34F | 0x61C | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0F | 0xFEFF | 0xE_0000..=0xE_0FFF)
        || c.is_control()
}

/// Whether the letters are spaced: then most glyphs are wider (or narrower) than the font says, by the same amount.
fn tracked(item: &TextItem) -> bool {
    let natural = |glyph: &&Glyph| {
        item.font.x_advance(glyph.id).is_some_and(|advance| (advance.get() - glyph.x_advance.get()).abs() < 1e-6)
    };
    item.glyphs.iter().filter(natural).count() * 3 < item.glyphs.len()
}

/// Where each character stands; nothing if glyphs and characters do not go one to one.
fn every_character(item: &TextItem, words: &str, start: Abs) -> Option<String> {
    let mut x = start;
    let mut places = Vec::with_capacity(item.glyphs.len());
    for glyph in visible(item, words) {
        if item.text[glyph.range()].chars().count() != 1 {
            return None;
        }
        places.push(number((x + glyph.x_offset.at(item.size)).to_pt()));
        x += glyph.x_advance.at(item.size);
    }
    (places.len() == words.chars().count()).then(|| places.join(" "))
}

/// The run as outlines, by Typst's own SVG export; its first glyph stands at 0, 0.
fn outlines(item: &TextItem) -> String {
    let mut frame = Frame::soft(Size::new(item.width(), item.size));
    frame.push(Point::zero(), FrameItem::Text(item.clone()));
    let page = Page {
        frame,
        bleed: Sides::default(),
        fill: Smart::Custom(None),
        numbering: None,
        supplement: Content::empty(),
        number: 1,
    };
    let svg = typst_svg::svg(&page, &SvgOptions { render_bleed: false, pretty: false });
    let inner = svg.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>"));
    inner.map(|(markup, _)| markup.to_owned()).unwrap_or_default()
}
