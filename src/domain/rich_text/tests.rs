use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Runs written so that a test can be read: `<b>`, `<i>`, `<a …>`.
fn show(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let mut text = run.t.clone();
        if run.i {
            text = format!("<i>{text}</i>");
        }
        if run.b {
            text = format!("<b>{text}</b>");
        }
        if !run.href.is_empty() {
            text = format!("<a {}>{text}</a>", run.href);
        }
        out.push_str(&text);
    }
    out
}

#[test]
fn marks_become_styles() {
    for (text, runs) in [
        ("plain", "plain"),
        ("**bold** and *italic* and _italic_", "<b>bold</b> and <i>italic</i> and <i>italic</i>"),
        ("**bold *both* bold**", "<b>bold </b><b><i>both</i></b><b> bold</b>"),
        ("***both***", "<b><i>both</i></b>"),
        ("*it **both***", "<i>it </i><b><i>both</i></b>"),
        ("un**believ**able", "un<b>believ</b>able"),
        ("[Site](https://example.org/a_(b))", "<a https://example.org/a_(b)>Site</a>"),
        ("[**bold** site](example.org)!", "<a https://example.org><b>bold</b></a><a https://example.org> site</a>!"),
        ("**[site](example.org)**", "<a https://example.org><b>site</b></a>"),
        ("two\nlines", "two\nlines"),
        ("(*x*)", "(<i>x</i>)"),
        ("[[x]](example.org)", "<a https://example.org>[x]</a>"),
        ("[1] see [x](example.org)", "[1] see <a https://example.org>x</a>"),
        ("[a [b](example.org) c](example.com)", "[a <a https://example.org>b</a> c](example.com)"),
    ] {
        assert_eq!(show(&parse_inline(text)), runs, "{text}");
    }
}

#[test]
fn what_is_no_mark_stays_as_it_is() {
    for text in [
        "snake_case_name",
        "5*3*2",
        "2 * 3 * 4",
        "**",
        "****",
        "*",
        "_",
        "** bold **",
        "**open",
        "*open",
        "[text]",
        "[text](",
        "[](example.org)",
        "[x](javascript:alert(1))",
        "[x](java script:x)",
        "[x](/etc/passwd)",
        "a ] b [ c",
        "![",
        "#read(\"/etc/passwd\")",
        "$x^2$",
        "<b>x</b>",
        "C:\\Users\\me",
        "`code`",
        "# heading",
        "1. first",
        "a_b",
        "_a_b",
        "\\",
    ] {
        assert_eq!(show(&parse_inline(text)), text, "{text}");
    }
}

#[test]
fn crossing_marks_are_cut_at_the_first_that_ends() {
    assert_eq!(show(&parse_inline("**a *b** c*")), "<b>a *b</b> c*");
    assert_eq!(show(&parse_inline("*a [b* c](example.org)")), "*a <a https://example.org>b* c</a>");
}

#[test]
fn a_backslash_makes_a_mark_plain() {
    assert_eq!(show(&parse_inline(r"\*no\* \_no\_ \[x](example.org) \\ \-")), r"*no* _no_ [x](example.org) \ -");
    assert_eq!(plain(r"\- no list"), "- no list");
    assert_eq!(show(&parse_inline(r"[a\]b](example.org)")), "<a https://example.org>a]b</a>");
}

#[test]
fn lines_become_paragraphs_and_lists() {
    let blocks = parse("One\ntwo\n\nThree\n- a\n- **b**\n  more\n\n- c\nafter\n* d\n• e");
    let shown: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph { runs } => format!("p:{}", show(runs)),
            Block::List { items } => format!("l:{}", items.iter().map(|item| show(item)).collect::<Vec<_>>().join("|")),
        })
        .collect();
    assert_eq!(shown, ["p:One\ntwo", "p:Three", "l:a|<b>b</b>\nmore|c", "p:after", "l:d|e"]);
    assert_eq!(plain_blocks(&blocks), "One\ntwo\n\nThree\n• a\n• b\nmore\n• c\nafter\n• d\n• e");
    assert!(parse(" \n\n\t").is_empty());
    assert_eq!(show(&parse_inline("- a\n\n- b")), "- a\n- b");
}

#[test]
fn many_runs_end_plain_and_nothing_is_lost() {
    let text = "*a* b ".repeat(1_000);
    let runs = parse_inline(&text);
    assert_eq!(runs.len(), MAX_RUNS);
    assert_eq!(runs.iter().map(|run| run.t.as_str()).collect::<String>(), "a b ".repeat(1_000).trim());
    let items = parse(&"- *a* b\n".repeat(1_000));
    assert!(
        matches!(items.as_slice(), [Block::List { items }] if items.len() == 1_000 && items.iter().map(Vec::len).sum::<usize>() < 1_000 + MAX_RUNS)
    );
}

#[test]
fn hostile_text_takes_no_time() {
    let start = Instant::now();
    for unit in
        ["[](", "[", "](", "**", "*a", "_a ", "**a ", "[a](b", "\\", "***a", "[a](example.org/(", "- *", "[*_**a"]
    {
        let text = unit.repeat(100_000 / unit.len());
        parse(&text);
        parse_inline(&text);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in "[\\s\\S]{0,200}|[a *_\\[\\]()\\\\\n-]{0,80}") {
        let runs = parse_inline(&text);
        prop_assert!(runs.iter().all(|run| !run.t.is_empty()));
        parse(&text);
    }

    #[test]
    fn text_without_marks_is_itself(words in prop::collection::vec("[a-zA-Z0-9éß.,:;!?#$%&/()<>\"'+=]{1,8}", 1..20), breaks in prop::collection::vec(prop::sample::select(vec![" ", "\n", "\n\n"]), 20)) {
        let text: String = words.iter().zip(&breaks).flat_map(|(word, gap)| [word.as_str(), gap]).collect();
        prop_assert_eq!(plain(&text), text.trim());
    }

    #[test]
    fn no_character_is_lost_but_marks(text in "[ab *_\\[\\]()]{0,60}") {
        let keep = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let read: String = parse_inline(&text).iter().map(|run| run.t.as_str()).collect();
        prop_assert_eq!(keep(&read), keep(&text));
    }
}
