//! Logs: structured, to standard error, without personal data.

use super::config::{Log, LogFormat};
use anyhow::{anyhow, ensure};
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

/// Starts logging.
///
/// # Errors
/// The filter makes no sense.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = filter(&log.filter)?;
    let subscriber =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    match log.format {
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
        LogFormat::Text => subscriber.with_target(false).init(),
    }
    Ok(())
}

/// The filter that somebody wrote. `EnvFilter` takes a word that is no level for the name of a part, of which it then logs
/// everything, and of all else nothing; a word alone must be a level here.
fn filter(text: &str) -> anyhow::Result<EnvFilter> {
    // It takes no blanks.
    let directives: Vec<&str> = text.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect();
    for directive in &directives {
        ensure!(
            directive.contains('=') || directive.parse::<LevelFilter>().is_ok(),
            "RUST_LOG: '{directive}' is no level. Say off, error, warn, info, debug or trace; or, of one part alone, \
             vitae=debug."
        );
    }
    EnvFilter::try_new(directives.join(","))
        .map_err(|error| anyhow!("RUST_LOG: '{text}' cannot be understood: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_refused_by_name() {
        for fine in ["info", "WARN", "off", "info,sqlx=warn", "vitae=debug, hyper=error,", "error,vitae[request]=trace"]
        {
            assert!(filter(fine).is_ok(), "{fine}");
        }
        for (wrong, word) in
            [("verbose", "verbose"), ("info,chatty", "chatty"), ("vitae", "vitae"), ("vitae=loud", "loud")]
        {
            let error = filter(wrong).expect_err(wrong).to_string();
            assert!(error.starts_with("RUST_LOG: '") && error.contains(word), "{error}");
        }
    }
}
