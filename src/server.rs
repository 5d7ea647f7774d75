//! Ring 2: everything that happens on the server. Never uses `ui`, but for the pages that `http` renders.

pub mod accounts;
pub mod admin;
pub mod archives;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod data_dir;
pub mod db;
pub mod fault;
pub mod file_name;
pub mod hex;
pub mod history;
pub mod http;
pub mod in_force;
pub mod jobs;
pub mod ledger;

pub mod mail;
pub mod ops;
pub mod postgres;
pub mod request;
pub mod resumes;
pub mod run;
pub mod state;
pub mod storage;
pub mod takeout;
pub mod telemetry;
pub mod told;
pub mod turns;
pub mod typesetting;
pub mod writing;
