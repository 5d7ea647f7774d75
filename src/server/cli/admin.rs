//! `vitae admin`: who looks after this installation.

use super::say;
use crate::{
    api::ApiError,
    domain::account::EmailAddress,
    server::{
        admin::{deeds::Deed, operator},
        clock::Clock,
        config::Settings,
        db::{Database, accounts::Account},
        in_force,
        ops::{
            connect,
            migrate::{self, Backup, Source},
        },
    },
};
use anyhow::{Context, anyhow};
use clap::Subcommand;
use std::time::Duration;
use uuid::Uuid;

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make somebody an admin, and their account if there is none; prints a link with which they set a password.
    #[command(after_help = "Example: vitae admin create ada@example.org")]
    Create {
        /// The address of the account.
        email: String,
    },
    /// Make the account of somebody that of an admin.
    #[command(after_help = "Example: vitae admin grant ada@example.org")]
    Grant {
        /// The address of the account.
        email: String,
    },
    /// Make an admin somebody like all others. The only one there is cannot be.
    #[command(after_help = "Example: vitae admin revoke ada@example.org")]
    Revoke {
        /// The address of the account.
        email: String,
    },
    /// Let the owner of a disabled account in again.
    #[command(after_help = "Example: vitae admin enable ada@example.org")]
    Enable {
        /// The address of the account.
        email: String,
    },
    /// Turn two-step verification of an account off, for an owner who lost the app and the recovery codes.
    #[command(after_help = "Example: vitae admin two-step-off ada@example.org")]
    TwoStepOff {
        /// The address of the account.
        email: String,
    },
    /// List the admins.
    #[command(after_help = "Example: vitae admin list")]
    List,
    /// Print a link with which the owner of an account sets a new password, to be handed over where there is no mail.
    #[command(after_help = "Example: vitae admin reset-link ada@example.org")]
    ResetLink {
        /// The address of the account.
        email: String,
    },
}

/// Does it.
///
/// # Errors
/// It cannot be done; the error says what to do.
pub(super) async fn run(settings: &Settings, command: Command) -> anyhow::Result<()> {
    let connection = connect::for_command(settings).await?;
    let refuse = Backup::Refuse("vitae admin makes none; vitae migrate apply does");
    let migrated = migrate::apply(&connection.owner, &Source::embedded(), None, refuse).await;
    migrated.context("The database could not be brought up to date.")?;
    let db = Database::lazy(connection.options, 1, Duration::from_secs(settings.database.acquire_seconds));
    let done = execute(settings, &db, command).await;
    db.close().await;
    drop(connection.private);
    done
}

async fn execute(settings: &Settings, db: &Database, command: Command) -> anyhow::Result<()> {
    let now = Clock::System.now();
    match command {
        Command::Create { email } => {
            let email = parse(&email)?;
            let made = operator::create(db, &email, Uuid::new_v4(), now).await.map_err(|error| told(error, &email))?;
            let account = account(db, &email).await?;
            say(&format!(
                "{} {}",
                account.email,
                if made { "has an account and is an admin." } else { "is an admin." }
            ))?;
            match account.password_hash {
                None => print_link(settings, db, &account).await,
                Some(_) => say(
                    "The account has a password, which stays. `vitae admin reset-link` makes a link to set another.",
                ),
            }
        }
        Command::Grant { email } => {
            perform(db, &email, Deed::GrantAdmin, "is an admin and logs in again to see /admin.").await
        }
        Command::Revoke { email } => perform(db, &email, Deed::RevokeAdmin, "is no longer an admin.").await,
        Command::Enable { email } => perform(db, &email, Deed::Enable, "can log in again.").await,
        Command::TwoStepOff { email } => perform(db, &email, Deed::EndTwoStep, "logs in without a second step.").await,
        Command::List => list(db, &connect::described(settings)?).await,
        Command::ResetLink { email } => print_link(settings, db, &account(db, &parse(&email)?).await?).await,
    }
}

/// Does something to the account of somebody, and says what holds of them now.
async fn perform(db: &Database, email: &str, deed: Deed, done: &str) -> anyhow::Result<()> {
    let email = parse(email)?;
    operator::perform(db, &email, deed, Clock::System.now()).await.map_err(|error| told(error, &email))?;
    say(&format!("{} {done}", email.as_str()))
}

async fn list(db: &Database, place: &str) -> anyhow::Result<()> {
    let admins = operator::admins(db).await?;
    if admins.is_empty() {
        return say(&format!("There is no admin. `vitae admin create ADDRESS` makes one in {place}."));
    }
    let width = admins.iter().map(|line| line.email.chars().count()).max().unwrap_or_default();
    for line in admins {
        let state = if line.is_disabled { "  disabled" } else { "" };
        say(&format!("{:width$}  last seen {}{state}", line.email, line.last_seen_on))?;
    }
    Ok(())
}

async fn print_link(settings: &Settings, db: &Database, account: &Account) -> anyhow::Result<()> {
    let url = operator::link(db, &in_force::public_url(settings), account, rand::random(), Clock::System.now()).await?;
    let hours = operator::LIFETIME.whole_hours();
    say(&format!("A password is set here, once, within {hours} hours. Whoever has this link has the account:"))?;
    say(&url)
}

async fn account(db: &Database, email: &EmailAddress) -> anyhow::Result<Account> {
    operator::account(db, email).await.map_err(|error| told(error, email))
}

fn parse(email: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(email).map_err(|error| anyhow!("{}", error.message))
}

/// An error in the words of the command line.
fn told(error: ApiError, email: &EmailAddress) -> anyhow::Error {
    match error {
        ApiError::NotFound => anyhow!(
            "There is no account with the address {} that can be used. `vitae admin create` makes one.",
            email.as_str()
        ),
        ApiError::Internal { .. } => {
            anyhow!("The database refused it; the line above says why. Is it that of a Vitae server?")
        }
        ApiError::Unavailable => anyhow!("The database does not answer. Is DATABASE_URL right?"),
        other => other.into(),
    }
}
