//! What those who look after an installation see and do: each use-case once, for pages and for the command line.
//!
//! They see who there is, how much of everything there is, and what happened; never what stands in a CV. Whatever they
//! do or look at is an event.

pub mod deeds;
pub mod guests;
pub mod log;
pub mod mails;
pub mod operator;
pub mod overview;
pub mod removal;
pub mod reset;
pub mod users;

use super::{
    accounts::{self, change},
    auth::client::Client,
    db::{
        admin::plan_for_values,
        events::{Event, EventKind},
    },
    request::Caller,
};
use crate::api::ApiError;
use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

/// An admin at work.
#[derive(Clone)]
pub struct Admin {
    /// Who, and what is needed to answer.
    pub caller: Caller,
    /// With what and from where.
    pub client: Client,
}

impl Admin {
    /// Something that this admin did or looked at; `subject` is whose account it was, if it was one.
    pub(super) fn event(&self, kind: EventKind, subject: Option<Uuid>) -> Event {
        Event { kind, subject, actor: Some(self.caller.user.uid), address: self.client.network.clone() }
    }

    /// Reads something and notes that it was looked at: nothing is seen of which there is no note.
    pub(super) async fn look<T, F>(&self, kind: EventKind, subject: Option<Uuid>, read: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut PgConnection) -> BoxFuture<'t, Result<T, ApiError>> + Send + 'static,
    {
        change(&self.caller.state, self.event(kind, subject), move |connection| {
            Box::pin(async move {
                plan_for_values(&mut *connection).await?;
                read(connection).await
            })
        })
        .await
    }
}

/// The rows of a page out of one row more than it has, and whether there is more.
fn page<T>(mut rows: Vec<T>, most: i64) -> (Vec<T>, bool) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    (rows, more)
}

/// Notes that something was looked at that belongs to nobody in particular.
async fn note(admin: &Admin, kind: EventKind) -> Result<(), ApiError> {
    accounts::note(&admin.caller.state, &admin.event(kind, None)).await
}
