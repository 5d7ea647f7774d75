//! The audit log: what happened to accounts, and what admins did and looked at.

mod table;

pub use table::Table;

use super::{Admin, page};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::db::{
        admin::{
            accounts,
            log::{self, Entry, Wanted},
            plan_for_values,
        },
        events::EventKind,
    },
};
use uuid::Uuid;

/// Lines that are read at once for the file.
const AT_ONCE: i64 = 1_000;

/// A page of the log, and whether there is more.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(admin: &Admin, wanted: Wanted, most: i64) -> Result<(Vec<Entry>, bool), ApiError> {
    let entries = admin.look(EventKind::LogViewed, None, move |connection| {
        Box::pin(async move { Ok(log::list(connection, &wanted, most + 1).await?) })
    });
    Ok(page(entries.await?, most))
}

/// The first lines of the log as a file, with what its columns are called; [`more`] reads the rest.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn export(admin: &Admin, wanted: Wanted) -> Result<Part, ApiError> {
    super::note(admin, EventKind::LogExported).await?;
    read(admin, wanted, Table::with_head()).await
}

/// A part of the log as a file.
pub struct Part {
    /// Its lines.
    pub text: Vec<u8>,
    /// What is to be read next, if there is more.
    pub next: Option<Wanted>,
}

/// The next lines of the log as a file.
///
/// # Errors
/// As [`export`].
pub async fn more(admin: &Admin, wanted: Wanted) -> Result<Part, ApiError> {
    read(admin, wanted, Table::default()).await
}

async fn read(admin: &Admin, wanted: Wanted, mut table: Table) -> Result<Part, ApiError> {
    let query = wanted.clone();
    let entries: Vec<Entry> = admin
        .caller
        .state
        .db
        .transaction(move |connection| {
            Box::pin(async move {
                plan_for_values(&mut *connection).await?;
                Ok::<_, ApiError>(log::list(connection, &query, AT_ONCE + 1).await?)
            })
        })
        .await?;
    let (entries, more) = page(entries, AT_ONCE);
    for entry in &entries {
        table.push(entry);
    }
    let last = entries.last().map(|entry| entry.id);
    Ok(Part { text: table.into_bytes(), next: more.then_some(Wanted { after: last, ..wanted }) })
}

/// Whom a filter means: an address, or what names the account in the log.
///
/// # Errors
/// [`ApiError::NotFound`] if there is no account with this address.
pub async fn whom(admin: &Admin, typed: &str) -> Result<Option<Uuid>, ApiError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(uid) = Uuid::try_parse(typed) {
        return Ok(Some(uid));
    }
    let email = EmailAddress::parse(typed).map_err(|_| ApiError::NotFound)?;
    let uid = accounts::find_uid(admin.caller.state.db.pool(), email.as_str()).await?;
    uid.map(Some).ok_or(ApiError::NotFound)
}

/// How a filter is shown: by address, or by what names the account if it has none.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn who(admin: &Admin, uid: Option<Uuid>) -> Result<String, ApiError> {
    let Some(uid) = uid else { return Ok(String::new()) };
    let email = accounts::find_email(admin.caller.state.db.pool(), uid).await?;
    Ok(email.unwrap_or_else(|| uid.to_string()))
}
