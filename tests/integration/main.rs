//! Through the real router, on real PostgreSQL, with the real typesetter and a real object store.

#![expect(clippy::disallowed_methods, reason = "tests ask the database as an outsider would")]

mod access;
mod accounts;
mod architecture;
mod archives;
mod backup;
mod documents;
mod http;
mod migrations;
mod resumes;
mod s3;
mod sessions;
mod support;
mod typesetting;
