//! Signing up, signing in, and the page of the account: plain forms that answer 303, or their page again with what was
//! typed (never a password) and what is wrong at its field.

use super::{
    super::{
        accounts::{self, SignUp},
        auth::client::Client,
        db::events,
        request::{Caller, Visitor},
        state::AppState,
    },
    flash::{self, Flash},
    pages::{Failure, render},
    site::who,
    words,
};
use crate::{
    api::ApiError,
    domain::validate::FieldError,
    ui::{
        components::NoticeKind,
        pages::{
            account::{AccountData, AccountPage, DeviceLine, EventLine},
            frame::Head,
            sign_in::{SignInData, SignInPage, SignUpData, SignUpPage},
        },
        paths,
    },
};
use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Events on the page of the account.
const EVENTS: i64 = 20;

/// Where to go on afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// Asks for address and password; somebody with an account goes to their CVs.
pub(super) async fn log_in_page(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    Query(Next { next }): Query<Next>,
) -> Response {
    if has_account(visitor.as_ref()) {
        return Redirect::to(paths::RESUMES).into_response();
    }
    sign_in_page(&state, visitor.as_ref(), StatusCode::OK, SignInData { next, ..SignInData::default() })
}

/// An address and a password.
#[derive(Deserialize)]
pub(super) struct CredentialsForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in.
pub(super) async fn log_in(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(form): Form<CredentialsForm>,
) -> Result<Response, Failure> {
    let CredentialsForm { email, password, next } = form;
    match accounts::log_in(&state, &session, visitor.as_ref(), &client, &email, &password).await {
        Ok(()) => Ok(Redirect::to(safe(&next)).into_response()),
        Err(error @ (ApiError::WrongCredentials | ApiError::RateLimited)) => {
            let data = SignInData { email, next, problem: error.to_string() };
            Ok(limited(&error, sign_in_page(&state, visitor.as_ref(), status(&error), data)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks for what an account needs; somebody with an account goes to their CVs.
pub(super) async fn sign_up_page(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&state, visitor.as_ref())? {
        return Ok(elsewhere);
    }
    Ok(new_account_page(&state, visitor.as_ref(), StatusCode::OK, SignUpData::default()))
}

/// Makes an account; of a guest, the same one.
pub(super) async fn sign_up(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    session: Session,
    client: Client,
    Form(form): Form<CredentialsForm>,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&state, visitor.as_ref())? {
        return Ok(elsewhere);
    }
    let typed = SignUp { email: &form.email, password: &form.password };
    let was_guest = visitor.is_some();
    match accounts::sign_up(&state, &session, visitor.as_ref(), &client, typed).await {
        Ok(()) => {
            let sentence = if was_guest {
                "You have an account, and all that you had as a guest is in it."
            } else {
                "Welcome. You have an account."
            };
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::RESUMES).into_response())
        }
        Err(ApiError::Invalid(errors)) => {
            let data = SignUpData {
                email_error: at(&errors, "email"),
                password_error: at(&errors, "password"),
                email: form.email,
                problem: String::new(),
            };
            Ok(new_account_page(&state, visitor.as_ref(), StatusCode::UNPROCESSABLE_ENTITY, data))
        }
        Err(error @ ApiError::RateLimited) => {
            let data = SignUpData { email: form.email, problem: error.to_string(), ..SignUpData::default() };
            Ok(limited(&error, new_account_page(&state, visitor.as_ref(), status(&error), data)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The account of the caller. A guest is asked to make one.
pub(super) async fn account_page(caller: Caller, session: Session) -> Result<Response, Failure> {
    if caller.user.is_guest {
        return Ok(Redirect::to(paths::SIGN_UP).into_response());
    }
    let notice = match flash::take(&session).await? {
        Some(Flash::Done(sentence)) => Some((NoticeKind::Good, sentence)),
        Some(Flash::Failed(sentence)) => Some((NoticeKind::Warning, sentence)),
        _ => None,
    };
    show_account(&caller, &session, StatusCode::OK, AccountData { notice, ..AccountData::default() }).await
}

/// The old and the new password.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// Changes the password.
pub(super) async fn change_password(
    caller: Caller,
    session: Session,
    client: Client,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    match accounts::change_password(&caller, &session, &client, &form.current, &form.password).await {
        Ok(()) => {
            let sentence = "Your password is changed. Every other device is signed out.";
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::ACCOUNT).into_response())
        }
        Err(ApiError::Invalid(errors)) => {
            let data = AccountData {
                current_error: at(&errors, "current"),
                password_error: at(&errors, "password"),
                ..AccountData::default()
            };
            show_account(&caller, &session, StatusCode::UNPROCESSABLE_ENTITY, data).await
        }
        Err(error @ ApiError::RateLimited) => {
            let data = AccountData { current_error: error.to_string(), ..AccountData::default() };
            Ok(limited(&error, show_account(&caller, &session, status(&error), data).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends all sessions but this one.
pub(super) async fn end_others(caller: Caller, session: Session, client: Client) -> Result<Redirect, Failure> {
    accounts::end_other_sessions(&caller, &session, &client).await?;
    flash::set(&session, Flash::Done("Every other device is signed out.".into())).await?;
    Ok(Redirect::to(paths::ACCOUNT))
}

/// Ends one session.
pub(super) async fn end_session(
    caller: Caller,
    session: Session,
    Path(name): Path<String>,
) -> Result<Redirect, Failure> {
    accounts::end_session(&caller, &name).await?;
    flash::set(&session, Flash::Done("That device is signed out.".into())).await?;
    Ok(Redirect::to(paths::ACCOUNT))
}

/// Takes the CVs of the guest who signed in into the account.
pub(super) async fn adopt(caller: Caller, session: Session, client: Client) -> Result<Redirect, Failure> {
    let flash = match accounts::adopt(&caller, &session, &client).await {
        Ok(1) => Flash::Done("The CV that you began as a guest is in your account.".into()),
        Ok(count) => Flash::Done(format!("The {count} CVs that you began as a guest are in your account.")),
        Err(ApiError::Limit(sentence)) => Flash::Failed(sentence),
        Err(error) => return Err(error.into()),
    };
    flash::set(&session, flash).await?;
    Ok(Redirect::to(paths::RESUMES))
}

async fn show_account(
    caller: &Caller,
    session: &Session,
    status: StatusCode,
    data: AccountData,
) -> Result<Response, Failure> {
    let now = caller.state.clock.now();
    let (account, email) = accounts::account(caller).await?;
    let devices = accounts::devices(caller, session).await?.into_iter().map(|device| DeviceLine {
        name: device.name,
        browser: device.client.browser,
        network: device.client.network.unwrap_or_default(),
        since: words::ago(device.since, now),
        this: device.this,
    });
    let events = events::latest(caller.state.db.pool(), account.uid, EVENTS).await.map_err(ApiError::from)?;
    let events = events.into_iter().map(|(at, kind, network)| EventLine {
        what: words::event(&kind),
        when: words::ago(at, now),
        network: network.unwrap_or_default(),
    });
    let data = AccountData { who: who(caller), email, devices: devices.collect(), events: events.collect(), ..data };
    Ok(render(&caller.state, status, Head::private("Your account"), || view! { <AccountPage data/> }))
}

fn sign_in_page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: SignInData) -> Response {
    let (who, sign_ups) = (visitor.map(who), state.settings.server.signups);
    render(state, status, Head::private("Log in"), || view! { <SignInPage who data sign_ups/> })
}

fn new_account_page(state: &AppState, visitor: Option<&Caller>, status: StatusCode, data: SignUpData) -> Response {
    let who = visitor.map(who);
    render(state, status, Head::private("Create an account"), || view! { <SignUpPage who data/> })
}

/// Where somebody goes who has an account already. Where accounts cannot be made, the page for it does not exist.
fn elsewhere(state: &AppState, visitor: Option<&Caller>) -> Result<Option<Response>, ApiError> {
    if !state.settings.server.signups {
        return Err(ApiError::NotFound);
    }
    Ok(has_account(visitor).then(|| Redirect::to(paths::RESUMES).into_response()))
}

fn has_account(visitor: Option<&Caller>) -> bool {
    visitor.is_some_and(|caller| !caller.user.is_guest)
}

fn at(errors: &[FieldError], field: &str) -> String {
    errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default()
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Says when to try again, if it was too often.
fn limited(error: &ApiError, mut response: Response) -> Response {
    if *error == ApiError::RateLimited {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// An address of this site; anything else leads to the CVs.
fn safe(next: &str) -> &str {
    let inside = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && !next.contains(char::is_control);
    if inside { next } else { paths::RESUMES }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(safe("/resumes/3"), "/resumes/3");
        for elsewhere in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "resumes", "/a\r\nx: y", "\\\\evil"]
        {
            assert_eq!(safe(elsewhere), paths::RESUMES, "{elsewhere}");
        }
    }
}
