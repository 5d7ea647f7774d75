//! Who is signed in.

pub mod client;
pub mod google;
pub mod guests;
pub mod limits;
pub mod passwords;
pub mod session;
pub mod session_store;
pub mod two_step;

pub mod tokens;
