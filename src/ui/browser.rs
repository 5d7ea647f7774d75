//! The only file that speaks to the browser itself.
