//! Making an account.

use super::{Credentials, change, event};
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        auth::{
            client::Client,
            limits::Limit,
            passwords::Verdict,
            session::{self, SignedIn},
            tokens::{Purpose, Secret},
        },
        db::{
            accounts::{self, Made, Proofs},
            events::EventKind,
            tokens,
        },
        fault::internal,
        mail::{self, Letter, PendingSignUp},
        request::Caller,
        state::AppState,
    },
};
use tower_sessions::Session;
use uuid::Uuid;

/// What became of somebody's wish for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// They have it, and are signed in.
    Made,
    /// They are to follow the link in a mail. So it is said whether there is such an account already or not.
    Mailed,
}

/// Makes an account by password and signs its owner in; where mail is sent, only when they have followed a link. A guest
/// keeps everything: it becomes the account.
///
/// # Errors
/// [`ApiError::Invalid`] at `email` or `password`, [`ApiError::RateLimited`].
pub async fn sign_up(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    client: &Client,
    typed: Credentials<'_>,
) -> Result<Asked, ApiError> {
    let email = EmailAddress::parse(typed.email)?;
    Limit::SignUp.count(state, client.key()).await?;
    let password = state.passwords.judge(typed.password, &email).await?;
    let hash = state.passwords.hash(password, rand::random()).await?;
    let guest = guest_of(session, visitor).await?;
    if state.mailer.is_on() {
        ask(state, session, guest, email, hash).await?;
        return Ok(Asked::Mailed);
    }
    let proofs = Proofs { password_hash: Some(hash), google_id: None };
    make(state, session, client, New { guest, email, proofs, token: None }).await?;
    Ok(Asked::Made)
}

/// Sends a link to the address. Until it is followed there is no account, and nobody has the address.
async fn ask(
    state: &AppState,
    session: &Session,
    guest: Option<Guest>,
    email: EmailAddress,
    password_hash: String,
) -> Result<(), ApiError> {
    Limit::SignUpMail.count(state, email.as_str()).await?;
    let browser = session::browser(session, rand::random()).await?;
    let guest = guest.map(|Guest { id, epoch, uid }| (id, epoch, uid));
    let pending = PendingSignUp { email: email.as_str().into(), password_hash, guest, browser };
    mail::put(state.db.pool(), None, &email, &Letter::SignUp { pending }, state.clock.now()).await?;
    state.mailer.wake();
    Ok(())
}

/// A link that somebody followed to end their sign-up.
pub struct Followed {
    token: [u8; 32],
    pending: PendingSignUp,
    /// Whether they asked in another browser, and show by the password that it was they who did: else the owner of an
    /// address could be brought to make an account whose password somebody else chose.
    pub needs_password: bool,
}

impl Followed {
    /// The address that the account will have.
    pub fn email(&self) -> &str {
        &self.pending.email
    }

    /// Whether it was a guest who asked.
    pub fn is_of_guest(&self) -> bool {
        self.pending.guest.is_some()
    }
}

/// Looks at a link, and changes nothing: programs that check mails follow links, too.
///
/// # Errors
/// [`ApiError::NotFound`] if it is used up or too old.
pub async fn follow(state: &AppState, session: &Session, secret: &Secret) -> Result<Followed, ApiError> {
    let token = secret.find(state.db.pool(), Purpose::SignUp, state.clock.now()).await?.ok_or(ApiError::NotFound)?;
    let pending: PendingSignUp = serde_json::from_value(token.data).map_err(|error| internal(&error))?;
    let needs_password = !session::is_browser(session, &pending.browser).await?;
    Ok(Followed { token: secret.hash(), pending, needs_password })
}

/// Makes the account that a link is for, and signs its owner in.
///
/// # Errors
/// [`ApiError::NotFound`] if the link is used up, [`ApiError::Invalid`] at `current` (the password) or `email`,
/// [`ApiError::RateLimited`].
pub async fn confirm(
    state: &AppState,
    session: &Session,
    client: &Client,
    followed: Followed,
    password: &str,
) -> Result<(), ApiError> {
    let Followed { token, pending, needs_password } = followed;
    if needs_password {
        Limit::LogIn.count(state, &pending.email).await?;
        let verdict = state.passwords.check(password.to_owned(), Some(pending.password_hash.clone())).await?;
        if verdict == Verdict::Wrong {
            return Err(ApiError::at("current", "This is not the password that was chosen when signing up."));
        }
    }
    let guest = pending.guest.map(|(id, epoch, uid)| Guest { id, epoch, uid });
    let proofs = Proofs { password_hash: Some(pending.password_hash), google_id: None };
    let email = EmailAddress::parse(&pending.email)?;
    make(state, session, client, New { guest, email, proofs, token: Some(token) }).await
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

/// An account that is to be made.
pub struct New {
    /// The guest that becomes it.
    pub guest: Option<Guest>,
    /// Its address, proven if this installation can prove one.
    pub email: EmailAddress,
    /// How its owner signs in.
    pub proofs: Proofs,
    /// The link that was followed for it: good once.
    pub token: Option<[u8; 32]>,
}

/// Makes an account, of a guest if there is one, and signs its owner in.
///
/// # Errors
/// [`ApiError::Invalid`] at `email` if there is such an account, [`ApiError::NotFound`] if the link is used up,
/// [`ApiError::Unauthenticated`] if the guest is none any more.
pub async fn make(state: &AppState, session: &Session, client: &Client, new: New) -> Result<(), ApiError> {
    let New { guest, email, proofs, token } = new;
    let uid = guest.map_or_else(Uuid::new_v4, |guest| guest.uid);
    let kind = if guest.is_some() { EventKind::Upgraded } else { EventKind::SignedUp };
    let (user_id, epoch) = change(state, event(kind, uid, client), move |connection| {
        Box::pin(async move {
            if let Some(token) = token
                && !tokens::take(&mut *connection, &token).await?
            {
                return Err(ApiError::NotFound);
            }
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
