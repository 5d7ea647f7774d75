use super::*;

#[test]
fn links_lead_only_where_links_may() {
    for (typed, href) in [
        ("github.com/janedev", "https://github.com/janedev"),
        (" HTTPS://Example.org/ ", "https://Example.org/"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("jane@example.org", "mailto:jane@example.org"),
        ("mailto:jane@example.org?subject=CV", "mailto:jane@example.org?subject=CV"),
        ("tel:+44-20-7946-0000", "tel:+44-20-7946-0000"),
        (
            "http://en.wikipedia.org/wiki/Silicon_Valley_(TV_series)",
            "http://en.wikipedia.org/wiki/Silicon_Valley_(TV_series)",
        ),
        ("https://münchen.example/ü", "https://münchen.example/ü"),
        ("https://example.org/\"><script>", "https://example.org/%22%3E%3Cscript%3E"),
    ] {
        assert_eq!(safe_href(typed).as_deref(), Some(href), "{typed}");
    }
    for typed in [
        "",
        " ",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/etc/passwd",
        "../x",
        "#top",
        "?q",
        "https:evil.example",
        "https://",
        "https:///x",
        "https://user:pass@example.org",
        "https://example.org@evil.example",
        "https:\\\\evil.example",
        "https://exam ple.org",
        "https://exam\u{202e}ple.org",
        "ht\u{200b}tp://x.example",
        "mailto:",
        "mailto:nobody",
        "tel:",
        "tel:abc",
        "snake_case",
        "v1.2",
        "1.5",
        "example",
        "javascript:1234",
        "example..org",
        "-a.org",
    ] {
        assert_eq!(safe_href(typed), None, "{typed:?}");
    }
    assert_eq!(safe_href(&"a".repeat(3_000)), None);
}

#[test]
fn addresses_are_printed_short() {
    assert_eq!(shown_url("https://www.example.org/"), "example.org");
    assert_eq!(shown_url("HTTP://example.org/a/"), "example.org/a");
    assert_eq!(shown_url("example.org"), "example.org");
    assert_eq!(shown_url("é"), "é");
}

#[test]
fn e_mail_addresses_have_a_shape() {
    for good in ["jane@example.org", "j.d+x@mail.example.co.uk", "zoë@example.org"] {
        assert!(is_email(good), "{good}");
    }
    for bad in [
        "",
        "jane",
        "jane@",
        "@example.org",
        "jane@example",
        "a b@example.org",
        "jane@exa mple.org",
        "jane@-a.org",
        "a..b@example.org",
    ] {
        assert!(!is_email(bad), "{bad}");
    }
}

#[test]
fn names_are_trimmed_and_bounded() {
    assert_eq!(ResumeName::parse("  Cook \u{e9}\n").map(String::from), Ok("Cook é".into()));
    assert!(ResumeName::parse(&"é".repeat(255)).is_ok());
    for bad in ["", "  \n", "a\u{0}b", "a\nb", &"x".repeat(256)] {
        assert_eq!(ResumeName::parse(bad).map_err(|e| e.field), Err("name".into()), "{bad:?}");
    }
    assert!(serde_json::from_str::<ResumeName>("\"\"").is_err());
    assert_eq!(serde_json::to_string(&ResumeName::parse(" a ").expect("a name")).expect("a string"), "\"a\"");
}

#[test]
fn cleaning_takes_only_what_cannot_be_set() {
    assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd\te");
    assert_eq!(clean("a\u{b}b\u{c}c\u{85}d"), "a\nb\nc\nd");
    assert_eq!(clean("\u{0}a\u{202e}b\u{feff}c\u{e000}d\u{fffe}e\u{10ffff}f\u{ad}g"), "abcdefg");
    assert_eq!(clean("Zoë 日本 עברית 👩\u{200d}🚀"), "Zoë 日本 עברית 👩\u{200d}🚀");
    assert_eq!(clean(&format!("a{}b", "\u{301}".repeat(1_000))), format!("a{}b", "\u{301}".repeat(6)));
    assert_eq!(clean_line("  a \n b\t"), "a b");
}

#[test]
fn one_mark_of_a_list_is_taken_off() {
    for (line, text) in [
        ("• did x", "did x"),
        ("•did x", "did x"),
        (" ●\tq ", "q"),
        ("\u{f0b7} word", "word"),
        ("✔\u{fe0f} done", "done"),
        ("- did y", "did y"),
        ("– w", "w"),
        ("* did z", "did z"),
        ("- - twice", "- twice"),
        ("- • both", "• both"),
        ("o\tround", "round"),
        ("§\tsquare", "square"),
        ("1.\tfirst", "first"),
        ("12)\ttwelfth", "twelfth"),
        ("•", ""),
        ("", ""),
    ] {
        assert_eq!(without_list_mark(line), text, "{line:?}");
    }
    for line in ["-40 % cost", "*three* of **four**", "**bold**", "o clock", "1. FC Köln", "2019", "-", "§ 12", "plain"]
    {
        assert_eq!(without_list_mark(line), line, "{line:?}");
    }
}

proptest::proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(text in "\\PC*|[\\s\\S]*") {
        let once = clean(&text);
        proptest::prop_assert_eq!(&clean(&once), &once);
    }

    #[test]
    fn a_link_is_a_link_again(text in "(https?://|mailto:|tel:|)[\\s\\S]{0,40}") {
        if let Some(href) = safe_href(&text) {
            let again = safe_href(&href);
            proptest::prop_assert_eq!(again.as_deref(), Some(href.as_str()));
            let allowed = ["http://", "https://", "mailto:", "tel:"].iter().any(|s| href.starts_with(s));
            proptest::prop_assert!(allowed);
        }
    }
}
