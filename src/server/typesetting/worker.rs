//! The child side: a process that sets one CV after the other until its input ends.

use super::engine::{Engine, Failure};
use super::job::{Answer, Job, MAX_FRAME, Reply, Task};
use super::{drawing, export};
use anyhow::Context as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{self, BufWriter, Read, Write};
use std::time::Duration;

/// Address space of a worker: four times what the longest CV needs.
const MEMORY: u64 = 1 << 30;
/// Processor seconds for one job; the kernel kills what takes more.
const PROCESSOR_SECONDS: u64 = 10;
/// When a job gives up by itself, if Typst lets it; one that was misled by the CV before it begins anew.
const PATIENCE: Duration = Duration::from_secs(4);
/// For how many jobs the layout of a CV that is not touched stays in the cache (about 2 MB each).
const CACHED_JOBS: usize = 30;

/// Sets CVs that come on standard input and answers on standard output, until the input ends. This is what
/// `vitae typeset-worker` does; it is started by [`Typesetter`](super::Typesetter) and by nobody else.
///
/// # Errors
/// If the pipes break or carry nonsense.
pub fn run() -> anyhow::Result<()> {
    limit_memory();
    std::panic::set_hook(Box::new(|_| {}));
    let mut engine = Engine::default();
    warm_up(&mut engine);
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    while let Some(header) = read_frame(&mut input)? {
        let sheet = read_frame(&mut input)?.context("the input ended within a job")?;
        raise_processor_limit();
        let (reply, file) = work(&mut engine, &header, &sheet)?;
        write_frame(&mut output, &serde_json::to_vec(&reply)?)?;
        write_frame(&mut output, &file)?;
        output.flush()?;
        // After the answer, so that nobody waits for it; after failures too, or they would fill the memory.
        comemo::evict(CACHED_JOBS);
    }
    Ok(())
}

fn work(engine: &mut Engine, header: &[u8], sheet: &[u8]) -> anyhow::Result<(Reply, Vec<u8>)> {
    let job: Job = serde_json::from_slice(header)?;
    Ok(perform(engine, &job, sheet).unwrap_or_else(|failure| {
        let (answer, said) = match failure {
            Failure::TimedOut => (Answer::TimedOut, None),
            Failure::Words(why) => (Answer::Failed(why), None),
            Failure::Fault(why, said) => (Answer::Failed(why.into()), Some(said)),
        };
        (Reply { answer, said }, Vec::new())
    }))
}

fn perform(engine: &mut Engine, job: &Job, sheet: &[u8]) -> Result<(Reply, Vec<u8>), Failure> {
    let setting = engine.set(&job.template, job.version, sheet, PATIENCE)?;
    let document = &setting.document;
    let reply = |answer| Reply { answer, said: None };
    let file = |bytes| (reply(Answer::File { warning: setting.warning.clone() }), bytes);
    Ok(match &job.task {
        Task::Preview { known } => (reply(Answer::Pages(drawing::pages(document, known))), Vec::new()),
        Task::Pdf { timestamp } => {
            let pdf = export::pdf(&setting, *timestamp, &drawing::missing(document))?;
            (Reply { answer: Answer::File { warning: pdf.warning }, said: pdf.said }, pdf.bytes)
        }
        Task::Svg { page } => file(export::svg(document, *page)?),
        Task::Png { page, scale } => file(export::png(document, *page, *scale)?),
        Task::Text => file(export::text(document).into_bytes()),
    })
}

/// Loads fonts and templates and runs each once, so that the first CV does not wait for it.
fn warm_up(engine: &mut Engine) {
    let sheet = include_bytes!("warm_up.json");
    for template in ["plain", "margin"] {
        if let Ok(setting) = engine.set(template, 1, sheet, PATIENCE) {
            drawing::pages(&setting.document, &[]);
        }
    }
}

fn limit_memory() {
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where the kernel refuses (a lower limit holds already), the lower limit is as good.
    let _refused = setrlimit(Resource::As, limit);
    let _refused = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// The limit counts over the life of the process, so each job moves it.
fn raise_processor_limit() {
    let Some(used) = processor_seconds() else { return };
    let maximum = getrlimit(Resource::Cpu).maximum;
    let _refused = setrlimit(Resource::Cpu, Rlimit { current: Some(used + PROCESSOR_SECONDS), maximum });
}

/// Processor seconds used so far, as Linux counts them (user and system time, in hundredths).
fn processor_seconds() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let times = fields.split_whitespace().skip(11).take(2);
    let hundredths: u64 = times.map(str::parse::<u64>).sum::<Result<_, _>>().ok()?;
    Some(hundredths / 100 + 1)
}

/// The next frame, or nothing at the end of the input.
fn read_frame(input: &mut impl Read) -> anyhow::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let length = usize::try_from(u32::from_be_bytes(length))?;
    anyhow::ensure!(length <= MAX_FRAME, "a frame of {length} bytes");
    let mut frame = vec![0; length];
    input.read_exact(&mut frame)?;
    Ok(Some(frame))
}

fn write_frame(output: &mut impl Write, frame: &[u8]) -> anyhow::Result<()> {
    anyhow::ensure!(frame.len() <= MAX_FRAME, "an answer of more than 64 MB");
    output.write_all(&u32::try_from(frame.len())?.to_be_bytes())?;
    output.write_all(frame)?;
    Ok(())
}
