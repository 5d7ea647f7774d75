//! Where settings are read, and how.

use super::Settings;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use std::net::IpAddr;

/// The documented defaults, which are also the shape of the file.
const DEFAULTS: &str = include_str!("../../../Leptos.toml");

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
    ("DRAIN_SECONDS", "server.drain-seconds"),
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
    ("LIMIT_GUEST_ARCHIVES", "limits.guest-archives"),
    ("LIMIT_USER_ARCHIVES", "limits.user-archives"),
    ("LIMIT_GUEST_MB", "limits.guest-mb"),
    ("LIMIT_USER_MB", "limits.user-mb"),
    ("LIMIT_REQUESTS", "limits.requests"),
    ("LIMIT_SIGN_UPS", "limits.sign-ups"),
    ("RUST_LOG", "log.filter"),
    ("LOG_FORMAT", "log.format"),
];

impl Settings {
    /// Reads the file in the working directory, if there is one, and the environment.
    ///
    /// # Errors
    /// Names the setting that cannot be understood.
    pub fn load() -> anyhow::Result<Self> {
        let read = Self::from_sources(config::File::with_name(FILE).required(false), |variable| {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
            std::env::var(variable).ok()
        });
        read.map_err(|error| anyhow::anyhow!("The settings cannot be used: {}.", told(&error)))
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
}

/// An error in the words of who set it: the variable beside the key.
fn told(error: &config::ConfigError) -> String {
    let text = error.to_string();
    match VARIABLES.iter().find(|(_, key)| text.contains(&format!("`{key}`"))) {
        Some((variable, _)) => format!("{variable}: {text}"),
        None => text,
    }
}

/// Some number, and not none: nothing can be done with none of it, or in no time.
pub(super) fn at_least_one<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: Deserialize<'de> + Default + PartialEq,
{
    let number = N::deserialize(deserializer)?;
    if number == N::default() {
        return Err(serde::de::Error::custom("0 is too little; it must be 1 at least"));
    }
    Ok(number)
}

/// Addresses or networks, with commas.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let parse = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let wrong = |text: &str| serde::de::Error::custom(format!("'{text}' is neither an address nor a network"));
    let list = String::deserialize(deserializer)?;
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse(part).ok_or_else(|| wrong(part))).collect()
}

/// `on` or `off`.
pub(super) fn on_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        other => Err(serde::de::Error::custom(format!("'{other}' is neither 'on' nor 'off'"))),
    }
}

/// `03:00`, or `off`.
pub(super) fn time_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<time::Time>, D::Error> {
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
            .add_source(config::File::from_str(include_str!("../../../Cargo.toml"), config::FileFormat::Toml))
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
        let refused = |environment| told(&with(environment).expect_err("refused"));
        for (environment, why) in [
            (&[("GUESTS", "maybe")], "'maybe' is neither 'on' nor 'off'"),
            (&[("LEPTOS_SITE_ADDR", "here")], "invalid socket address"),
            (&[("DATABASE_CONNECTIONS", "0")], "must be 1 at least"),
            (&[("DATABASE_CONNECTIONS", "many")], "many"),
            (&[("TYPESETTING_SECONDS", "0")], "must be 1 at least"),
        ] {
            let error = refused(environment);
            assert!(error.starts_with(environment[0].0) && error.contains(why), "{error}");
        }
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
}
