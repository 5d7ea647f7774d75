//! Guests: how many, how long ago they were here, and removing those who were not here for long.

use super::{Admin, note};
use crate::{
    api::ApiError,
    server::{
        accounts::{change, erase},
        db::{admin::guests, erasure, events::EventKind},
    },
};
use time::{Date, Duration};

/// Days without a visit after which guests can be removed.
pub const IDLE_DAYS: [u16; 4] = [1, 7, 14, 30];

/// Guests removed in one go.
const AT_ONCE: i64 = 1_000;

/// Guests who were not here for more than some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// How many days: one of [`IDLE_DAYS`].
    pub days: u16,
    /// How many guests.
    pub guests: i64,
    /// Their CVs.
    pub resumes: i64,
}

/// The guests there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guests {
    /// How many.
    pub all: i64,
    /// Their CVs.
    pub resumes: i64,
    /// Of these, for each of [`IDLE_DAYS`].
    pub idle: Vec<Idle>,
    /// Archived PDFs of those who were not here for as long as is asked for.
    pub archives: i64,
}

/// Counts guests; `days` asks what would go with those who were not here for longer.
///
/// # Errors
/// [`ApiError::Unavailable`] without a database.
pub async fn count(admin: &Admin, days: Option<u16>) -> Result<Guests, ApiError> {
    note(admin, EventKind::GuestsCounted).await?;
    let state = &admin.caller.state;
    let today = state.clock.now().date();
    let by_day = guests::by_day(state.db.pool()).await?;
    let sum = |before: Date| {
        let older = by_day.iter().filter(|day| day.last_seen_on < before);
        older.fold((0, 0), |(guests, resumes), day| (guests + day.guests, resumes + day.resumes))
    };
    let idle = IDLE_DAYS.map(|days| {
        let (guests, resumes) = sum(before(today, days));
        Idle { days, guests, resumes }
    });
    let (all, resumes) = sum(Date::MAX);
    let archives = match days {
        Some(days) => guests::archives(state.db.pool(), before(today, days)).await?,
        None => 0,
    };
    Ok(Guests { all, resumes, idle: idle.into(), archives })
}

/// Removes guests who were not here for more than so many days, with all they had; answers how many. Of very many some
/// are left for another time.
///
/// They are marked first, so that none of them can come back, or make an account, in the middle of it. What cannot be
/// removed just now is removed later, as for those who delete their accounts ([`erase`]).
///
/// # Errors
/// [`ApiError::NotFound`] for a number of days that is none of [`IDLE_DAYS`]; [`ApiError::Unavailable`] without a
/// database.
pub async fn purge(admin: &Admin, days: u16) -> Result<usize, ApiError> {
    if !IDLE_DAYS.contains(&days) {
        return Err(ApiError::NotFound);
    }
    let state = &admin.caller.state;
    let now = state.clock.now();
    let before = before(now.date(), days);
    let leaving = change(state, admin.event(EventKind::GuestsPurged, None), move |connection| {
        Box::pin(async move {
            let ids = guests::not_here_since(&mut *connection, before, AT_ONCE).await?;
            Ok(erasure::mark(connection, &ids, now).await?)
        })
    })
    .await?;
    let removed = leaving.len();
    erase::finish_each(state, leaving).await;
    Ok(removed)
}

/// Who was here last before this day was not here for more than `days`.
fn before(today: Date, days: u16) -> Date {
    today - Duration::days(days.into())
}
