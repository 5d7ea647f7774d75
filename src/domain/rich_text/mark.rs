//! Bold and italic by the keyboard: marks around what is selected, and away again.

/// A text field after a key: its text, and what is selected in it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Where the selection begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// Puts `mark` (`*` or `**`) on both sides of the selection, or takes it away if it is there. Without a selection, a
/// closing mark right behind the caret is stepped over, as if it was typed.
pub fn toggle(before: &str, selected: &str, after: &str, mark: &str) -> Marked {
    let marked = |before: &str, selected: &str, after: &str| Marked {
        text: [before, selected, after].concat(),
        from: before.len(),
        to: before.len() + selected.len(),
    };
    // A double click selects the blank behind the word, too; marks stand at words.
    let inside = selected.trim();
    let (blank, rest) = selected.split_at(selected.len() - selected.trim_start().len());
    let (before, after) = ([before, blank].concat(), [&rest[inside.len()..], after].concat());
    if let (Some(before), Some(after)) = (ends_with_mark(&before, mark), starts_with_mark(&after, mark)) {
        return marked(before, inside, after);
    }
    let whole = inside.len() > 2 * mark.len();
    if whole
        && let Some(rest) = starts_with_mark(inside, mark)
        && let Some(inside) = ends_with_mark(rest, mark)
    {
        return marked(&before, inside, &after);
    }
    if inside.is_empty()
        && let Some(rest) = starts_with_mark(&after, mark)
    {
        return marked(&[&before, mark].concat(), "", rest);
    }
    marked(&[&before, mark].concat(), inside, &[mark, &after].concat())
}

/// What stands before the mark at the end. `**` is no `*`, but `***` is both.
fn ends_with_mark<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let stars = text.len() - text.trim_end_matches('*').len();
    holds(stars, mark).then(|| &text[..text.len() - mark.len()])
}

/// What stands behind the mark at the beginning.
fn starts_with_mark<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let stars = text.len() - text.trim_start_matches('*').len();
    holds(stars, mark).then(|| &text[mark.len()..])
}

/// Whether so many stars hold the mark.
fn holds(stars: usize, mark: &str) -> bool {
    stars == mark.len() || stars == 3
}

#[cfg(test)]
mod tests {
    use super::toggle;

    /// The text after a key, with the selection in brackets.
    fn after(text: &str, mark: &str) -> String {
        let (before, rest) = text.split_once('[').expect("a selection");
        let (selected, after) = rest.split_once(']').expect("a selection");
        let marked = toggle(before, selected, after, mark);
        let (head, tail) = marked.text.split_at(marked.to);
        let (head, inside) = head.split_at(marked.from);
        format!("{head}[{inside}]{tail}")
    }

    #[test]
    fn marks_come_and_go() {
        for (mark, without, with) in [
            ("**", "led [a team] of five", "led **[a team]** of five"),
            ("*", "led [a team] of five", "led *[a team]* of five"),
            ("*", "a **[word]**", "a ***[word]***"),
            ("**", "a *[word]*", "a ***[word]***"),
        ] {
            assert_eq!(after(without, mark), with);
            assert_eq!(after(with, mark), without);
        }
        assert_eq!(after("[**bold**] text", "**"), "[bold] text");
    }

    #[test]
    fn blanks_stay_outside() {
        assert_eq!(after("a [word ]or two", "**"), "a **[word]** or two");
    }

    #[test]
    fn the_key_ends_what_it_began() {
        assert_eq!(after("a []", "**"), "a **[]**");
        assert_eq!(after("a **bold[]** b", "**"), "a **bold**[] b");
        assert_eq!(after("a **[]** b", "**"), "a [] b");
    }
}
