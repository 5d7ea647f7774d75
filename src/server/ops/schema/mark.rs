//! Marks: comments of a fixed form above statements that need a look before they run.
//!
//! ```sql
//! -- vitae: loses data: the column users.nickname
//! alter table users drop column nickname;
//! ```

use super::{
    lexer::{Kind, pieces},
    script::{Statement, statements},
};
use std::fmt;

/// Begins every mark.
const BEGINNING: &str = "-- vitae: ";

/// Words that no statement has that leaves all data where it is.
const LOSING: &[[&str; 2]] = &[
    ["drop", "table"],
    ["drop", "column"],
    ["drop", "schema"],
    ["drop", "database"],
    ["drop", "owned"],
    ["delete", "from"],
];

/// Why a statement needs a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Something that users wrote is gone afterwards.
    LosesData(String),
    /// Others wait as long as it runs, which on a big table is long.
    Locks(String),
    /// It depends on the rows whether it can be done.
    MayFail(String),
    /// The previous release cannot work with the database afterwards, if it uses this.
    Breaks(String),
}

impl Mark {
    fn parse(comment: &str) -> Option<Self> {
        let (kind, what) = comment.trim().strip_prefix(BEGINNING)?.split_once(": ")?;
        match kind {
            "loses data" => Some(Self::LosesData(what.to_owned())),
            "locks" => Some(Self::Locks(what.to_owned())),
            "may fail" => Some(Self::MayFail(what.to_owned())),
            "breaks the previous release" => Some(Self::Breaks(what.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, what) = match self {
            Self::LosesData(what) => ("loses data", what),
            Self::Locks(what) => ("locks", what),
            Self::MayFail(what) => ("may fail", what),
            Self::Breaks(what) => ("breaks the previous release", what),
        };
        // A name may hold a line break; a mark must not.
        write!(formatter, "{BEGINNING}{kind}: {}", what.replace('\n', " "))
    }
}

/// What a script loses, a line each: from its marks, and from the words of statements that nobody marked.
pub fn losses(script: &str) -> Vec<String> {
    statements(script).iter().filter_map(loss).collect()
}

fn loss(statement: &Statement<'_>) -> Option<String> {
    let marked = statement.comments.iter().filter_map(|comment| Mark::parse(comment)).find_map(|mark| match mark {
        Mark::LosesData(what) => Some(what),
        Mark::Locks(_) | Mark::MayFail(_) | Mark::Breaks(_) => None,
    });
    marked.or_else(|| loses_by_its_words(statement.text).then(|| statement.text.lines().next().unwrap_or("").into()))
}

fn loses_by_its_words(sql: &str) -> bool {
    let words: Vec<String> =
        pieces(sql).filter(|piece| piece.kind == Kind::Word).map(|piece| piece.text.to_ascii_lowercase()).collect();
    words.first().is_some_and(|word| word == "truncate")
        || words.windows(2).any(|pair| LOSING.iter().any(|losing| losing[0] == pair[0] && losing[1] == pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        for mark in [
            Mark::LosesData("a: b".into()),
            Mark::Locks("c".into()),
            Mark::MayFail("d".into()),
            Mark::Breaks("e".into()),
        ] {
            assert_eq!(Mark::parse(&mark.to_string()), Some(mark));
        }
    }

    #[test]
    fn losses_are_found_by_mark_and_by_word() {
        let script = "-- vitae: loses data: the rest of long names\nalter table t alter column n type varchar(3);\n\
                      -- vitae: locks: t\ncreate index i on t (n);\n\
                      DROP  table t;\n\
                      comment on table u is 'never drop table u';\n\
                      drop index i; truncate u";
        assert_eq!(losses(script), ["the rest of long names", "DROP  table t", "truncate u"]);
    }
}
