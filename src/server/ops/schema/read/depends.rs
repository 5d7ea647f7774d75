//! Who needs whom, from `pg_depend`.

use super::{super::catalog::Key, Address, Reader};
use sqlx::PgConnection;

/// Adds to every thing what it needs.
pub(super) async fn depends(reader: &mut Reader, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // n: needs; a: goes with; i: is part of. Numbers below 16384 are PostgreSQL's own (FirstNormalObjectId).
    let rows = sqlx::query!(
        r#"select classid::int8 as "class!", objid::int8 as "object!", objsubid as "sub!",
               refclassid::int8 as "needed_class!", refobjid::int8 as "needed_object!", refobjsubid as "needed_sub!"
           from pg_depend where deptype in ('n', 'a', 'i') and objid >= 16384 and refobjid >= 16384"#
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = find(reader, (row.class, row.object, row.sub));
        let needed = find(reader, (row.needed_class, row.needed_object, row.needed_sub));
        if let (Some(key), Some(needed)) = (key, needed)
            && key != needed
            && let Some(object) = reader.catalog.objects.get_mut(&key)
        {
            object.needs.insert(needed);
        }
    }
    Ok(())
}

/// What stands at an address. Columns of views stand for the view.
fn find(reader: &Reader, (class, object, sub): Address) -> Option<Key> {
    let found = reader.addresses.get(&(class, object, sub));
    found.or_else(|| reader.addresses.get(&(class, object, 0))).cloned()
}
