//! What the operator does on the command line: somebody must be the first admin, and nobody can be let in by mail where
//! there is none.

use super::deeds::{self, Deed};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        accounts::recovery,
        db::{
            Database,
            accounts::{self, Account, Made, Proofs},
            admin::{
                accounts::find_uid,
                users::{self, Line, Show, Wanted},
            },
            events::{self, Event, EventKind},
        },
    },
};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a link is good that the operator hands over.
pub const LIFETIME: Duration = Duration::hours(24);

/// Most admins that are listed.
const MOST: i64 = 1_000;

/// Makes the account of an admin, or makes the account that there is that of an admin; answers whether it was made.
///
/// # Errors
/// [`ApiError::Limit`] with the reason if it must not be done; [`ApiError::Unavailable`] without a database.
pub async fn create(db: &Database, email: &EmailAddress, random: Uuid, now: OffsetDateTime) -> Result<bool, ApiError> {
    let (known, email) = (find_uid(db.pool(), email.as_str()).await?, email.clone());
    db.transaction(move |connection| {
        Box::pin(async move {
            let uid = match known {
                Some(uid) => uid,
                None => match accounts::insert(&mut *connection, random, email.as_str(), &Proofs::default()).await? {
                    Made::Yes { .. } => {
                        note(&mut *connection, EventKind::SignedUp, random, now).await?;
                        random
                    }
                    Made::Taken | Made::NoGuest => return Err(ApiError::NotFound),
                },
            };
            deeds::apply(&mut *connection, None, uid, Deed::GrantAdmin, now).await?;
            note(connection, EventKind::AdminGranted, uid, now).await?;
            Ok(known.is_none())
        })
    })
    .await
}

/// Does something to the account with this address.
///
/// # Errors
/// [`ApiError::NotFound`]; [`ApiError::Limit`] with the reason if it must not be done.
pub async fn perform(db: &Database, email: &EmailAddress, deed: Deed, now: OffsetDateTime) -> Result<(), ApiError> {
    let uid = find_uid(db.pool(), email.as_str()).await?.ok_or(ApiError::NotFound)?;
    db.transaction(move |connection| {
        Box::pin(async move {
            deeds::apply(&mut *connection, None, uid, deed, now).await?;
            note(connection, deed.event(), uid, now).await
        })
    })
    .await
}

/// The admins, by address.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn admins(db: &Database) -> Result<Vec<Line>, ApiError> {
    let wanted = Wanted { show: Show::Admins, sort: users::Sort::Address, most: MOST, ..Wanted::default() };
    db.transaction(move |connection| Box::pin(async move { Ok(users::list(connection, &wanted).await?) })).await
}

/// The account with this address, unless it is disabled.
///
/// # Errors
/// [`ApiError::NotFound`].
pub async fn account(db: &Database, email: &EmailAddress) -> Result<Account, ApiError> {
    accounts::find_by_email(db.pool(), email.as_str()).await?.ok_or(ApiError::NotFound)
}

/// A link with which the owner of an account sets a new password, good for [`LIFETIME`].
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn link(
    db: &Database,
    public_url: &str,
    account: &Account,
    random: [u8; 16],
    now: OffsetDateTime,
) -> Result<String, ApiError> {
    let event = event(EventKind::ResetRequested, account.uid);
    events::insert(db.pool(), &event, now).await?;
    recovery::link(db.pool(), public_url, account, random, LIFETIME, now).await
}

async fn note(connection: &mut PgConnection, kind: EventKind, uid: Uuid, now: OffsetDateTime) -> Result<(), ApiError> {
    Ok(events::insert(connection, &event(kind, uid), now).await?)
}

fn event(kind: EventKind, uid: Uuid) -> Event {
    Event { kind, subject: Some(uid), actor: None, address: None }
}
