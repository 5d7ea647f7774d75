//! A schema as data: what the system catalogs of PostgreSQL say about it, in PostgreSQL's own words.
//!
//! All names are as SQL wants them, quoted where they must be.

use std::collections::{BTreeMap, BTreeSet};

/// Names one thing of a schema. Names of tables come first where a name is only unique in its table.
///
/// The order of the kinds is the order in which things are made, as far as what they need leaves it open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An extension.
    Extension(String),
    /// An enum.
    Enum(String),
    /// A table.
    Table(String),
    /// A column of a table.
    Column(String, String),
    /// A primary key, unique, foreign key, check or exclusion constraint.
    Constraint(String, String),
    /// An index that is not part of a constraint.
    Index(String),
    /// A view or a materialized view.
    View(String),
    /// A function or a procedure: its name and the types of what it takes.
    Function(String),
    /// A trigger of a table or view.
    Trigger(String, String),
}

/// What a thing is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing of an extension is compared but that it is there.
    Extension,
    /// The values of an enum, as string literals, in order.
    Enum(Vec<String>),
    /// A table, apart from its columns.
    Table {
        /// `unlogged`.
        unlogged: bool,
        /// What stands in `with (…)`.
        options: Vec<String>,
    },
    /// A column.
    Column(Column),
    /// A constraint: what follows its name.
    Constraint {
        /// From `pg_get_constraintdef`.
        definition: String,
        /// `p`, `u`, `f`, `c` or `x`, as in `pg_constraint.contype`.
        kind: String,
    },
    /// An index.
    Index {
        /// From `pg_get_indexdef`: the whole statement.
        definition: String,
        /// Of which table or materialized view.
        table: String,
        /// Whether it is one that `create index concurrently` did not finish.
        broken: bool,
    },
    /// A view.
    View {
        /// From `pg_get_viewdef`: the query.
        definition: String,
        /// Whether it keeps its rows.
        materialized: bool,
        /// What stands in `with (…)`.
        options: Vec<String>,
    },
    /// A function or a procedure.
    Function {
        /// From `pg_get_functiondef`: the whole statement.
        definition: String,
        /// What it takes and gives. If that stays, it can be replaced in place.
        signature: String,
        /// Whether it is a procedure.
        procedure: bool,
        /// Whether the body is text that PostgreSQL has not read, so that what it needs is not known.
        opaque: bool,
    },
    /// A trigger: from `pg_get_triggerdef`, the whole statement.
    Trigger(String),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its type, with length or precision.
    pub of_type: String,
    /// Its collation, if it is not that of the type.
    pub collation: Option<String>,
    /// Whether it must have a value.
    pub not_null: bool,
    /// The expression of its default.
    pub default: Option<String>,
    /// The expression it is always computed from.
    pub generated: Option<String>,
    /// How it counts by itself.
    pub identity: Option<Identity>,
}

/// An identity column's sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `always` or `by default`.
    pub always: bool,
    /// Clauses like `increment by 2`, for what is not as usual.
    pub options: BTreeMap<&'static str, i64>,
}

/// One thing of a schema.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is made of.
    pub detail: Detail,
    /// Its comment.
    pub comment: Option<String>,
    /// What must be there before it.
    pub needs: BTreeSet<Key>,
    /// Its place among its like: the order of a table's columns. Not compared, as PostgreSQL cannot change it.
    pub position: i16,
}

/// A whole schema.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// All there is.
    pub objects: BTreeMap<Key, Object>,
    /// Things this program cannot compare or write, by name.
    pub unknown: Vec<String>,
}

impl Key {
    /// The table it is part of.
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::Column(table, _) | Self::Constraint(table, _) | Self::Trigger(table, _) => Some(table),
            _ => None,
        }
    }

    /// As `comment on` and readers name it.
    pub fn described(&self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Extension(name), _) => format!("extension {name}"),
            (Self::Enum(name), _) => format!("type {name}"),
            (Self::Table(name), _) => format!("table {name}"),
            (Self::Column(table, name), _) => format!("column {table}.{name}"),
            (Self::Constraint(table, name), _) => format!("constraint {name} on {table}"),
            (Self::Index(name), _) => format!("index {name}"),
            (Self::View(name), Detail::View { materialized: true, .. }) => format!("materialized view {name}"),
            (Self::View(name), _) => format!("view {name}"),
            (Self::Function(name), Detail::Function { procedure: true, .. }) => format!("procedure {name}"),
            (Self::Function(name), _) => format!("function {name}"),
            (Self::Trigger(table, name), _) => format!("trigger {name} on {table}"),
        }
    }
}

impl Catalog {
    /// Whether both are the same schema.
    pub fn same(&self, other: &Self) -> bool {
        let mine = self.objects.iter().map(|(key, object)| (key, &object.detail, &object.comment));
        mine.eq(other.objects.iter().map(|(key, object)| (key, &object.detail, &object.comment)))
    }

    /// What is not the same in both, by name.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let keys: BTreeSet<&Key> = self.objects.keys().chain(other.objects.keys()).collect();
        keys.into_iter()
            .filter_map(|key| match (self.objects.get(key), other.objects.get(key)) {
                (Some(mine), Some(theirs)) if mine.detail == theirs.detail && mine.comment == theirs.comment => None,
                (Some(object), _) | (None, Some(object)) => Some(key.described(&object.detail)),
                (None, None) => None,
            })
            .collect()
    }

    /// The things that need this one.
    pub fn dependents<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a Key> {
        self.objects.iter().filter(move |(_, object)| object.needs.contains(key)).map(|(dependent, _)| dependent)
    }

    /// The same without the expressions, which PostgreSQL may word in another way after they were written and read
    /// again.
    #[must_use]
    pub fn without_expressions(&self) -> Self {
        let mut plain = self.clone();
        for object in plain.objects.values_mut() {
            match &mut object.detail {
                Detail::Column(column) => {
                    column.default = column.default.take().map(|_| String::new());
                    column.generated = column.generated.take().map(|_| String::new());
                }
                Detail::Constraint { definition, .. }
                | Detail::Index { definition, .. }
                | Detail::View { definition, .. }
                | Detail::Function { definition, .. }
                | Detail::Trigger(definition) => definition.clear(),
                Detail::Extension | Detail::Enum(_) | Detail::Table { .. } => {}
            }
        }
        plain
    }
}
