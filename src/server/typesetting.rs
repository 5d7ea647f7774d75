//! The typesetter: pages for the preview, PDFs for download, pictures for the gallery, all from one layout.
//!
//! ```text
//! Typesetter (pool)  ──pipes──►  worker process  ──►  engine (world, prepare)  ──►  export | drawing
//! ```
//!
//! Typst runs in worker processes, which are this binary started again (`vitae typeset-worker`): user text can make it
//! panic, run away or eat memory, and none of that can be stopped from within. A worker that fails loses one render.
//! Text of a CV enters as data (`sheet.json`), never as Typst source.

mod drawing;
mod engine;
mod export;
mod faces;
mod job;
mod pool;
mod prepare;
mod said;
mod streams;
mod words;
pub mod worker;
mod world;

pub use job::{Page, Pages, Pdf};
pub use pool::{RenderError, Settings, Typesetter, WORKER_MEMORY};
