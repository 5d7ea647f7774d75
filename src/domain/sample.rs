//! A finished CV of a person who does not exist: for the landing page, and to begin from.

use super::{document::Document, version};

/// The CV of Marguerite Okafor, book and paper conservator. Every address in it is reserved for examples.
///
/// # Panics
/// Never: a test reads the very same text.
pub fn sample() -> Document {
    let value =
        serde_json::from_str(include_str!("sample/document.json")).expect("the sample is JSON, as its test says");
    version::read(value).expect("the sample is a document, as its test says")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        sheet::Sheet,
        validate::{validate, warnings},
    };

    #[test]
    fn the_sample_is_complete_and_sound() {
        let document = sample();
        assert_eq!(validate(&document), Ok(()));
        assert_eq!(warnings(&document), []);
        assert_eq!(document.sections[1].entries[0].roles.len(), 2, "several roles under one employer");
        assert!(!document.is_blank());
        let text = Sheet::of(&document).plain_text();
        assert!(text.contains("Head of Conservation | Mar 2021 – present"), "{text}");
    }

    #[test]
    fn its_addresses_belong_to_nobody() {
        let json = include_str!("sample/document.json");
        for at in json.match_indices("://").map(|(at, _)| at + 3).chain(json.match_indices('@').map(|(at, _)| at + 1)) {
            let host: String = json[at..].chars().take_while(|c| !"/\"".contains(*c)).collect();
            assert!(["example.org", "example.com"].iter().any(|end| host.ends_with(end)), "{host}");
        }
    }
}
