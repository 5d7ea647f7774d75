//! `vitae doctor`

use super::say;
use crate::server::{
    clock::Clock,
    config::Settings,
    ops::{
        backup::care::{Order, Part},
        doctor,
    },
};
use anyhow::bail;
use clap::Args;

/// What is to be looked at.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Read every archived PDF and every copy of it as well; this takes as long as reading them all.
    #[arg(long)]
    archive: bool,
    /// Mend what is damaged, the object store from the copies and these from it.
    #[arg(long, requires = "archive")]
    mend: bool,
    /// The file with the secret key (AGE-SECRET-KEY-…) for encrypted copies; else the one that `BACKUP_AGE_IDENTITY` names.
    #[arg(long, requires = "archive")]
    identity: Option<String>,
}

/// Looks at everything and tells, a line each.
///
/// # Errors
/// Something is wrong.
pub(super) async fn run(options: Doctor, settings: &Settings) -> anyhow::Result<()> {
    let mut findings = Vec::new();
    if options.archive {
        let identity = options.identity.unwrap_or_else(|| settings.backup.age_identity.clone());
        // First: whether something is lost is asked for below.
        findings.push(doctor::archive(settings, &Order { part: Part::All, mend: options.mend, identity }).await);
    }
    findings.extend(doctor::examine(settings, &Clock::System).await);
    for finding in &findings {
        let (word, text) = match &finding.found {
            Ok(text) => ("ok", text),
            Err(text) => ("WRONG", text),
        };
        say(&format!("{word:<6} {:<16} {text}", finding.what))?;
    }
    match findings.iter().filter(|finding| finding.found.is_err()).count() {
        0 => Ok(()),
        wrong => bail!("{wrong} of {} things are wrong.", findings.len()),
    }
}
