//! `vitae restore …`

use super::{backup::place, say};
use crate::server::{
    clock::Clock,
    config::Settings,
    data_dir,
    ops::{
        connect,
        progress::Progress,
        restore::{self, Open, Request, Source},
    },
    postgres::PrivatePostgres,
};
use anyhow::{bail, ensure};
use clap::Args;
use std::io::{BufRead, IsTerminal, Write};

/// What is to be restored, and how.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// A file, or the name of a backup that 'vitae backup list' shows.
    #[arg(required_unless_present = "remove_old")]
    file: Option<String>,
    /// The file with the secret key (AGE-SECRET-KEY-…); else the one that `BACKUP_AGE_IDENTITY` names.
    #[arg(long)]
    identity: Option<String>,
    /// Restore a dump without a manifest (from `pg_dump | gzip`): nothing says who made it, and a dump is a program.
    #[arg(long)]
    trust: bool,
    #[command(flatten)]
    consent: Consent,
    /// Remove the databases that earlier restores put aside. (The server does so after 7 days.)
    #[arg(long, conflicts_with = "file")]
    remove_old: bool,
}

/// What somebody would be asked, or refused.
#[derive(Debug, Args)]
struct Consent {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Restore although a server is running: what is saved meanwhile is then only in the old database.
    #[arg(long)]
    while_serving: bool,
}

/// Runs the command.
pub(super) async fn run(options: Restore, settings: &Settings) -> anyhow::Result<()> {
    match &options.file {
        Some(file) => restore(file, &options, settings).await,
        None => remove_old(&options, settings).await,
    }
}

async fn restore(file: &str, options: &Restore, settings: &Settings) -> anyhow::Result<()> {
    data_dir::make(&settings.server.data_dir)?;
    let progress = Progress::to_stderr();
    let identity = options.identity.clone().unwrap_or_else(|| settings.backup.age_identity.clone());
    let open = Open { identity, trust: options.trust };
    let source = Source::open(settings, &place(settings, None)?, file, &open, &progress).await?;
    if settings.database.url.is_empty() && !options.consent.while_serving {
        ensure!(
            PrivatePostgres::running(&settings.server.data_dir)?.is_none(),
            "A Vitae server is running on {}. Stop it and try again, or say --while-serving: what is saved while the \
             restore runs is then only in the old database.",
            settings.server.data_dir.display()
        );
    }
    agree(options, &format!("Restore {file} and put the database of now aside?"))?;
    let connection = connect::for_first_command(settings).await?;
    let request = Request { now: Clock::System.now(), while_serving: options.consent.while_serving };
    let restored = restore::restore(settings, &connection, &source, request, &progress).await?;
    if restored.erased > 0 {
        say(&format!("Erased {} people again who were erased since the backup.", restored.erased))?;
    }
    for key in &restored.missing {
        say(&format!("Missing: {key} is neither in the object store nor beside the backup."))?;
    }
    if let Some(old) = restored.old {
        say(&format!("The old database is '{old}' for 7 days; remove it earlier with: vitae restore --remove-old"))?;
    }
    ensure!(
        restored.missing.is_empty(),
        "{file} is restored, but {} archived PDFs are missing. Bring them back from an older version of the bucket, or \
         from another place of backups (objects/ in it), to the same keys.",
        restored.missing.len()
    );
    say(&format!("{file} is restored. Everybody logs in again."))
}

async fn remove_old(options: &Restore, settings: &Settings) -> anyhow::Result<()> {
    let connection = connect::for_command(settings).await?;
    let old = restore::old_databases(&connection.owner).await?;
    if old.is_empty() {
        let beside = connection.owner.get_database().unwrap_or_default();
        return say(&format!("There are none beside the database '{beside}'."));
    }
    let names: Vec<&str> = old.iter().map(|(name, _)| name.as_str()).collect();
    agree(options, &format!("Remove {}?", names.join(", ")))?;
    for name in restore::remove_old(&connection.owner, Clock::System.now()).await? {
        say(&format!("Removed {name}"))?;
    }
    Ok(())
}

fn agree(options: &Restore, question: &str) -> anyhow::Result<()> {
    if options.consent.yes {
        return Ok(());
    }
    let stdin = std::io::stdin();
    ensure!(stdin.is_terminal(), "{question} Nobody is there to say so; in scripts, add --yes.");
    let mut stderr = std::io::stderr();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => bail!("Nothing was changed."),
    }
}
