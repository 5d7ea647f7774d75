//! The data directory: made by the commands that may be the first of all, and by no other, so that one that is run in the
//! wrong folder makes nothing there and says where it looked.

use anyhow::{Context, ensure};
use std::path::Path;

/// Makes it, if there is none.
///
/// # Errors
/// It cannot be made.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("The data directory {} cannot be made.", folder.display()))
}

/// Whether there is one.
///
/// # Errors
/// There is none; the error says where it was looked for.
pub fn ensure(folder: &Path) -> anyhow::Result<()> {
    ensure!(folder.is_dir(), "There is no data directory {}. {ELSEWHERE}", std::path::absolute(folder)?.display());
    Ok(())
}

/// What to do then.
pub const ELSEWHERE: &str = "Run this where the server runs, or name its data directory with VITAE_DATA_DIR. (A new \
     one is made by 'vitae serve', 'vitae migrate apply' and 'vitae restore'.)";
