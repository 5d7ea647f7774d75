//! The queue of mails, as an admin sees it.

use crate::server::db::DbError;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// A mail in the queue, without what it says.
#[derive(Clone, Debug)]
pub struct Line {
    /// Names it.
    pub id: i64,
    /// The account that it concerns: `users.uid`.
    pub user: Option<Uuid>,
    /// The address.
    pub recipient: String,
    /// When it was queued.
    pub created_at: OffsetDateTime,
    /// When it has its next turn.
    pub next_try_at: OffsetDateTime,
    /// How often it was tried.
    pub tries: i32,
    /// When it was given up.
    pub failed_at: Option<OffsetDateTime>,
    /// Why it could not be sent the last time.
    pub problem: Option<String>,
}

/// A page of the queue, the oldest first: those given up, or those that wait.
///
/// # Errors
/// Those of the database.
pub async fn list(
    connection: &mut PgConnection,
    failed: bool,
    after: Option<i64>,
    most: i64,
) -> Result<Vec<Line>, DbError> {
    let lines = sqlx::query_as!(
        Line,
        r#"select m.id, u.uid as "user?", m.recipient, m.created_at, m.next_try_at, m.tries, m.failed_at, m.problem
           from mails m left join users u on u.id = m.user_id
           where (m.failed_at is not null) = $1 and ($2::bigint is null or m.id > $2) order by m.id limit $3"#,
        failed,
        after,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(lines)
}

/// Has a mail tried again at once, as if it were new; answers whom it concerns, or nothing if it is gone.
///
/// # Errors
/// Those of the database.
pub async fn retry(
    connection: &mut PgConnection,
    id: i64,
    now: OffsetDateTime,
) -> Result<Option<Option<Uuid>>, DbError> {
    let user = sqlx::query_scalar!(
        r#"update mails set failed_at = null, problem = null, tries = 0, next_try_at = $2 where id = $1
           returning (select uid from users where id = mails.user_id) as "uid?""#,
        id,
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(user)
}

/// Removes a mail; answers whom it concerned, or nothing if it is gone.
///
/// # Errors
/// Those of the database.
pub async fn drop(connection: &mut PgConnection, id: i64) -> Result<Option<Option<Uuid>>, DbError> {
    let user = sqlx::query_scalar!(
        r#"delete from mails where id = $1 returning (select uid from users where id = mails.user_id) as "uid?""#,
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(user)
}
