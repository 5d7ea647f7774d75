//! Who is signed in.

pub mod guests;
pub mod session;
pub mod session_store;
