//! SQL as pieces: what is quoted, what is said beside it, and what is left. Enough to cut a script into statements and
//! to write keywords small; PostgreSQL itself does the parsing.

use std::str::Chars;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// White space.
    Space,
    /// `-- …` or `/* … */`.
    Comment,
    /// A string, a quoted name or a dollar-quoted text.
    Quoted,
    /// A keyword, a name or a number.
    Word,
    /// One other character.
    Mark,
}

/// A piece of SQL; put together again, all pieces are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it stands there.
    pub text: &'a str,
}

/// The pieces of a text. What is not closed goes to the end.
pub fn pieces(sql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let (kind, length) = first(rest)?;
        let (text, after) = rest.split_at(length);
        rest = after;
        Some(Piece { kind, text })
    })
}

/// The same SQL with what is not quoted in lower case, as this project writes it. Means the same: PostgreSQL folds
/// names that are not quoted.
pub fn lower(sql: &str) -> String {
    pieces(sql)
        .map(|piece| if piece.kind == Kind::Word { piece.text.to_lowercase() } else { piece.text.to_owned() })
        .collect()
}

/// Kind and length of the first piece.
fn first(sql: &str) -> Option<(Kind, usize)> {
    let mut chars = sql.chars();
    let start = chars.next()?;
    Some(match start {
        _ if start.is_whitespace() => (Kind::Space, run(sql, char::is_whitespace)),
        '-' if sql.starts_with("--") => (Kind::Comment, sql.find('\n').unwrap_or(sql.len())),
        '/' if sql.starts_with("/*") => (Kind::Comment, block_comment(sql)),
        '\'' => (Kind::Quoted, through(sql, 1, '\'')),
        '"' => (Kind::Quoted, through(sql, 1, '"')),
        'e' | 'E' if sql[1..].starts_with('\'') => (Kind::Quoted, escape_string(sql)),
        '$' => dollar_quoted(sql).map_or((Kind::Mark, 1), |length| (Kind::Quoted, length)),
        _ if in_word(start) => (Kind::Word, run(sql, |char| in_word(char) || char == '$')),
        _ => (Kind::Mark, start.len_utf8()),
    })
}

fn in_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || !char.is_ascii()
}

/// Length of the beginning that is made of such characters.
fn run(sql: &str, of: impl Fn(char) -> bool) -> usize {
    sql.find(|char| !of(char)).unwrap_or(sql.len())
}

/// Length through the first `end` after `from`. (A doubled quote makes two pieces, which changes nothing.)
fn through(sql: &str, from: usize, end: char) -> usize {
    sql[from..].find(end).map_or(sql.len(), |at| from + at + 1)
}

/// Length of `E'…'`, where a backslash takes the next character along.
fn escape_string(sql: &str) -> usize {
    let mut chars = sql.char_indices().skip(2);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '\'' => return at + 1,
            _ => {}
        }
    }
    sql.len()
}

/// Length of `$tag$…$tag$`; nothing if this is no such text (`$1`).
fn dollar_quoted(sql: &str) -> Option<usize> {
    let tag_end = 1 + run(&sql[1..], in_word);
    let named = sql[1..].starts_with(|char: char| char.is_ascii_digit());
    if named || !sql[tag_end..].starts_with('$') {
        return None;
    }
    let tag = &sql[..=tag_end];
    Some(sql[tag.len()..].find(tag).map_or(sql.len(), |at| tag.len() + at + tag.len()))
}

/// Length of a comment, in which comments may stand.
fn block_comment(sql: &str) -> usize {
    let mut depth = 0_usize;
    let mut rest: Chars<'_> = sql.chars();
    loop {
        let text = rest.as_str();
        if text.starts_with("/*") || text.starts_with("*/") {
            depth = if text.starts_with('/') { depth + 1 } else { depth - 1 };
            rest = text[2..].chars();
            if depth == 0 {
                return sql.len() - rest.as_str().len();
            }
        } else if rest.next().is_none() {
            return sql.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(sql: &str) -> Vec<&str> {
        pieces(sql).filter(|piece| piece.kind == Kind::Quoted).map(|piece| piece.text).collect()
    }

    #[test]
    fn what_is_quoted_is_found() {
        assert_eq!(
            quoted(r#"select 'a;b', "c;d", $$e;f$$, $x$g$$h$x$, E'i\';j', $1"#),
            ["'a;b'", r#""c;d""#, "$$e;f$$", "$x$g$$h$x$", r"E'i\';j'"]
        );
        assert_eq!(quoted("'it''s'").concat(), "'it''s'");
    }

    #[test]
    fn comments_may_hold_comments_and_quotes() {
        let kinds: Vec<Kind> = pieces("/* a /* ' */ b */1--'\n2").map(|piece| piece.kind).collect();
        assert_eq!(kinds, [Kind::Comment, Kind::Word, Kind::Comment, Kind::Space, Kind::Word]);
    }

    #[test]
    fn only_what_is_not_quoted_becomes_small() {
        assert_eq!(lower(r#"CHECK ("Name" = 'ADA' OR x IS NULL)"#), r#"check ("Name" = 'ADA' or x is null)"#);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(sql in r#"[a-zE é$'"/*\-;\n\\1]{0,40}"#) {
            prop_assert_eq!(pieces(&sql).map(|piece| piece.text).collect::<String>(), sql);
        }
    }
}
