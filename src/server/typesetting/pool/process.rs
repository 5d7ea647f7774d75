//! One worker process and the pipes to it.

use crate::server::typesetting::job::{Answer, MAX_FRAME, Reply};
use bytes::Bytes;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running worker. It is killed when this is dropped.
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

/// Why a worker did not answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It had died before it took the job.
    #[error("it had died before")]
    NotTaken,
    /// It died of the job, or answered nonsense.
    #[error("it died of the job: {0}")]
    Died(io::Error),
    /// It did not answer in time.
    #[error("it did not answer in time")]
    Silent,
}

impl Worker {
    /// Starts `program typeset-worker` with nothing of this process but two pipes.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg("typeset-worker")
            .env_clear()
            // One heap for all threads and one thread for layout: a CV is a single run of pages, and memory is limited.
            .env("MALLOC_ARENA_MAX", "2")
            .env("RAYON_NUM_THREADS", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        Ok(Self { child, input, output })
    }

    /// Process id; 0 once it has ended.
    pub(super) fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// How much memory it has, in bytes, where the system tells.
    pub(super) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        resident.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }

    /// Waits until it ends by itself.
    pub(super) async fn ended(&mut self) {
        let status = self.child.wait().await;
        tracing::warn!(?status, "a typesetting worker ended");
    }

    /// Ends it now.
    pub(super) async fn kill(mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::warn!(%error, "a typesetting worker cannot be killed");
        }
    }

    /// Gives it a job and waits for the answer, at most `wall_clock`. After an error the worker must not be used again.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub(super) async fn perform(
        &mut self,
        header: &[u8],
        sheet: &[u8],
        wall_clock: Duration,
    ) -> Result<(Answer, Bytes), Trouble> {
        // It reads a whole job before it writes, so writing first and reading then cannot lock up.
        let exchange = async {
            self.send(header, sheet).await.map_err(|_| Trouble::NotTaken)?;
            self.receive().await.map_err(Trouble::Died)
        };
        tokio::time::timeout(wall_clock, exchange).await.unwrap_or(Err(Trouble::Silent))
    }

    async fn send(&mut self, header: &[u8], sheet: &[u8]) -> io::Result<()> {
        for frame in [header, sheet] {
            let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
            self.input.write_all(&length.to_be_bytes()).await?;
            self.input.write_all(frame).await?;
        }
        self.input.flush().await
    }

    async fn receive(&mut self) -> io::Result<(Answer, Bytes)> {
        let Reply { answer, said } = serde_json::from_slice(&self.frame().await?)?;
        if let Some(said) = said {
            tracing::warn!(said, "the typesetter could not set a CV as it should");
        }
        Ok((answer, self.frame().await?.into()))
    }

    async fn frame(&mut self) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.output.read_u32().await?).map_err(io::Error::other)?;
        if length > MAX_FRAME {
            return Err(io::Error::other("an answer longer than any page"));
        }
        let mut frame = vec![0; length];
        self.output.read_exact(&mut frame).await?;
        Ok(frame)
    }
}
