//! The typesetter.
