//! HTTP: the router, its layers and the handlers that render pages.

pub mod assets;
pub mod downloads;
pub mod editor;
pub mod flash;
pub mod forms;
pub mod health;
pub mod layers;
pub mod pages;
pub mod router;
pub mod serve;
pub mod site;
mod words;
