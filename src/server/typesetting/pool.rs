//! The parent side: keeps worker processes running and gives each job to one of them.

mod lane;
mod process;

use super::job::{Answer, Job, Pages, Pdf, Task};
use crate::domain::{sheet::Sheet, template::Design};
use bytes::Bytes;
use lane::Lane;
use process::Worker;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How the typesetter is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Number of worker processes: that of the processors, and at least one.
    pub workers: usize,
    /// The program whose subcommand `typeset-worker` is [`worker::run`](super::worker::run): this one.
    pub program: PathBuf,
    /// When a worker that does not answer is killed. The worker gives up by itself after four seconds if it can.
    pub wall_clock: Duration,
    /// With more memory than this, in bytes, a worker is replaced as soon as nobody waits for it.
    pub memory: u64,
}

/// [`Settings::memory`] for a server: a worker that has just begun has 40 MB, one that sets long CVs 100.
pub const WORKER_MEMORY: u64 = 250 * 1024 * 1024;

/// How many jobs may wait for one worker: a second or two of work.
const MAX_QUEUE: usize = 32;

/// How many of them may be of one person, so that nobody takes all places: the preview of a CV, its PDF, two pictures.
const MAX_OF_ONE: usize = 4;

/// Why there are no pages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A newer preview of the same CV was asked for meanwhile.
    #[error("A newer version of this page is on its way.")]
    Superseded,
    /// The job took too long.
    #[error("Typesetting this CV took too long. Try again, or shorten its longest text.")]
    Timeout,
    /// The worker died; the next job gets a new one.
    #[error("Typesetting failed. Try again; if it fails again, undo the last change.")]
    Crashed,
    /// Too many jobs wait, of everybody or of the one who asks.
    #[error("The typesetter is busy. Try again in a moment.")]
    Busy,
    /// Something about the text, in words for its owner.
    #[error("{0}")]
    Document(String),
}

/// Sets CVs in worker processes. Cheap to clone; the workers end with the last clone.
#[derive(Clone)]
pub struct Typesetter {
    pool: Arc<Pool>,
    owner: Option<i32>,
}

struct Pool {
    lanes: Vec<Arc<Lane>>,
    drivers: Vec<JoinHandle<()>>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Each driver owns its worker, which is killed when it is dropped.
        self.drivers.iter().for_each(JoinHandle::abort);
    }
}

impl Typesetter {
    /// Starts the workers, which warm up while nobody waits. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let settings = Arc::new(settings);
        let workers =
            (0..settings.workers.max(1)).map(|_| Worker::start(&settings.program)).collect::<io::Result<Vec<_>>>()?;
        let lanes: Vec<_> = workers.iter().map(|_| Arc::new(Lane::new(MAX_QUEUE, MAX_OF_ONE))).collect();
        let pairs = workers.into_iter().zip(&lanes);
        let drivers =
            pairs.map(|(worker, lane)| tokio::spawn(lane::drive(lane.clone(), worker, settings.clone()))).collect();
        Ok(Self { pool: Arc::new(Pool { lanes, drivers }), owner: None })
    }

    /// The same for what somebody asks for: only a few of their jobs wait at once. Without it a job is nobody's, which is
    /// for what is set once and for all.
    #[must_use]
    pub fn of(&self, owner: i32) -> Self {
        Self { pool: Arc::clone(&self.pool), owner: Some(owner) }
    }

    /// Drawings of the pages of a CV; those in `known` (hashes) without the picture. The newest wins: a preview of the
    /// same CV that still waits is answered [`RenderError::Superseded`].
    ///
    /// # Errors
    /// See [`RenderError`].
    pub async fn preview(
        &self,
        resume: i64,
        sheet: &Sheet,
        design: &Design,
        known: &[String],
    ) -> Result<Pages, RenderError> {
        let task = Task::Preview { known: known.to_vec() };
        match self.run(resume, sheet, design, task).await? {
            (Answer::Pages(pages), _) => Ok(pages),
            _ => Err(RenderError::Crashed),
        }
    }

    /// The PDF, dated `timestamp` (seconds since 1970), with what its owner should know about it: the same input gives the
    /// same bytes.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub async fn pdf(&self, resume: i64, sheet: &Sheet, design: &Design, timestamp: i64) -> Result<Pdf, RenderError> {
        match self.run(resume, sheet, design, Task::Pdf { timestamp }).await? {
            (Answer::File { warning }, bytes) => Ok(Pdf { bytes, warning }),
            _ => Err(RenderError::Crashed),
        }
    }

    /// Page `page` (from 0) as a self-contained SVG.
    ///
    /// # Errors
    /// See [`RenderError`]; a page that does not exist is a [`RenderError::Document`].
    pub async fn svg(&self, resume: i64, sheet: &Sheet, design: &Design, page: usize) -> Result<String, RenderError> {
        let bytes = self.file(resume, sheet, design, Task::Svg { page }).await?;
        String::from_utf8(bytes.into()).map_err(|_| RenderError::Crashed)
    }

    /// Page `page` (from 0) as PNG with `scale` pixels per point.
    ///
    /// # Errors
    /// See [`RenderError`]; a page that does not exist is a [`RenderError::Document`].
    pub async fn png(
        &self,
        resume: i64,
        sheet: &Sheet,
        design: &Design,
        page: usize,
        scale: f32,
    ) -> Result<Bytes, RenderError> {
        self.file(resume, sheet, design, Task::Png { page, scale }).await
    }

    /// The words of the pages, line by line.
    ///
    /// # Errors
    /// See [`RenderError`].
    pub async fn text(&self, resume: i64, sheet: &Sheet, design: &Design) -> Result<String, RenderError> {
        let bytes = self.file(resume, sheet, design, Task::Text).await?;
        String::from_utf8(bytes.into()).map_err(|_| RenderError::Crashed)
    }

    /// Process ids of the workers that are running.
    #[must_use]
    pub fn worker_pids(&self) -> Vec<u32> {
        self.pool.lanes.iter().filter_map(|lane| lane.pid()).collect()
    }

    async fn file(&self, resume: i64, sheet: &Sheet, design: &Design, task: Task) -> Result<Bytes, RenderError> {
        match self.run(resume, sheet, design, task).await? {
            (Answer::File { .. }, bytes) => Ok(bytes),
            _ => Err(RenderError::Crashed),
        }
    }

    async fn run(
        &self,
        resume: i64,
        sheet: &Sheet,
        design: &Design,
        task: Task,
    ) -> Result<(Answer, Bytes), RenderError> {
        let replaces_older = matches!(task, Task::Preview { .. });
        let job = Job { template: design.template.clone(), version: design.template_version, task };
        let header = serde_json::to_vec(&job).map_err(|error| RenderError::Document(error.to_string()))?;
        let sheet = serde_json::to_vec(sheet).map_err(|error| RenderError::Document(error.to_string()))?;
        let answer = self.lane(resume).submit(self.owner, resume, replaces_older, header, sheet)?;
        match answer.await.unwrap_or(Err(RenderError::Crashed))? {
            (Answer::Failed(why), _) => Err(RenderError::Document(why)),
            (Answer::TimedOut, _) => Err(RenderError::Timeout),
            done => Ok(done),
        }
    }

    /// The same CV goes to the same worker, which has it in its cache.
    fn lane(&self, resume: i64) -> &Lane {
        let spread = resume.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let spread = usize::try_from(spread).unwrap_or_default();
        &self.pool.lanes[spread % self.pool.lanes.len()]
    }
}
