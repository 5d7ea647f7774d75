//! Users on their way out: the row is marked, and goes when all else is gone. Also what somebody has, counted.

use super::{DbError, events::EventKind};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// Somebody on their way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// `users.id`.
    pub id: i32,
    /// `users.uid`.
    pub uid: Uuid,
    /// Since when.
    pub since: OffsetDateTime,
}

/// Marks these users as on their way out: nobody gets in any more, and nothing of theirs goes into the object store that
/// is not there yet. Answers those who were not already.
///
/// # Errors
/// Those of the database.
pub async fn mark(connection: &mut PgConnection, ids: &[i32], now: OffsetDateTime) -> Result<Vec<Leaving>, DbError> {
    let leaving = sqlx::query_as!(
        Leaving,
        r#"update users set leaving_at = $2, disabled_at = coalesce(disabled_at, $2), session_epoch = session_epoch + 1
           where id = any($1) and leaving_at is null returning id, uid, leaving_at as "since!""#,
        ids,
        now
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!("delete from archives where user_id = any($1) and state = 'pending'", ids).execute(connection).await?;
    Ok(leaving)
}

/// Those on their way out, the first first.
///
/// # Errors
/// Those of the database.
pub async fn leaving(pool: &PgPool, most: i64) -> Result<Vec<Leaving>, DbError> {
    let rows = sqlx::query_as!(
        Leaving,
        r#"select id, uid, leaving_at as "since!" from users where leaving_at is not null order by leaving_at, id limit $1"#,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Where the object store has the archived PDFs of somebody.
///
/// # Errors
/// Those of the database.
pub async fn objects(pool: &PgPool, owner: i32) -> Result<Vec<String>, DbError> {
    let keys = sqlx::query_scalar!("select object_key from archives where user_id = $1", owner).fetch_all(pool).await?;
    Ok(keys)
}

/// `users.uid` of the guests whose CVs were taken into an account, as far as the log goes back.
///
/// # Errors
/// Those of the database.
pub async fn guests_of(pool: &PgPool, account: Uuid) -> Result<Vec<Uuid>, DbError> {
    let guests = sqlx::query_scalar!(
        r#"select distinct subject as "subject!" from events where actor = $1 and kind = $2 and subject <> $1"#,
        account,
        EventKind::GuestAdopted.as_str()
    )
    .fetch_all(pool)
    .await?;
    Ok(guests)
}

/// Removes somebody who is on their way out: the row, with all rows that belong to it; the mails that wait for their
/// address, whoever asked for them; and what waits to make an account of them, which belongs to nobody yet. A restore may
/// have put another database in place since they were marked, which does not know of it.
///
/// # Errors
/// Those of the database.
pub async fn remove(connection: &mut PgConnection, leaving: Leaving) -> Result<(), DbError> {
    let id = leaving.id;
    sqlx::query!(
        "update users set leaving_at = $3 where id = $1 and uid = $2 and leaving_at is null",
        id,
        leaving.uid,
        leaving.since
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from mails using users
         where users.id = $1 and users.leaving_at is not null
           and (lower(mails.recipient) = lower(users.email) or strpos(mails.letter::text, users.uid::text) > 0)",
        id
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from tokens using users
         where users.id = $1 and users.leaving_at is not null
           and (lower(tokens.data ->> 'email') = lower(users.email) or strpos(tokens.data::text, users.uid::text) > 0)",
        id
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from users where id = $1 and leaving_at is not null", id).execute(connection).await?;
    Ok(())
}

/// What somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belongings {
    /// CVs, those in the trash too.
    pub resumes: i64,
    /// Archived PDFs.
    pub archives: i64,
}

/// What somebody has.
///
/// # Errors
/// Those of the database.
pub async fn belongings(pool: &PgPool, owner: i32) -> Result<Belongings, DbError> {
    let row = sqlx::query_as!(
        Belongings,
        r#"select (select count(*) from resumes where user_id = $1) as "resumes!",
                  (select count(*) from archives where user_id = $1) as "archives!""#,
        owner
    )
    .fetch_one(pool)
    .await?;
    Ok(row)
}
