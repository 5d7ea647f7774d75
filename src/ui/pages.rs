//! The pages. Each is a function of plain data: loading is the server's business.

pub mod account;
pub mod admin;
pub mod archive;
pub mod change_email;
pub mod confirm;
pub mod editor;
pub mod error;
pub mod frame;
pub mod home;
pub mod privacy;
pub mod recovery;
pub mod resumes;
pub mod sign_in;
pub mod templates;
pub mod verify;

#[cfg(test)]
mod tests;
