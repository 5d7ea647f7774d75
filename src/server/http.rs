//! HTTP: the router, its layers and the handlers that render pages.

mod accounts;
mod admin;
mod archive;
pub mod assets;
pub mod bodies;
pub mod door;
mod downloads;
mod editor;
mod flash;
mod forms;
mod guards;
pub mod health;
mod history;
mod host;
mod idle;
mod import;
mod layers;
pub mod pace;
pub mod pages;
pub mod pictures;
mod refused;
pub mod router;
pub mod serve;
mod site;
pub mod uploads;
mod words;
