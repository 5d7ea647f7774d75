//! Who has an account.

use super::Admin;
use crate::{
    api::ApiError,
    server::{
        accounts::devices::Device,
        auth::session,
        db::{
            admin::{
                accounts::{self, Sizes, Subject},
                users::{self, Line, Wanted},
            },
            events::{self, EventKind, Happened},
            sessions,
        },
        hex,
    },
};
use uuid::Uuid;

/// Events of one account on its page.
const EVENTS: i64 = 20;

/// A page of the list, and whether there is more.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn list(admin: &Admin, wanted: Wanted) -> Result<(Vec<Line>, bool), ApiError> {
    let most = wanted.most;
    let wanted = Wanted { most: most + 1, ..wanted };
    let lines = admin.look(EventKind::UsersListed, None, move |connection| {
        Box::pin(async move { Ok(users::list(connection, &wanted).await?) })
    });
    Ok(super::page(lines.await?, most))
}

/// An account as an admin sees it.
pub struct Seen {
    /// Who and in which state.
    pub subject: Subject,
    /// How much there is.
    pub sizes: Sizes,
    /// Where it is signed in.
    pub devices: Vec<Device>,
    /// What happened lately.
    pub events: Vec<Happened>,
}

/// Looks at an account.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn view(admin: &Admin, uid: Uuid) -> Result<Seen, ApiError> {
    let state = &admin.caller.state;
    let (subject, sizes) = admin
        .look(EventKind::Viewed, Some(uid), move |connection| {
            Box::pin(async move {
                let subject = accounts::find(&mut *connection, uid).await?.ok_or(ApiError::NotFound)?;
                let sizes = accounts::sizes(connection, subject.id).await?;
                Ok((subject, sizes))
            })
        })
        .await?;
    let rows = sessions::list(state.db.pool(), subject.id, subject.session_epoch, state.clock.now()).await?;
    let device = |row: sessions::Device| Device {
        name: hex::encode(&row.id_hash),
        client: session::client(&row.data),
        since: row.created_at,
        this: false,
    };
    let events = events::latest(state.db.pool(), uid, EVENTS).await?;
    Ok(Seen { subject, sizes, devices: rows.into_iter().map(device).collect(), events })
}
