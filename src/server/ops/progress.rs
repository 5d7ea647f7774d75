//! What a long command tells while it works.

use std::{fmt, io::Write, sync::Arc};

/// Where the words go; cheap to clone.
#[derive(Clone)]
pub struct Progress(Arc<Tell>);

type Tell = dyn Fn(Weight, &str) + Send + Sync;

/// Whether somebody should look at it.
#[derive(Clone, Copy)]
enum Weight {
    Usual,
    Warning,
}

impl Progress {
    /// To standard error, for somebody who waits.
    pub fn to_stderr() -> Self {
        Self(Arc::new(|weight, words| {
            let beginning = if matches!(weight, Weight::Warning) { "Warning: " } else { "" };
            let _ = writeln!(std::io::stderr(), "{beginning}{words}");
        }))
    }

    /// To the log, for a server.
    pub fn to_log() -> Self {
        Self(Arc::new(|weight, words| match weight {
            Weight::Usual => tracing::info!("{words}"),
            Weight::Warning => tracing::warn!("{words}"),
        }))
    }

    /// To nobody.
    pub fn silent() -> Self {
        Self(Arc::new(|_, _| {}))
    }

    /// Says what happens now.
    pub fn say(&self, words: impl AsRef<str>) {
        (self.0)(Weight::Usual, words.as_ref());
    }

    /// Says what somebody should look at, though it stops nothing.
    pub fn warn(&self, words: impl AsRef<str>) {
        (self.0)(Weight::Warning, words.as_ref());
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Progress")
    }
}

/// Bytes, as people read them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_readable() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(31_999), "31 kB");
        assert_eq!(size(5_250_000), "5.2 MB");
        assert_eq!(size(1_070_000_000), "1.0 GB");
    }
}
