//! Settings: the defaults built in from `Leptos.toml`, over them a `Leptos.toml` in the working directory, over that
//! the environment.

mod read;

use axum::http::uri::Authority;
use ipnet::IpNet;
use serde::Deserialize;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    package: Package,
    /// The server as a whole.
    pub server: Server,
    /// PostgreSQL.
    pub database: Database,
    /// Logging in with Google.
    pub google: Google,
    /// Where archived PDFs go.
    pub storage: Storage,
    /// Backups.
    pub backup: Backup,
    /// How mail is sent.
    pub mail: Mail,
    /// The worker processes that set pages.
    pub typesetting: Typesetting,
    /// How much one person may have.
    pub limits: Limits,
    /// What is written to standard error.
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
struct Package {
    metadata: Metadata,
}

#[derive(Clone, Debug, Deserialize)]
struct Metadata {
    leptos: Site,
}

/// What Leptos needs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Site {
    /// Name of the browser's half: `vitae.js`, `vitae.wasm`, `vitae.css`.
    pub output_name: String,
    /// Where cargo-leptos puts the site.
    pub site_root: String,
    /// Where in it the compiled half is.
    pub site_pkg_dir: String,
    /// `LEPTOS_SITE_ADDR`.
    pub site_addr: SocketAddr,
}

/// The server as a whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Server {
    /// `VITAE_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `PUBLIC_URL`, or empty.
    pub public_url: String,
    /// `GUESTS`.
    #[serde(deserialize_with = "read::on_or_off")]
    pub guests: bool,
    /// `SIGNUPS`.
    #[serde(deserialize_with = "read::on_or_off")]
    pub signups: bool,
    /// `ADMIN_TWO_STEP`.
    #[serde(deserialize_with = "read::on_or_off")]
    pub admin_two_step: bool,
    /// `TRUSTED_PROXIES`.
    #[serde(deserialize_with = "read::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// `DRAIN_SECONDS`.
    pub drain_seconds: u64,
    /// `PRIVACY_NOTE`, or empty.
    pub privacy_note: String,
}

/// PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Database {
    /// `DATABASE_URL`, or empty for a private server.
    pub url: String,
    /// `DATABASE_OWNER_URL`, or empty.
    pub owner_url: String,
    /// `DATABASE_CONNECTIONS`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub connections: u32,
    /// `DATABASE_ACQUIRE_SECONDS`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub acquire_seconds: u64,
    /// `PGBIN`, or empty.
    pub postgres_bin: String,
}

/// Logging in with Google.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Google {
    /// `GOOGLE_CLIENT_ID`, or empty.
    pub client_id: String,
    /// `GOOGLE_CLIENT_SECRET`, or empty.
    pub client_secret: Secret,
    /// `GOOGLE_ISSUER_URL`.
    pub issuer_url: String,
}

/// A setting that is not shown.
#[derive(Clone, Default, Deserialize)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Where archived PDFs go.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Storage {
    /// `OBJECT_STORE_URL`, or empty for a folder in the data directory.
    pub url: String,
    /// `OBJECT_STORE_TIMEOUT_SECONDS`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub timeout_seconds: u64,
}

/// Backups.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Backup {
    /// `BACKUP_PLACE`: a folder, `file:///…`, `s3://…`, `store` for the object store, or empty for a folder in the data
    /// directory.
    pub place: String,
    /// `BACKUP_AT`: when the server makes one every day, in UTC, or never.
    #[serde(deserialize_with = "read::time_or_off")]
    pub at: Option<time::Time>,
    /// `BACKUP_KEEP_DAILY`.
    pub keep_daily: u32,
    /// `BACKUP_KEEP_WEEKLY`.
    pub keep_weekly: u32,
    /// `BACKUP_KEEP_MONTHLY`.
    pub keep_monthly: u32,
    /// `BACKUP_AGE_RECIPIENT`: a public key (`age1…`), or empty for backups that are not encrypted.
    pub age_recipient: String,
    /// `BACKUP_AGE_IDENTITY`: the file with the secret key, or empty.
    pub age_identity: String,
}

impl Backup {
    /// Days after which what was deleted is in no backup any more.
    pub fn keeps_days(&self) -> u32 {
        self.keep_daily.max(self.keep_weekly.saturating_mul(7)).max(self.keep_monthly.saturating_mul(31))
    }
}

/// How mail is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mail {
    /// `SMTP_URL`; empty: no mail is sent.
    pub smtp_url: String,
    /// `MAIL_FROM`, or empty.
    pub from: String,
}

/// The worker processes that set pages.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Typesetting {
    /// `TYPESETTING_WORKERS`; 0: one for each processor.
    pub workers: usize,
    /// `TYPESETTING_SECONDS`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub seconds: u64,
}

/// How much one person may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limits {
    /// `LIMIT_GUEST_RESUMES`.
    pub guest_resumes: u32,
    /// `LIMIT_USER_RESUMES`.
    pub user_resumes: u32,
    /// `LIMIT_GUEST_ARCHIVES`.
    pub guest_archives: u32,
    /// `LIMIT_USER_ARCHIVES`.
    pub user_archives: u32,
    /// `LIMIT_GUEST_MB`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub guest_mb: u32,
    /// `LIMIT_USER_MB`.
    #[serde(deserialize_with = "read::at_least_one")]
    pub user_mb: u32,
    /// `LIMIT_REQUESTS`.
    pub requests: u32,
    /// `LIMIT_SIGN_UPS`.
    pub sign_ups: u32,
}

/// What is written to standard error.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Log {
    /// `RUST_LOG`.
    pub filter: String,
    /// `LOG_FORMAT`.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

impl Settings {
    /// What Leptos needs.
    pub fn site(&self) -> &Site {
        &self.package.metadata.leptos
    }

    /// How browsers reach the site, without a slash at the end.
    pub fn public_url(&self) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.site().site_addr),
            url => url.to_owned(),
        }
    }

    /// Who mails are from.
    pub fn mail_from(&self) -> String {
        let url = self.public_url();
        let host = url.split("://").nth(1).unwrap_or_default().split([':', '/']).next().unwrap_or_default();
        match self.mail.from.as_str() {
            // An address of numbers is no domain for mail.
            "" if host.contains(|letter: char| letter.is_ascii_alphabetic()) => format!("Vitae <vitae@{host}>"),
            "" => "Vitae <vitae@localhost>".into(),
            from => from.into(),
        }
    }

    /// Whether browsers reach the site by https. Only then is its cookie `Secure`: on plain http not every browser keeps
    /// such a one, not even from the machine itself.
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Whether what browsers and the site say to each other may be heard on the way: plain http that leaves the machine.
    pub fn may_be_overheard(&self) -> bool {
        let url = self.public_url();
        let authority = url.split_once("://").map_or(url.as_str(), |(_, authority)| authority);
        let is_local = authority.parse::<Authority>().is_ok_and(|authority| {
            let name = authority.host().trim_matches(['[', ']']);
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        });
        !self.is_https() && !is_local
    }

    /// Worker processes to run.
    pub fn typesetting_workers(&self) -> usize {
        match self.typesetting.workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            workers => workers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_in_clear_is_known() {
        let ways = |url| {
            let mut settings = Settings::defaults().expect("the defaults are valid");
            settings.server.public_url = String::from(url);
            (settings.is_https(), settings.may_be_overheard())
        };
        assert_eq!(ways("https://cv.example.org"), (true, false));
        for local in ["", "http://127.0.0.1:3000", "http://localhost:3000/", "http://localhost", "http://[::1]:3000"] {
            assert_eq!(ways(local), (false, false), "{local}");
        }
        for open in [
            "http://cv.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://10.0.0.1:80",
        ] {
            assert_eq!(ways(open), (false, true), "{open}");
        }
    }
}
