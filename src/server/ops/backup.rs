//! Backups that are proven: made, listed, verified by restoring them, and removed when they are old.

pub mod place;
