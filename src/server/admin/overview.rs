//! How much there is of everything, and what needs attention.

use super::{Admin, note};
use crate::{
    api::ApiError,
    server::db::{
        admin::overview::{self, People, Stored, Waiting},
        events::EventKind,
    },
};
use time::Duration;

/// "Lately" on the page.
pub const LATELY: Duration = Duration::days(7);

/// After so long the object store should have had a PDF.
const LATE: Duration = Duration::minutes(15);

/// What an admin sees first.
#[derive(Clone, Copy, Debug)]
pub struct Overview {
    /// Who there is.
    pub people: People,
    /// What there is in the object store.
    pub stored: Stored,
    /// What waits, and what waits in vain.
    pub waiting: Waiting,
}

/// Counts everything.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn overview(admin: &Admin) -> Result<Overview, ApiError> {
    note(admin, EventKind::OverviewViewed).await?;
    let state = &admin.caller.state;
    let (pool, now) = (state.db.pool(), state.clock.now());
    let since = now - LATELY;
    let (people, stored, waiting) = futures::try_join!(
        overview::people(pool, since, since.date()),
        overview::stored(pool),
        overview::waiting(pool, now - LATE)
    )?;
    Ok(Overview { people, stored, waiting })
}
