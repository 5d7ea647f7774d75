//! `vitae doctor`

use super::say;
use crate::server::{clock::Clock, config::Settings, ops::doctor};
use anyhow::bail;

/// Looks at everything and tells, a line each.
///
/// # Errors
/// Something is wrong.
pub(super) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let findings = doctor::examine(settings, &Clock::System).await;
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
