use super::*;
use crate::domain::rich_text;
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[test]
fn html_becomes_markdown() {
    for (html, markdown) in [
        ("<p>Hello <b>World</b> &amp; …<ul><li>one</li></ul>", "Hello **World** & …\n- one"),
        (
            "<p>Hello <b>World</b> &amp; <a href=\"https://x.org\">link</a></p><ul><li>one</li><li>two</li></ul>",
            "Hello **World** & [link](https://x.org)\n\n- one\n- two",
        ),
        ("<ul>\n  <li><p>one</p></li>\n  <li><p>two</p><p>more</p></li>\n</ul>", "- one\n- two\n  more"),
        ("<ul><li>a<ul><li>b</li></ul></li><li></li></ul>after", "- a\n- b\n\nafter"),
        ("<P CLASS='x'>a</P>\n\n\n<DIV>b</DIV><div>c</div>", "a\n\nb\nc"),
        ("<h2>Title</h2>text<p>more", "Title\n\ntext\n\nmore"),
        ("one<br>two<br/>three<br />\nfour", "one\ntwo\nthree\nfour"),
        ("<p>a<br><br><br><br>b</p>", "a\n\nb"),
        ("<p></p>", ""),
        ("<p>a\n  b</p>", "a b"),
        ("- a\n  more &amp; more\n- **b**", "- a\n  more & more\n- **b**"),
        ("<b> a </b>b<strong></strong> <em>c</em>!", "**a** b *c*!"),
        ("<i>a <b>b</b></i> <b><i>c</i></b>", "_a_ **_b_** **_c_**"),
        ("<b>a</b><b>b</b><i>c</i>", "**ab**c"),
        ("un<i>believ</i>able, un<b>believ</b>able", "unbelievable, un**believ**able"),
        ("<b>a<i>b</b></i>c", "**ab**c"),
        ("<b>a<br>b</b>", "**a**\n**b**"),
        ("<span style=\"color:red\">a</span> <u>b</u>", "a b"),
        ("<a href='x.org/a_(b)?c=1&amp;d=2' target=_blank>a [b]</a>", r"[a \[b\]](https://x.org/a_\(b\)?c=1&d=2)"),
        ("<a href=\"javascript:alert(1)\">a</a> <a href=x.org> b</a> <a>c</a>", "a  [b](https://x.org) c"),
        ("&lt;b&gt; &quot;&#39;&#x27;&apos;&#233;&nbsp;&amp;amp;", "<b> \"'''é &amp;"),
        ("a &lt; b", "a < b"),
    ] {
        assert_eq!(to_markdown(html).as_deref(), Some(markdown), "{html}");
    }
}

#[test]
fn what_is_no_html_stays_as_it_is() {
    for text in [
        "",
        "a < b and c > d",
        "<3",
        "List<String>",
        "Vec<I> and Map<A, B>",
        "a <b and c> d",
        "x<b&&y>a",
        "<b>bold",
        "AT&T; R&D",
        "&copy; &; &#; &#x; &#+1; &#0; &#xd800; &#99999999;",
        "<script>alert(1)</script>",
        "<",
        "</",
        "<p",
        "<p <",
        "< p>",
        "#include <iostream>",
    ] {
        assert_eq!(to_markdown(text), None, "{text}");
        assert_eq!(to_plain(text), None, "{text}");
    }
}

#[test]
fn one_line_has_no_marks() {
    for (html, plain) in [
        ("A&amp;B", "A&B"),
        ("<p><b>Senior</b> <i>engineer</i></p>", "Senior engineer"),
        ("<ul><li>a</li><li><a href='x.org'>b</a></li></ul>", "a\nb"),
    ] {
        assert_eq!(to_plain(html).as_deref(), Some(plain));
    }
}

#[test]
fn marks_are_read_as_styles_again() {
    for (html, plain) in [
        ("<b>a <i>b</i></b><i>, c</i>", "a b, c"),
        ("<i>(a)</i><b>(b)</b><b><i>(c)</i></b>", "(a)(b)(c)"),
        ("<a href=\"https://x.org/(a)\"><b>x</b> [y]</a>!", "x [y]!"),
    ] {
        assert_eq!(rich_text::plain(&to_markdown(html).expect("HTML")), plain, "{html}");
    }
}

#[test]
fn hostile_text_takes_no_time() {
    let start = Instant::now();
    for unit in ["<", "<b ", "<b>", "<b>a</b>b", "<a href=", "<li>", "<ul>", "</b>", "&", "&#", "&amp;", "<a <b>"] {
        let text = unit.repeat(100_000 / unit.len());
        to_markdown(&text);
        to_plain(&text);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in "\\PC{0,60}|(<|</|b|i|a|li|ul|p|br|>| |href=|\"|x.org|&|amp;|#39;|\\n|é|\\*|_){0,40}") {
        to_plain(&text);
        if let Some(read) = to_markdown(&text) {
            prop_assert!(!read.contains("\n\n\n"));
            prop_assert_eq!(read.trim(), read.as_str());
        }
    }
}
