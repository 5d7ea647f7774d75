//! `vitae migrate`.

use super::{
    super::{
        clock::Clock,
        config::Settings,
        data_dir,
        ops::{
            backup, connect,
            migrate::{self, Backup, Source, apply::Pending, check, downgrade, generate, source::MODEL_FILE},
            programs::database,
            progress::Progress,
            schema::rename::Rename,
        },
    },
    say,
};
use anyhow::{bail, ensure};
use clap::{Args, Subcommand};
use futures::FutureExt;
use sqlx::postgres::PgConnectOptions;
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
};

/// The folder of migrations, where nothing else is said.
const FOLDER: &str = "migrations";

/// What stands after `vitae migrate`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The database; else the configured one, or the private one of the data directory.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The folder of the migrations and of schema.sql; else `migrations` for `generate` and `check`, and what is in the
    /// binary for the rest.
    #[arg(long, global = true, value_name = "DIR")]
    source: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Apply pending migrations (what happens without a command, too, and whenever the server starts).
    #[command(after_help = "Example: vitae migrate apply --to 20261122120100")]
    Apply {
        /// The last one to apply; else all.
        #[arg(long, value_name = "VERSION")]
        to: Option<i64>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Write the next migration from what changed in schema.sql.
    #[command(after_help = "Example: vitae migrate generate \"Add profile photo to users\"\n\
                            Renames are only seen when told: --rename users=people --rename people.name=full_name;\n\
                            others than tables and columns with their kind: constraint:T.A=B, trigger:T.A=B, index:A=B,\n\
                            view:A=B, type:A=B, value:TYPE.A=B. What is not named is dropped and made anew.")]
    Generate {
        /// What changed, in words.
        message: String,
        /// A thing that has another name now; may be repeated, and is done in this order.
        #[arg(long = "rename", value_name = "OLD=NEW")]
        renames: Vec<Rename>,
        /// Write an empty pair to be filled by hand, for what no schema shows.
        #[arg(long, conflicts_with = "renames")]
        empty: bool,
    },
    /// List all migrations, applied and pending: when, by which release, checksum, name.
    #[command(after_help = "Example: vitae migrate history")]
    History,
    /// Show the newest applied migration.
    #[command(after_help = "Example: vitae migrate current")]
    Current,
    /// Take migrations back, the newest first, after showing what runs.
    #[command(after_help = "Example: vitae migrate downgrade 2")]
    Downgrade {
        /// How many.
        #[arg(default_value_t = 1)]
        count: usize,
        #[command(flatten)]
        consent: Consent,
    },
    /// Check that schema.sql, migrations and database agree; for CI.
    #[command(after_help = "Example: vitae migrate check --database postgres://localhost/cv")]
    Check,
}

#[derive(Clone, Copy, Debug, Default, Args)]
struct Consent {
    /// Do not ask before data is lost.
    #[arg(long)]
    yes: bool,
    /// Take no backup before the schema of a database with data is changed.
    #[arg(long)]
    no_backup: bool,
}

/// Runs the command.
///
/// # Errors
/// It could not be done; the error says what to do. `check` found a difference.
pub(super) async fn run(arguments: Arguments, mut settings: Settings) -> anyhow::Result<()> {
    if let Some(url) = arguments.database {
        settings.database.url = url;
        settings.database.owner_url = String::new();
    }
    let folder = arguments.source.as_deref();
    let command = arguments.command.unwrap_or(Command::Apply { to: None, consent: Consent::default() });
    if let Command::Generate { message, renames, empty: true } = &command {
        let request = request(folder, message, renames);
        return tell(&generate::empty(&request).await?);
    }
    let connection = if let Command::Apply { .. } = command {
        data_dir::make(&settings.server.data_dir)?;
        connect::for_first_command(&settings).await?
    } else {
        connect::for_command(&settings).await?
    };
    let owner = &connection.owner;
    let progress = Progress::to_stderr();
    let take = || backup::before_migration(&settings, &connection, Clock::System.now(), &progress).boxed();
    let backup = |consent: Consent| if consent.no_backup { Backup::Skip } else { Backup::Take(&take) };
    match command {
        Command::Apply { to, consent } => apply(owner, &source(folder).await?, to, consent, backup(consent)).await,
        Command::Generate { message, renames, .. } => generate(owner, &request(folder, &message, &renames)).await,
        Command::History => say(migrate::history(owner, &source(folder).await?).await?.trim_end()),
        Command::Current => say(&current(owner, &source(folder).await?).await?),
        Command::Downgrade { count, consent } => {
            downgrade(owner, &source(folder).await?, count, consent, backup(consent)).await
        }
        Command::Check => {
            let here = Path::new(FOLDER);
            let folder = folder.or_else(|| here.join(MODEL_FILE).exists().then_some(here));
            check(owner, &source(folder).await?).await
        }
    }
}

async fn source(folder: Option<&Path>) -> anyhow::Result<Source> {
    Ok(match folder {
        Some(folder) => Source::folder(folder).await?,
        None => Source::embedded(),
    })
}

fn request<'a>(folder: Option<&'a Path>, message: &'a str, renames: &'a [Rename]) -> generate::Request<'a> {
    generate::Request { folder: folder.unwrap_or(Path::new(FOLDER)), message, renames, now: Clock::System.now() }
}

async fn apply(
    owner: &PgConnectOptions,
    source: &Source,
    to: Option<i64>,
    consent: Consent,
    backup: Backup<'_>,
) -> anyhow::Result<()> {
    let pending = migrate::apply::pending(owner, source, to).await?;
    if pending.iter().any(|pending| !pending.losses.is_empty()) {
        show(&pending)?;
        agree(consent)?;
    }
    for file in migrate::apply(owner, source, to, backup).await? {
        say(&format!("Applied {file}"))?;
    }
    say(&format!("The newest applied migration: {}", current(owner, source).await?))
}

async fn current(owner: &PgConnectOptions, source: &Source) -> anyhow::Result<String> {
    Ok(migrate::current(owner, source)
        .await?
        .unwrap_or_else(|| format!("no migration is applied to the database '{}'", database(owner))))
}

async fn downgrade(
    owner: &PgConnectOptions,
    source: &Source,
    count: usize,
    consent: Consent,
    backup: Backup<'_>,
) -> anyhow::Result<()> {
    let plan = downgrade::plan(owner, source, count).await?;
    if plan.is_empty() {
        return say("No migration is applied.");
    }
    for step in &plan {
        let sql = source.down(step.version).map(|migration| migration.sql.as_str()).unwrap_or_default();
        say(&format!("-- {}\n{}", step.file, sql.trim_end()))?;
    }
    if plan.iter().any(|step| !step.losses.is_empty()) {
        show(&plan)?;
        agree(consent)?;
    }
    downgrade::run(owner, source, &plan, backup).await?;
    for step in &plan {
        say(&format!("Took back {}", step.file))?;
    }
    Ok(())
}

async fn generate(owner: &PgConnectOptions, request: &generate::Request<'_>) -> anyhow::Result<()> {
    match generate::generate(owner, request).await? {
        Some(generated) => tell(&generated),
        None => say("Nothing changed: schema.sql is what the migrations make. Nothing was written."),
    }
}

fn tell(generated: &generate::Generated) -> anyhow::Result<()> {
    say(&format!("Wrote {}\n      {}", generated.up.display(), generated.down.display()))?;
    for mark in &generated.marks {
        say(&mark.to_string())?;
    }
    let folder = generated.up.parent().unwrap_or(Path::new(FOLDER));
    say(&format!("Read both, then: vitae migrate apply --source {}", folder.display()))
}

async fn check(owner: &PgConnectOptions, source: &Source) -> anyhow::Result<()> {
    let report = check::check(owner, source).await?;
    if report.agrees() {
        return say("schema.sql, the migrations and the database agree.");
    }
    if !report.model.is_empty() {
        say(&format!("The migrations do not make what schema.sql says. This is missing:\n\n{}", report.model))?;
    }
    for file in &report.edited {
        say(&format!("{file} was edited after it was applied."))?;
    }
    for file in &report.pending {
        say(&format!("{file} is not applied."))?;
    }
    if !report.database.is_empty() {
        say(&format!("The database is not what its migrations make. This would make it so:\n\n{}", report.database))?;
    }
    bail!("schema.sql, the migrations and the database do not agree.")
}

fn show(steps: &[Pending]) -> anyhow::Result<()> {
    for step in steps {
        for loss in &step.losses {
            say(&format!("{} loses data: {loss}", step.file))?;
        }
    }
    Ok(())
}

/// Asks whether data may be lost.
fn agree(consent: Consent) -> anyhow::Result<()> {
    if consent.yes {
        return Ok(());
    }
    ensure!(std::io::stdin().is_terminal(), "This loses data. Say --yes if that is meant.");
    let mut stdout = std::io::stdout();
    write!(stdout, "This loses data. Type yes to go on: ")?;
    stdout.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    ensure!(answer.trim() == "yes", "Nothing was changed.");
    Ok(())
}
