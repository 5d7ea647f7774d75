//! Rights on a restored database: those that the application's role has on the one in use, if it is not its owner.

use super::super::{
    connect::Connection,
    sql::{self, literal, quoted},
};
use sqlx::{PgConnection, Row};

/// Statements that give the rights of one role on tables and sequences of a database, and on its schema.
const RIGHTS: &str = "
    select format('grant %s on %s %I.%I to %I', string_agg(privilege_type, ', '),
                  case relkind when 'S' then 'sequence' else 'table' end, nspname, relname, rolname) as statement,
           format('%I.%I', nspname, relname) as relation
    from pg_class c join pg_namespace n on n.oid = relnamespace, aclexplode(relacl) as acl
         join pg_roles r on r.oid = acl.grantee
    where relkind in ('r', 'S') and nspname = 'public' group by relkind, nspname, relname, rolname
    having rolname = ";

/// Statements that give one role rights on the tables to come.
const RIGHTS_TO_COME: &str = "
    select format('alter default privileges for role %I in schema public grant %s on tables to %I',
                  pg_get_userbyid(defaclrole), string_agg(privilege_type, ', '), rolname) as statement
    from pg_default_acl, aclexplode(defaclacl) as acl join pg_roles r on r.oid = acl.grantee
    where defaclobjtype = 'r' and defaclnamespace = 'public'::regnamespace group by defaclrole, rolname
    having rolname = ";

/// Gives the application's role the rights in the restored database that it has in the one in use.
///
/// # Errors
/// Those of the database.
pub(super) async fn copy(connection: &Connection, restored: &mut PgConnection) -> anyhow::Result<()> {
    let role = connection.options.get_username();
    if role == connection.owner.get_username() {
        return Ok(());
    }
    sql::run(restored, format!("grant usage on schema public to {}", quoted(role))).await?;
    if !sql::exists(&connection.owner).await? {
        return Ok(());
    }
    let mut live = sql::connect(&connection.owner).await?;
    for row in sql::all(&mut live, format!("{RIGHTS_TO_COME} {}", literal(role))).await? {
        sql::run(restored, row.try_get::<String, _>(0)?).await?;
    }
    for row in sql::all(&mut live, format!("{RIGHTS} {}", literal(role))).await? {
        let (statement, relation): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let there = sql::one(restored, format!("select to_regclass({}) is not null", literal(&relation))).await?;
        if there.try_get(0)? {
            sql::run(restored, statement).await?;
        }
    }
    Ok(())
}
