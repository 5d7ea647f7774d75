//! How much there is of everything.

use crate::server::db::DbError;
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

/// Who there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct People {
    /// Accounts.
    pub users: i64,
    /// Of these, disabled.
    pub disabled: i64,
    /// Of these, of admins.
    pub admins: i64,
    /// Of these, made since a time.
    pub new: i64,
    /// Of these, seen since that day.
    pub seen: i64,
    /// Guests.
    pub guests: i64,
    /// CVs of all of them, without those in the trash.
    pub resumes: i64,
}

/// What there is in the object store.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stored {
    /// Archived PDFs.
    pub archives: i64,
    /// Their bytes.
    pub bytes: i64,
}

/// What waits, and what waits in vain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waiting {
    /// Mails that wait for their turn.
    pub mails: i64,
    /// Mails that were given up.
    pub failed_mails: i64,
    /// PDFs that the object store should have had long ago.
    pub late_archives: i64,
    /// Bytes of the database.
    pub database_bytes: i64,
}

/// Counts people and their CVs. Each count has an index that it can be read from alone.
///
/// # Errors
/// Those of the database.
pub async fn people(pool: &PgPool, since: OffsetDateTime, day: Date) -> Result<People, DbError> {
    let people = sqlx::query_as!(
        People,
        r#"select u.count as "users!", g.count as "guests!", (u.resumes + g.resumes)::bigint as "resumes!",
                  (select count(*) from users where disabled_at is not null and not is_guest) as "disabled!",
                  (select count(*) from users where role = 'admin' and not is_guest) as "admins!",
                  (select count(*) from users where created_at >= $1 and not is_guest) as "new!",
                  (select count(*) from users where last_seen_on >= $2 and not is_guest) as "seen!"
           from (select count(*), coalesce(sum(resume_count), 0) as resumes from users where not is_guest) as u,
                (select count(*), coalesce(sum(resume_count), 0) as resumes from users where is_guest) as g"#,
        since,
        day
    )
    .fetch_one(pool)
    .await?;
    Ok(people)
}

/// Counts archived PDFs.
///
/// # Errors
/// Those of the database.
pub async fn stored(pool: &PgPool) -> Result<Stored, DbError> {
    let stored = sqlx::query_as!(
        Stored,
        r#"select count(*) as "archives!", coalesce(sum(size), 0)::bigint as "bytes!" from archives"#
    )
    .fetch_one(pool)
    .await?;
    Ok(stored)
}

/// Counts what waits; `late` is before when a PDF that is still pending was asked for too long ago.
///
/// # Errors
/// Those of the database.
pub async fn waiting(pool: &PgPool, late: OffsetDateTime) -> Result<Waiting, DbError> {
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select (select count(*) from mails where failed_at is null) as "mails!",
                  (select count(*) from mails where failed_at is not null) as "failed_mails!",
                  (select count(*) from archives where state = 'pending' and created_at < $1) as "late_archives!",
                  pg_database_size(current_database()) as "database_bytes!""#,
        late
    )
    .fetch_one(pool)
    .await?;
    Ok(waiting)
}
