//! The public address that is in force: that of the server that is running, whatever its environment was. Commands print
//! links to it; they may be run where the settings are others.

use super::config::Settings;
use anyhow::Context;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
};

/// Where a running server says it, in the data directory. It counts as long as that server holds a lock on it, which ends
/// with the process.
const FILE: &str = "public-url";

/// Says the public address, as long as the answer is kept. A server goes on without that: of several in one data directory
/// the first says it.
pub fn announce(settings: &Settings) -> Option<File> {
    match write(settings) {
        Ok(file) => file,
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "links that are printed may not lead to this server's address"
            );
            None
        }
    }
}

fn write(settings: &Settings) -> anyhow::Result<Option<File>> {
    let path = path(settings);
    // Not emptied before it is ours.
    let file = File::options().create(true).write(true).truncate(false).open(&path);
    let mut file = file.with_context(|| format!("{} cannot be written", path.display()))?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(None);
    }
    file.set_len(0)?;
    file.write_all(settings.public_url().as_bytes())?;
    Ok(Some(file))
}

/// The public address of the server that is running on this data directory; that of the settings if none is.
pub fn public_url(settings: &Settings) -> String {
    let running = || {
        let file = File::open(path(settings)).ok()?;
        if flock(&file, FlockOperation::NonBlockingLockShared).is_ok() {
            return None;
        }
        fs::read_to_string(path(settings)).ok().filter(|url| !url.is_empty())
    };
    running().unwrap_or_else(|| settings.public_url())
}

fn path(settings: &Settings) -> PathBuf {
    settings.server.data_dir.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_running_server_counts_and_no_older_one() {
        let data = tempfile::tempdir().expect("a folder");
        let settings = |url: &str| {
            let mut settings = Settings::defaults().expect("the defaults are valid");
            data.path().clone_into(&mut settings.server.data_dir);
            url.clone_into(&mut settings.server.public_url);
            settings
        };
        let (here, there) = (settings("https://here.example.org"), settings("https://there.example.org/"));
        assert_eq!(public_url(&here), "https://here.example.org", "nobody runs");
        let server = announce(&there).expect("said");
        assert_eq!(public_url(&here), "https://there.example.org");
        assert!(announce(&here).is_none(), "a second one does not say another");
        assert_eq!(public_url(&here), "https://there.example.org");
        drop(server);
        assert_eq!(public_url(&here), "https://here.example.org");
    }
}
