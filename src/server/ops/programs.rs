//! The client programs of PostgreSQL: where they are, of which version, and how they reach a database.

use anyhow::{Context, bail};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::{
    fmt,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

/// How many versions newer than the server are looked for.
const NEWER: u32 = 5;

/// So much of what a failing program says is repeated.
const WORDS: u64 = 4096;

/// Of the server or of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 15 of 15.20.
    pub major: u32,
    /// 20 of 15.20.
    pub minor: u32,
}

impl Version {
    /// The first version in a text, as in `pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`.
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
            let major = digits(word)?;
            Some(Self { major, minor: word.split_once('.').and_then(|(_, minor)| digits(minor)).unwrap_or(0) })
        })
    }

    /// Whether psql of this version has `\restrict`, without which a dump can run programs on the machine of whoever
    /// restores it (CVE-2025-8714).
    fn knows_restrict(self) -> bool {
        let first = match self.major {
            13 => 22,
            14 => 19,
            15 => 14,
            16 => 10,
            17 => 6,
            18.. => 0,
            _ => return false,
        };
        self.minor >= first
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// `pg_dump` and `psql` that fit a server.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: Option<PathBuf>,
    /// Of both.
    pub version: Version,
}

impl Programs {
    /// Programs at least as new as the server, and new enough to be safe. `bin` is the folder that the settings name, or
    /// empty.
    ///
    /// # Errors
    /// There are none; the error says which were found and what to install.
    pub fn find(bin: &str, server: Version) -> anyhow::Result<Self> {
        let mut unfit = Vec::new();
        for folder in folders(bin, server) {
            let Some(version) = version_in(folder.as_deref()) else { continue };
            if version.major >= server.major && version.knows_restrict() {
                return Ok(Self { folder, version });
            }
            unfit.push(version.to_string());
        }
        let found = if unfit.is_empty() { "none was found".into() } else { format!("found: {}", unfit.join(", ")) };
        bail!(
            "pg_dump and psql of PostgreSQL {} or newer are needed, with the security fixes of August 2025 ({found}). \
             Install them (Debian: apt-get install postgresql-client-{}), or name their folder with PGBIN.",
            server.major,
            server.major
        )
    }

    /// A command that runs `pg_dump` or `psql` on a database.
    pub fn command(&self, name: &str, options: &PgConnectOptions) -> Command {
        let mut command = program(self.folder.as_deref(), name);
        // What a shell may have set for another database must not lead elsewhere.
        for variable in ["PGHOSTADDR", "PGOPTIONS", "PGSERVICE", "PGSSLCERT", "PGSSLKEY", "PGSSLROOTCERT"] {
            command.env_remove(variable);
        }
        command.env("PGCONNECT_TIMEOUT", "10").env("PGAPPNAME", "vitae backup").envs(environment(options));
        command.arg("--no-password");
        command
    }
}

/// The database for libpq. In the environment, because everybody can read the arguments of a process.
fn environment(options: &PgConnectOptions) -> Vec<(&'static str, String)> {
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let mut environment = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string()),
        ("PGUSER", options.get_username().to_owned()),
        ("PGDATABASE", database(options)),
    ];
    let url = options.to_url_lossy();
    if let Some(password) = url.password() {
        let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
        environment.push(("PGPASSWORD", password));
    }
    for (key, value) in url.query_pairs() {
        let variable = match &*key {
            "sslmode" => "PGSSLMODE",
            "sslrootcert" => "PGSSLROOTCERT",
            "sslcert" => "PGSSLCERT",
            "sslkey" => "PGSSLKEY",
            _ => continue,
        };
        environment.push((variable, value.into_owned()));
    }
    environment
}

/// The name of the database that a connection leads to.
pub fn database(options: &PgConnectOptions) -> String {
    options.get_database().unwrap_or_else(|| options.get_username()).to_owned()
}

/// `None` is the search path. The version of the server comes before newer ones.
fn folders(bin: &str, server: Version) -> Vec<Option<PathBuf>> {
    if !bin.is_empty() {
        return vec![Some(bin.into())];
    }
    let versions = server.major..=server.major + NEWER;
    let usual = versions.flat_map(|major| {
        [
            format!("/usr/lib/postgresql/{major}/bin"),
            format!("/usr/pgsql-{major}/bin"),
            format!("/opt/homebrew/opt/postgresql@{major}/bin"),
        ]
    });
    usual.map(|folder| Some(folder.into())).chain([None]).collect()
}

/// Of both programs, if both are there and the same.
fn version_in(folder: Option<&Path>) -> Option<Version> {
    let version = |name| {
        let output = program(folder, name).arg("--version").output().ok()?;
        Version::find(&String::from_utf8_lossy(&output.stdout))
    };
    let (dump, psql) = (version("pg_dump")?, version("psql")?);
    (dump == psql).then_some(dump)
}

fn program(folder: Option<&Path>, name: &str) -> Command {
    let mut command = Command::new(folder.map_or_else(|| name.into(), |folder| folder.join(name)));
    command.env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// A program that runs, and what it complains about.
pub struct Running {
    /// The process.
    pub child: Child,
    name: &'static str,
    words: JoinHandle<String>,
}

impl Running {
    /// Starts it; its standard error is collected.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(name: &'static str, mut command: Command) -> anyhow::Result<Self> {
        let mut child = command.stderr(Stdio::piped()).spawn().with_context(|| format!("{name} cannot be started."))?;
        let stderr = child.stderr.take();
        let words = std::thread::spawn(move || {
            let mut words = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = (&mut stderr).take(WORDS).read_to_end(&mut words);
                // What is not read would stop the program in the middle.
                let _ = std::io::copy(&mut stderr, &mut std::io::sink());
            }
            String::from_utf8_lossy(&words).trim().to_owned()
        });
        Ok(Self { child, name, words })
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It failed; the error has what it said.
    pub fn finish(mut self) -> anyhow::Result<()> {
        let status = self.child.wait()?;
        let words = self.words.join().unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        bail!("{} failed ({status}): {words}", self.name)
    }

    /// Ends it, because its work is of no use any more; answers what it said.
    pub fn stop(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.words.join().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        let version = |major, minor| Some(Version { major, minor });
        assert_eq!(Version::find("pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"), version(15, 20));
        assert_eq!(Version::find("psql (PostgreSQL) 18beta1"), version(18, 0));
        assert_eq!(Version::find("no version"), None);
    }

    #[test]
    fn only_a_psql_with_restrict_is_good_enough() {
        let knows = |major, minor| Version { major, minor }.knows_restrict();
        assert!(knows(15, 14) && knows(17, 6) && knows(18, 0));
        assert!(!knows(15, 13) && !knows(17, 5) && !knows(12, 99));
    }

    #[test]
    fn nothing_secret_is_an_argument() {
        let options = PgConnectOptions::from_str("postgres://ann:s%40f%25e@db.example.org:6432/cv?sslmode=require")
            .expect("an address");
        let programs = Programs { folder: None, version: Version { major: 15, minor: 20 } };
        let command = programs.command("psql", &options);
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["--no-password"]);
        let value = |name: &str| {
            let found = command.get_envs().find(|(variable, _)| *variable == name);
            found.and_then(|(_, value)| value).and_then(|value| value.to_str()).unwrap_or_default()
        };
        assert_eq!(value("PGPASSWORD"), "s@f%e");
        assert_eq!(value("PGHOST"), "db.example.org");
        assert_eq!(value("PGPORT"), "6432");
        assert_eq!(value("PGDATABASE"), "cv");
        assert_eq!(value("PGSSLMODE"), "require");
    }
}
