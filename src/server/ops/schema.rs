//! Schemas compared: read from a database's own catalogs, and the way from one to another written as SQL.
//!
//! ```text
//! database ──read──► Catalog ┐
//!                            ├─ plan ──► write ──► script
//! schema.sql ─run, read────► ┘
//! ```
//!
//! There is no parser of SQL in it: PostgreSQL reads the model in a scratch database and says in its own words
//! (`pg_get_constraintdef` and its like) what it understood. What those words do not cover is refused by name.

pub mod catalog;
pub mod lexer;
pub mod mark;
mod order;
pub mod plan;
pub mod read;
pub mod rename;
pub mod scratch;
pub mod script;
mod types;
pub mod write;

/// Why schemas cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The role may not make databases.
    #[error(
        "two scratch databases are needed, and this role may not make any. Let it (`alter role … createdb`), or name \
         another server with --database; what is in it stays untouched"
    )]
    NotAllowed,
    /// A script does not run.
    #[error(transparent)]
    Script(#[from] script::ScriptError),
    /// There is something that this program cannot compare.
    #[error("{where_from} has what cannot be compared: {}. Write its migration by hand, and leave it out of schema.sql", names.join(", "))]
    Unknown {
        /// Which of the schemas.
        where_from: &'static str,
        /// What it is.
        names: Vec<String>,
    },
    /// No order was found.
    #[error(transparent)]
    Circle(#[from] write::Circle),
    /// Something was written and was not the same when it was read again: a fault of this program.
    #[error("{} cannot be written as read; write this migration by hand", .0.join(", "))]
    Lost(Vec<String>),
}
