//! What happens by itself: backups, pending archives, the trash, what is over or too old, guests who did not come back,
//! accounts that were deleted.

use super::{accounts::erase, archives, auth::guests, db, ops::backup::daily, state::AppState};
use crate::api::ApiError;
use std::time::Duration;
use time::Duration as Span;

/// Between two looks for pending archives.
const SWEEP: Duration = Duration::from_secs(5);

/// How many sweeps there are to one tidying.
const SWEEPS_TO_A_TIDYING: u32 = 120;

/// How long a deleted CV can be brought back.
pub const TRASH: Span = Span::days(30);

/// A count of tries that nobody added to for so long is forgotten: by then it has leaked away.
pub const ATTEMPTS: Span = Span::days(2);

/// How long a mail that was given up waits for an admin.
pub const MAILS: Span = Span::days(30);

/// How long it is kept what happened to accounts. The database itself keeps anything younger.
pub const EVENTS: Span = Span::days(366);

/// Runs until it is dropped. Any number of processes may do this on one database.
pub async fn run(state: AppState) {
    futures::future::join(sweep(&state), daily::run(&state.settings, &state.clock)).await;
}

async fn sweep(state: &AppState) {
    let mut ticks = tokio::time::interval(SWEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for tick in 0_u32.. {
        ticks.tick().await;
        // The next one only if this one could be finished: a store that is away need not be asked again at once.
        loop {
            match archives::sweep(&state.db, &state.storage, state.clock.now()).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "storing archived PDFs failed and will be tried again");
                    break;
                }
            }
        }
        if tick % SWEEPS_TO_A_TIDYING == 0
            && let Err(error) = tidy(state).await
        {
            tracing::warn!(%error, "tidying up failed and will be tried again");
        }
    }
}

/// Empties the trash of what has been in it for 30 days, and removes sessions that are over, mails that were given up
/// long ago, old lines of the log, guests who did not come back, and what is left of those who are gone.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn tidy(state: &AppState) -> Result<(), ApiError> {
    let now = state.clock.now();
    state.pace.limiter().retain_recent();
    let resumes = db::resumes::purge(state.db.pool(), now - TRASH).await?;
    let sessions = db::sessions::delete_expired(state.db.pool(), now).await?;
    let attempts = db::attempts::purge(state.db.pool(), now - ATTEMPTS).await?;
    let tokens = db::tokens::delete_expired(state.db.pool(), now).await?;
    let mails = db::mails::purge(state.db.pool(), now - MAILS).await?;
    let events = db::events::purge(state.db.pool(), now - EVENTS).await?;
    let guests = guests::let_idle_go(state).await?;
    let erased = erase::finish_all(state).await?;
    if resumes + sessions + attempts + tokens + mails + events > 0 || guests + erased > 0 {
        tracing::info!(resumes, sessions, attempts, tokens, mails, events, guests, erased, "tidied up");
    }
    Ok(())
}
