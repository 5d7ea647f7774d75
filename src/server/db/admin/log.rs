//! The audit log, a page at a time.

use crate::server::db::DbError;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What happened, as it is stored.
    pub kind: Option<String>,
    /// To whom: `users.uid`.
    pub subject: Option<Uuid>,
    /// Who did it: `users.uid`.
    pub actor: Option<Uuid>,
    /// Not before.
    pub from: Option<OffsetDateTime>,
    /// Before.
    pub until: Option<OffsetDateTime>,
    /// The line after which the page goes on.
    pub after: Option<i64>,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Names it.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What, as it is stored.
    pub kind: String,
    /// Where from, roughly.
    pub network: Option<String>,
    /// To whom.
    pub subject: Option<Uuid>,
    /// Their address; nothing for guests and for those who are gone.
    pub subject_email: Option<String>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// Their address, likewise.
    pub actor_email: Option<String>,
}

/// A page of the log, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn list(connection: &mut PgConnection, wanted: &Wanted, most: i64) -> Result<Vec<Entry>, DbError> {
    let after = match wanted.after {
        Some(id) => {
            sqlx::query_scalar!("select at from events where id = $1", id).fetch_optional(&mut *connection).await?
        }
        None => None,
    };
    let entries = sqlx::query_as!(
        Entry,
        r#"select e.id, e.at, e.kind, e.address as network,
                  e.subject, case when not s.is_guest then s.email end as subject_email,
                  e.actor, case when not a.is_guest then a.email end as actor_email
           from events e
           left join users s on s.uid = e.subject
           left join users a on a.uid = e.actor
           where ($1::text is null or e.kind = $1)
             and ($2::uuid is null or e.subject = $2)
             and ($3::uuid is null or e.actor = $3)
             and ($4::timestamptz is null or e.at >= $4)
             and ($5::timestamptz is null or e.at < $5)
             and ($6::timestamptz is null or e.at <= $6 and (e.at, e.id) < ($6, $7))
           order by e.at desc, e.id desc limit $8"#,
        wanted.kind,
        wanted.subject,
        wanted.actor,
        wanted.from,
        wanted.until,
        after,
        wanted.after,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(entries)
}
