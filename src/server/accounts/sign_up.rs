//! Making an account.

use super::{Credentials, change, event};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            passwords::NewPassword,
            session::{self, SignedIn},
        },
        db::{
            accounts::{self, Made, Proofs},
            events::EventKind,
        },
        request::Caller,
        state::AppState,
    },
};
use tower_sessions::Session;
use uuid::Uuid;

/// Makes an account by password and signs its owner in. A guest keeps everything: it becomes the account.
///
/// # Errors
/// [`ApiError::Invalid`] at `email` or `password`, [`ApiError::RateLimited`].
pub async fn sign_up(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    typed: Credentials<'_>,
) -> Result<(), ApiError> {
    let email = EmailAddress::parse(typed.email)?;
    let password = NewPassword::parse(typed.password, &email)?;
    Limit::SignUp.count(state, client.key()).await?;
    let hash = state.passwords.hash(password, rand::random()).await?;
    let proofs = Proofs { password_hash: Some(hash), google_id: None };
    let guest = guest_of(session, visitor).await?;
    make(state, session, client, guest, email, proofs).await
}

/// The guest that an account is made of.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// `users.id`.
    pub id: i32,
    /// `users.session_epoch` when the guest asked for it.
    pub epoch: i32,
    /// `users.uid`.
    pub uid: Uuid,
}

/// The guest of a session, if it is one's.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn guest_of(session: &Session, visitor: Option<&Caller>) -> Result<Option<Guest>, ApiError> {
    let Some(caller) = visitor.filter(|caller| caller.user.is_guest) else { return Ok(None) };
    let guest = session::guest_of(session).await?;
    Ok(guest.map(|(id, epoch)| Guest { id, epoch, uid: caller.user.uid }))
}

/// Makes an account, of a guest if there is one, and signs its owner in.
///
/// # Errors
/// [`ApiError::Invalid`] at `email` if there is such an account, [`ApiError::Unauthenticated`] if the guest is none any
/// more.
pub async fn make(
    state: &AppState,
    session: &Session,
    client: &Client,
    guest: Option<Guest>,
    email: EmailAddress,
    proofs: Proofs,
) -> Result<(), ApiError> {
    let uid = guest.map_or_else(Uuid::new_v4, |guest| guest.uid);
    let kind = if guest.is_some() { EventKind::Upgraded } else { EventKind::SignedUp };
    let (user_id, epoch) = change(state, event(kind, uid, client), move |connection| {
        Box::pin(async move {
            let made = match guest {
                Some(Guest { id, epoch, .. }) => {
                    accounts::upgrade_guest(connection, id, epoch, email.as_str(), &proofs).await?
                }
                None => accounts::insert(connection, uid, email.as_str(), &proofs).await?,
            };
            match made {
                Made::Yes { id, epoch } => Ok((id, epoch)),
                Made::Taken => Err(ApiError::at("email", "There is an account with this address. Log in instead.")),
                Made::NoGuest => Err(ApiError::Unauthenticated),
            }
        })
    })
    .await?;
    session::sign_in(session, &SignedIn { user_id, epoch, client, now: state.clock.now() }).await
}
