//! Renames, which nobody can see in two schemas: they happen only when told.

use super::{mark::Mark, write::Written};
use anyhow::{Context, ensure};
use std::str::FromStr;

/// A thing and its new name, as SQL wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    kind: Kind,
    owner: String,
    old: String,
    new: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    Column,
    Constraint,
    Trigger,
    Index,
    Type,
    Value,
    View,
}

impl FromStr for Rename {
    type Err = anyhow::Error;

    /// `users=people`, `users.name=full_name`, `constraint:users.a=b`, `value:mood.sad=unhappy`…
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (thing, new) = text.split_once('=').context("a rename is written OLD=NEW")?;
        let (kind, name) = match thing.split_once(':') {
            Some((kind, name)) => (kind, name),
            None if thing.contains('.') => ("column", thing),
            None => ("table", thing),
        };
        let kind = match kind {
            "table" => Kind::Table,
            "column" => Kind::Column,
            "constraint" => Kind::Constraint,
            "trigger" => Kind::Trigger,
            "index" => Kind::Index,
            "type" => Kind::Type,
            "value" => Kind::Value,
            "view" => Kind::View,
            other => anyhow::bail!(
                "'{other}' cannot be renamed; there are table, column, constraint, trigger, index, type, value, view"
            ),
        };
        let (owner, old) = name.rsplit_once('.').unwrap_or(("", name));
        ensure!(kind.is_part() != owner.is_empty(), "'{thing}' is not the name of a {}", kind.name());
        ensure!(!old.is_empty() && !new.is_empty(), "a rename is written OLD=NEW");
        Ok(Self { kind, owner: owner.to_owned(), old: old.to_owned(), new: new.to_owned() })
    }
}

impl Kind {
    /// Whether its name is only unique in something.
    fn is_part(self) -> bool {
        matches!(self, Self::Column | Self::Constraint | Self::Trigger | Self::Value)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Trigger => "trigger",
            Self::Index => "index",
            Self::Type => "type",
            Self::Value => "value",
            Self::View => "view",
        }
    }
}

impl Rename {
    /// The statement that renames it. The release before knows the old name only; statements name no index and no
    /// trigger.
    pub fn up(&self) -> Written {
        let mut written = self.statement(&self.old, &self.new);
        if !matches!(self.kind, Kind::Index | Kind::Trigger) {
            let owner = if self.owner.is_empty() { String::new() } else { format!("{}.", self.owner) };
            let named = format!("if it uses the {} {owner}{}", self.kind.name(), self.old);
            written.marks.push(Mark::Breaks(named));
        }
        written
    }

    /// The statement that gives it its old name again. (Several renames are taken back in the opposite order, so that
    /// a table has the name it had when its part was renamed.)
    pub fn down(&self) -> Written {
        self.statement(&self.new, &self.old)
    }

    fn statement(&self, old: &str, new: &str) -> Written {
        let (owner, kind) = (&self.owner, self.kind.name());
        let sql = match self.kind {
            Kind::Column | Kind::Constraint => format!("alter table {owner} rename {kind} {old} to {new}"),
            Kind::Trigger => format!("alter trigger {old} on {owner} rename to {new}"),
            Kind::Value => format!("alter type {owner} rename value {} to {}", literal(old), literal(new)),
            Kind::Table | Kind::Index | Kind::Type | Kind::View => format!("alter {kind} {old} rename to {new}"),
        };
        Written { marks: Vec::new(), sql }
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_are_read_and_written() {
        let cases = [
            ("users=people", "alter table users rename to people", "alter table people rename to users"),
            (
                "users.name=full_name",
                "alter table users rename column name to full_name",
                "alter table users rename column full_name to name",
            ),
            (
                "value:mood.it's=fine",
                "alter type mood rename value 'it''s' to 'fine'",
                "alter type mood rename value 'fine' to 'it''s'",
            ),
            ("trigger:users.a=b", "alter trigger a on users rename to b", "alter trigger b on users rename to a"),
        ];
        for (text, up, down) in cases {
            let rename: Rename = text.parse().expect("a rename");
            assert_eq!((rename.up().sql.as_str(), rename.down().sql.as_str()), (up, down));
        }
        for wrong in ["users", "index:a.b=c", "column:name=x", "schema:a=b", "a=", "x:"] {
            assert!(wrong.parse::<Rename>().is_err(), "{wrong} is no rename");
        }
    }
}
