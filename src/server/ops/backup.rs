//! Backups that are proven: made, listed, verified by restoring them, and removed when they are old.
//!
//! A backup is a file `cv_database_….sql.gz` in a [place](place::Place), with three companions: its checksum, a
//! [manifest](manifest::Manifest) that says what was in the database, and, once a restore of it was seen to hold
//! exactly that, the proof.

mod age;
mod before;
pub mod care;
mod contents;
mod copies;
mod create;
pub mod daily;
pub mod file;
mod gzip;
mod list;
pub mod manifest;
mod objects;
pub mod place;
mod prune;
mod verify;

pub(super) use age::{decrypt, try_keys};
pub use before::migration as before_migration;
pub use contents::{Contents, Table};
pub(super) use copies::{Copied, FOLDER as COPIES};
pub use create::{Request, create};
pub use list::{Backup, list, status};
pub(super) use objects::{bring_back, forget, named_in};
pub use prune::{Keep, prune};
pub use verify::verify;
pub(super) use verify::{differences, erased};
