//! Saving: the document in `resumes` and its history in `resume_revisions`. The owner is in every `where`.

use super::{DbError, resumes::ResumeRow, room, users};
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Why a row of history was written; `resume_revisions.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The CV was made.
    Create,
    /// It came from a file or another CV.
    Import,
    /// The editor saved it. Those within [`COALESCE`] of the first become one row.
    Autosave,
    /// The editor saved it, and then another tab, whose own save had been refused before, another text in its place.
    Conflict,
    /// An earlier version was brought back.
    Restore,
    /// A PDF of it was archived.
    Archive,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::Autosave => "autosave",
            Self::Conflict => "conflict",
            Self::Restore => "restore",
            Self::Archive => "archive",
        }
    }
}

/// Autosaves this close to the first of a row of history belong to that row.
pub const COALESCE: time::Duration = time::Duration::minutes(5);

/// After a save was refused because another tab's had come before it, what is saved by different tabs does not become one
/// row for this long: its owner may take the time to choose, and what they choose against stays a version.
pub const CONTESTED: time::Duration = time::Duration::days(1);

/// An autosave goes when so many later ones, and versions that were brought back, are there; a list of versions shows as
/// many.
pub const KEPT: i64 = 500;

/// What a save changes.
#[derive(Debug)]
pub struct Save<'a> {
    /// Which one.
    pub id: i32,
    /// The revision that it is based on.
    pub base_revision: i32,
    /// What the browser calls this save: the tab, a dot, and what no other save of it has.
    pub save_id: &'a str,
    /// The document.
    pub document: &'a Value,
    /// `Document::schema_version`.
    pub schema_version: i32,
    /// Bytes that the owner may have.
    pub most: room::Most,
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is this revision now, or was already when the same save of the same document came before.
    Revision(i32),
    /// It was changed elsewhere: this is the revision that is stored.
    Conflict(i32),
    /// The owner has no such CV.
    Missing,
}

/// Saves a CV of the owner and writes history.
///
/// # Errors
/// Those of the database.
pub async fn save(
    connection: &mut PgConnection,
    owner: i32,
    save: &Save<'_>,
    now: OffsetDateTime,
) -> Result<Saved, DbError> {
    users::keep(&mut *connection, owner).await?;
    let saved = sqlx::query!(
        r#"update resumes set json_content = $4, schema_version = $5, last_save_id = $6, updated_at = $7,
                              revision = resumes.revision + 1
           from (
               select id, last_save_id, refused_at from resumes where id = $1 and user_id = $2 for no key update
           ) before
           where resumes.id = before.id and revision = $3 and deleted_at is null
             and (before.last_save_id is distinct from $6 or json_content is distinct from $4)
           returning revision, before.last_save_id as "before?", before.refused_at as "refused_at?""#,
        save.id,
        owner,
        save.base_revision,
        save.document,
        save.schema_version,
        save.save_id,
        now
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(saved) = saved {
        let contested = saved.refused_at.is_some_and(|at| at > now - CONTESTED);
        // Without a save before it there is no autosave that it could go on with, only what was made or brought back.
        let goes_on = saved.before.as_ref().is_some_and(|before| !contested || tab(before) == tab(save.save_id));
        if !goes_on && contested {
            keep_overwritten(&mut *connection, owner, save, saved.revision - 1).await?;
        }
        if !(goes_on && coalesce(&mut *connection, save, saved.revision, now).await?) {
            insert_revision(connection, save.id, saved.revision, save.document, Kind::Autosave, now).await?;
        }
        return Ok(Saved::Revision(saved.revision));
    }
    let stored = sqlx::query!(
        r#"select revision, coalesce(last_save_id = $3 and json_content = $4, false) as "is_same!"
           from resumes where id = $1 and user_id = $2 and deleted_at is null"#,
        save.id,
        owner,
        save.save_id,
        save.document
    )
    .fetch_optional(&mut *connection)
    .await?;
    Ok(match stored {
        None => Saved::Missing,
        Some(row) if row.is_same => Saved::Revision(row.revision),
        Some(row) => {
            note_refusal(connection, owner, save.id, now).await?;
            Saved::Conflict(row.revision)
        }
    })
}

/// The tab that a save came from. One that does not say is another each time.
fn tab(save_id: &str) -> &str {
    save_id.rsplit_once('.').map_or(save_id, |(tab, _)| tab)
}

/// Notes that a save of a CV was refused. To the minute, so that asking again and again writes nothing.
async fn note_refusal(connection: &mut PgConnection, owner: i32, id: i32, now: OffsetDateTime) -> Result<(), DbError> {
    sqlx::query!(
        "update resumes set refused_at = $3
         where id = $1 and user_id = $2 and (refused_at is null or refused_at < $4 or refused_at > $3)",
        id,
        owner,
        now,
        now - time::Duration::minutes(1)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets the version that a save takes the place of stay, whatever is thinned out later. Somebody who has too much for that
/// keeps it as any other autosave.
async fn keep_overwritten(
    connection: &mut PgConnection,
    owner: i32,
    save: &Save<'_>,
    revision: i32,
) -> Result<(), DbError> {
    if room::used(&mut *connection, owner).await? > save.most.staying {
        return Ok(());
    }
    sqlx::query!(
        "update resume_revisions set kind = $3 where resume_id = $1 and revision = $2 and kind = 'autosave'",
        save.id,
        revision,
        Kind::Conflict.as_str()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts an autosave soon after another in its place; answers whether there was one.
async fn coalesce(
    connection: &mut PgConnection,
    save: &Save<'_>,
    revision: i32,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let coalesced = sqlx::query!(
        "update resume_revisions set revision = $2, document = $3
         where resume_id = $1 and kind = 'autosave' and created_at > $4
           and revision = (select max(revision) from resume_revisions where resume_id = $1)",
        save.id,
        revision,
        save.document,
        now - COALESCE
    )
    .execute(connection)
    .await?;
    Ok(coalesced.rows_affected() == 1)
}

/// Writes a row of history; the oldest autosave goes if there are more than [`KEPT`].
pub(super) async fn insert_revision(
    connection: &mut PgConnection,
    id: i32,
    revision: i32,
    document: &Value,
    kind: Kind,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into resume_revisions (resume_id, revision, document, kind, created_at) values ($1, $2, $3, $4, $5)
         on conflict (resume_id, revision) do update set kind = excluded.kind",
        id,
        revision,
        document,
        kind.as_str(),
        now
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from resume_revisions where resume_id = $1 and kind = 'autosave' and revision <= (
             select revision from resume_revisions where resume_id = $1 and kind in ('autosave', 'restore')
             order by revision desc offset $2 limit 1)",
        id,
        KEPT
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the saved revision of a CV as one that was archived, so that no later autosave replaces it.
///
/// # Errors
/// Those of the database.
pub async fn keep_revision(
    connection: &mut PgConnection,
    resume: &ResumeRow,
    document: &Value,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    insert_revision(connection, resume.id, resume.revision, document, Kind::Archive, now).await
}
