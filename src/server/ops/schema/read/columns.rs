//! Columns and constraints.

use super::{
    super::catalog::{Column, Detail, Identity, Key},
    Reader, class, short_type,
};
use crate::server::ops::schema::lexer::lower;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// The columns of all tables.
pub(super) async fn columns(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.oid::int8 as "table_oid!", a.attnum as "number!", d.oid::int8 as "default_oid?",
               quote_ident(c.relname) as "table!", quote_ident(a.attname) as "name!",
               format_type(a.atttypid, a.atttypmod) as "of_type!", a.attnotnull as "not_null!",
               pg_get_expr(d.adbin, d.adrelid, true) as expression, a.attgenerated <> '' as "generated!",
               case when a.attcollation <> t.typcollation then quote_ident(l.collname) end as collation,
               a.attidentity <> '' as "identity!", a.attidentity = 'a' as "always!",
               s.seqstart as "start?", s.seqincrement as "increment?", s.seqmin as "minimum?", s.seqmax as "maximum?",
               s.seqcache as "cache?", s.seqcycle as "cycle?", col_description(c.oid, a.attnum) as comment
           from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
           left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           left join pg_collation l on l.oid = a.attcollation
           left join pg_depend p on p.classid = 'pg_class'::regclass and p.refclassid = 'pg_class'::regclass
               and p.refobjid = c.oid and p.refobjsubid = a.attnum and p.deptype = 'i' and a.attidentity <> ''
           left join pg_sequence s on s.seqrelid = p.objid
           where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        if !reader.catalog.objects.contains_key(&Key::Table(row.table.clone())) {
            continue;
        }
        let key = Key::Column(row.table, row.name);
        reader.at(class::RELATION, row.table_oid, row.number.into(), &key);
        if let Some(oid) = row.default_oid {
            reader.at(class::DEFAULT, oid, 0, &key);
        }
        let expression = row.expression.as_deref().map(lower);
        let (default, generated) = if row.generated { (None, expression) } else { (expression, None) };
        let usual = usual(&row.of_type);
        let options = [
            ("start with", row.start.unwrap_or(usual.0), usual.0),
            ("increment by", row.increment.unwrap_or(1), 1),
            ("minvalue", row.minimum.unwrap_or(usual.0), usual.0),
            ("maxvalue", row.maximum.unwrap_or(usual.1), usual.1),
            ("cache", row.cache.unwrap_or(1), 1),
            ("cycle", row.cycle.unwrap_or(false).into(), 0),
        ];
        let options = options.into_iter().filter(|(_, value, usual)| value != usual);
        let options: BTreeMap<&str, i64> = options.map(|(clause, value, _)| (clause, value)).collect();
        let column = Column {
            of_type: short_type(&row.of_type),
            collation: row.collation,
            not_null: row.not_null,
            default,
            generated,
            identity: row.identity.then_some(Identity { always: row.always, options }),
        };
        reader.add(key, Detail::Column(column), row.comment, row.number);
    }
    Ok(())
}

/// Lowest and highest number of an identity column that says nothing else.
fn usual(of_type: &str) -> (i64, i64) {
    let highest = match of_type {
        "smallint" => i16::MAX.into(),
        "integer" => i32::MAX.into(),
        _ => i64::MAX,
    };
    (1, highest)
}

/// The constraints of all tables.
pub(super) async fn constraints(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select k.oid::int8 as "oid!", k.conindid::int8 as "index_oid!", quote_ident(c.relname) as "table!",
               quote_ident(k.conname) as "name!", k.contype::text as "kind!",
               pg_get_constraintdef(k.oid, true) as "definition!", obj_description(k.oid, 'pg_constraint') as comment
           from pg_constraint k join pg_class c on c.oid = k.conrelid
           where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and k.contype in ('p', 'u', 'f', 'c', 'x')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        if !reader.catalog.objects.contains_key(&Key::Table(row.table.clone())) {
            continue;
        }
        let key = Key::Constraint(row.table, row.name);
        reader.at(class::CONSTRAINT, row.oid, 0, &key);
        if row.kind != "f" && row.index_oid != 0 {
            reader.at(class::RELATION, row.index_oid, 0, &key);
        }
        let definition = lower(&row.definition);
        reader.add(key, Detail::Constraint { definition, kind: row.kind }, row.comment, 0);
    }
    Ok(())
}
