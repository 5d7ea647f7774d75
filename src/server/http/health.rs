//! Is it up, can it work, and how are the parts that it can do without for a while?

use super::super::{
    auth::client,
    ops::{
        backup::{self, place::Place},
        doctor,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use futures::future::{join, join4};
use serde::Serialize;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};

/// The longest that somebody who asks waits for a part: who balances load does not wait long.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest that a part may take to answer.
const LONGEST: Duration = Duration::from_secs(10);

/// How long what a part said is told: anybody may ask, and nobody is to be asked that often.
const AGE: Duration = Duration::from_secs(30);

/// Likewise, for backups, of which there may be many to read about.
const AGE_OF_BACKUPS: Duration = Duration::from_mins(10);

/// What the parts last said of themselves.
#[derive(Debug)]
pub struct Health {
    object_store: Part,
    mail: Part,
    disk: Part,
    backup: Part,
}

impl Default for Health {
    fn default() -> Self {
        let part = || Part::new(AGE, PATIENCE);
        Self { object_store: part(), mail: part(), disk: part(), backup: Part::new(AGE_OF_BACKUPS, PATIENCE) }
    }
}

/// What a part last said of itself.
#[derive(Debug)]
struct Part {
    age: Duration,
    patience: Duration,
    said: Arc<Mutex<Option<(Instant, &'static str)>>>,
    /// One looks at a time.
    looks: Arc<Semaphore>,
}

impl Part {
    fn new(age: Duration, patience: Duration) -> Self {
        Self { age, patience, said: Arc::default(), looks: Arc::new(Semaphore::new(1)) }
    }

    /// A word on the part: the last one, or that of a look at it if that one is old. The look goes on by itself when it
    /// takes longer than whoever asks waits.
    async fn word(&self, look: impl Future<Output = &'static str> + Send + 'static) -> &'static str {
        if let Some((at, word)) = self.last()
            && at.elapsed() < self.age
        {
            return word;
        }
        if let Ok(turn) = Arc::clone(&self.looks).try_acquire_owned() {
            let said = Arc::clone(&self.said);
            let looking = tokio::spawn(async move {
                let word = tokio::time::timeout(LONGEST, look).await.unwrap_or("unavailable");
                *said.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), word));
                drop(turn);
            });
            // Whoever waited too long hears what was said before.
            let _ = tokio::time::timeout(self.patience, looking).await;
        }
        self.last().map_or("not known yet", |(_, word)| word)
    }

    fn last(&self) -> Option<(Instant, &'static str)> {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `/readyz` answers. Only the first three decide whether it is 200 or 503.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    database: &'static str,
    schema: &'static str,
    server: &'static str,
    object_store: &'static str,
    workers: &'static str,
    mail: &'static str,
    disk: &'static str,
    backup: &'static str,
    /// Whether the proxy that this request came by is one of those that are named; `vitae doctor` asks by it.
    proxy: &'static str,
}

/// The process is up.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// The database answers, the schema is up to date, and the server was not told to stop: 200, else 503. What else is well
/// or not stands beside it: with all of that away people still write and save, and no other server could do better.
pub(super) async fn readyz(State(state): State<AppState>, request: Request) -> (StatusCode, Json<Readiness>) {
    let database = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(state.db.pool());
    let (database, (object_store, mail, disk, backup)) = join(database, parts(&state)).await;
    let (database, schema, stopping) = (database.is_ok(), state.ready.is_set(), state.stopping.is_set());
    let status = if database && schema && !stopping { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let trusted = &state.settings.server.trusted_proxies;
    let by_stranger = client::is_forwarded_by_stranger(request.headers(), request.extensions(), trusted);
    let readiness = Readiness {
        database: available(database),
        schema: if schema { "ok" } else { "behind" },
        server: if stopping { "stopping" } else { "ok" },
        object_store,
        workers: available(state.typesetter.worker_pids().len() >= state.settings.typesetting_workers()),
        mail,
        disk,
        backup,
        proxy: if by_stranger && state.settings.is_https() { doctor::UNTRUSTED } else { "ok" },
    };
    (status, Json(readiness))
}

/// Words on the parts that may take their time: object store, mail, disk, backups.
async fn parts(state: &AppState) -> (&'static str, &'static str, &'static str, &'static str) {
    let health = &state.health;
    let (storage, mailer) = (state.storage.clone(), state.mailer.clone());
    let (of_disk, of_backups) = (Arc::clone(&state.settings), Arc::clone(&state.settings));
    let now = state.clock.now();
    join4(
        health.object_store.word(async move { available(storage.answers().await.is_ok()) }),
        health.mail.word(async move { if mailer.is_on() { available(mailer.greet().await.is_ok()) } else { "off" } }),
        health.disk.word(async move {
            match tokio::task::spawn_blocking(move || doctor::has_room(&of_disk)).await {
                Ok(true) => "ok",
                Ok(false) => "nearly full",
                Err(_) => "unavailable",
            }
        }),
        health.backup.word(async move {
            let Ok(place) = Place::open(&of_backups) else { return "unavailable" };
            if backup::status(&place, now).await.is_ok() { "ok" } else { "none that is proven and new" }
        }),
    )
    .await
}

fn available(is: bool) -> &'static str {
    if is { "ok" } else { "unavailable" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_part_is_looked_at_when_what_it_said_is_old_and_nobody_waits_long() {
        let mut part = Part::new(Duration::MAX, Duration::ZERO);
        let looks = Arc::new(AtomicUsize::new(0));
        let look = |word| {
            let looks = Arc::clone(&looks);
            async move {
                looks.fetch_add(1, Ordering::SeqCst);
                word
            }
        };
        let (answer, slow) = oneshot::channel();
        assert_eq!(part.word(async move { slow.await.unwrap_or("gone") }).await, "not known yet");
        assert_eq!(part.word(look("a second look")).await, "not known yet");
        answer.send("ok").expect("somebody is looking");
        while part.last().is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(part.word(look("too early")).await, "ok");
        assert_eq!(looks.load(Ordering::SeqCst), 0, "one looks at a time, and not again too soon");

        (part.age, part.patience) = (Duration::ZERO, Duration::MAX);
        assert_eq!(part.word(look("unavailable")).await, "unavailable");
        part.patience = Duration::ZERO;
        assert_eq!(part.word(std::future::pending()).await, "unavailable", "what it said last");
        assert_eq!(looks.load(Ordering::SeqCst), 1);
    }
}
