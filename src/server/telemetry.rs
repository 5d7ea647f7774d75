//! Logs: structured, to standard error, without personal data.

use super::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging.
///
/// # Errors
/// The filter makes no sense.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| anyhow::anyhow!("RUST_LOG '{}' cannot be understood: {error}", log.filter))?;
    let subscriber =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    match log.format {
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
        LogFormat::Text => subscriber.with_target(false).init(),
    }
    Ok(())
}
