//! How mail leaves: by SMTP, or into a folder.

use super::{super::config::Settings, letter::Content};
use anyhow::{Context, ensure};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::response::Category,
};
use std::{path::PathBuf, time::Duration};
use uuid::Uuid;

/// The value of `SMTP_URL` for writing mails into a folder.
const OUTBOX: &str = "outbox";

/// The longest that handing over one mail may take. lettre's own time-out does not bound a server that stalls.
const PATIENCE: Duration = Duration::from_secs(30);

/// How mail leaves.
pub(super) enum Transport {
    /// It does not.
    Off,
    /// Into files that a mail program can open.
    Outbox {
        /// The folder.
        folder: PathBuf,
        /// Who sends.
        from: Mailbox,
    },
    /// By SMTP.
    Smtp {
        /// The server.
        server: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// Who sends.
        from: Mailbox,
    },
}

/// Why a mail was not sent.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// In the words of the server; may hold the address.
    pub(super) what: String,
    /// Whether trying again is of no use.
    pub(super) is_final: bool,
}

impl Problem {
    /// One that trying again does not change.
    pub(super) fn last(what: impl ToString) -> Self {
        Self { what: what.to_string(), is_final: true }
    }

    /// One that may pass.
    fn passing(what: impl ToString) -> Self {
        Self { what: what.to_string(), is_final: false }
    }
}

impl Transport {
    /// The transport of these settings.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let url = settings.mail.smtp_url.as_str();
        if url.is_empty() {
            return Ok(Self::Off);
        }
        let from = settings.mail_from();
        let from = from
            .parse()
            .with_context(|| format!("MAIL_FROM is '{from}', which is not like: Vitae <vitae@example.org>."))?;
        if url == OUTBOX {
            return Ok(Self::Outbox { folder: settings.server.data_dir.join(OUTBOX), from });
        }
        // The address may hold a password, so it is not repeated.
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .ok()
            .context("SMTP_URL is not like smtps://user:password@host, smtp://host:587?tls=required, or outbox.")?;
        Ok(Self::Smtp { server: Box::new(server.timeout(Some(PATIENCE)).build()), from })
    }

    /// Says hello to the server; nothing to do where there is none.
    pub(super) async fn greet(&self) -> anyhow::Result<()> {
        let Self::Smtp { server, .. } = self else { return Ok(()) };
        let greeted = tokio::time::timeout(PATIENCE, server.test_connection()).await;
        ensure!(greeted.context("it took too long")??, "it does not go on after the greeting");
        Ok(())
    }

    /// Sends one mail, under an id that no other mail has.
    pub(super) async fn send(&self, id: Uuid, recipient: &str, content: &Content) -> Result<(), Problem> {
        match self {
            Self::Off => Err(Problem::last("This installation sends no mail.")),
            Self::Outbox { folder, from } => {
                let message = message(id, from, recipient, content)?;
                let file = folder.join(format!("{id}.eml"));
                tokio::fs::create_dir_all(folder).await.map_err(Problem::passing)?;
                tokio::fs::write(file, message.formatted()).await.map_err(Problem::passing)
            }
            Self::Smtp { server, from } => {
                let message = message(id, from, recipient, content)?;
                match tokio::time::timeout(PATIENCE, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) if error.is_permanent() && !is_about_us(&error) => Err(Problem::last(error)),
                    Ok(Err(error)) => Err(Problem::passing(error)),
                    Err(_) => Err(Problem::passing("The mail server took too long.")),
                }
            }
        }
    }
}

/// Whether a refusal is about how we log in (RFC 4954: 530, 534, 535, 538) and not about the mail: that passes when
/// somebody puts the settings right.
fn is_about_us(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| code.category == Category::Unspecified3)
}

fn message(id: Uuid, from: &Mailbox, recipient: &str, content: &Content) -> Result<Message, Problem> {
    let recipient = recipient.parse().map_err(Problem::last)?;
    // RFC 3834: nobody's holiday notice should answer this.
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, recipient))
        .subject(content.subject)
        // Without one some servers take a mail for spam. It is of the domain that sends, and names no machine.
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(content.text(), content.html()))
        .map_err(Problem::last)
}
