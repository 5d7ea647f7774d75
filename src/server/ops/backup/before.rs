//! The backup before the schema of a database with data is changed.

use super::{Request, create, manifest::Reason, place::Place};
use crate::server::{
    config::Settings,
    ops::{connect::Connection, progress::Progress},
};
use time::OffsetDateTime;

/// Makes it, in the place of the settings. It is not proven first: the change waits for it.
///
/// # Errors
/// It cannot be made.
pub async fn migration(
    settings: &Settings,
    connection: &Connection,
    now: OffsetDateTime,
    progress: &Progress,
) -> anyhow::Result<()> {
    let request = Request { reason: Reason::BeforeMigration, now, prove: false };
    let (name, manifest) = create(settings, connection, &Place::open(settings)?, request, progress).await?;
    if let Some(words) = manifest.incomplete(&name.to_string()) {
        progress.say(words);
    }
    Ok(())
}
