//! What a document must be to be saved: errors that name the field.

use serde::{Deserialize, Serialize};

/// Something wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where: a path of keys and positions as in `sections[2].entries[0].url`.
    pub field: String,
    /// What is wrong and what to do, in words for the person who typed it.
    pub message: String,
}
