//! The pages. Each is a function of plain data: loading is the server's business.

pub mod account;
pub mod admin;
pub mod archive;
pub mod change_email;
pub mod confirm;
pub mod delete;
pub mod editor;
pub mod error;
pub mod export;
pub mod frame;
pub mod google;
pub mod history;
pub mod home;
pub mod log_in_code;
pub mod privacy;
pub mod recovery;
pub mod resumes;
pub mod sign_in;
pub mod templates;
pub mod two_step;
pub mod verify;

#[cfg(test)]
mod tests;
