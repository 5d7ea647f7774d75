//! The page of the account, and its forms.

use super::{
    super::{
        super::{
            accounts::{self, devices, guest, password, two_step},
            auth::{client::Client, session},
            db::events,
            request::Caller,
        },
        flash::{self, Flash},
        guards::{self, Proved},
        pages::{Failure, render},
        refused::Refused,
        site::who,
        words,
    },
    google,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            account::{AccountData, AccountPage, DeviceLine, EventLine, password::PasswordWay},
            frame::Head,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Events on the page of the account.
const EVENTS: i64 = 20;

/// The account of the caller. A guest is asked to make one.
pub(in super::super) async fn show(caller: Caller, session: Session) -> Result<Response, Failure> {
    if caller.user.is_guest {
        return Ok(Redirect::to(paths::SIGN_UP).into_response());
    }
    let notice = flash::notice(&session).await?;
    page(&caller, &session, StatusCode::OK, AccountData { notice, ..AccountData::default() }).await
}

/// The old and the new password.
#[derive(Deserialize)]
pub(in super::super) struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// Changes the password.
pub(in super::super) async fn change_password(
    caller: Caller,
    session: Session,
    client: Client,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    match password::change_password(&caller, &session, &client, &form.current, &form.password).await {
        Ok(()) => {
            let sentence = "Your password is changed. Every other device is logged out.";
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::ACCOUNT).into_response())
        }
        Err(error) => refuse(&caller, &session, error).await,
    }
}

/// Sets the first password.
pub(in super::super) async fn set_password(
    Proved(caller): Proved,
    session: Session,
    client: Client,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    match password::set_password(&caller, &session, &client, &form.password).await {
        Ok(()) => {
            let sentence = "You have a password now. Every other device is logged out.";
            flash::set(&session, Flash::Done(sentence.into())).await?;
            Ok(Redirect::to(paths::ACCOUNT).into_response())
        }
        Err(error) => refuse(&caller, &session, error).await,
    }
}

/// The page again, with what is wrong with the passwords.
async fn refuse(caller: &Caller, session: &Session, error: ApiError) -> Result<Response, Failure> {
    let refused = Refused::of(error)?;
    let data = AccountData {
        current_error: [refused.at("current"), refused.problem.clone()].concat(),
        password_error: refused.at("password"),
        ..AccountData::default()
    };
    Ok(refused.answer(page(caller, session, refused.status, data).await?))
}

/// Ends all sessions but this one.
pub(in super::super) async fn end_others(
    caller: Caller,
    session: Session,
    client: Client,
) -> Result<Redirect, Failure> {
    devices::end_others(&caller, &session, &client).await?;
    flash::set(&session, Flash::Done("Every other device is logged out.".into())).await?;
    Ok(Redirect::to(paths::ACCOUNT))
}

/// Ends one session.
pub(in super::super) async fn end_session(
    caller: Caller,
    session: Session,
    Path(name): Path<String>,
) -> Result<Redirect, Failure> {
    devices::end(&caller, &name).await?;
    flash::set(&session, Flash::Done("That device is logged out.".into())).await?;
    Ok(Redirect::to(paths::ACCOUNT))
}

/// Takes the CVs of the guest who signed in into the account.
pub(in super::super) async fn adopt(caller: Caller, session: Session, client: Client) -> Result<Redirect, Failure> {
    let flash = match guest::adopt(&caller, &session, &client).await {
        Ok(Some(1)) => Flash::Done("The CV that you began as a guest is in your account.".into()),
        Ok(Some(count)) => Flash::Done(format!("The {count} CVs that you began as a guest are in your account.")),
        Ok(None) => Flash::Done("What you began as a guest is in your account already, or no longer there.".into()),
        Err(ApiError::Limit(sentence)) => Flash::Failed(sentence),
        Err(error) => return Err(error.into()),
    };
    flash::set(&session, flash).await?;
    Ok(Redirect::to(paths::RESUMES))
}

async fn page(caller: &Caller, session: &Session, status: StatusCode, data: AccountData) -> Result<Response, Failure> {
    let now = caller.state.clock.now();
    let account = accounts::account(caller).await?;
    let devices = devices::list(caller, session).await?.into_iter().map(|device| DeviceLine {
        name: device.name,
        browser: device.client.browser,
        network: device.client.network.unwrap_or_default(),
        since: words::ago(device.since, now),
        this: device.this,
    });
    let events = events::latest(caller.state.db.pool(), account.uid, EVENTS).await.map_err(ApiError::from)?;
    let events = events.into_iter().map(|event| EventLine {
        what: words::event(&event.kind, event.by_another),
        when: words::ago(event.at, now),
        network: event.address.unwrap_or_default(),
    });
    let two_step_since = match two_step::status(caller).await? {
        two_step::Status::On { since, .. } => words::date(since),
        _ => String::new(),
    };
    let password = match &account.password_hash {
        Some(_) => PasswordWay::Change,
        None if session::is_proved(session, guards::TO_OPEN, now).await? => PasswordWay::Set,
        None => PasswordWay::Confirm,
    };
    let data = AccountData {
        who: who(caller),
        password,
        google: google::line(&caller.state, account.google_id.is_some(), account.password_hash.is_some()),
        email: account.email,
        two_step_since,
        devices: devices.collect(),
        events: events.collect(),
        ..data
    };
    Ok(render(&caller.state, status, Head::private("Your account").with_comfort(), || view! { <AccountPage data/> }))
}
