//! Vitae: write, typeset, keep and share CVs. One crate, four rings:
//!
//! ```text
//! domain  ←  api  ←  ui          compiled for server and browser
//!    ↑        ↑ (inside bodies)
//!    └──── server                server only            main.rs → server
//! ```
//!
//! `docs/architecture.md` says what belongs where; a test holds the import rules.

#![recursion_limit = "256"]

pub mod api;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;

/// Wakes the islands of a page that was rendered on the server. Called by the script of the page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
