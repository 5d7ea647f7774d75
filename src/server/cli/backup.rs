//! `vitae backup …`

use super::say;
use crate::server::{
    clock::Clock,
    config::Settings,
    ops::{
        backup::{self, Keep, Request, manifest::Reason, place::Place},
        connect,
        progress::Progress,
        restore::{Open, Source},
    },
};
use anyhow::bail;
use clap::{Args, Subcommand};
use std::{path::PathBuf, time::Duration};

/// What can be done with backups.
#[derive(Debug, Subcommand)]
pub(super) enum Backup {
    /// Make a backup, with or without a server running (what happens without a command, too).
    #[command(after_help = "Example: vitae backup create --verify --out /mnt/backup")]
    Create(Create),
    /// List the backups, the newest first.
    #[command(after_help = "Example: vitae backup list")]
    List(Where),
    /// Restore a backup into a database of its own, compare everything, and remove that database again.
    #[command(after_help = "Example: vitae backup verify --latest")]
    Verify(Verify),
    /// Remove old backups: the newest of each of the last days, weeks and months stay, the newest verified one, and for
    /// seven days what was made by hand or before a migration.
    #[command(after_help = "Example: vitae backup prune --daily 7 --weekly 4 --monthly 6 --dry-run")]
    Prune(Prune),
    /// Say how old the newest verified backup is; fails if it is older than 26 hours.
    #[command(after_help = "Example: vitae backup status || mail -s 'no backup of the CVs' ann@example.org")]
    Status(Where),
}

impl Default for Backup {
    fn default() -> Self {
        Self::Create(Create::default())
    }
}

/// Which place.
#[derive(Debug, Default, Args)]
pub(super) struct Where {
    /// A folder with backups; else the place that `BACKUP_PLACE` names.
    #[arg(long = "out", value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(super) struct Create {
    #[command(flatten)]
    place: Where,
    /// Prove it at once, by restoring it into a database of its own and comparing.
    #[arg(long)]
    verify: bool,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A file, or the name of a backup in the list.
    #[arg(required_unless_present = "latest")]
    file: Option<String>,
    /// The newest one.
    #[arg(long, conflicts_with = "file")]
    latest: bool,
    #[command(flatten)]
    place: Where,
    /// The file with the secret key (AGE-SECRET-KEY-…); else the one that `BACKUP_AGE_IDENTITY` names.
    #[arg(long)]
    identity: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Days; else `BACKUP_KEEP_DAILY`.
    #[arg(long)]
    daily: Option<u32>,
    /// Weeks; else `BACKUP_KEEP_WEEKLY`.
    #[arg(long)]
    weekly: Option<u32>,
    /// Months; else `BACKUP_KEEP_MONTHLY`.
    #[arg(long)]
    monthly: Option<u32>,
    /// Only say what would be removed.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Where,
}

/// The place that a command is about.
pub(super) fn place(settings: &Settings, folder: Option<&PathBuf>) -> anyhow::Result<Place> {
    match folder {
        Some(folder) => Place::folder(folder, Duration::from_secs(settings.storage.timeout_seconds)),
        None => Place::open(settings),
    }
}

/// The place that a command is about that only looks: none is made for it.
fn existing(settings: &Settings, folder: Option<&PathBuf>) -> anyhow::Result<Place> {
    match folder {
        Some(folder) => Place::existing_folder(folder, Duration::from_secs(settings.storage.timeout_seconds)),
        None => Place::existing(settings),
    }
}

/// Runs a command.
pub(super) async fn run(command: Backup, settings: &Settings) -> anyhow::Result<()> {
    match command {
        Backup::Create(options) => create(&options, settings).await,
        Backup::List(place) => list(&place, settings).await,
        Backup::Verify(options) => verify(options, settings).await,
        Backup::Prune(options) => prune(&options, settings).await,
        Backup::Status(at) => {
            say(&backup::status(&existing(settings, at.folder.as_ref())?, Clock::System.now()).await?)
        }
    }
}

async fn create(options: &Create, settings: &Settings) -> anyhow::Result<()> {
    connect::ensure_there_is_one(settings)?;
    let place = place(settings, options.place.folder.as_ref())?;
    let connection = connect::for_command(settings).await?;
    let request = Request { reason: Reason::Manual, now: Clock::System.now(), prove: options.verify };
    let (name, manifest) = backup::create(settings, &connection, &place, request, &Progress::to_stderr()).await?;
    say(&format!("{}/{name}", place.name()))?;
    match manifest.incomplete(&name.to_string()) {
        None => Ok(()),
        Some(words) => bail!(words),
    }
}

async fn list(at: &Where, settings: &Settings) -> anyhow::Result<()> {
    let place = existing(settings, at.folder.as_ref())?;
    let backups = backup::list(&place).await?;
    if backups.is_empty() {
        return say(&format!("There are no backups in {}. Make one: vitae backup create --verify", place.name()));
    }
    backups.iter().try_for_each(|backup| say(&backup.to_string()))
}

async fn verify(options: Verify, settings: &Settings) -> anyhow::Result<()> {
    let place = existing(settings, options.place.folder.as_ref())?;
    let name = match options.file {
        Some(file) => file,
        None => backup::list(&place).await?.first().map(|backup| backup.name.to_string()).ok_or_else(|| {
            anyhow::anyhow!("There are no backups in {}. Make one: vitae backup create --verify", place.name())
        })?,
    };
    let open =
        Open { identity: options.identity.unwrap_or_else(|| settings.backup.age_identity.clone()), trust: false };
    let progress = Progress::to_stderr();
    let source = Source::open(settings, &place, &name, &open, &progress).await?;
    let connection = connect::for_command(settings).await?;
    backup::verify(settings, &connection, &source, Clock::System.now(), &progress).await?;
    say(&format!("{name} is verified: a restore of it holds exactly what was backed up."))
}

async fn prune(options: &Prune, settings: &Settings) -> anyhow::Result<()> {
    let place = existing(settings, options.place.folder.as_ref())?;
    let usual = Keep::of(settings);
    let keep = Keep {
        daily: options.daily.unwrap_or(usual.daily),
        weekly: options.weekly.unwrap_or(usual.weekly),
        monthly: options.monthly.unwrap_or(usual.monthly),
    };
    let connection = connect::for_command(settings).await?;
    let removed = backup::prune(&connection, &place, keep, Clock::System.now(), options.dry_run).await?;
    let verb = if options.dry_run { "Would remove" } else { "Removed" };
    removed.iter().try_for_each(|name| say(&format!("{verb} {name}")))?;
    say(&format!(
        "{verb} {}.",
        if removed.len() == 1 { "1 backup".into() } else { format!("{} backups", removed.len()) }
    ))
}
