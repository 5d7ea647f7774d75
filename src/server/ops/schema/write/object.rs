//! The statements that make, change and drop one thing.

use super::{
    super::{
        catalog::{Detail, Key},
        mark::Mark,
        plan::{Fate, Plan},
    },
    Written, column, null,
};

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The thing whose statement writes this one too: a new table writes its columns and, if `inline`, its constraints.
pub(super) fn written_by<'a>(plan: &Plan<'a>, key: &'a Key, inline: bool) -> &'a Key {
    let inside = match &plan.to.objects[key].detail {
        Detail::Column(_) => true,
        Detail::Constraint { kind, definition } => inline && kind != "f" && !definition.ends_with(" not valid"),
        _ => false,
    };
    let table = key.table().filter(|_| inside).map(|table| Key::Table(table.to_owned()));
    let table = table.and_then(|table| plan.to.objects.get_key_value(&table));
    table.map(|(table, _)| table).filter(|table| plan.fate(table) == Some(Fate::Create)).unwrap_or(key)
}

/// Drops a thing.
pub(super) fn drop(plan: &Plan<'_>, key: &Key) -> Vec<Written> {
    let object = &plan.from.objects[key];
    let mut statement = match key {
        Key::Table(name) => {
            Written::marked(format!("drop table {name}"), Mark::LosesData(format!("the table {name} and all its rows")))
        }
        Key::Column(table, name) => column::drop(plan, table, name, &object.detail),
        Key::Constraint(table, name) => Written::plain(format!("alter table {table} drop constraint {name}")),
        _ => Written::plain(format!("drop {}", key.described(&object.detail))),
    };
    let named = matches!(key, Key::Table(_) | Key::Column(..) | Key::View(_) | Key::Enum(_) | Key::Function(_));
    if named && plan.fate(key) == Some(Fate::Drop) {
        statement.marks.push(Mark::Breaks(format!("if it uses the {}", key.described(&object.detail))));
    }
    vec![statement]
}

/// Makes a thing.
pub(super) fn create(plan: &Plan<'_>, key: &Key, inline: bool) -> Vec<Written> {
    let statement = match (key, &plan.to.objects[key].detail) {
        (Key::Extension(name), _) => Written::plain(format!("create extension {name}")),
        (Key::Enum(name), Detail::Enum(values)) => {
            let sql = format!("create type {name} as enum ({})", values.join(", "));
            Written { marks: lost_values(plan, key, values), sql }
        }
        (Key::Table(name), Detail::Table { unlogged, options }) => table(plan, name, *unlogged, options, inline),
        (Key::Column(table, name), Detail::Column(new)) => column::add(table, name, new),
        (Key::Constraint(table, name), Detail::Constraint { definition, kind }) => {
            let sql = format!("alter table {table} add constraint {name} {definition}");
            Written { marks: of_constraint(plan, key, table, definition, kind), sql }
        }
        (Key::Index(_), Detail::Index { definition, table, .. }) => {
            Written { marks: of_index(plan, key, table, definition), sql: definition.clone() }
        }
        (Key::View(name), Detail::View { definition, materialized, options }) => {
            let kind = if *materialized { "materialized view" } else { "view" };
            Written::plain(format!("create {kind} {name}{} as\n {}", with(options), definition.trim_start()))
        }
        (_, Detail::Function { definition, .. }) => {
            Written::plain(definition.replacen("create or replace", "create", 1))
        }
        (_, Detail::Trigger(definition)) => Written::plain(definition.as_str()),
        _ => return Vec::new(),
    };
    vec![statement]
}

/// Changes a thing where it is.
pub(super) fn alter(plan: &Plan<'_>, key: &Key) -> Vec<Written> {
    let (Some(old), Some(new)) = (plan.from.objects.get(key), plan.to.objects.get(key)) else { return Vec::new() };
    match (key, &old.detail, &new.detail) {
        (Key::Enum(name), Detail::Enum(old), Detail::Enum(new)) => grow(name, old, new),
        (
            Key::Table(name),
            Detail::Table { unlogged: was, options: old },
            Detail::Table { unlogged: is, options: new },
        ) => alter_table(name, (*was, old), (*is, new)),
        (Key::Column(table, name), Detail::Column(old), Detail::Column(new)) => {
            column::alter(plan, key, (table, name), old, new)
        }
        (Key::Constraint(table, name), ..) => {
            let mark = Mark::MayFail(format!("every row of {table} must keep {name}"));
            vec![Written::marked(format!("alter table {table} validate constraint {name}"), mark)]
        }
        (_, _, Detail::Function { definition, .. }) => vec![Written::plain(definition.as_str())],
        _ => Vec::new(),
    }
}

fn table(plan: &Plan<'_>, name: &str, unlogged: bool, options: &[String], inline: bool) -> Written {
    let key = Key::Table(name.to_owned());
    let parts = plan.to.objects.iter().filter(|(part, _)| written_by(plan, part, inline) == &key);
    let mut columns: Vec<(i16, String)> = Vec::new();
    let mut constraints: Vec<(bool, String)> = Vec::new();
    for (part, object) in parts {
        match (part, &object.detail) {
            (Key::Column(_, name), Detail::Column(column)) => {
                columns.push((object.position, column::definition(name, column)));
            }
            (Key::Constraint(_, name), Detail::Constraint { definition, kind }) => {
                constraints.push((kind != "p", format!("constraint {name} {definition}")));
            }
            _ => {}
        }
    }
    columns.sort();
    constraints.sort();
    let lines = columns.into_iter().map(|(_, line)| line).chain(constraints.into_iter().map(|(_, line)| line));
    let lines: Vec<String> = lines.map(|line| format!("    {line}")).collect();
    let kind = if unlogged { "unlogged table" } else { "table" };
    Written::plain(format!("create {kind} {name} (\n{}\n){}", lines.join(",\n"), with(options)))
}

fn alter_table(name: &str, (was, old): (bool, &[String]), (is, new): (bool, &[String])) -> Vec<Written> {
    let mut statements = Vec::new();
    if was != is {
        let kind = if is { "unlogged" } else { "logged" };
        let mark = Mark::Locks(format!("{name} is written anew"));
        statements.push(Written::marked(format!("alter table {name} set {kind}"), mark));
    }
    let gone = old.iter().map(|option| option.split('=').next().unwrap_or_default());
    let gone: Vec<&str> =
        gone.filter(|option| !new.iter().any(|other| other.split('=').next() == Some(option))).collect();
    if !gone.is_empty() {
        statements.push(Written::plain(format!("alter table {name} reset ({})", gone.join(", "))));
    }
    let changed: Vec<String> = new.iter().filter(|option| !old.contains(option)).cloned().collect();
    if !changed.is_empty() {
        statements.push(Written::plain(format!("alter table {name} set{}", with(&changed).replacen(" with", "", 1))));
    }
    statements
}

/// ` with (fillfactor = '70')`, from `fillfactor=70`.
fn with(options: &[String]) -> String {
    let options = options.iter().filter_map(|option| option.split_once('='));
    let options: Vec<String> = options.map(|(name, value)| format!("{name} = {}", literal(value))).collect();
    if options.is_empty() { String::new() } else { format!(" with ({})", options.join(", ")) }
}

/// Adds the values that an enum has not got yet, each at its place.
fn grow(name: &str, old: &[String], new: &[String]) -> Vec<Written> {
    let added = new.iter().enumerate().filter(|(_, value)| !old.contains(value));
    added
        .map(|(at, value)| {
            let place = match (at.checked_sub(1).and_then(|before| new.get(before)), new.get(at + 1)) {
                (Some(before), Some(_)) => format!(" after {before}"),
                (None, Some(after)) => format!(" before {after}"),
                _ => String::new(),
            };
            Written::plain(format!("alter type {name} add value {value}{place}"))
        })
        .collect()
}

fn lost_values(plan: &Plan<'_>, key: &Key, values: &[String]) -> Vec<Mark> {
    let Some(Detail::Enum(old)) = plan.from.objects.get(key).map(|object| &object.detail) else { return Vec::new() };
    let lost: Vec<&str> = old.iter().filter(|value| !values.contains(value)).map(String::as_str).collect();
    let named = format!("the values {}; rows that still hold one stop the migration", lost.join(", "));
    if lost.is_empty() { Vec::new() } else { vec![Mark::LosesData(named)] }
}

fn is_new(plan: &Plan<'_>, table: &str) -> bool {
    plan.fate(&Key::Table(table.to_owned())) == Some(Fate::Create)
}

fn of_constraint(plan: &Plan<'_>, key: &Key, table: &str, definition: &str, kind: &str) -> Vec<Mark> {
    if is_new(plan, table) || definition.ends_with(" not valid") {
        return Vec::new();
    }
    let advice = "on a big table add it `not valid` here and `validate constraint` in the next migration";
    let mut marks = match kind {
        "f" => {
            let (rows, tables) = match referenced(definition).filter(|other| *other != table) {
                Some(other) => {
                    (format!("every row of {table} must point at one of {other}"), format!("{table} and {other}"))
                }
                None => (format!("every row of {table} must point at another"), table.to_owned()),
            };
            vec![
                Mark::MayFail(rows),
                Mark::Locks(format!("{tables}, for writing, while all rows are checked; {advice}")),
            ]
        }
        "c" => vec![
            Mark::MayFail(format!("every row of {table} must keep it")),
            Mark::Locks(format!("{table}, while all rows are checked; {advice}")),
        ],
        _ => vec![
            Mark::MayFail(format!("no two rows of {table} may break it")),
            Mark::Locks(format!(
                "{table}, while its index is built; on a big table build a unique index concurrently first, then add the constraint `using index`"
            )),
        ],
    };
    if kind != "p" && kind != "x" && null::passes(plan, key, definition) {
        marks.retain(|mark| !matches!(mark, Mark::MayFail(_)));
    }
    marks
}

/// The table that a foreign key points at.
fn referenced(definition: &str) -> Option<&str> {
    definition.rsplit_once(" references ")?.1.split_once('(').map(|(table, _)| table)
}

fn of_index(plan: &Plan<'_>, key: &Key, table: &str, definition: &str) -> Vec<Mark> {
    if is_new(plan, table) {
        return Vec::new();
    }
    let mut marks = Vec::new();
    if definition.starts_with("create unique index ") && !null::passes(plan, key, definition) {
        marks.push(Mark::MayFail(format!("no two rows of {table} may have the same in it")));
    }
    if !plan.to.objects.contains_key(&Key::View(table.to_owned())) {
        let advice = "on a big table use `create index concurrently if not exists` in a migration of its own that begins with `-- no-transaction`";
        marks.push(Mark::Locks(format!("{table}, for writing, while the index is built; {advice}")));
    }
    marks
}
