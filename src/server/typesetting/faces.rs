//! The typefaces of the page: what the typesetter has built in and what the browser knows the same files by.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::layout::{Abs, Em};
use typst::text::{Font, FontVariations};

/// One typeface.
pub(super) struct Face {
    /// The TTF file.
    data: &'static [u8],
    /// Family in `style/page-fonts.css`.
    pub family: &'static str,
    /// Weight there and in the file.
    pub weight: u16,
    /// Whether it is an italic.
    pub italic: bool,
}

macro_rules! face {
    ($file:literal, $family:literal, $weight:literal, $italic:literal) => {
        Face {
            data: include_bytes!(concat!("../../../fonts/", $file, ".ttf")),
            family: $family,
            weight: $weight,
            italic: $italic,
        }
    };
}

/// All faces. Each stands in `public/fonts/` too, as WOFF2 of exactly the same file (`fonts/README.md`).
pub(super) static FACES: [Face; 8] = [
    face!("serif-regular", "page-serif", 400, false),
    face!("serif-italic", "page-serif", 400, true),
    face!("serif-semibold", "page-serif", 600, false),
    face!("serif-semibold-italic", "page-serif", 600, true),
    face!("sans-regular", "page-sans", 400, false),
    face!("sans-italic", "page-sans", 400, true),
    face!("sans-semibold", "page-sans", 600, false),
    face!("sans-semibold-italic", "page-sans", 600, true),
];

/// The faces as Typst uses them, in the order of [`FACES`].
pub(super) fn load() -> Vec<Font> {
    FACES.iter().filter_map(|face| Font::new(Bytes::new(face.data), 0)).collect()
}

/// The face that a font was loaded from.
pub(super) fn of(font: &Font) -> Option<&'static Face> {
    let data = font.data().as_slice().as_ptr();
    FACES.iter().find(|face| std::ptr::eq(face.data.as_ptr(), data))
}

/// How wide a character is at most, as a part of the size of the text: in whichever face, and as a spaced capital of a
/// heading too.
pub(super) fn widest(c: char) -> f64 {
    usize::try_from(u32::from(c)).ok().and_then(|code| WIDEST.get(code).copied()).unwrap_or(1.0)
}

/// Latin letters and what goes with them; anything else is rare enough to be taken for a square.
static WIDEST: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let instance = |font: Font| {
        let variant = font.info().variant;
        font.instantiate(variant, Abs::pt(10.0), &FontVariations::default())
    };
    let fonts: Vec<_> = load().into_iter().map(instance).collect();
    let advance = |c: char| {
        let advances = fonts.iter().map(|font| font.x_advance(font.ttf().glyph_index(c).unwrap_or_default().0));
        advances.map(|advance| advance.map_or(1.0, Em::get)).fold(0.0, f64::max)
    };
    let capital = |c: char| c.to_uppercase().map(|c| 0.89 * (advance(c) + 0.055)).sum();
    ('\0'..'\u{250}').map(|c| advance(c).max(capital(c))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_loads_and_is_what_the_table_says() {
        let fonts = load();
        assert_eq!(fonts.len(), FACES.len());
        for (font, face) in fonts.iter().zip(&FACES) {
            let variant = font.info().variant;
            assert_eq!(variant.weight.to_number(), face.weight);
            assert_eq!(variant.style == typst::text::FontStyle::Italic, face.italic);
            assert_eq!(font.info().family.to_lowercase().replace(' ', "-"), face.family);
            assert!(of(font).is_some_and(|found| std::ptr::eq(found, face)));
        }
    }
}
