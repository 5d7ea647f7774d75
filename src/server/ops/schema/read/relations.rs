//! Tables, views and indexes.

use super::{
    super::catalog::{Detail, Key},
    Reader, class,
};
use crate::server::ops::schema::lexer::lower;
use sqlx::PgConnection;

/// Tables, without those in which migrations are recorded.
pub(super) async fn tables(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.oid::int8 as "oid!", t.oid::int8 as "row_type!", t.typarray::int8 as "array_type!",
               quote_ident(c.relname) as "name!", c.relpersistence = 'u' as "unlogged!",
               coalesce(c.reloptions, '{}') as "options!", obj_description(c.oid, 'pg_class') as comment
           from pg_class c join pg_type t on t.oid = c.reltype
           where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
             and c.relname not in ('_sqlx_migrations', 'migration_log')
             and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Table(row.name);
        reader.at(class::RELATION, row.oid, 0, &key);
        reader.at(class::TYPE, row.row_type, 0, &key);
        reader.at(class::TYPE, row.array_type, 0, &key);
        reader.add(key, Detail::Table { unlogged: row.unlogged, options: row.options }, row.comment, 0);
    }
    Ok(())
}

/// Views and materialized views, with the rules that are their queries.
pub(super) async fn views(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.oid::int8 as "oid!", t.oid::int8 as "row_type!", t.typarray::int8 as "array_type!",
               r.oid::int8 as "rule!", quote_ident(c.relname) as "name!", c.relkind = 'm' as "materialized!",
               coalesce(c.reloptions, '{}') as "options!", pg_get_viewdef(c.oid, true) as "definition!",
               obj_description(c.oid, 'pg_class') as comment
           from pg_class c join pg_type t on t.oid = c.reltype
           join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
             and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::View(row.name);
        reader.at(class::RELATION, row.oid, 0, &key);
        reader.at(class::TYPE, row.row_type, 0, &key);
        reader.at(class::TYPE, row.array_type, 0, &key);
        reader.at(class::RULE, row.rule, 0, &key);
        let definition = lower(row.definition.trim().trim_end_matches(';'));
        reader.add(
            key,
            Detail::View { definition, materialized: row.materialized, options: row.options },
            row.comment,
            0,
        );
    }
    Ok(())
}

/// Indexes that are not part of a constraint.
pub(super) async fn indexes(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.oid::int8 as "oid!", quote_ident(c.relname) as "name!", quote_ident(t.relname) as "table!",
               pg_get_indexdef(c.oid, 0, true) as "definition!", not i.indisvalid as "broken!",
               obj_description(c.oid, 'pg_class') as comment
           from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
           where c.relnamespace = 'public'::regnamespace and t.relname not in ('_sqlx_migrations', 'migration_log')
             and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
             and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid in (c.oid, t.oid) and d.deptype = 'e')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Index(row.name);
        reader.at(class::RELATION, row.oid, 0, &key);
        // The usual method is not worth a word.
        let definition = lower(&row.definition).replacen(" using btree (", " (", 1);
        reader.add(key, Detail::Index { definition, table: row.table, broken: row.broken }, row.comment, 0);
    }
    Ok(())
}
