//! The thread that owns the server process: starts it, starts it again when it dies, stops it.

use super::cluster::Cluster;
use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};
use std::{
    os::unix::process::CommandExt,
    process::{Child, Command},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Between the end of the server and its next start. The children of a killed server need a moment to end, and
/// until then the next one refuses to start.
const PAUSE: Duration = Duration::from_millis(100);

/// After a start that failed: the machine has no memory or no processes to spare just now.
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// A server that ended so often before it ever answered will not answer: some five seconds, which is more than the
/// children of a killed one need.
const HOPELESS: u32 = 40;

/// Keeps a PostgreSQL server running until it is dropped.
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    log: std::path::PathBuf,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopping: AtomicBool,
    pid: Mutex<Option<Pid>>,
    ends: AtomicU32,
    wake: Condvar,
}

impl Supervisor {
    /// Starts the server, on a thread that lives as long as this: the kernel ties the signal that a dying parent
    /// sends to the thread that started the child.
    pub(super) fn start(cluster: Cluster) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared::default());
        let log = cluster.log();
        let thread = std::thread::Builder::new().name("postgres".into()).spawn({
            let shared = Arc::clone(&shared);
            move || supervise(&cluster, &shared)
        })?;
        Ok(Self { shared, log, thread: Some(thread) })
    }

    /// Whether there is hope that a server that never answered so far will.
    pub(super) fn still_tries(&self) -> bool {
        let runs = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        runs && self.shared.ends.load(Ordering::SeqCst) < HOPELESS
    }

    /// The last lines that the server wrote.
    pub(super) fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // SIGINT is the "fast" shutdown: roll back what is open, write everything, end.
        if let Some(pid) = *lock(&self.shared.pid) {
            let _ = kill_process(pid, Signal::INT);
        }
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn supervise(cluster: &Cluster, shared: &Shared) {
    while !shared.stopping.load(Ordering::SeqCst) {
        let pause = match cluster.server().and_then(|command| Ok(spawn(command)?)) {
            Ok(child) => {
                run(shared, child);
                PAUSE
            }
            Err(error) => {
                tracing::error!(%error, "the private PostgreSQL cannot be started");
                if shared.ends.load(Ordering::SeqCst) == 0 {
                    return; // It never was: somebody is there who is told.
                }
                LONG_PAUSE
            }
        };
        shared.ends.fetch_add(1, Ordering::SeqCst);
        let pid = lock(&shared.pid);
        if !shared.stopping.load(Ordering::SeqCst) {
            let _ = shared.wake.wait_timeout(pid, pause);
        }
    }
}

/// Waits until a server ends, and says so unless it was to.
fn run(shared: &Shared, mut child: Child) {
    announce(shared, &child);
    let status = child.wait();
    *lock(&shared.pid) = None;
    if !shared.stopping.load(Ordering::SeqCst) {
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        tracing::warn!(status, "the private PostgreSQL ended and is started again");
    }
}

/// Lets the owner know whom to stop; stops it at once if that was asked for in the meantime.
fn announce(shared: &Shared, child: &Child) {
    let pid = Pid::from_child(child);
    *lock(&shared.pid) = Some(pid);
    if shared.stopping.load(Ordering::SeqCst) {
        let _ = kill_process(pid, Signal::INT);
    }
}

/// Starts the server such that it is told to shut down if this process dies, however it dies.
#[expect(unsafe_code, reason = "pre_exec: the closure makes one system call and allocates nothing")]
fn spawn(mut command: Command) -> std::io::Result<Child> {
    unsafe {
        command.pre_exec(|| set_parent_process_death_signal(Some(Signal::INT)).map_err(Into::into));
    }
    command.spawn()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
