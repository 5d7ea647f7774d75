//! What a user waits for: the typesetter through the pipes, with the worker's caches as they are in life, and what is
//! done with a document around it.
//!
//! `cargo bench --features ssr --bench typesetting`

#[path = "../tests/integration/typesetting/sheets.rs"]
mod sheets;

use criterion::{BatchSize, Criterion};
use std::cell::Cell;
use std::time::Duration;
use tokio::runtime::Runtime;
use vitae::domain::sheet::Sheet;
use vitae::domain::template::Design;
use vitae::domain::validate::validate;
use vitae::domain::version;
use vitae::server::typesetting::{Settings, Typesetter, WORKER_MEMORY};

const TEMPLATES: [&str; 2] = ["plain", "margin"];

fn start(runtime: &Runtime) -> Typesetter {
    let settings = Settings {
        workers: 1,
        program: env!("CARGO_BIN_EXE_vitae").into(),
        wall_clock: Duration::from_secs(20),
        memory: WORKER_MEMORY,
    };
    runtime.block_on(async { Typesetter::start(settings) }).expect("the worker is this crate's own program")
}

/// The sheet after a keystroke that was never made before.
fn edited(sheet: &Sheet, keystrokes: &Cell<u32>) -> Sheet {
    keystrokes.set(keystrokes.get() + 1);
    let mut sheet = sheet.clone();
    let entry = sheet.sections.iter_mut().flat_map(|section| &mut section.entries).next().expect("there is a job");
    entry.roles[0].bullets[1].runs[0].t.push_str(&keystrokes.get().to_string());
    sheet
}

fn cold_start(criterion: &mut Criterion, runtime: &Runtime) {
    let sheet = sheets::short();
    criterion.bench_function("start a worker and draw one page", |bench| {
        bench.iter(|| {
            let typesetter = start(runtime);
            runtime.block_on(typesetter.preview(1, &sheet, &Design::default(), &[])).expect("it can be set")
        });
    });
}

fn warm(criterion: &mut Criterion, runtime: &Runtime, name: &str, sheet: &Sheet, template: &str) {
    let design = Design { template: template.into(), ..Design::default() };
    let typesetter = start(runtime);
    let keystrokes = Cell::new(0);
    let first = runtime.block_on(typesetter.preview(1, sheet, &design, &[])).expect("it can be set");
    let known: Vec<_> = first.pages.into_iter().map(|page| page.hash).collect();
    criterion.bench_function(&format!("{template}: keystroke, {name}"), |bench| {
        bench.iter_batched(
            || edited(sheet, &keystrokes),
            |sheet| runtime.block_on(typesetter.preview(1, &sheet, &design, &known)).expect("it can be set"),
            BatchSize::PerIteration,
        );
    });
    criterion.bench_function(&format!("{template}: PDF, {name}"), |bench| {
        bench.iter_batched(
            || edited(sheet, &keystrokes),
            |sheet| runtime.block_on(typesetter.pdf(1, &sheet, &design, 1_795_341_600)).expect("it can be set"),
            BatchSize::PerIteration,
        );
    });
    criterion.bench_function(&format!("{template}: another CV, {name}"), |bench| {
        bench.iter_batched(
            || {
                let mut other = edited(sheet, &keystrokes);
                other.look.size += f64::from(keystrokes.get() % 1000) / 100_000.0;
                other
            },
            |sheet| runtime.block_on(typesetter.preview(2, &sheet, &design, &[])).expect("it can be set"),
            BatchSize::PerIteration,
        );
    });
}

fn documents(criterion: &mut Criterion) {
    let file = include_bytes!("../tests/fixtures/complete-resume.json");
    let document = version::import(file).expect("it is a JSON Resume").document;
    let stored = serde_json::to_value(&document).expect("plain data");
    criterion.bench_function("document: import JSON Resume", |bench| bench.iter(|| version::import(file)));
    criterion.bench_function("document: read what is stored", |bench| bench.iter(|| version::read(stored.clone())));
    criterion.bench_function("document: validate", |bench| bench.iter(|| validate(&document)));
    criterion.bench_function("document: to sheet", |bench| bench.iter(|| Sheet::of(&document)));
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let mut criterion = Criterion::default().measurement_time(Duration::from_secs(4)).configure_from_args();
    documents(&mut criterion);
    cold_start(&mut criterion, &runtime);
    for template in TEMPLATES {
        warm(&mut criterion, &runtime, "one page", &sheets::short(), template);
        warm(&mut criterion, &runtime, "three pages", &sheets::complete(), template);
    }
    criterion.final_summary();
}
