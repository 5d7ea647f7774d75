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
        -- Operators and their classes, collations, conversions, statistics, text search: whatever else has a schema.
        select pg_describe_object(d.classid, d.objid, 0) from pg_depend d
        where d.refclassid = 'pg_namespace'::regclass and d.refobjid = 'public'::regnamespace and d.deptype = 'n'
          and d.classid not in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass,
              'pg_extension'::regclass, 'pg_default_acl'::regclass)
          and not exists (select from theirs t where t.classid = d.classid and t.objid = d.objid)
        union all
        select 'cast from ' || castsource::regtype::text || ' to ' || casttarget::regtype::text from pg_cast c
        where c.oid >= 16384 and not exists (select from theirs where classid = 'pg_cast'::regclass and objid = c.oid)
        union all
        select 'event trigger ' || quote_ident(evtname) from pg_event_trigger e
        where not exists (select from theirs where classid = 'pg_event_trigger'::regclass and objid = e.oid)
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
          and (a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget >= 0
            or array_to_string(a.attoptions, ' ') ~ 'n_distinct')
        union all
        select 'comment on column ' || name || '.' || quote_ident(attname)
        from pg_description d join ours on ours.oid = d.objoid
        join pg_attribute a on a.attrelid = ours.oid and a.attnum = d.objsubid
        where d.classoid = 'pg_class'::regclass and ours.relkind in ('v', 'm')
        union all
        select 'replica identity of table ' || name from ours join pg_class c using (oid)
        where ours.relkind = 'r' and c.relreplident <> 'd'
        union all
        select 'order on disk of table ' || name from ours join pg_index i on i.indrelid = ours.oid where i.indisclustered
        order by 1"#
    )
    .fetch_all(connection)
    .await
}
