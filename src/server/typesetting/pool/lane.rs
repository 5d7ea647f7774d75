//! One worker and the jobs that wait for it.

use super::process::{Trouble, Worker};
use super::{RenderError, Settings};
use crate::server::typesetting::job::Answer;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// Names of labels stay in a worker's memory for ever, so it is replaced after this many jobs.
const JOBS_PER_WORKER: u32 = 10_000;
/// Pause before another try to start a worker, if one could not be started or ended sooner than this.
const RESTART_PAUSE: Duration = Duration::from_millis(500);

/// What a job comes to.
pub(super) type Outcome = Result<(Answer, Bytes), RenderError>;

/// A queue in front of one worker.
pub(super) struct Lane {
    waiting: Mutex<VecDeque<Waiting>>,
    filled: Notify,
    max_queue: usize,
    max_of_one: usize,
    pid: AtomicU32,
}

struct Waiting {
    owner: Option<i32>,
    resume: i64,
    replaceable: bool,
    header: Vec<u8>,
    sheet: Vec<u8>,
    answer: oneshot::Sender<Outcome>,
}

impl Lane {
    /// An empty queue for at most `max_queue` jobs, of them at most `max_of_one` of one person.
    pub(super) fn new(max_queue: usize, max_of_one: usize) -> Self {
        let (waiting, filled, pid) = (Mutex::default(), Notify::new(), AtomicU32::new(0));
        Self { waiting, filled, max_queue: max_queue.max(1), max_of_one: max_of_one.max(1), pid }
    }

    /// Process id of the worker, if it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Relaxed)).filter(|pid| *pid != 0)
    }

    /// Puts a job into the queue; a preview takes the place of older ones of the same CV. A job of nobody (`owner`) is
    /// only held by the length of the queue.
    ///
    /// # Errors
    /// [`RenderError::Busy`] if the queue is full, or the owner has enough in it.
    pub(super) fn submit(
        &self,
        owner: Option<i32>,
        resume: i64,
        replaces_older: bool,
        header: Vec<u8>,
        sheet: Vec<u8>,
    ) -> Result<oneshot::Receiver<Outcome>, RenderError> {
        let (answer, receiver) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if replaces_older {
            drop_superseded(&mut waiting, resume);
        }
        // Whoever went away needs no place.
        waiting.retain(|job| !job.answer.is_closed());
        let of_owner = waiting.iter().filter(|job| owner.is_some() && job.owner == owner).count();
        if waiting.len() >= self.max_queue || of_owner >= self.max_of_one {
            return Err(RenderError::Busy);
        }
        waiting.push_back(Waiting { owner, resume, replaceable: replaces_older, header, sheet, answer });
        drop(waiting);
        self.filled.notify_one();
        Ok(receiver)
    }

    fn is_empty(&self) -> bool {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    async fn next(&self) -> Waiting {
        loop {
            if let Some(job) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
                // Whoever asked may be gone by now.
                if !job.answer.is_closed() {
                    return job;
                }
            } else {
                self.filled.notified().await;
            }
        }
    }
}

fn drop_superseded(waiting: &mut VecDeque<Waiting>, resume: i64) {
    let superseded = |job: &Waiting| job.replaceable && job.resume == resume;
    while let Some(job) = waiting.iter().position(superseded).and_then(|position| waiting.remove(position)) {
        let _nobody_listens = job.answer.send(Err(RenderError::Superseded));
    }
}

/// Keeps one worker running and feeds it, for ever.
pub(super) async fn drive(lane: Arc<Lane>, first: Worker, settings: Arc<Settings>) {
    lane.pid.store(first.pid(), Ordering::Relaxed);
    let mut worker = Some(first);
    let mut started = Instant::now();
    let mut jobs = 0;
    loop {
        let job = tokio::select! {
            job = lane.next() => job,
            () = ended(&mut worker) => {
                // It died while idle: have a new one ready before somebody waits for it. One that dies as soon as it is
                // started, or cannot be, is not asked for all the time.
                if started.elapsed() < RESTART_PAUSE {
                    tokio::time::sleep(RESTART_PAUSE).await;
                }
                started = Instant::now();
                worker = start(&lane, &settings);
                continue;
            }
        };
        let mut outcome = attempt(&mut worker, &job, &settings).await;
        if matches!(outcome, Err(Trouble::NotTaken)) {
            replace(&lane, &settings, &mut worker).await;
            outcome = attempt(&mut worker, &job, &settings).await;
        }
        let outcome = outcome.map_err(|trouble| {
            tracing::warn!(%trouble, "a typesetting worker failed");
            if matches!(trouble, Trouble::Silent) { RenderError::Timeout } else { RenderError::Crashed }
        });
        jobs += 1;
        let broken = outcome.is_err();
        let _nobody_listens = job.answer.send(outcome);
        if broken || jobs >= JOBS_PER_WORKER || (lane.is_empty() && has_grown(worker.as_ref(), &settings)) {
            jobs = 0;
            replace(&lane, &settings, &mut worker).await;
        }
    }
}

async fn attempt(worker: &mut Option<Worker>, job: &Waiting, settings: &Settings) -> Result<(Answer, Bytes), Trouble> {
    match worker {
        Some(worker) => worker.perform(&job.header, &job.sheet, settings.wall_clock).await,
        None => Err(Trouble::NotTaken),
    }
}

/// Whether it holds on to so much memory that a new one, which takes a moment to start, is better.
fn has_grown(worker: Option<&Worker>, settings: &Settings) -> bool {
    let memory = worker.and_then(Worker::memory).unwrap_or_default();
    if memory > settings.memory {
        tracing::info!(memory, "a typesetting worker has grown large and is replaced");
    }
    memory > settings.memory
}

async fn replace(lane: &Lane, settings: &Settings, worker: &mut Option<Worker>) {
    lane.pid.store(0, Ordering::Relaxed);
    if let Some(old) = worker.take() {
        old.kill().await;
    }
    *worker = start(lane, settings);
}

/// Waits until an idle worker ends; a missing one has ended already.
async fn ended(worker: &mut Option<Worker>) {
    if let Some(worker) = worker {
        worker.ended().await;
    }
}

fn start(lane: &Lane, settings: &Settings) -> Option<Worker> {
    match Worker::start(&settings.program) {
        Ok(worker) => {
            lane.pid.store(worker.pid(), Ordering::Relaxed);
            Some(worker)
        }
        Err(error) => {
            tracing::error!(program = %settings.program.display(), %error, "a typesetting worker cannot be started");
            lane.pid.store(0, Ordering::Relaxed);
            None
        }
    }
}
