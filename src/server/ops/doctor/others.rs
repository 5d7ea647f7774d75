//! Those that an operator may set up and that answer from elsewhere: the mail server, and Google.

use crate::server::{auth::google::Google, config::Settings, mail::Mailer};
use anyhow::Context;
use time::OffsetDateTime;

/// Whether the mail server takes us.
pub(super) async fn mail(settings: &Settings) -> anyhow::Result<String> {
    let mailer = Mailer::new(settings)?;
    if !mailer.is_on() {
        return Ok("none is sent: addresses are not proven, and a forgotten password needs you. See SMTP_URL".into());
    }
    mailer.greet().await.context("The mail server does not take us. Check SMTP_URL, and that it can be reached")?;
    Ok(format!("it can be sent, from {}", settings.mail_from()))
}

/// Whether Google, or who stands in for it, says who it is.
pub(super) async fn google(settings: &Settings, now: OffsetDateTime) -> anyhow::Result<String> {
    let Some(google) = Google::open(&settings.google, &settings.public_url())? else {
        return Ok("nobody logs in with it. See GOOGLE_CLIENT_ID".into());
    };
    google.greet(now).await.with_context(|| {
        format!("{} does not answer. Check GOOGLE_ISSUER_URL, and that it can be reached", settings.google.issuer_url)
    })?;
    Ok(format!("{} answers; PUBLIC_URL must be registered there", settings.google.issuer_url))
}
