//! The way from one schema to another, as statements in an order that runs.

mod column;
mod late;
mod null;
mod object;

use super::{
    catalog::{Catalog, Detail, Key},
    mark::Mark,
    order::{Groups, order},
    plan::{Fate, Plan},
};
use std::fmt::Write;

/// A statement, without its semicolon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Why it needs a look.
    pub marks: Vec<Mark>,
    /// The statement.
    pub sql: String,
}

/// No order can be found, as these need each other.
#[derive(Debug, thiserror::Error)]
#[error("no order was found for {0}, which need each other; write this migration by hand")]
pub struct Circle(String);

impl Written {
    fn plain(sql: impl Into<String>) -> Self {
        Self { marks: Vec::new(), sql: sql.into() }
    }

    fn marked(sql: impl Into<String>, mark: Mark) -> Self {
        Self { marks: vec![mark], sql: sql.into() }
    }
}

/// The statements that make the schema `from` the schema `to`. None if they are the same.
///
/// # Errors
/// Things need each other in a circle.
pub fn way(from: &Catalog, to: &Catalog) -> Result<Vec<Written>, Circle> {
    let plan = Plan::new(from, to);
    let (creations, inline) = creations(&plan)?;
    let mut written = bodies_unread(&plan, &creations);
    let (late, early): (Vec<&Key>, Vec<&Key>) =
        removals(&plan)?.into_iter().partition(|key| late::may_wait(&plan, key));
    for key in early {
        written.extend(if plan.goes(key) { object::drop(&plan, key) } else { column::release(&plan, key) });
    }
    for key in creations {
        written.extend(if plan.comes(key) { object::create(&plan, key, inline) } else { object::alter(&plan, key) });
    }
    // So that what is in it can be brought over first: whoever reads the migration writes that in between.
    written.extend(late.into_iter().flat_map(|key| object::drop(&plan, key)));
    written.extend(comments(&plan));
    Ok(written)
}

/// A script of statements: marks above them, and air around what is more than a line.
pub fn script(statements: &[Written]) -> String {
    let mut text = String::new();
    let mut long_before = false;
    for statement in statements {
        let long = !statement.marks.is_empty() || statement.sql.contains('\n');
        if !text.is_empty() && (long || long_before) {
            text.push('\n');
        }
        long_before = long;
        for mark in &statement.marks {
            let _ = writeln!(text, "{mark}");
        }
        let _ = writeln!(text, "{};", statement.sql);
    }
    text
}

/// What goes or lets go, those first that stand on others. The parts of a table go with it.
fn removals<'a>(plan: &Plan<'a>) -> Result<Vec<&'a Key>, Circle> {
    let leaving = || plan.from.objects.keys().filter(|key| plan.goes(key) || plan.released.contains(key));
    let group = |key: &'a Key, foreign_too: bool| -> &'a Key {
        let table = match &plan.from.objects[key].detail {
            Detail::Index { table, .. } => Some(table.as_str()),
            Detail::Constraint { kind, .. } if kind == "f" && !foreign_too => None,
            _ => key.table(),
        };
        let whole = table.and_then(|table| plan.from.objects.get_key_value(&Key::Table(table.to_owned())));
        whole.map(|(table, _)| table).filter(|table| plan.goes(table)).unwrap_or(key)
    };
    // Tables that point at each other let go of one another first.
    let attempt = |foreign_too| order(plan.from, &groups(leaving(), |key| group(key, foreign_too)));
    let mut ordered = attempt(true).or_else(|| attempt(false)).ok_or_else(|| circle(leaving()))?;
    ordered.reverse();
    Ok(ordered)
}

/// What comes or changes, those first that others stand on; and whether the constraints of a new table are written
/// inside of it.
fn creations<'a>(plan: &Plan<'a>) -> Result<(Vec<&'a Key>, bool), Circle> {
    let arriving = || {
        let stays = |key: &Key| plan.fate(key).is_none() && !plan.released.contains(key);
        plan.to.objects.keys().filter(move |key| !stays(key))
    };
    let attempt = |inline| order(plan.to, &groups(arriving(), |key| object::written_by(plan, key, inline)));
    let inlined = attempt(true).map(|ordered| (ordered, true));
    inlined.or_else(|| attempt(false).map(|ordered| (ordered, false))).ok_or_else(|| circle(arriving()))
}

fn groups<'a>(keys: impl Iterator<Item = &'a Key>, group: impl Fn(&'a Key) -> &'a Key) -> Groups<'a> {
    let mut groups = Groups::new();
    for key in keys {
        groups.entry(group(key)).or_default().push(key);
    }
    groups
}

fn circle<'a>(keys: impl Iterator<Item = &'a Key>) -> Circle {
    Circle(keys.map(|key| key.described(&Detail::Extension)).collect::<Vec<_>>().join(", "))
}

/// PostgreSQL reads the bodies of functions when they are made and misses in them what comes later. `schema.sql` was
/// read with the checks on.
fn bodies_unread(plan: &Plan<'_>, creations: &[&Key]) -> Vec<Written> {
    let opaque = |key: &&&Key| matches!(plan.to.objects[**key].detail, Detail::Function { opaque: true, .. });
    let others = creations.iter().filter(|key| !matches!(key, Key::Trigger(..))).count();
    let needed = creations.iter().any(|key| opaque(&key)) && others > 1;
    needed.then(|| Written::plain("set local check_function_bodies = off")).into_iter().collect()
}

/// Comments that are new, other ones, or gone with what they were on.
fn comments(plan: &Plan<'_>) -> Vec<Written> {
    plan.to
        .objects
        .iter()
        .filter(|(key, object)| {
            let before = plan.from.objects.get(*key).filter(|_| plan.fate(key) != Some(Fate::Replace));
            before.and_then(|before| before.comment.as_deref()) != object.comment.as_deref()
        })
        .map(|(key, object)| {
            let text = object.comment.as_deref().map_or("null".to_owned(), object::literal);
            Written::plain(format!("comment on {} is {text}", key.described(&object.detail)))
        })
        .collect()
}
