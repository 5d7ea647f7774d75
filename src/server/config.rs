//! Settings: the defaults built in from `Leptos.toml`, over them a `Leptos.toml` in the working directory, over that
//! the environment.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// The documented defaults, which are also the shape of the file.
const DEFAULTS: &str = include_str!("../../Leptos.toml");

/// Where a file of settings is looked for.
const FILE: &str = "Leptos.toml";

/// Environment variables and the settings they override.
const VARIABLES: &[(&str, &str)] = &[
    ("LEPTOS_SITE_ADDR", "package.metadata.leptos.site-addr"),
    ("VITAE_DATA_DIR", "server.data-dir"),
    ("PUBLIC_URL", "server.public-url"),
    ("GUESTS", "server.guests"),
    ("SIGNUPS", "server.signups"),
    ("ADMIN_TWO_STEP", "server.admin-two-step"),
    ("TRUSTED_PROXIES", "server.trusted-proxies"),
    ("PRIVACY_NOTE", "server.privacy-note"),
    ("DATABASE_URL", "database.url"),
    ("DATABASE_OWNER_URL", "database.owner-url"),
    ("DATABASE_CONNECTIONS", "database.connections"),
    ("DATABASE_ACQUIRE_SECONDS", "database.acquire-seconds"),
    ("PGBIN", "database.postgres-bin"),
    ("GOOGLE_CLIENT_ID", "google.client-id"),
    ("GOOGLE_CLIENT_SECRET", "google.client-secret"),
    ("GOOGLE_ISSUER_URL", "google.issuer-url"),
    ("OBJECT_STORE_URL", "storage.url"),
    ("OBJECT_STORE_TIMEOUT_SECONDS", "storage.timeout-seconds"),
    ("BACKUP_PLACE", "backup.place"),
    ("BACKUP_AT", "backup.at"),
    ("BACKUP_KEEP_DAILY", "backup.keep-daily"),
    ("BACKUP_KEEP_WEEKLY", "backup.keep-weekly"),
    ("BACKUP_KEEP_MONTHLY", "backup.keep-monthly"),
    ("BACKUP_AGE_RECIPIENT", "backup.age-recipient"),
    ("BACKUP_AGE_IDENTITY", "backup.age-identity"),
    ("SMTP_URL", "mail.smtp-url"),
    ("MAIL_FROM", "mail.from"),
    ("TYPESETTING_WORKERS", "typesetting.workers"),
    ("TYPESETTING_SECONDS", "typesetting.seconds"),
    ("LIMIT_GUEST_RESUMES", "limits.guest-resumes"),
    ("LIMIT_USER_RESUMES", "limits.user-resumes"),
    ("LIMIT_REQUESTS", "limits.requests"),
    ("LIMIT_SIGN_UPS", "limits.sign-ups"),
    ("RUST_LOG", "log.filter"),
    ("LOG_FORMAT", "log.format"),
];

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
    #[serde(deserialize_with = "on_or_off")]
    pub guests: bool,
    /// `SIGNUPS`.
    #[serde(deserialize_with = "on_or_off")]
    pub signups: bool,
    /// `ADMIN_TWO_STEP`.
    #[serde(deserialize_with = "on_or_off")]
    pub admin_two_step: bool,
    /// `TRUSTED_PROXIES`.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
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
    pub connections: u32,
    /// `DATABASE_ACQUIRE_SECONDS`.
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
    #[serde(deserialize_with = "time_or_off")]
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
    /// Reads the file in the working directory, if there is one, and the environment.
    ///
    /// # Errors
    /// Names the setting that cannot be understood.
    pub fn load() -> Result<Self, config::ConfigError> {
        Self::from_sources(config::File::with_name(FILE).required(false), |variable| {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
            std::env::var(variable).ok()
        })
    }

    /// The built-in defaults.
    ///
    /// # Errors
    /// None, unless this build is broken.
    pub fn defaults() -> Result<Self, config::ConfigError> {
        Self::from_sources(config::File::from_str("", config::FileFormat::Toml), |_| None)
    }

    fn from_sources<S>(file: S, environment: impl Fn(&str) -> Option<String>) -> Result<Self, config::ConfigError>
    where
        S: config::Source + Send + Sync + 'static,
    {
        let mut builder = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml))
            .add_source(file);
        for (variable, key) in VARIABLES {
            // An empty variable is one that somebody meant to unset.
            builder = builder.set_override_option(*key, environment(variable).filter(|value| !value.is_empty()))?;
        }
        builder.build()?.try_deserialize()
    }

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

    /// Whether browsers accept `Secure` cookies from the site: https, or the machine itself.
    pub fn secure_cookies(&self) -> bool {
        let url = self.public_url();
        let host = url.strip_prefix("http://").unwrap_or_default();
        url.starts_with("https://")
            || host == "localhost"
            || ["localhost:", "127.0.0.1", "[::1]"].iter().any(|local| host.starts_with(local))
    }

    /// Worker processes to run.
    pub fn typesetting_workers(&self) -> usize {
        match self.typesetting.workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            workers => workers,
        }
    }
}

/// Addresses or networks, with commas.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let parse = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let wrong = |text: &str| serde::de::Error::custom(format!("'{text}' is neither an address nor a network"));
    let list = String::deserialize(deserializer)?;
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse(part).ok_or_else(|| wrong(part))).collect()
}

fn on_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        other => Err(serde::de::Error::custom(format!("'{other}' is neither 'on' nor 'off'"))),
    }
}

/// `03:00`, or `off`.
fn time_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<time::Time>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "off" => Ok(None),
        text => time::Time::parse(text, time::macros::format_description!("[hour]:[minute]"))
            .map(Some)
            .map_err(|_| serde::de::Error::custom(format!("'{text}' is neither a time like '03:00' nor 'off'"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(environment: &'static [(&str, &str)]) -> Result<Settings, config::ConfigError> {
        Settings::from_sources(config::File::from_str("", config::FileFormat::Toml), |name| {
            environment.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_variable_is_documented_beside_a_setting_that_exists() {
        for (variable, key) in VARIABLES {
            let name = key.rsplit('.').next().expect("a key has a last part");
            assert!(
                DEFAULTS.lines().any(|line| line.starts_with(name) && line.contains(&format!("# {variable}:"))),
                "{variable} is not documented at {key}"
            );
        }
    }

    #[test]
    fn the_leptos_part_is_that_of_cargo_toml() {
        let cargo: config::Config = config::Config::builder()
            .add_source(config::File::from_str(include_str!("../../Cargo.toml"), config::FileFormat::Toml))
            .build()
            .expect("Cargo.toml is TOML");
        let settings = Settings::defaults().expect("the defaults are valid");
        let theirs = |key: &str| cargo.get_string(&format!("package.metadata.leptos.{key}")).expect("the key is there");
        assert_eq!(settings.site().output_name, theirs("output-name"));
        assert_eq!(settings.site().site_root, theirs("site-root"));
        assert_eq!(settings.site().site_pkg_dir, theirs("site-pkg-dir"));
        assert_eq!(settings.site().site_addr.to_string(), theirs("site-addr"));
    }

    #[test]
    fn the_environment_wins() {
        let settings = with(&[("LEPTOS_SITE_ADDR", "0.0.0.0:80"), ("GUESTS", "off"), ("DATABASE_CONNECTIONS", "3")])
            .expect("the values are valid");
        assert_eq!(settings.site().site_addr.port(), 80);
        assert!(!settings.server.guests);
        assert_eq!(settings.database.connections, 3);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let error = with(&[("GUESTS", "maybe")]).expect_err("'maybe' is no answer").to_string();
        assert!(error.contains("'maybe' is neither 'on' nor 'off'"), "{error}");
    }

    #[test]
    fn backups_have_a_time_or_none() {
        let at = |settings: Result<Settings, _>| settings.expect("the values are valid").backup.at;
        assert_eq!(at(with(&[])), Some(time::macros::time!(03:00)));
        assert_eq!(at(with(&[("BACKUP_AT", "23:30")])), Some(time::macros::time!(23:30)));
        assert_eq!(at(with(&[("BACKUP_AT", "off")])), None);
        let error = with(&[("BACKUP_AT", "25:00")]).expect_err("no such hour").to_string();
        assert!(error.contains("'25:00' is neither a time"), "{error}");
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let settings = with(&[("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1")]).expect("the values are valid");
        assert_eq!(settings.server.trusted_proxies.len(), 3);
        let error = with(&[("TRUSTED_PROXIES", "10.0.0.0/8, proxy")]).expect_err("a name").to_string();
        assert!(error.contains("'proxy' is neither"), "{error}");
    }

    #[test]
    fn cookies_are_secure_where_browsers_take_them() {
        let secure = |url| {
            let mut settings = Settings::defaults().expect("the defaults are valid");
            settings.server.public_url = String::from(url);
            settings.secure_cookies()
        };
        assert!(secure("https://cv.example.org"));
        assert!(secure("http://127.0.0.1:3000"));
        assert!(secure("http://localhost:3000"));
        assert!(!secure("http://cv.example.org"));
        assert!(!secure("http://localhost.example.org"));
    }
}
