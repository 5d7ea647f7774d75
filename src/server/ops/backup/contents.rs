//! What a database holds, said such that two of them can be compared: rows per table and a hash of them that does not
//! depend on their order.

use super::super::{
    restore::structure::CLOSED,
    sql::{self, quoted},
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;

/// What a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The applied migrations, the oldest first.
    pub migrations: Vec<i64>,
    /// By `schema.table`.
    pub tables: BTreeMap<String, Table>,
}

/// The rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// How many.
    pub rows: i64,
    /// The sum of the MD5 of each, in two halves: no matter in which order they come, and two equal rows count twice.
    pub hash: String,
}

impl Contents {
    /// Reads everything but the tables of these names, in the transaction that the connection is in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(connection: &mut PgConnection, left_out: &[String]) -> sqlx::Result<Self> {
        // How a row is written as text must not depend on the machine.
        sql::run(
            connection,
            "set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
             set extra_float_digits = 3; set lc_monetary = 'C'; set statement_timeout = 0; set search_path = pg_catalog",
        )
        .await?;
        let mut tables = BTreeMap::new();
        for (schema, table) in tables_of(connection).await? {
            if !(schema == "public" && left_out.contains(&table)) {
                let rows = read_table(connection, &schema, &table).await?;
                tables.insert(format!("{schema}.{table}"), rows);
            }
        }
        Ok(Self { migrations: migrations(connection).await?, tables })
    }

    /// The newest migration, or 0.
    pub fn schema(&self) -> i64 {
        self.migrations.last().copied().unwrap_or(0)
    }

    /// One hash over everything.
    pub fn digest(&self) -> String {
        super::super::super::storage::sha256_hex(format!("{:?} {:?}", self.migrations, self.tables).as_bytes())
    }

    /// What is not the same in another, a line each.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.migrations != other.migrations {
            found.push(format!("the schema is {} and not {}", other.schema(), self.schema()));
        }
        for (name, table) in &self.tables {
            match other.tables.get(name) {
                None => found.push(format!("{name} is missing")),
                Some(theirs) if theirs.rows != table.rows => {
                    found.push(format!("{name} has {} rows and not {}", theirs.rows, table.rows));
                }
                Some(theirs) if theirs.hash != table.hash => found.push(format!("{name} has other rows")),
                Some(_) => {}
            }
        }
        let added = other.tables.keys().filter(|name| !self.tables.contains_key(*name));
        found.extend(added.map(|name| format!("{name} is there and should not")));
        found
    }
}

async fn tables_of(connection: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sql::all(
        connection,
        format!(
            "select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' and not ({CLOSED})
               and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
             order by 1, 2"
        ),
    )
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

async fn read_table(connection: &mut PgConnection, schema: &str, table: &str) -> sqlx::Result<Table> {
    let row = sql::one(
        connection,
        format!(
            "select count(*), concat(
                 coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint::numeric), 0), ':',
                 coalesce(sum(('x' || right(hash, 16))::bit(64)::bigint::numeric), 0))
             from (select md5(\"the row\"::text) as hash from {}.{} as \"the row\") as hashed",
            quoted(schema),
            quoted(table)
        ),
    )
    .await?;
    Ok(Table { rows: row.try_get(0)?, hash: row.try_get(1)? })
}

/// The applied migrations, the oldest first; none if there is no table of them.
async fn migrations(connection: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    let there = sql::one(connection, "select to_regclass('public._sqlx_migrations') is not null").await?;
    if !there.try_get::<bool, _>(0)? {
        return Ok(Vec::new());
    }
    let rows =
        sql::all(connection, "select version from public._sqlx_migrations where success order by version").await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(tables: &[(&str, i64, &str)]) -> Contents {
        let table = |(name, rows, hash): &(&str, i64, &str)| {
            (String::from(*name), Table { rows: *rows, hash: String::from(*hash) })
        };
        Contents { migrations: vec![1, 2], tables: tables.iter().map(table).collect() }
    }

    #[test]
    fn every_difference_is_named() {
        let ours = contents(&[("a", 1, "1:1"), ("b", 2, "2:2"), ("c", 3, "3:3")]);
        assert!(ours.differences(&ours).is_empty());
        let mut theirs = contents(&[("a", 2, "1:1"), ("b", 2, "2:3"), ("d", 1, "1:1")]);
        theirs.migrations.pop();
        assert_eq!(
            ours.differences(&theirs),
            [
                "the schema is 1 and not 2",
                "a has 2 rows and not 1",
                "b has other rows",
                "c is missing",
                "d is there and should not"
            ]
        );
        assert_ne!(ours.digest(), theirs.digest());
    }
}
