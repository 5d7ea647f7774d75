//! Is this installation well? Everything it depends on is tried, and what is wrong is said with what to do.

mod archive;
mod database;
mod machine;
mod others;
mod stores;

use super::connect::{self, Connection};
use crate::server::{clock::Clock, config::Settings, data_dir, fault::chain};
pub use archive::archive;

/// What the server says of a proxy that it was asked by, and that the settings do not name.
pub const UNTRUSTED: &str = "not in TRUSTED_PROXIES";

/// What was looked at, and what was found.
#[derive(Debug)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How it is, or what is wrong and what to do.
    pub found: Result<String, String>,
}

impl Finding {
    fn of(what: &'static str, found: anyhow::Result<String>) -> Self {
        Self { what, found: found.map_err(|error| chain(error.as_ref())) }
    }
}

/// Whether there is room on the disk for what comes in until somebody looks.
pub fn has_room(settings: &Settings) -> bool {
    machine::has_room(settings)
}

/// Looks at everything. What depends on the database is left out if that does not answer. Where nothing was ever started
/// nothing is looked at, so that nothing is made there.
pub async fn examine(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    if let Err(error) = connect::ensure_there_is_one(settings) {
        return vec![Finding::of("database", Err(error))];
    }
    if let Err(error) = data_dir::ensure(&settings.server.data_dir) {
        return vec![Finding::of("data directory", Err(error))];
    }
    let mut findings = vec![
        Finding::of("data directory", machine::data_directory(settings)),
        Finding::of("address", machine::address(settings).await),
        Finding::of("proxy", machine::proxy(settings).await),
        Finding::of("object store", stores::object_store(settings).await),
        Finding::of("backup place", stores::backup_place(settings).await),
        Finding::of("encryption", stores::encryption(settings).await),
        Finding::of("mail", others::mail(settings).await),
        Finding::of("Google", others::google(settings, clock.now()).await),
    ];
    let answers = match connect::for_command(settings).await {
        Ok(connection) => match database::answers(&connection).await {
            Ok(answers) => {
                findings.push(Finding::of("database", Ok(answers)));
                Ok(connection)
            }
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match answers {
        Ok(connection) => findings.extend(of_database(settings, &connection, clock).await),
        Err(error) => findings.push(Finding::of(
            "database",
            Err(error.context("The database cannot be used. Start it, or correct DATABASE_URL")),
        )),
    }
    findings.push(Finding::of("last backup", stores::last_backup(settings, clock.now()).await));
    findings
}

async fn of_database(settings: &Settings, connection: &Connection, clock: &Clock) -> Vec<Finding> {
    vec![
        Finding::of("client programs", database::programs(settings, connection).await),
        Finding::of("way to the database", database::way(connection)),
        Finding::of("rights", database::rights(connection).await),
        Finding::of("application", database::rights_of_application(connection).await),
        Finding::of("migrations", database::migrations(connection).await),
        Finding::of("schema", database::schema(connection).await),
        Finding::of("locks", database::locks(connection).await),
        Finding::of("clock", database::clock(connection, clock).await),
        Finding::of("disk space", machine::disk_space(settings, database::size(connection).await)),
    ]
}
