//! The statements that add, change and drop a column.

use super::{
    super::{
        catalog::{Column, Detail, Identity, Key},
        mark::Mark,
        plan::Plan,
        types::{Effect, bare, conversion, effect, related, widens},
    },
    Written,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Functions whose answer is one for the whole statement, so that a default does not write every row anew.
const STEADY: &[&str] = &["now()", "current_timestamp", "current_date"];

/// What stands in `create table` and after `add column`.
pub(super) fn definition(name: &str, column: &Column) -> String {
    let mut words = format!("{name} {}", column.of_type);
    if let Some(collation) = &column.collation {
        let _ = write!(words, " collate {collation}");
    }
    if let Some(identity) = &column.identity {
        let _ = write!(words, " generated {} as identity{}", when(identity), sequence(&identity.options));
    }
    if let Some(expression) = &column.generated {
        let _ = write!(words, " generated always as ({expression}) stored");
    }
    if column.not_null && column.identity.is_none() {
        words.push_str(" not null");
    }
    if let Some(default) = &column.default {
        let _ = write!(words, " default {default}");
    }
    words
}

/// Adds a column to a table that is there.
pub(super) fn add(table: &str, name: &str, column: &Column) -> Written {
    let filled = column.default.is_some() || column.generated.is_some() || column.identity.is_some();
    let mut marks = Vec::new();
    if column.not_null && !filled {
        let advice = "add it without `not null`, fill it, and set `not null` in a later migration";
        marks.push(Mark::MayFail(format!("if {table} has rows: {advice}")));
    }
    let unsteady =
        column.default.as_ref().is_some_and(|default| default.contains('(') && !STEADY.contains(&default.as_str()));
    if unsteady || column.generated.is_some() || column.identity.is_some() {
        marks.push(Mark::Locks(format!("{table}, while every row is written anew")));
    }
    Written { marks, sql: format!("alter table {table} add column {}", definition(name, column)) }
}

/// Drops a column.
pub(super) fn drop(plan: &Plan<'_>, table: &str, name: &str, detail: &Detail) -> Written {
    let computed = matches!(detail, Detail::Column(Column { generated: Some(_), .. }));
    let key = Key::Column(table.to_owned(), name.to_owned());
    let becomes_computed = plan.comes(&key);
    let sql = format!("alter table {table} drop column {name}");
    match (computed, becomes_computed) {
        (true, _) => Written::plain(sql),
        (false, true) => Written::marked(
            sql,
            Mark::LosesData(format!("what was written into {table}.{name}, which is computed now")),
        ),
        (false, false) => Written::marked(sql, Mark::LosesData(format!("the column {table}.{name} and what is in it"))),
    }
}

/// Lets go of what the column stands on: its default, and its type if that is an enum or of an extension that goes.
pub(super) fn release(plan: &Plan<'_>, key: &Key) -> Vec<Written> {
    let (Key::Column(table, name), Some((old, _))) = (key, plan.column(key)) else { return Vec::new() };
    let alter = format!("alter table {table} alter column {name}");
    let between = released(plan, key, old);
    let mut statements = Vec::new();
    if old.default.is_some() {
        statements.push(Written::plain(format!("{alter} drop default")));
    }
    if between.of_type != old.of_type {
        let mark = Mark::Locks(format!("{table}, while every row is written anew"));
        let of_type = &between.of_type;
        statements.push(Written::marked(format!("{alter} type {of_type} using {name}::{of_type}"), mark));
    }
    statements
}

/// What a column is after [`release`].
fn released(plan: &Plan<'_>, key: &Key, old: &Column) -> Column {
    let mut between = Column { default: None, ..old.clone() };
    let name = bare(&old.of_type);
    let element = name.trim_end_matches("[]");
    let needed = plan.from.objects[key].needs.iter().filter(|needed| plan.goes(needed));
    let type_goes = needed.into_iter().any(|needed| match needed {
        Key::Enum(name) => name == element,
        Key::Extension(_) => plan.column(key).is_some_and(|(old, new)| old.of_type != new.of_type),
        _ => false,
    });
    if type_goes {
        between.of_type = if name.ends_with("[]") { "text[]".into() } else { "text".into() };
        between.collation = None;
    }
    between
}

/// Makes the old column the new one.
pub(super) fn alter(
    plan: &Plan<'_>,
    key: &Key,
    (table, name): (&str, &str),
    old: &Column,
    new: &Column,
) -> Vec<Written> {
    let old = if plan.released.contains(key) { released(plan, key, old) } else { old.clone() };
    let alter = format!("alter table {table} alter column {name}");
    let mut statements: Vec<Written> = Vec::new();
    let mut say = |what: &str| statements.push(Written::plain(format!("{alter} {what}")));
    if old.generated.is_some() && new.generated.is_none() {
        say("drop expression");
    }
    if old.identity.is_some() && new.identity.is_none() {
        say("drop identity");
    }
    let unrelated = !related(&old.of_type, &new.of_type);
    let stale = old.default.is_some() && (new.default.is_none() || unrelated);
    if stale {
        say("drop default");
    }
    if old.of_type != new.of_type || old.collation != new.collation {
        statements.push(retype(&alter, table, name, &old, new));
    }
    if let Some(default) = new.default.as_ref().filter(|_| stale || old.default != new.default) {
        statements.push(Written::plain(format!("{alter} set default {default}")));
    }
    match (old.not_null, new.not_null) {
        (false, true) => statements.push(Written {
            marks: vec![
                Mark::MayFail(format!("if {table}.{name} is null anywhere")),
                Mark::Locks(format!("{table}, while all rows are checked")),
            ],
            sql: format!("{alter} set not null"),
        }),
        (true, false) => statements.push(Written::plain(format!("{alter} drop not null"))),
        _ => {}
    }
    statements.extend(identify(&alter, old.identity.as_ref(), new));
    statements
}

fn retype(alter: &str, table: &str, name: &str, old: &Column, new: &Column) -> Written {
    let mut sql = format!("{alter} type {}", new.of_type);
    if let Some(collation) = &new.collation {
        let _ = write!(sql, " collate {collation}");
    }
    if let Some(conversion) = conversion(name, &old.of_type, &new.of_type) {
        let _ = write!(sql, " using {conversion}");
    }
    let change = format!("{table}.{name} from {} to {}", old.of_type, new.of_type);
    let mut marks = match effect(&old.of_type, &new.of_type) {
        Effect::Keeps => Vec::new(),
        Effect::Stops => vec![Mark::MayFail(format!("if a value does not fit: {change}"))],
        Effect::Rounds => vec![Mark::LosesData(format!("digits or hours: {change}"))],
    };
    if !widens(&old.of_type, &new.of_type) || old.collation != new.collation {
        marks.push(Mark::Locks(format!("{table}, while every row is written anew")));
    }
    Written { marks, sql }
}

/// Makes the column count, or count in another way.
fn identify(alter: &str, old: Option<&Identity>, new: &Column) -> Option<Written> {
    let identity = new.identity.as_ref()?;
    let when = when(identity);
    let Some(old) = old else {
        let sequence = sequence(&identity.options);
        return Some(Written::plain(format!("{alter} add generated {when} as identity{sequence}")));
    };
    if old == identity {
        return None;
    }
    let mut changes = Vec::new();
    if old.always != identity.always {
        changes.push(format!("set generated {when}"));
    }
    let clauses: BTreeSet<&str> = old.options.keys().chain(identity.options.keys()).copied().collect();
    for clause in clauses.into_iter().filter(|clause| old.options.get(clause) != identity.options.get(clause)) {
        changes.push(format!("set {}", option(clause, identity.options.get(clause).copied())));
    }
    Some(Written::plain(format!("{alter} {}", changes.join(" "))))
}

fn when(identity: &Identity) -> &'static str {
    if identity.always { "always" } else { "by default" }
}

fn sequence(options: &BTreeMap<&'static str, i64>) -> String {
    let options: Vec<String> = options.iter().map(|(clause, value)| option(clause, Some(*value))).collect();
    if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) }
}

/// A clause of a sequence; without a value, as it usually is.
fn option(clause: &str, value: Option<i64>) -> String {
    match (clause, value) {
        ("cycle", Some(1)) => "cycle".to_owned(),
        ("cycle", _) => "no cycle".to_owned(),
        ("minvalue" | "maxvalue", None) => format!("no {clause}"),
        (_, value) => format!("{clause} {}", value.unwrap_or(1)),
    }
}
