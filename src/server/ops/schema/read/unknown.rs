//! What this program can neither compare nor write. It is refused by name rather than passed over.

use sqlx::PgConnection;

/// Names of such things.
pub(super) async fn unknown(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with theirs as (select classid, objid from pg_depend where deptype = 'e'),
        ours as (
            select c.oid, c.relkind, c.relispartition, c.relrowsecurity, c.reloftype, quote_ident(c.relname) as name
            from pg_class c
            where c.relnamespace = 'public'::regnamespace
              and not exists (select from theirs where classid = 'pg_class'::regclass and objid = c.oid)
        )
        select 'schema ' || quote_ident(nspname) as "name!" from pg_namespace n
        where nspname <> 'public' and nspname <> 'information_schema' and nspname !~ '^pg_'
          and not exists (select from theirs where classid = 'pg_namespace'::regclass and objid = n.oid)
        union all
        select case relkind when 'S' then 'sequence ' when 'p' then 'partitioned table ' when 'f' then 'foreign table '
                   when 'c' then 'composite type ' end || name
        from ours o
        where relkind in ('S', 'p', 'f', 'c')
          -- The sequences of identity columns are part of them.
          and not (relkind = 'S' and exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = o.oid and d.deptype = 'i'))
        union all
        select 'partition, heir or row security of table ' || name from ours o
        where relkind = 'r' and (relispartition or relrowsecurity or reloftype <> 0
            or exists (select from pg_inherits i where i.inhrelid = o.oid))
        union all
        select case t.typtype when 'd' then 'domain ' when 'r' then 'range type ' else 'type ' end || quote_ident(t.typname)
        from pg_type t
        where t.typnamespace = 'public'::regnamespace and t.typtype in ('b', 'd', 'r') and t.typelem = 0
          and not exists (select from theirs where classid = 'pg_type'::regclass and objid = t.oid)
        union all
        select 'aggregate or window function ' || p.oid::regprocedure::text from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.prokind in ('a', 'w')
          and not exists (select from theirs where classid = 'pg_proc'::regclass and objid = p.oid)
        union all
        select 'operator ' || p.oid::regoperator::text from pg_operator p
        where p.oprnamespace = 'public'::regnamespace
          and not exists (select from theirs where classid = 'pg_operator'::regclass and objid = p.oid)
        union all
        select 'policy ' || quote_ident(polname) || ' on ' || name from pg_policy p join ours on ours.oid = p.polrelid
        union all
        select 'rule ' || quote_ident(rulename) || ' on ' || name from pg_rewrite r join ours on ours.oid = r.ev_class
        where rulename <> '_RETURN'
        union all
        select 'state of trigger ' || quote_ident(tgname) || ' on ' || name
        from pg_trigger t join ours on ours.oid = t.tgrelid where not tgisinternal and tgenabled <> 'O'
        union all
        select 'storage of column ' || name || '.' || quote_ident(attname)
        from pg_attribute a join ours on ours.oid = a.attrelid join pg_type t on t.oid = a.atttypid
        where ours.relkind = 'r' and a.attnum > 0 and not a.attisdropped
          and (a.attstorage <> t.typstorage or a.attcompression <> '' or array_to_string(a.attoptions, ' ') ~ 'n_distinct')
        union all
        select 'statistics ' || quote_ident(stxname) from pg_statistic_ext where stxnamespace = 'public'::regnamespace
        union all
        select 'collation ' || quote_ident(collname) from pg_collation where collnamespace = 'public'::regnamespace
        order by 1"#
    )
    .fetch_all(connection)
    .await
}
