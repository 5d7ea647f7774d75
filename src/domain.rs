//! Ring 0: the CV as plain data, and everything that can be said about it without a database, a browser or a clock.
//!
//! Compiled for the server and for the browser; so nothing heavy here (no uuid, time, url, regex) and no I/O.

pub mod account;
pub mod date;
pub mod document;
pub mod edit;
pub mod json;
pub mod json_resume;
pub mod jsonb;
pub mod language;
pub mod rich_text;
pub mod sample;
pub mod sheet;
pub mod template;
pub mod text;
pub mod validate;
pub mod version;
