//! The page for changing the address of an account.

use super::{
    super::{
        super::{
            accounts::{
                self,
                email::{self, Asked},
            },
            auth::client::Client,
            request::Caller,
        },
        flash::{self, Flash},
        guards::Proved,
        pages::{Failure, render},
        refused::Refused,
        site::who,
    },
    check_mail::{self, About, Mailed},
};
use crate::ui::{
    pages::{
        change_email::{ChangeEmailData, ChangeEmailPage},
        frame::Head,
    },
    paths,
};
use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

/// Asks for the new address.
pub(in super::super) async fn show(Proved(caller): Proved) -> Result<Response, Failure> {
    page(&caller, StatusCode::OK, ChangeEmailData::default()).await
}

/// An address.
#[derive(Deserialize)]
pub(in super::super) struct EmailForm {
    #[serde(default)]
    email: String,
}

/// Takes it, or has a link sent to it.
pub(in super::super) async fn submit(
    Proved(caller): Proved,
    session: Session,
    client: Client,
    Form(EmailForm { email }): Form<EmailForm>,
) -> Result<Response, Failure> {
    match email::ask(&caller, &session, &client, &email).await {
        Ok(Asked::Changed) => {
            flash::set(&session, Flash::Done("The address of your account is changed.".into())).await?;
            Ok(Redirect::to(paths::ACCOUNT).into_response())
        }
        Ok(Asked::Mailed) => {
            check_mail::set(&session, Mailed { email: email.trim().into(), about: About::Email }).await?;
            Ok(Redirect::to(paths::CHECK_MAIL).into_response())
        }
        Err(error) => {
            let refused = Refused::of(error)?;
            let data = ChangeEmailData { typed: email, error: refused.sentence(), ..ChangeEmailData::default() };
            Ok(refused.answer(page(&caller, refused.status, data).await?))
        }
    }
}

async fn page(caller: &Caller, status: StatusCode, data: ChangeEmailData) -> Result<Response, Failure> {
    let email = accounts::account(caller).await?.email;
    let data = ChangeEmailData { who: who(caller), email, mails: caller.state.mailer.is_on(), ..data };
    Ok(render(&caller.state, status, Head::private("Change your address"), || view! { <ChangeEmailPage data/> }))
}
