//! What cannot fail because it is about columns that are new, and null in every row.

use super::super::{
    catalog::{Detail, Key},
    lexer::{Kind, pieces},
    plan::{Fate, Plan},
};

/// Words of a check that is null, and so kept, where its columns are null: operators and functions that answer null when
/// they are given it, and types. (`is null`, `coalesce` and whatever else stands not here may make something of it.)
const STRICT: &[&str] = &[
    "check",
    "and",
    "or",
    "not",
    "any",
    "all",
    "array",
    "text",
    "integer",
    "smallint",
    "bigint",
    "numeric",
    "double",
    "precision",
    "real",
    "boolean",
    "character",
    "varying",
    "date",
    "timestamp",
    "with",
    "without",
    "time",
    "zone",
    "uuid",
    "length",
    "char_length",
    "octet_length",
    "lower",
    "upper",
    "btrim",
    "ltrim",
    "rtrim",
    "abs",
    "like",
    "between",
];

/// Whether every row passes this foreign key, check, unique constraint or unique index, whatever else is in it.
pub(super) fn passes(plan: &Plan<'_>, key: &Key, definition: &str) -> bool {
    let Some(object) = plan.to.objects.get(key) else { return false };
    let columns = || object.needs.iter().filter(|needed| matches!(needed, Key::Column(..)));
    let check = matches!(&object.detail, Detail::Constraint { kind, .. } if kind == "c");
    if check {
        let columns: Vec<&str> = columns().filter_map(|key| name(key).filter(|_| is_null(plan, key))).collect();
        let mut words = pieces(definition).filter(|piece| piece.kind == Kind::Word).map(|piece| piece.text);
        let number = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
        return !columns.is_empty()
            && words.all(|word| STRICT.contains(&word) || columns.contains(&word) || number(word));
    }
    // A row with a null in it points at nothing, and is like no other.
    let ignores_null = !definition.contains("nulls not distinct") && !definition.contains("match full");
    ignores_null
        && !definition.contains(" where ")
        && columns().any(|column| is_null(plan, column) && is_keyed(definition, column))
}

/// Whether the column stands by itself in the brackets that say what the key is, not in an expression or behind `include`.
fn is_keyed(definition: &str, column: &Key) -> bool {
    let keys = definition.split_once('(').map(|(_, rest)| rest);
    let keys = keys.and_then(|rest| rest.split_once(')')).map_or("", |(keys, _)| keys);
    keys.split(", ").any(|key| Some(key.split(' ').next().unwrap_or_default()) == name(column))
}

fn name(key: &Key) -> Option<&str> {
    if let Key::Column(_, name) = key { Some(name) } else { None }
}

/// Whether the column is new and nothing is in it.
fn is_null(plan: &Plan<'_>, key: &Key) -> bool {
    let new = plan.to.objects.get(key).filter(|_| plan.fate(key) == Some(Fate::Create));
    new.is_some_and(|object| {
        matches!(&object.detail, Detail::Column(column)
            if !column.not_null && column.default.is_none() && column.generated.is_none() && column.identity.is_none())
    })
}
