//! The typefaces of the page: what the typesetter has built in and what the browser knows the same files by.

use typst::foundations::Bytes;
use typst::text::Font;

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
