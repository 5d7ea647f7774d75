//! What a database has that is not rows, and how that differs from what our migrations make.

use super::{super::sql, feed::Origin};
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a dump could bring along to be run later, apart from what belongs to extensions: what it is, its
/// definition, the table that it is a part of, and whether nothing runs by itself because it is there. (A function does,
/// where something calls it; and one in `public` is found by statements that name another.)
const QUERY: &str = r"
    with theirs as (select classid, objid from pg_depend where deptype = 'e'),
    calling as (select classid, objid from pg_depend
                where refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass) and refobjid >= 16384),
    ours as (select oid, nspname from pg_namespace n
             where nspname <> 'information_schema' and nspname not like 'pg\_%' and not (CLOSED)
                   and oid not in (select objid from theirs where classid = 'pg_namespace'::regclass)),
    relations as (select c.oid, relname, relkind, nspname, format('%s.%s', nspname, relname) as relation
                  from pg_class c join ours on ours.oid = relnamespace
                  where c.oid not in (select objid from theirs where classid = 'pg_class'::regclass)),
    things (class, id, thing, definition, part_of, inert) as (
        select 'pg_namespace'::regclass, oid, format('schema %s', nspname), null, null, true from ours
        union all
        select 'pg_class'::regclass, oid,
               case relkind when 'r' then 'table' when 'S' then 'sequence' when 'v' then 'view'
                    when 'm' then 'materialized view' else 'relation of kind ' || relkind::text end || ' ' || relation,
               pg_get_viewdef(oid), null, relkind in ('r', 'S', 'v', 'm', 'p')
        from relations where relkind not in ('i', 'I', 't', 'c')
        union all
        select 'pg_class'::regclass, i.indexrelid, format('index %s.%s', r.nspname, c.relname),
               pg_get_indexdef(i.indexrelid), null, true
        from pg_index i join relations r on r.oid = i.indrelid join pg_class c on c.oid = i.indexrelid where i.indisvalid
        union all
        select 'pg_attrdef'::regclass, d.oid, format('column %s.%s', relation, attname),
               format('%s %s %s %s %s', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
                      pg_get_expr(adbin, adrelid)), relation, true
        from pg_attribute a join relations r on r.oid = a.attrelid
             left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where relkind in ('r', 'p') and attnum > 0 and not attisdropped
        union all
        select 'pg_constraint'::regclass, k.oid,
               format('constraint %s on %s', conname, coalesce(relation, contypid::regtype::text)),
               pg_get_constraintdef(k.oid), relation, true
        from pg_constraint k join ours on ours.oid = connamespace left join relations r on r.oid = conrelid
        where contype <> 'n' and (conrelid = 0 or r.oid is not null)
        union all
        select 'pg_proc'::regclass, p.oid,
               format('%s %s', case prokind when 'a' then 'aggregate' else 'function' end, p.oid::regprocedure),
               case when prokind <> 'a' then pg_get_functiondef(p.oid) end, null, nspname <> 'public'
        from pg_proc p join ours on ours.oid = pronamespace
        union all
        select 'pg_trigger'::regclass, t.oid, format('trigger %s on %s', tgname, relation),
               format('%s %s', pg_get_triggerdef(t.oid), tgenabled), relation, false
        from pg_trigger t join relations r on r.oid = tgrelid where not tgisinternal
        union all
        select 'pg_rewrite'::regclass, w.oid, format('rule %s on %s', rulename, relation), pg_get_ruledef(w.oid), relation,
               false
        from pg_rewrite w join relations r on r.oid = ev_class where rulename <> '_RETURN'
        union all
        select 'pg_policy'::regclass, p.oid, format('policy %s on %s', polname, relation), null, relation, false
        from pg_policy p join relations r on r.oid = polrelid
        union all
        select 'pg_event_trigger'::regclass, oid, format('event trigger %s', evtname), null, null, false
        from pg_event_trigger
        union all
        select 'pg_extension'::regclass, oid, format('extension %s', extname), null, null, false
        from pg_extension where extname <> 'plpgsql'
        union all
        select 'pg_operator'::regclass, o.oid, format('operator %s', o.oid::regoperator), null, null, nspname <> 'public'
        from pg_operator o join ours on ours.oid = oprnamespace
        union all
        select 'pg_cast'::regclass, oid, format('cast from %s to %s', castsource::regtype, casttarget::regtype), null, null,
               false
        from pg_cast where oid >= 16384
        union all
        select 'pg_type'::regclass, t.oid, format('type %s.%s', nspname, typname), null, null, true
        from pg_type t join ours on ours.oid = typnamespace where typrelid = 0 and typelem = 0
    )
    select thing, concat_ws(' ', thing, definition), part_of,
           inert and not exists (select from calling c where c.classid = class and c.objid = id)
    from things where not exists (select from theirs t where t.classid = class and t.objid = id)";

/// Whether a schema `n` is one of others that this role cannot read: it cannot be in a backup.
pub const CLOSED: &str = "n.nspname <> 'public' and (not has_schema_privilege(n.oid, 'usage') or exists (
    select from pg_class closed where closed.relnamespace = n.oid and closed.relkind in ('r', 'p', 'm', 'S')
    and not has_table_privilege(closed.oid, 'select')))";

/// Begins the name of an extension, which no dump of ours has.
const EXTENSION: &str = "extension ";

/// The log of migrations, which a database has not that no release but the first has migrated.
const LOG: &str = "public.migration_log";

/// What a database has that is not rows.
#[derive(Debug, Default)]
pub struct Structure(BTreeMap<String, Thing>);

/// By its definition in [`Structure`].
#[derive(Debug)]
struct Thing {
    name: String,
    part_of: Option<String>,
    inert: bool,
}

/// How a database differs from what our migrations make.
#[derive(Debug, Default)]
pub struct Differences {
    /// What is missing or changed, or may not be there.
    pub faults: Vec<String>,
    /// What somebody else has put there, and is in nobody's way.
    pub added: Vec<String>,
    /// Whether a newer release has migrated it, so that this one cannot tell what is right.
    pub newer: bool,
}

impl Structure {
    /// Reads it, in the transaction that the connection is in. Names are read in full, whatever the path.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(connection: &mut PgConnection) -> sqlx::Result<Self> {
        sql::run(connection, "set search_path = pg_catalog").await?;
        let rows = sql::all(connection, QUERY.replace("CLOSED", CLOSED)).await?;
        sql::run(connection, "set search_path = public").await?;
        let thing = |row: &sqlx::postgres::PgRow| {
            Ok((row.try_get(1)?, Thing { name: row.try_get(0)?, part_of: row.try_get(2)?, inert: row.try_get(3)? }))
        };
        Ok(Self(rows.iter().map(thing).collect::<sqlx::Result<_>>()?))
    }

    /// The names of all that a dump takes along.
    pub fn names(&self) -> BTreeSet<String> {
        let names = self.0.values().map(|thing| thing.name.clone());
        names.filter(|name| !name.starts_with(EXTENSION)).collect()
    }

    /// Holds this against what our migrations make. What somebody may have put beside that is right if we made the dump
    /// ourselves, and if nothing runs because of it: after a restore it would run with the rights of the application.
    pub fn differences(&self, expected: &Self, origin: Origin, newer: bool) -> Differences {
        let tables: BTreeSet<&str> = expected.0.values().filter_map(|thing| thing.part_of.as_deref()).collect();
        let mut found = Differences { newer, ..Differences::default() };
        for (line, thing) in self.0.iter().filter(|(line, _)| !expected.0.contains_key(*line)) {
            let beside = thing.inert && !thing.part_of.as_deref().is_some_and(|table| tables.contains(table));
            if newer || origin == Origin::Ours && beside && !expected.has(&thing.name) {
                found.added.push(thing.name.clone());
            } else {
                found.faults.push(format!("it has {}", shortened(line)));
            }
        }
        let missing = expected.0.iter().filter(|(line, _)| !newer && !self.0.contains_key(*line));
        let missing = missing.filter(|(_, thing)| !thing.name.contains(LOG) && thing.part_of.as_deref() != Some(LOG));
        found.faults.extend(missing.map(|(line, _)| format!("it has no {}", shortened(line))));
        found
    }

    fn has(&self, name: &str) -> bool {
        self.0.values().any(|thing| thing.name == name)
    }
}

/// What no backup takes along: extensions, and the schemas of others that this role cannot read.
///
/// # Errors
/// Those of the database.
pub async fn left_out(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let rows =
        sql::all(connection, "select extname::text from pg_extension where extname <> 'plpgsql' order by 1").await?;
    let extensions = rows.iter().map(|row| Ok(format!("{EXTENSION}{}", row.try_get::<String, _>(0)?)));
    let mut left_out = extensions.collect::<sqlx::Result<Vec<String>>>()?;
    left_out
        .extend(closed(connection).await?.iter().map(|schema| format!("schema {schema}, which this role cannot read")));
    Ok(left_out)
}

/// The schemas of others that this role cannot read.
///
/// # Errors
/// Those of the database.
pub async fn closed(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let query = format!(
        "select n.nspname::text from pg_namespace n
         where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' and {CLOSED} order by 1"
    );
    sql::all(connection, query).await?.iter().map(|row| row.try_get(0)).collect()
}

fn shortened(line: &str) -> String {
    line.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(things: &[(&str, &str, Option<&str>, bool)]) -> Structure {
        let thing = |(name, definition, part_of, inert): &(&str, &str, Option<&str>, bool)| {
            let thing = Thing { name: (*name).into(), part_of: part_of.map(Into::into), inert: *inert };
            (format!("{name} {definition}"), thing)
        };
        Structure(things.iter().map(thing).collect())
    }

    #[test]
    fn what_was_added_beside_ours_is_no_fault_of_our_own_dumps() {
        let ours =
            [("table a", "", None, true), ("column a.b", "text", Some("a"), true), ("index i", "on a (b)", None, true)];
        let expected = structure(&ours);
        let added = [
            ("table x", "", None, true),
            ("column x.y", "text", Some("x"), true),
            ("view v", "select", None, true),
            ("index j", "on a (b)", None, true),
        ];
        let both = structure(&[&ours[..], &added[..]].concat());
        let found = both.differences(&expected, Origin::Ours, false);
        assert_eq!((found.faults.len(), found.added.len()), (0, 4), "{found:?}");
        assert_eq!(both.differences(&expected, Origin::Foreign, false).faults.len(), 4);
        for wrong in [
            ("column a.c", "text", Some("a"), true),
            ("constraint c on a", "check", Some("a"), true),
            ("trigger t on x", "", Some("x"), false),
            ("function f()", "", None, false),
        ] {
            let with = structure(&[&ours[..], &[wrong]].concat());
            assert_eq!(with.differences(&expected, Origin::Ours, false).faults.len(), 1, "{wrong:?}");
            let newer = with.differences(&expected, Origin::Ours, true);
            assert_eq!((newer.faults.len(), newer.added.len()), (0, 1), "of a newer release: {wrong:?}");
        }
    }

    #[test]
    fn what_is_missing_or_changed_is_a_fault() {
        let expected = structure(&[("table a", "", None, true), ("index i", "on a (b)", None, true)]);
        let without = structure(&[("table a", "", None, true)]);
        assert_eq!(without.differences(&expected, Origin::Ours, false).faults, ["it has no index i on a (b)"]);
        let changed = structure(&[("table a", "", None, true), ("index i", "on a (c)", None, true)]);
        let found = changed.differences(&expected, Origin::Ours, false);
        assert_eq!((found.faults.len(), found.added.len()), (2, 0), "{found:?}");
    }
}
