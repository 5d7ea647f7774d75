//! Writes SVG. Everything that goes into a drawing passes through here, and all of it is escaped here.

use crate::server::typesetting::prepare::is_safe_href;
use std::fmt::Write as _;
use typst::layout::{Point, Size, Transform};

/// How text is set on the whole page: what the templates ask of Typst, in CSS. A style attribute, because the page's
/// content policy allows those but no style elements.
const STYLE: &str = "font-variant-numeric:lining-nums proportional-nums;font-kerning:normal;font-synthesis:none;\
    text-rendering:geometricPrecision;white-space:pre";

/// An SVG that is being written.
pub(super) struct Svg {
    out: String,
}

impl Svg {
    /// Begins a page of this size in points.
    pub(super) fn open(width: f64, height: f64, language: Option<&str>) -> Self {
        let mut out = String::with_capacity(32 * 1024);
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
        push(&mut out, format_args!("{} {}\"", number(width), number(height)));
        if let Some(language) = language {
            push(&mut out, format_args!(" lang=\"{}\"", escape(language)));
        }
        push(&mut out, format_args!(" style=\"{STYLE}\">"));
        Self { out }
    }

    /// Ends the page.
    pub(super) fn close(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    /// Begins something that can be clicked, with its area.
    pub(super) fn open_item(&mut self, name: &str, at: Point, size: Size) {
        push(&mut self.out, format_args!("<g data-item=\"{}\">", escape(name)));
        self.area(at, size);
    }

    /// Begins a group with a transform of its own, and perhaps a path that it is clipped to.
    pub(super) fn open_group(&mut self, transform: Transform, clip: Option<&str>) {
        let t = transform;
        let matrix =
            [t.sx.get(), t.ky.get(), t.kx.get(), t.sy.get(), t.tx.to_pt(), t.ty.to_pt()].map(precise).join(" ");
        push(&mut self.out, format_args!("<g transform=\"matrix({matrix})\""));
        if let Some(path) = clip {
            push(&mut self.out, format_args!(" style=\"clip-path:path('{}')\"", escape(path)));
        }
        self.out.push('>');
    }

    /// Ends an item or group.
    pub(super) fn close_group(&mut self) {
        self.out.push_str("</g>");
    }

    /// A link over an area of the page; unsafe addresses are left out.
    pub(super) fn link(&mut self, href: &str, at: Point, size: Size) {
        if !is_safe_href(href) {
            return;
        }
        let href = escape(href);
        push(
            &mut self.out,
            format_args!("<a href=\"{href}\" target=\"_blank\" rel=\"noopener noreferrer\" aria-label=\"{href}\">"),
        );
        self.area(at, size);
        self.out.push_str("</a>");
    }

    /// An invisible area that takes clicks.
    fn area(&mut self, at: Point, size: Size) {
        let [x, y, w, h] = [at.x, at.y, size.x, size.y].map(|length| number(length.to_pt()));
        push(
            &mut self.out,
            format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"none\" pointer-events=\"all\"/>"
            ),
        );
    }

    /// A filled or stroked path.
    pub(super) fn path(&mut self, path: &str, fill: Option<&str>, stroke: Option<(&str, f64)>) {
        push(&mut self.out, format_args!("<path d=\"{}\" fill=\"{}\"", escape(path), escape(fill.unwrap_or("none"))));
        if let Some((colour, width)) = stroke {
            push(&mut self.out, format_args!(" stroke=\"{}\" stroke-width=\"{}\"", escape(colour), number(width)));
        }
        self.out.push_str("/>");
    }

    /// A line of text: attributes that are ours, words that are the user's.
    pub(super) fn text(&mut self, attributes: &str, words: &str) {
        push(&mut self.out, format_args!("<text {attributes}>{}</text>", escape(words)));
    }

    /// Outlines made by Typst, put at a point.
    pub(super) fn outlines(&mut self, at: Point, markup: &str) {
        let (x, y) = (number(at.x.to_pt()), number(at.y.to_pt()));
        push(&mut self.out, format_args!("<g transform=\"translate({x} {y})\">{markup}</g>"));
    }
}

fn push(out: &mut String, what: std::fmt::Arguments) {
    out.write_fmt(what).expect("writing to a string cannot fail");
}

/// Hundredths of a point, without trailing zeros: finer than any screen.
pub(super) fn number(value: f64) -> String {
    trimmed(&format!("{value:.2}"))
}

fn precise(value: f64) -> String {
    trimmed(&format!("{value:.5}"))
}

fn trimmed(digits: &str) -> String {
    let short = digits.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

/// A point in a path.
pub(super) fn point(at: Point) -> String {
    format!("{} {}", number(at.x.to_pt()), number(at.y.to_pt()))
}

/// A rectangle as a path.
pub(super) fn rectangle(at: Point, size: Size) -> String {
    let (right, bottom) = (number((at.x + size.x).to_pt()), number((at.y + size.y).to_pt()));
    format!("M{}H{right}V{bottom}H{}Z", point(at), number(at.x.to_pt()))
}

/// Text that can stand in content and in quoted attributes: markup becomes entities, controls become nothing.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
