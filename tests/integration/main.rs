//! Through the real router, on real PostgreSQL, with the real typesetter and a real object store.

#![expect(clippy::disallowed_methods, reason = "tests ask the database as an outsider would")]

mod access;
mod accounts;
mod admin;
mod architecture;
mod archives;
mod backup;
mod documents;
mod downloads;
mod erasure;
mod faults;
mod google;
mod history;
mod http;
mod logs;
mod mail;
mod migrations;
mod operator;
mod recovery;
mod resumes;
mod room;
mod s3;
mod serving;
mod sessions;
mod support;
mod takeout;
mod tls;
mod two_step;
mod typesetting;
mod uploads;
