//! Deleting somebody with all they have: an account, what a guest has, guests who did not come back.
//!
//! The order survives a crash at any point. First the row is marked: from then on nobody gets in, and what follows is
//! done again until it is done ([`finish_all`]). Then the ledger that is kept with the backups, so that a restored
//! database forgets them again; then the objects; then the rows. What stays is what the log says, by `users.uid` alone.

use super::{change, event};
use crate::{
    api::ApiError,
    server::{
        auth::{client::Client, session},
        db::{
            admin::accounts::lock_admins,
            erasure::{self as table, Belongings, Leaving},
            events::EventKind,
        },
        fault::chain,
        request::Caller,
        state::AppState,
        storage::StorageKey,
    },
};
use futures::{StreamExt, future, stream};
use std::collections::BTreeSet;
use tower_sessions::Session;
use uuid::Uuid;

/// Those finished in one go; the rest have their turn at the next tidying.
const AT_ONCE: i64 = 100;

/// Those finished side by side.
const SIDE_BY_SIDE: usize = 4;

/// What the caller has and would lose.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn belongings(caller: &Caller) -> Result<Belongings, ApiError> {
    Ok(table::belongings(caller.state.db.pool(), caller.user.id).await?)
}

/// Deletes the caller and everything of theirs, and ends the session. What cannot be removed just now, because the
/// object store is away, is removed later.
///
/// # Errors
/// [`ApiError::Limit`] for the only admin there is; [`ApiError::Unavailable`] without a database. Nothing is deleted then.
pub async fn delete(caller: &Caller, session: &Session, client: &Client) -> Result<(), ApiError> {
    let (state, id, now) = (&caller.state, caller.user.id, caller.state.clock.now());
    let (uid, is_admin) = (caller.user.uid, caller.user.is_admin);
    let leaving = change(state, event(EventKind::Deleted, uid, client), move |connection| {
        Box::pin(async move {
            if is_admin && lock_admins(&mut *connection).await? == [uid] {
                return Err(ApiError::Limit(
                    "You are the only admin. Make another account that of an admin first.".into(),
                ));
            }
            table::mark(connection, &[id], now).await?.pop().ok_or(ApiError::NotFound)
        })
    })
    .await?;
    session::sign_out(session).await?;
    finish_or_say(state, leaving).await;
    Ok(())
}

/// Finishes what was begun and not brought to its end; answers how many are gone.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn finish_all(state: &AppState) -> Result<usize, ApiError> {
    Ok(finish_each(state, table::leaving(state.db.pool(), AT_ONCE).await?).await)
}

/// Removes what is there of those who are marked; answers how many are gone. The rest is done later.
pub async fn finish_each(state: &AppState, leaving: Vec<Leaving>) -> usize {
    let gone = stream::iter(leaving).map(|leaving| finish_or_say(state, leaving)).buffer_unordered(SIDE_BY_SIDE);
    gone.filter(|gone| future::ready(*gone)).count().await
}

/// Removes what is there of somebody who is marked; answers whether all is gone. One who cannot go yet keeps no other.
pub async fn finish_or_say(state: &AppState, leaving: Leaving) -> bool {
    match finish(state, leaving).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(
                user.uid = %leaving.uid,
                error = chain(error.as_ref()),
                "a deleted account is closed, and could not be removed yet; it will be tried again"
            );
            false
        }
    }
}

async fn finish(state: &AppState, leaving: Leaving) -> anyhow::Result<()> {
    let objects = table::objects(state.db.pool(), leaving.id).await?;
    let uids = uids(state, leaving, &objects).await?;
    for uid in &uids {
        state.ledger.note(*uid, leaving.since).await?;
    }
    for key in &objects {
        state.storage.delete(key).await?;
    }
    delete_folders(state, &uids).await?;
    let remove =
        state.db.transaction(move |connection| Box::pin(async move { table::remove(connection, leaving).await }));
    remove.await?;
    // What was being put while the first look was taken.
    delete_folders(state, &uids).await
}

/// Everybody that somebody was: guests, too, whose CVs they took into their account. Older backups know them as such,
/// and so does the object store.
async fn uids(state: &AppState, leaving: Leaving, objects: &[String]) -> anyhow::Result<BTreeSet<Uuid>> {
    let guests = table::guests_of(state.db.pool(), leaving.uid).await?;
    let owners = objects.iter().filter_map(|key| StorageKey::owner_in(key));
    Ok(guests.into_iter().chain(owners).chain([leaving.uid]).collect())
}

async fn delete_folders(state: &AppState, uids: &BTreeSet<Uuid>) -> anyhow::Result<()> {
    for uid in uids {
        state.storage.delete_all(&StorageKey::folder_of(*uid)).await?;
    }
    Ok(())
}
