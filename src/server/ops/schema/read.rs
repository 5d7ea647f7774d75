//! Reads a [`Catalog`] from a database: the schema `public`, without what belongs to extensions and to the migrations
//! themselves.

mod columns;
mod depends;
mod relations;
mod routines;
mod unknown;

use super::catalog::{Catalog, Key, Object};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};

/// Fixed numbers of system catalogs, in which `pg_depend` speaks (`'pg_class'::regclass::oid` and so on).
mod class {
    pub(super) const TYPE: i64 = 1247;
    pub(super) const FUNCTION: i64 = 1255;
    pub(super) const RELATION: i64 = 1259;
    pub(super) const DEFAULT: i64 = 2604;
    pub(super) const CONSTRAINT: i64 = 2606;
    pub(super) const RULE: i64 = 2618;
    pub(super) const TRIGGER: i64 = 2620;
    pub(super) const EXTENSION: i64 = 3079;
}

/// Where something stands in the system catalogs: catalog, row, and the number of a column or 0.
type Address = (i64, i64, i32);

/// What has been read so far.
#[derive(Default)]
struct Reader {
    catalog: Catalog,
    addresses: HashMap<Address, Key>,
}

/// Reads the schema, all of it from one moment.
///
/// # Errors
/// The database does not answer.
pub async fn read(connection: &mut PgConnection) -> Result<Catalog, sqlx::Error> {
    // Words depend on these settings: names are written without a schema if it is in the path.
    let settings = "begin isolation level repeatable read, read only;
        set local search_path = public;
        set local datestyle = 'iso, ymd';
        set local intervalstyle = 'postgres';
        set local timezone = 'UTC';
        set local quote_all_identifiers = off;
        set local jit = off";
    sqlx::raw_sql(settings).execute(&mut *connection).await?;
    let mut reader = Reader::default();
    relations::tables(&mut reader, connection).await?;
    relations::views(&mut reader, connection).await?;
    relations::indexes(&mut reader, connection).await?;
    columns::columns(&mut reader, connection).await?;
    columns::constraints(&mut reader, connection).await?;
    routines::extensions(&mut reader, connection).await?;
    routines::enums(&mut reader, connection).await?;
    routines::functions(&mut reader, connection).await?;
    routines::triggers(&mut reader, connection).await?;
    depends::depends(&mut reader, connection).await?;
    reader.catalog.unknown = unknown::unknown(connection).await?;
    sqlx::raw_sql("commit").execute(connection).await?;
    Ok(reader.catalog)
}

impl Reader {
    /// Takes a thing in. A part of a table needs the table.
    fn add(&mut self, key: Key, detail: super::catalog::Detail, comment: Option<String>, position: i16) {
        let needs: BTreeSet<Key> = match &key {
            Key::Column(table, _) | Key::Constraint(table, _) => [Key::Table(table.clone())].into(),
            _ => BTreeSet::new(),
        };
        self.catalog.objects.insert(key, Object { detail, comment, needs, position });
    }

    /// Notes where a thing stands.
    fn at(&mut self, class: i64, oid: i64, sub: i32, key: &Key) {
        self.addresses.insert((class, oid, sub), key.clone());
    }
}

/// Names of types as this project writes them.
fn short_type(name: &str) -> String {
    let name = name.replace("character varying", "varchar");
    let with_zone = |name: &str, long: &str, short: &str| match name.strip_prefix(long) {
        // `timestamp(3) with time zone`
        Some(rest) => match rest.split_once(" with time zone") {
            Some((precision, after)) => format!("{short}tz{precision}{after}"),
            None => format!("{short}{}", rest.replace(" without time zone", "")),
        },
        None => name.to_owned(),
    };
    if name.starts_with("timestamp") {
        with_zone(&name, "timestamp", "timestamp")
    } else {
        with_zone(&name, "time", "time")
    }
}

#[cfg(test)]
mod tests {
    use super::short_type;

    #[test]
    fn types_have_short_names() {
        let cases = [
            ("character varying(500)", "varchar(500)"),
            ("character varying(5)[]", "varchar(5)[]"),
            ("timestamp with time zone", "timestamptz"),
            ("timestamp(3) without time zone[]", "timestamp(3)[]"),
            ("timestamp(3) with time zone", "timestamptz(3)"),
            ("time with time zone", "timetz"),
            ("integer", "integer"),
        ];
        for (long, short) in cases {
            assert_eq!(short_type(long), short);
        }
    }
}
