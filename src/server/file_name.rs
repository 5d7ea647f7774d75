//! What files are called that leave: after the person and what it is, `Ana Pérez – CV.pdf`. What the owner calls a CV is
//! for them alone: no file that leaves has it, neither in its name nor inside.

use crate::domain::{document::Document, language::Language, text::clean_line};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Most bytes of a person's name: file systems take 255 for all, and something comes before and behind it.
const MOST_BYTES: usize = 160;

/// Between the person and what it is; in the title of a PDF too.
const BETWEEN: &str = " – ";

/// Most bytes of the title of a PDF that are read: more than ever are used of it.
const TITLE_BYTES: usize = 8 * 1024;

/// The name of a file without its ending: letters of every script, and nothing that a file system takes for a path or
/// an eye for something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// For a file of this CV.
    pub fn of(document: &Document) -> Self {
        Self::new(&document.basics.name, Language::of(&document.language).cv())
    }

    /// For a file of a CV of which nothing is known.
    pub fn of_nobody() -> Self {
        Self::new("", Language::of("").cv())
    }

    /// For a PDF that was archived, as its own title says: the CV may be another one by now, or gone.
    pub fn of_pdf(content: &[u8]) -> Self {
        let Some(title) = pdf_title(content) else { return Self::of_nobody() };
        let (person, kind) = title.rsplit_once(BETWEEN).unwrap_or(("", &title));
        Self::new(person, kind)
    }

    fn new(person: &str, kind: &str) -> Self {
        let parts = [plain(person), plain(kind)];
        let name = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(BETWEEN);
        if name.is_empty() { Self::of_nobody() } else { Self(name) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `Content-Disposition` of a file to be saved under this name (RFC 6266: ASCII for old programs, UTF-8 for the rest).
    pub fn disposition(&self, ending: &str) -> String {
        let encoded = utf8_percent_encode(&self.0, NON_ALPHANUMERIC);
        format!("attachment; filename=\"{}.{ending}\"; filename*=UTF-8''{encoded}.{ending}", self.ascii())
    }

    /// The name in letters that every program can read: without accents, and without what has no Latin letters.
    fn ascii(&self) -> String {
        let mut ascii = String::new();
        for c in self.0.nfd().filter(|c| !is_combining_mark(*c)) {
            match latin(c) {
                "" if c.is_ascii_alphanumeric() || " -_.,'()+&".contains(c) => ascii.push(c),
                letters => ascii.push_str(letters),
            }
        }
        let ascii = ascii.split_whitespace().collect::<Vec<_>>().join(" ");
        let ascii = ascii.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if ascii.is_empty() { Language::of("").cv().into() } else { ascii.into() }
    }
}

/// Text as a part of a file's name: one line, without marks of direction, without what is special to any file system.
fn plain(text: &str) -> String {
    let replaced = |c| match c {
        '"' => '\'',
        '/' | '\\' | ':' | '*' | '?' | '<' | '>' | '|' => '-',
        c => c,
    };
    let mut left = MOST_BYTES;
    let mut plain = String::new();
    for c in clean_line(text).chars().map(replaced).nfc() {
        let Some(rest) = left.checked_sub(c.len_utf8()) else { break };
        left = rest;
        plain.push(c);
    }
    // A dot in front hides a file, one at the end is lost in Windows, and half of a joined picture is none.
    let is_loose = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '\u{200c}' | '\u{200d}');
    plain.trim_matches(is_loose).to_owned()
}

/// Letters that are no Latin letter with an accent, as they are written without them; nothing for all others.
fn latin(c: char) -> &'static str {
    match c {
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'þ' => "th",
        'Þ' => "Th",
        'ı' => "i",
        '–' | '—' | '‐' | '‑' => "-",
        '‘' | '’' => "'",
        _ => "",
    }
}

/// The title that a PDF has in its metadata (XMP, which is not compressed).
fn pdf_title(content: &[u8]) -> Option<String> {
    const TITLE: &[u8] = b"<dc:title>";
    let start = content.windows(TITLE.len()).position(|window| window == TITLE)? + TITLE.len();
    let title = content.get(start..)?;
    let title = String::from_utf8_lossy(title.get(..TITLE_BYTES).unwrap_or(title));
    let (_, title) = title.split_once("<rdf:li")?.1.split_once('>')?;
    let (title, _) = title.split_once('<')?;
    let unescaped = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(unescaped.into_iter().fold(title.to_owned(), |title, (escaped, text)| title.replace(escaped, text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(person: &str, language: &str) -> FileName {
        let mut document = Document { language: language.into(), ..Document::default() };
        document.basics.name = person.into();
        FileName::of(&document)
    }

    #[test]
    fn files_are_called_after_the_person_and_what_it_is_in_their_language() {
        for (person, language, expected, ascii) in [
            ("Ana Pérez", "es", "Ana Pérez – CV", "Ana Perez - CV"),
            (" Zoë\n Ößl ", "de-AT", "Zoë Ößl – Lebenslauf", "Zoe Ossl - Lebenslauf"),
            ("João", "pt-PT", "João – Currículo", "Joao - Curriculo"),
            ("Łukasz Żółć", "pl", "Łukasz Żółć – CV", "Lukasz Zolc - CV"),
            ("山田 太郎", "en", "山田 太郎 – CV", "CV"),
            ("سيرة", "en", "سيرة – CV", "CV"),
            ("Nguye\u{302}\u{303}n", "fr", "Nguyễn – CV", "Nguyen - CV"),
            ("Ana \"Nina\" Núñez/Łuk: 履歴書", "en", "Ana 'Nina' Núñez-Łuk- 履歴書 – CV", "Ana 'Nina' Nunez-Luk- - CV"),
            ("", "en", "CV", "CV"),
            ("\u{202e} ../\u{0}", "de", "Lebenslauf", "Lebenslauf"),
        ] {
            let name = name(person, language);
            assert_eq!((name.as_str(), name.ascii().as_str()), (expected, ascii), "{person:?}");
        }
        let header = name("Ana Pérez", "es").disposition("pdf");
        let expected = "attachment; filename=\"Ana Perez - CV.pdf\"; \
                        filename*=UTF-8''Ana%20P%C3%A9rez%20%E2%80%93%20CV.pdf";
        assert_eq!(header, expected);
    }

    #[test]
    fn the_title_of_a_pdf_is_read_and_nothing_else_of_it() {
        let pdf = |title: &str| {
            let xmp =
                format!("<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>");
            FileName::of_pdf(&[b"%PDF-1.7\n\xff\xfe", xmp.as_bytes(), b"\nendstream"].concat())
        };
        assert_eq!(pdf("Ana – Pérez &amp; &lt;b&gt; – Lebenslauf").as_str(), "Ana – Pérez & -b – Lebenslauf");
        assert_eq!(pdf("&amp;lt; – CV").as_str(), "&lt; – CV");
        for nothing in ["", "CV", "..", " – "] {
            assert_eq!(pdf(nothing), FileName::of_nobody(), "{nothing:?}");
        }
        assert_eq!(FileName::of_pdf(b"%PDF-1.7 <dc:title><rdf:li"), FileName::of_nobody());
        let long = pdf(&"é".repeat(100_000));
        assert_eq!(long, FileName::of_nobody(), "no title of a person is as long");
    }

    proptest! {
        #[test]
        fn whatever_somebody_is_called_it_is_the_name_of_one_file(person in "\\PC{0,20}|[ -~\\x00-\\x1f]{0,300}|(?s:.{0,300})") {
            let name = name(&person, "en");
            let text = name.as_str();
            prop_assert!(text.ends_with("CV") && text.len() <= MOST_BYTES + 8, "{}", text);
            prop_assert!(!text.starts_with(['.', ' ', '-']), "{}", text);
            let never = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c)
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!text.contains(never), "{:?}", text);
            let header = name.disposition("pdf");
            prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", header);
            prop_assert_eq!(header.matches('"').count(), 2, "{}", header);
            prop_assert!(name.ascii().ends_with("CV"), "{}", name.ascii());
        }
    }
}
