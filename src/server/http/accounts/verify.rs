//! The page that a link in a mail leads to, when it shows that an address is somebody's. Opening it changes nothing:
//! programs that check mails open links, too.

use super::{
    super::{
        super::{
            accounts::{
                email,
                sign_up::{self, Followed},
            },
            auth::{client::Client, tokens::Secret},
            request::{Caller, Visitor},
            state::AppState,
        },
        flash::{self, Flash},
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    LinkQuery,
    recovery::dead_link,
    sign_up::welcome,
    unreferred,
};
use crate::{
    api::ApiError,
    ui::{
        components::Who,
        pages::{
            frame::Head,
            verify::{VerifyData, VerifyPage},
        },
        paths,
    },
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// What a link shows, when it is followed.
enum Link {
    /// Whose address a new account has.
    SignUp(Followed),
    /// That an account may be known by another address.
    Email { new: String },
}

async fn follow(state: &AppState, session: &Session, secret: &Secret) -> Result<Link, ApiError> {
    match sign_up::follow(state, session, secret).await {
        Ok(followed) => Ok(Link::SignUp(followed)),
        Err(ApiError::NotFound) => {
            let (_, new) = email::follow(state, secret).await?;
            Ok(Link::Email { new: new.as_str().into() })
        }
        Err(error) => Err(error),
    }
}

/// Says what the link does, and asks whether to do it.
pub(in super::super) async fn show(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    Query(LinkQuery { token }): Query<LinkQuery>,
) -> Result<Response, Failure> {
    let who = visitor.as_ref().map(who);
    match follow(&state, &session, &token).await {
        Ok(link) => Ok(page(&state, who, StatusCode::OK, data(&token, &link))),
        Err(ApiError::NotFound) => Ok(dead_link(&state, who)),
        Err(error) => Err(error.into()),
    }
}

/// What stood in the link, and the password if that is asked for.
#[derive(Deserialize)]
pub(in super::super) struct VerifyForm {
    #[serde(default)]
    token: Secret,
    #[serde(default)]
    current: String,
}

/// Does what the link is for.
pub(in super::super) async fn submit(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(VerifyForm { token, current }): Form<VerifyForm>,
) -> Result<Response, Failure> {
    let whom = visitor.as_ref().map(who);
    let link = match follow(&state, &session, &token).await {
        Ok(link) => link,
        Err(ApiError::NotFound) => return Ok(dead_link(&state, whom)),
        Err(error) => return Err(error.into()),
    };
    let again = data(&token, &link);
    let done = match link {
        Link::SignUp(followed) => {
            let was_guest = followed.is_of_guest();
            let made = sign_up::confirm(&state, &session, &client, followed, &current).await;
            made.map(|()| (welcome(was_guest), paths::RESUMES))
        }
        Link::Email { .. } => {
            let changed = email::confirm(&state, &client, &token).await;
            changed.map(|()| ("The address of your account is changed.", after(visitor.as_ref())))
        }
    };
    match done {
        Ok((sentence, next)) => {
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(next).into_response())
        }
        // Used up meanwhile, or the guest that it was for became an account by another one.
        Err(ApiError::NotFound | ApiError::Unauthenticated) => Ok(dead_link(&state, whom)),
        Err(error) => {
            let refused = Refused::of(error)?;
            let problem = [refused.problem.clone(), refused.at("email")].concat();
            let again = VerifyData { error: refused.at("current"), problem, ..again };
            Ok(refused.answer(page(&state, whom, refused.status, again)))
        }
    }
}

/// The link may be followed where nobody is signed in.
fn after(visitor: Option<&Caller>) -> &'static str {
    if visitor.is_some() { paths::ACCOUNT } else { paths::LOG_IN }
}

fn data(token: &Secret, link: &Link) -> VerifyData {
    let token = token.as_str().into();
    match link {
        Link::SignUp(followed) => VerifyData {
            token,
            email: followed.email().into(),
            is_new: true,
            needs_password: followed.needs_password,
            ..VerifyData::default()
        },
        Link::Email { new } => VerifyData { token, email: new.clone(), ..VerifyData::default() },
    }
}

fn page(state: &AppState, who: Option<Who>, status: StatusCode, data: VerifyData) -> Response {
    unreferred(render(
        state,
        status,
        Head::private("Confirm your address").with_comfort(),
        || view! { <VerifyPage who data/> },
    ))
}
