//! Extensions, enums, functions and triggers.

use super::{
    super::catalog::{Detail, Key},
    Reader, class,
};
use crate::server::ops::schema::lexer::lower;
use sqlx::PgConnection;

/// Extensions, with their members: who needs a member needs the extension.
pub(super) async fn extensions(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select e.oid::int8 as "oid!", quote_ident(e.extname) as "name!",
               array(select d.classid::int8 from pg_depend d
                     where d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
                     order by d.classid, d.objid) as "classes!",
               array(select d.objid::int8 from pg_depend d
                     where d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
                     order by d.classid, d.objid) as "members!"
           from pg_extension e where e.extname <> 'plpgsql'"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Extension(row.name);
        reader.at(class::EXTENSION, row.oid, 0, &key);
        for (member_class, member) in row.classes.into_iter().zip(row.members) {
            reader.at(member_class, member, 0, &key);
        }
        reader.add(key, Detail::Extension, None, 0);
    }
    Ok(())
}

/// Enums.
pub(super) async fn enums(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select t.oid::int8 as "oid!", t.typarray::int8 as "array_type!", quote_ident(t.typname) as "name!",
               array(select quote_literal(e.enumlabel) from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as "values!",
               obj_description(t.oid, 'pg_type') as comment
           from pg_type t
           where t.typnamespace = 'public'::regnamespace and t.typtype = 'e'
             and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Enum(row.name);
        reader.at(class::TYPE, row.oid, 0, &key);
        reader.at(class::TYPE, row.array_type, 0, &key);
        reader.add(key, Detail::Enum(row.values), row.comment, 0);
    }
    Ok(())
}

/// Functions and procedures.
pub(super) async fn functions(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select p.oid::int8 as "oid!", p.oid::regprocedure::text as "name!", p.prokind = 'p' as "procedure!",
               pg_get_functiondef(p.oid) as "definition!", p.prosqlbody is null as "opaque!",
               concat_ws(' returns ', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)) as "signature!",
               obj_description(p.oid, 'pg_proc') as comment
           from pg_proc p
           where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
             and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Function(row.name);
        reader.at(class::FUNCTION, row.oid, 0, &key);
        // It is the only one of its kind that names the schema whatever the path.
        let definition = lower(row.definition.trim_end()).replacen(" public.", " ", 1);
        let detail =
            Detail::Function { definition, signature: row.signature, procedure: row.procedure, opaque: row.opaque };
        reader.add(key, detail, row.comment, 0);
    }
    Ok(())
}

/// Triggers of tables and views.
pub(super) async fn triggers(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select t.oid::int8 as "oid!", quote_ident(c.relname) as "table!", quote_ident(t.tgname) as "name!",
               pg_get_triggerdef(t.oid, true) as "definition!", obj_description(t.oid, 'pg_trigger') as comment
           from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
             and c.relname not in ('_sqlx_migrations', 'migration_log')"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = Key::Trigger(row.table, row.name);
        reader.at(class::TRIGGER, row.oid, 0, &key);
        reader.add(key, Detail::Trigger(lower(&row.definition)), row.comment, 0);
    }
    Ok(())
}
