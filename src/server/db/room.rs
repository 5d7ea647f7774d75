//! How many bytes somebody may have: their CVs and all versions of them, as long as they are in a dump, and their archived
//! PDFs. Each CV knows what it and its versions take (`document_bytes`, and `history_bytes` by triggers), so nothing here
//! but [`thin`] reads a row for each version. The owner is in every `where`.

use super::{DbError, users};
use sqlx::{PgConnection, PgExecutor};

/// So many autosaves of a CV are never thinned out, the newest; of one in the trash it is the newest one.
pub const UNTOUCHED: i64 = 20;

/// Bytes that somebody may have.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// In all.
    pub all: i64,
    /// As long as they have less, a version that another tab saved over, or that was brought back, stays for good. The rest
    /// is for what is never thinned out: else there were a way to have more than all.
    pub staying: i64,
}

/// Bytes that the owner has.
///
/// # Errors
/// Those of the database.
pub async fn used(executor: impl PgExecutor<'_>, owner: i32) -> Result<i64, DbError> {
    let used = sqlx::query_scalar!(
        r#"select (select coalesce(sum(document_bytes + history_bytes), 0) from resumes where user_id = $1)::bigint
                  + (select coalesce(sum(size), 0) from archives where user_id = $1)::bigint as "used!""#,
        owner
    )
    .fetch_one(executor)
    .await?;
    Ok(used)
}

/// Whether there is room for `more` bytes for an owner who may have `most` of them. Autosaves make place for what comes if
/// that helps. It stays true until the transaction ends, but for what is saved meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn make(connection: &mut PgConnection, owner: i32, more: i64, most: i64) -> Result<bool, DbError> {
    users::lock(&mut *connection, owner).await?;
    let missing = used(&mut *connection, owner).await?.saturating_add(more).saturating_sub(most);
    Ok(missing <= 0 || thin(connection, owner, missing, missing + reserve(most)).await? >= missing)
}

/// Thins out the autosaves of an owner who has more than `most` bytes, as far as they may be.
///
/// # Errors
/// Those of the database.
pub async fn keep(connection: &mut PgConnection, owner: i32, most: i64) -> Result<(), DbError> {
    users::lock(&mut *connection, owner).await?;
    let over = used(&mut *connection, owner).await?.saturating_sub(most);
    if over > 0 {
        thin(connection, owner, 0, over + reserve(most)).await?;
    }
    Ok(())
}

/// What is thinned out beyond what must be, so that not every save has to.
fn reserve(most: i64) -> i64 {
    most / 8
}

/// Removes autosaves until `wanted` bytes are free, those of the trash first, then the oldest; none if all that may go
/// would not give `least`. Answers how many bytes were freed.
async fn thin(connection: &mut PgConnection, owner: i32, least: i64, wanted: i64) -> Result<i64, DbError> {
    // All in one order, and before their versions, as a save does: so nobody waits for somebody who waits for them.
    sqlx::query!("select id from resumes where user_id = $1 order by id for no key update", owner)
        .fetch_all(&mut *connection)
        .await?;
    let freed = sqlx::query_scalar!(
        r#"with autosaves as (
               select v.resume_id, v.revision, v.bytes, v.created_at, r.deleted_at is null as is_live,
                      row_number() over (partition by v.resume_id order by v.revision desc) as place
               from resume_revisions v join resumes r on r.id = v.resume_id
               where r.user_id = $1 and v.kind = 'autosave'
           ), spare as (
               select resume_id, revision, bytes,
                      sum(bytes) over (order by is_live, created_at, resume_id, revision) - bytes as before
               from autosaves where place > case when is_live then $4::bigint else 1 end
           ), gone as (
               delete from resume_revisions v using spare s
               where v.resume_id = s.resume_id and v.revision = s.revision and s.before < $3
                 and (select sum(bytes) from spare) >= $2
               returning v.bytes
           )
           select coalesce(sum(bytes), 0)::bigint as "freed!" from gone"#,
        owner,
        least,
        wanted,
        UNTOUCHED
    )
    .fetch_one(connection)
    .await?;
    Ok(freed)
}
