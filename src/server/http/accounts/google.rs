//! To Google and back. Everything that only leads there is GET; what changes an account is POST.

use super::{
    super::{
        super::{
            accounts::google::{self, Answer, Arrival, Refusal},
            auth::{
                client::Client,
                google::{
                    GoogleError,
                    flow::{self, Purpose},
                },
            },
            fault,
            request::{Caller, Visitor},
            state::AppState,
        },
        flash::{self, Flash},
        guards::Proved,
        pages::{Failure, render},
        site::who,
    },
    Next, has_account, safe,
    sign_up::welcome,
};
use crate::ui::{
    pages::{
        account::google::GoogleLine,
        frame::Head,
        google::{GoogleProblemPage, KnownPage, LinkPage},
    },
    paths,
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use tower_sessions::Session;

/// The address that leads to Google and then on, where Google is set up.
pub(super) fn way(state: &AppState, begin: &str, next: &str) -> Option<String> {
    state.google.as_ref()?;
    if next.is_empty() {
        return Some(begin.to_owned());
    }
    Some(format!("{begin}?next={}", utf8_percent_encode(next, NON_ALPHANUMERIC)))
}

/// What the owner of an account can do about Google.
pub(super) fn line(state: &AppState, has_google: bool, has_password: bool) -> GoogleLine {
    match (has_google, has_password) {
        (true, true) => GoogleLine::Linked,
        (true, false) => GoogleLine::LastWayIn,
        (false, _) if state.google.is_some() => GoogleLine::Apart,
        (false, _) => GoogleLine::Off,
    }
}

/// Goes to Google to log in; somebody with an account goes on.
pub(in super::super) async fn enter(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    if has_account(visitor.as_ref()) {
        return Ok(Redirect::to(safe(&next)).into_response());
    }
    begin(&state, &session, visitor.as_ref(), (&client, &headers), (Purpose::Enter, &next)).await
}

/// Goes to Google to add it to the account.
pub(in super::super) async fn link_begin(
    Proved(caller): Proved,
    session: Session,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    begin(&caller.state, &session, Some(&caller), (&client, &headers), (Purpose::Link, "")).await
}

/// Goes to Google to show once more who one is.
pub(in super::super) async fn confirm(
    caller: Caller,
    session: Session,
    client: Client,
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    if caller.user.is_guest {
        return Ok(Redirect::to(paths::SIGN_UP).into_response());
    }
    begin(&caller.state, &session, Some(&caller), (&client, &headers), (Purpose::Confirm, &next)).await
}

async fn begin(
    state: &AppState,
    session: &Session,
    visitor: Option<&Caller>,
    (client, headers): (&Client, &HeaderMap),
    to: (Purpose, &str),
) -> Result<Response, Failure> {
    if !is_visit(headers) {
        return Ok(Redirect::to(came_from(to.0)).into_response());
    }
    match google::begin(state, session, visitor, client, to).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(refusal) => refused(state, visitor, refusal),
    }
}

/// Whether it is the browser that goes there, and not a picture or a script of some page, which could use up the tries of
/// a whole network. Browsers too old to say are believed.
fn is_visit(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode.as_bytes() == b"navigate")
}

/// What Google puts into the address that it sends people back to.
#[derive(Deserialize)]
pub(in super::super) struct Callback {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Comes back from Google.
pub(in super::super) async fn callback(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Query(callback): Query<Callback>,
) -> Result<Response, Failure> {
    let answer = Answer { state: callback.state, code: callback.code, error: callback.error, issuer: callback.iss };
    let (next, told) = match google::finish(&state, &session, visitor.as_ref(), &client, answer).await {
        Ok(Arrival::In(next) | Arrival::Confirmed(next)) => (next, None),
        Ok(Arrival::HalfWay(next)) => (paths::log_in_code(safe(&next)), None),
        Ok(Arrival::SignedUp) => (String::new(), Some(welcome(false))),
        Ok(Arrival::Upgraded) => (String::new(), Some(welcome(true))),
        Ok(Arrival::ProveFirst) => (paths::GOOGLE_KNOWN.into(), None),
        Ok(Arrival::Ask) => (paths::ACCOUNT_GOOGLE.into(), None),
        Err(refusal) => return refused(&state, visitor.as_ref(), refusal),
    };
    if let Some(sentence) = told {
        flash::set(&session, Flash::Done(sentence.into())).await?;
    }
    Ok(Redirect::to(safe(&next)).into_response())
}

/// Asks somebody whose address at Google has an account here to log in to it first.
pub(in super::super) async fn known(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
) -> Result<Response, Failure> {
    let waiting = flow::waiting(&session, state.clock.now()).await?;
    let Some(waiting) = waiting.filter(|_| !has_account(visitor.as_ref())) else {
        return Ok(Redirect::to(paths::LOG_IN).into_response());
    };
    let (who, email) = (visitor.as_ref().map(who), waiting.email);
    Ok(render(&state, StatusCode::OK, Head::private("Log in").with_comfort(), || view! { <KnownPage who email/> }))
}

/// Asks the owner of an account whether Google is to be added to it.
pub(in super::super) async fn ask(Proved(caller): Proved, session: Session) -> Result<Response, Failure> {
    let Some((account, waiting)) = google::waiting(&caller, &session).await? else {
        return Ok(Redirect::to(paths::ACCOUNT).into_response());
    };
    let (who, email, google) = (who(&caller), account.email, waiting.email);
    Ok(render(&caller.state, StatusCode::OK, Head::private("Add Google"), || view! { <LinkPage who email google/> }))
}

/// Adds Google to the account.
pub(in super::super) async fn link(
    Proved(caller): Proved,
    session: Session,
    client: Client,
) -> Result<Response, Failure> {
    match google::link(&caller, &session, &client).await {
        Ok(()) => {
            told(&session, Flash::Done("You can log in with Google now. Every other device is logged out.".into()))
                .await
        }
        Err(refusal) => refused(&caller.state, Some(&caller), refusal),
    }
}

/// Takes Google away from the account.
pub(in super::super) async fn unlink(
    Proved(caller): Proved,
    session: Session,
    client: Client,
) -> Result<Response, Failure> {
    match google::unlink(&caller, &session, &client).await {
        Ok(()) => told(&session, Flash::Done("Google is taken away. Every other device is logged out.".into())).await,
        Err(Refusal::LastWayIn) => {
            told(&session, Flash::Failed("Google is the only way into your account: set a password first.".into()))
                .await
        }
        Err(refusal) => refused(&caller.state, Some(&caller), refusal),
    }
}

async fn told(session: &Session, flash: Flash) -> Result<Response, Failure> {
    flash::set(session, flash).await?;
    Ok(Redirect::to(paths::ACCOUNT).into_response())
}

/// Says why somebody does not come further. What Google answered is logged, without anything of the person.
fn refused(state: &AppState, visitor: Option<&Caller>, refusal: Refusal) -> Result<Response, Failure> {
    let (status, title, message) = match refusal {
        Refusal::Api(error) => return Err(error.into()),
        Refusal::TurnedBack(purpose) => return Ok(Redirect::to(came_from(purpose)).into_response()),
        Refusal::Google(error) => {
            tracing::warn!(request.id = fault::request_id(), %error, "nobody comes in by Google");
            unanswered(&error)
        }
        Refusal::NotBegun => (
            StatusCode::BAD_REQUEST,
            "This login was not begun here",
            "Nothing was changed, and nobody was logged in. Going to Google and back takes one browser, ten minutes at most, and works once: begin again.",
        ),
        Refusal::Unconfirmed => (
            StatusCode::FORBIDDEN,
            "Google has not confirmed your address",
            "No account was made. Confirm the address in your Google account and come back, or create an account with an address and a password.",
        ),
        Refusal::NoAccount => (
            StatusCode::FORBIDDEN,
            "You have no account here",
            "Nobody can make an account on this installation at present. Ask whoever runs it.",
        ),
        Refusal::Disabled => (
            StatusCode::FORBIDDEN,
            "This account is disabled",
            "What is in it is kept. Ask whoever runs this installation.",
        ),
        Refusal::OtherAccount => (
            StatusCode::CONFLICT,
            "That did not fit",
            "Nothing was changed. That Google account belongs to another account here, or your account has one already. Choose another one, or take the other one away first.",
        ),
        Refusal::OtherPerson => (
            StatusCode::FORBIDDEN,
            "That is another Google account",
            "Nothing was changed. Go back and choose the Google account that you log in here with.",
        ),
        Refusal::LastWayIn => (
            StatusCode::CONFLICT,
            "Google is the only way into your account",
            "Nothing was changed. Set a password first.",
        ),
    };
    let who = visitor.map(who);
    Ok(render(state, status, Head::private(title), || view! { <GoogleProblemPage who title message/> }))
}

fn unanswered(error: &GoogleError) -> (StatusCode, &'static str, &'static str) {
    match error {
        GoogleError::Away(_) | GoogleError::Settings(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Google cannot be reached",
            "Nothing is lost, and everything else works. Log in with your password, or try Google again in a few minutes.",
        ),
        GoogleError::Code | GoogleError::Token(_) => (
            StatusCode::BAD_REQUEST,
            "Google's answer could not be used",
            "Nothing was changed, and nobody was logged in. Begin again; if it happens again, log in with your password.",
        ),
    }
}

fn came_from(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Enter => paths::LOG_IN,
        Purpose::Link | Purpose::Confirm => paths::ACCOUNT,
    }
}
