//! The files of the private PostgreSQL and the commands that work on them.

use super::NAME;
use anyhow::{Context, bail, ensure};
use rand::RngExt as _;
use sqlx::postgres::PgConnectOptions;
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The major version: in the path, because the files of one do not start under another.
const MAJOR: &str = "15";

/// A log that is longer is begun anew with the next start.
const LOG_BYTES: u64 = 1024 * 1024;

/// A longer path does not fit the address of a unix socket (107 bytes with PostgreSQL's own file name).
const LONGEST_SOCKET_FOLDER: usize = 85;

/// Where the programs and the files are.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    socket: PathBuf,
    password: String,
    user: Option<Account>,
}

/// An account of the machine that PostgreSQL runs under when Vitae runs as root.
#[derive(Clone, Copy, Debug)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Cluster {
    /// Finds the programs and makes the cluster if there is none.
    pub(super) fn prepare(data_dir: &Path, bin: &str) -> anyhow::Result<Self> {
        let folder = data_dir.join(format!("pg{MAJOR}"));
        fs::create_dir_all(&folder)?;
        let user = unprivileged_account(&folder);
        own(&folder, 0o700, user)?;
        let socket = socket_folder(&folder);
        fs::create_dir_all(&socket)?;
        own(&socket, 0o700, user)?;
        let mut cluster = Self { bin: programs(bin)?, folder, socket, password: String::new(), user };
        cluster.password = cluster.read_or_make_password()?;
        if !cluster.data().join("PG_VERSION").exists() {
            cluster.initialise()?;
        }
        Ok(cluster)
    }

    /// The cluster that another process is running.
    pub(super) fn existing(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = data_dir.join(format!("pg{MAJOR}"));
        let password = fs::read_to_string(folder.join("password"))
            .context("The running Vitae server does not have a private PostgreSQL.")?;
        Ok(Self { bin: PathBuf::new(), socket: socket_folder(&folder), folder, password, user: None })
    }

    /// Whether there is one in a data directory.
    pub(super) fn is_in(data_dir: &Path) -> bool {
        data_dir.join(format!("pg{MAJOR}/data/PG_VERSION")).exists()
    }

    /// How to connect.
    pub(super) fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .username(NAME)
            .password(&self.password)
            .database(NAME)
    }

    /// The password of its roles.
    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// The same, for psql.
    pub(super) fn psql_environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PGHOST", self.socket.display().to_string()),
            ("PGUSER", NAME.into()),
            ("PGDATABASE", NAME.into()),
            ("PGPASSWORD", self.password.clone()),
        ]
    }

    /// The file that the server writes its log to.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    /// The command that runs the server in the foreground.
    pub(super) fn server(&self) -> anyhow::Result<Command> {
        // What it said before it died is kept, up to a point.
        let goes_on = fs::metadata(self.log()).is_ok_and(|log| log.len() < LOG_BYTES);
        let log =
            fs::OpenOptions::new().create(true).write(true).append(goes_on).truncate(!goes_on).open(self.log())?;
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data());
        for setting in [
            "listen_addresses=",
            &format!("unix_socket_directories={}", self.socket.display()),
            "unix_socket_permissions=0700",
            // After a crash: one syncfs instead of opening every file.
            "recovery_init_sync_method=syncfs",
            "timezone=UTC",
            "log_timezone=UTC",
            // Statements hold personal data.
            "log_min_error_statement=panic",
            "log_parameter_max_length_on_error=0",
        ] {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of PostgreSQL, with nothing of our environment and not as root.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        // In a group of its own, so that Ctrl-C in a terminal reaches Vitae alone, which then stops it in order.
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/").process_group(0);
        if let Some(Account { uid, gid }) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn read_or_make_password(&self) -> anyhow::Result<String> {
        let path = self.folder.join("password");
        if let Ok(password) = fs::read_to_string(&path)
            && !password.is_empty()
        {
            return Ok(password);
        }
        let password = format!("{:032x}", rand::rng().random::<u128>());
        // Whole or not at all: with half of one no later start would get anywhere.
        let unfinished = self.folder.join("password.new");
        fs::write(&unfinished, &password)?;
        own(&unfinished, 0o600, self.user)?;
        fs::rename(unfinished, path)?;
        Ok(password)
    }

    /// Makes the cluster beside its place and moves it there when it is whole, so that a crash leaves none half made.
    fn initialise(&self) -> anyhow::Result<()> {
        let unfinished = self.folder.join("data.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        let output = self
            .program("initdb")
            .arg("-D")
            .arg(&unfinished)
            .args([
                "-U",
                NAME,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(self.folder.join("password"))
            .output()
            .context("initdb cannot be run.")?;
        ensure!(
            output.status.success(),
            "PostgreSQL cannot make its files in {}. If that folder lies below one that only root may enter, choose \
             another with VITAE_DATA_DIR.\n{}",
            self.folder.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        // initdb without its thousand fsyncs, and one for the whole file system instead: a second instead of four.
        rustix::fs::syncfs(&fs::File::open(&self.folder)?)?;
        fs::rename(&unfinished, self.data())?;
        rustix::fs::syncfs(&fs::File::open(&self.folder)?)?;
        Ok(())
    }
}

/// The folder with the programs.
fn programs(configured: &str) -> anyhow::Result<PathBuf> {
    let places = match configured {
        "" => vec![
            format!("/usr/lib/postgresql/{MAJOR}/bin"),
            format!("/usr/pgsql-{MAJOR}/bin"),
            format!("/opt/homebrew/opt/postgresql@{MAJOR}/bin"),
        ],
        configured => vec![configured.to_owned()],
    };
    match places.iter().map(PathBuf::from).find(|place| place.join("initdb").exists()) {
        Some(place) => Ok(place),
        None => bail!(
            "PostgreSQL {MAJOR} was not found in {}. Install it (Debian: apt-get install postgresql-{MAJOR}), name its \
             folder with PGBIN, or give the address of a server with DATABASE_URL.",
            places.join(", ")
        ),
    }
}

/// Beside the data, or under /tmp where the path is too long for a socket.
fn socket_folder(folder: &Path) -> PathBuf {
    let beside = folder.join("socket");
    if beside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return beside;
    }
    let digest = <sha2::Sha256 as sha2::Digest>::digest(folder.as_os_str().as_encoded_bytes());
    PathBuf::from(format!("/tmp/vitae-{}", super::super::hex::encode(&digest[..8])))
}

/// PostgreSQL refuses to run as root: the account that has its files already, else `postgres` if there is such an
/// account, else `nobody`.
fn unprivileged_account(folder: &Path) -> Option<Account> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    if let Some(owner) = fs::metadata(folder.join("data")).ok().filter(|data| data.uid() != 0) {
        return Some(Account { uid: owner.uid(), gid: owner.gid() });
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let account = |name: &str| {
        accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(name)).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Account { uid, gid })
        })
    };
    account("postgres").or_else(|| account("nobody")).or(Some(Account { uid: 65534, gid: 65534 }))
}

fn own(path: &Path, mode: u32, account: Option<Account>) -> std::io::Result<()> {
    if let Some(Account { uid, gid }) = account {
        chown(path, Some(uid), Some(gid))?;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}
