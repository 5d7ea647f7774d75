//! The command line.

mod admin;
mod backup;
mod doctor;
mod migrate;
mod render;
mod restore;

use super::{clock::Clock, config::Settings, fault::chain, ops::psql, run, telemetry, typesetting};
use clap::{Parser, Subcommand};
use std::{
    io::{ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
};

/// The CV builder where the preview is the PDF.
#[derive(Debug, Parser)]
#[command(
    name = "vitae",
    version,
    after_help = "Settings: Leptos.toml in the working directory, or environment variables; see docs/configuration.md."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site (what happens without a command, too).
    #[command(after_help = "Example: PUBLIC_URL=https://cv.example.org LEPTOS_SITE_ADDR=0.0.0.0:8080 vitae serve")]
    Serve,
    /// Change the schema of the database, and write migrations.
    #[command(after_help = "Example: vitae migrate downgrade 1")]
    Migrate(migrate::Arguments),
    /// Back the database up, and prove that the backups are good.
    #[command(after_help = "Example: vitae backup create --verify")]
    Backup {
        #[command(subcommand)]
        command: Option<backup::Backup>,
    },
    /// Make a backup the database. The database of now is put aside for 7 days.
    #[command(after_help = "Example: vitae restore /mnt/backup/cv_database_2024-01-15_03-00-00.sql.gz")]
    Restore(restore::Restore),
    /// Turn a CV (Vitae's JSON or JSON Resume) into PDF, SVG, PNG or plain text.
    #[command(after_help = "Example: vitae render resume.json -o resume.pdf --template margin")]
    Render {
        /// The JSON file.
        input: PathBuf,
        /// The file to write; its ending (pdf, svg, png, txt) says what. SVG and PNG of several pages are numbered.
        #[arg(short, long)]
        output: PathBuf,
        /// The template; else that of the CV.
        #[arg(short, long)]
        template: Option<String>,
        /// The date of a PDF, such as 2026-11-22; else that of the CV's last change (meta.lastModified), or now.
        #[arg(short, long, value_parser = render::date)]
        date: Option<i64>,
    },
    /// Say who looks after this installation.
    Admin {
        #[command(subcommand)]
        command: admin::Command,
    },
    /// Open psql on the database in use, the private one too.
    #[command(after_help = "Example: vitae psql -- -c '\\d resumes'")]
    Psql {
        /// Arguments for psql.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Look at everything that this installation depends on, and say what is wrong and what to do.
    #[command(after_help = "Example: vitae doctor --archive")]
    Doctor(doctor::Doctor),
    /// Set pages for the server that started this process.
    #[command(hide = true)]
    TypesetWorker,
}

/// Runs the program; the exit code is 0 if all went well.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli.command.unwrap_or(Command::Serve)) {
        Ok(code) => code,
        Err(error) => {
            if !error.is::<NobodyReads>() {
                let _ = writeln!(std::io::stderr(), "vitae: {}", chain(error.as_ref()));
            }
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::TypesetWorker = command {
        typesetting::worker::run()?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings::load()?;
    telemetry::start(&settings.log)?;
    // Several TLS libraries could be linked in one day; this says which is meant.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(dispatch(command, settings))
}

async fn dispatch(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => run::run(settings).await?,
        Command::Migrate(arguments) => migrate::run(arguments, settings).await?,
        Command::Backup { command } => backup::run(command.unwrap_or_default(), &settings).await?,
        Command::Restore(options) => restore::run(options, &settings).await?,
        Command::Doctor(options) => doctor::run(options, &settings).await?,
        Command::Render { input, output, template, date } => {
            let choices = render::Choices { template, date, now: Clock::System.now() };
            render::run(&settings, &input, &output, choices).await?;
        }
        Command::Admin { command } => admin::run(&settings, command).await?,
        Command::Psql { arguments } => {
            let status = psql::run(&settings, &arguments).await?;
            return Ok(status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .map_or(ExitCode::FAILURE, ExitCode::from));
        }
        Command::TypesetWorker => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Whoever read our output has seen enough (`vitae backup list | head`): no reason to complain.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output")]
struct NobodyReads;

/// Writes a line to standard output.
fn say(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(NobodyReads.into()),
        written => Ok(written?),
    }
}
