//! The drill: a machine is lost with all that is on it. And the commands of the documents, as they are written.

use super::{refused, succeeded};
use crate::s3::{client, until};
use serde_json::{Value, json};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// An account of somebody who will want everything back.
const FORM: &str = "email=ada%40example.org&password=correct+horse+battery+staple";

/// An installation with a private PostgreSQL, which is in the data directory with everything else.
struct Machine {
    folder: tempfile::TempDir,
    address: String,
}

/// A server, stopped as an operator does.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.0.wait();
    }
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // PostgreSQL runs under another account than root.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("changed");
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = format!("127.0.0.1:{}", port.expect("a port").port());
        Self { folder, address }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn vitae(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitae"));
        command.args(arguments).env_remove("DATABASE_URL").current_dir(self.folder.path());
        command.env("VITAE_DATA_DIR", self.data()).env("LEPTOS_SITE_ADDR", &self.address);
        command.env("TYPESETTING_WORKERS", "1");
        command
    }

    async fn serve(&self) -> Server {
        let child = self.vitae(&["serve"]).stderr(Stdio::null()).spawn().expect("vitae runs");
        let server = Server(child);
        until(&client(), &format!("http://{}/readyz", self.address), 200).await;
        server
    }

    /// Sends something as somebody; answers the cookie that was set, if one was, and the body.
    async fn post(&self, path: &str, cookie: &str, kind: &str, body: String) -> (Option<String>, Vec<u8>) {
        let site = format!("http://{}", self.address);
        let request = client().post(format!("{site}{path}")).header("origin", &site).header("cookie", cookie);
        let answer = request.header("content-type", kind).body(body).send().await.expect("an answer");
        assert!(answer.status().as_u16() < 400, "{path}: {}", answer.status());
        let set = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().expect("text").to_owned());
        let cookie = set.and_then(|cookie| Some(cookie.split(';').next()?.to_owned()));
        (cookie, answer.bytes().await.expect("a body").to_vec())
    }

    async fn form(&self, path: &str, form: &str) -> String {
        let (cookie, _) = self.post(path, "", "application/x-www-form-urlencoded", form.into()).await;
        cookie.expect("a session")
    }

    async fn get(&self, path: &str, cookie: &str) -> (u16, Vec<u8>) {
        let answer = client().get(format!("http://{}{path}", self.address)).header("cookie", cookie).send().await;
        let answer = answer.expect("an answer");
        (answer.status().as_u16(), answer.bytes().await.expect("a body").to_vec())
    }
}

#[tokio::test]
async fn a_lost_machine_comes_back_with_everything() {
    let machine = Machine::new();
    let backups = machine.folder.path().join("elsewhere");
    let server = machine.serve().await;
    let cookie = machine.form("/signup", FORM).await;
    let form = "application/x-www-form-urlencoded";
    machine.post("/resumes", &cookie, form, "name=Work&from=sample".into()).await;
    let (_, archived) =
        machine.post("/api/archive_resume", &cookie, "application/json", json!({ "id": 1 }).to_string()).await;
    let archived: Value = serde_json::from_slice(&archived).expect("JSON");
    let path = format!("/archive/{}/resume.pdf", archived["uuid"].as_str().expect("a name"));
    let pdf = machine.get(&path, &cookie).await;
    assert_eq!(pdf.0, 200);
    let out = backups.to_str().expect("UTF-8");
    let created = succeeded(&machine.vitae(&["backup", "create", "--verify", "--out", out]).output().expect("it runs"));
    let file = created.trim();
    let words = refused(&machine.vitae(&["restore", "--yes", file]).output().expect("it runs"));
    assert!(words.contains("--while-serving"), "{words}");

    drop(server);
    std::fs::remove_dir_all(machine.data()).expect("everything is lost");
    let restored = succeeded(&machine.vitae(&["restore", "--yes", file]).output().expect("it runs"));
    assert!(restored.contains("is restored"), "{restored}");

    let _server = machine.serve().await;
    assert_ne!(machine.get("/resumes", &cookie).await.0, 200, "sessions are over");
    let cookie = machine.form("/login", FORM).await;
    assert!(String::from_utf8_lossy(&machine.get("/resumes", &cookie).await.1).contains("Work"));
    assert_eq!(machine.get(&path, &cookie).await, pdf, "the archived PDF, byte for byte");
}

/// The commands in the parts about backups and restores, in their order, in one shell in an empty folder.
#[test]
fn the_commands_of_the_documents_work_as_written() {
    let document = include_str!("../../../docs/operations.md");
    let begin = document.find("\n## Backups\n").expect("the part about backups");
    let end = document.find("\n## Point in time\n").expect("the part after restoring");
    let mut script = String::from("set -euo pipefail\n");
    // Else a server that is left holds this test up.
    script.push_str("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n");
    for block in document[begin..end].split("```sh\n").skip(1) {
        script.push_str(block.split("```").next().expect("its end"));
    }
    assert!(script.matches("vitae ").count() >= 12, "the commands are found:\n{script}");
    let machine = Machine::new();
    let vitae = Path::new(env!("CARGO_BIN_EXE_vitae")).parent().expect("a folder").display().to_string();
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(machine.folder.path())
        .env_remove("DATABASE_URL")
        .env_remove("VITAE_DATA_DIR")
        .env("PATH", format!("{vitae}:/usr/local/bin:/usr/bin:/bin"))
        .env("LEPTOS_SITE_ADDR", &machine.address)
        .env("TYPESETTING_WORKERS", "1")
        .output()
        .expect("bash runs");
    let said = succeeded(&output);
    assert!(said.contains("is restored. Everybody logs in again."), "{said}");
    assert!(said.ends_with("1 person, 1 CV\n"), "{said}");
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let machine = Machine::new();
    let examine = |variables: &[(&str, &str)]| {
        let output = machine.vitae(&["doctor"]).envs(variables.iter().copied()).output().expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (well, said) = examine(&[]);
    assert!(!well && said.contains("There is no database in") && said.contains("VITAE_DATA_DIR"), "{said}");
    for command in [&["backup", "create"][..], &["admin", "list"], &["psql"], &["migrate", "downgrade"]] {
        let words = refused(&machine.vitae(command).output().expect("it runs"));
        assert!(words.contains("There is no database in"), "{words}");
    }
    assert!(!machine.data().join("pg15").exists(), "nothing was made");
    let server = machine.serve().await;
    drop(server);
    let (well, said) = examine(&[]);
    assert!(!well && said.contains("WRONG  last backup") && said.contains("vitae backup create"), "{said}");
    let _server = machine.serve().await;
    succeeded(&machine.vitae(&["backup", "create", "--verify"]).output().expect("it runs"));
    let (well, said) = examine(&[]);
    assert!(well, "{said}");
    let parts = ["database", "client programs", "rights", "application", "migrations", "locks", "clock", "disk space"];
    for what in parts.into_iter().chain(["object store", "encryption"]) {
        assert!(said.contains(&format!("ok     {what}")), "{what}: {said}");
    }
    let wrong = [
        (("SMTP_URL", "smtp://127.0.0.1:1"), "Check SMTP_URL"),
        (("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x"), "Start it, or correct DATABASE_URL"),
        (("PUBLIC_URL", "http://cv.example.org"), "Put a proxy with TLS in front"),
        (("PUBLIC_URL", "https://127.0.0.1:1"), "cannot be reached"),
        (("OBJECT_STORE_URL", "file:///proc/nothing"), "OBJECT_STORE_URL"),
        (("BACKUP_PLACE", "/proc/nothing"), "BACKUP_PLACE"),
        (("PGBIN", "/nowhere"), "apt-get install postgresql-client"),
        (("BACKUP_AGE_RECIPIENT", "age1nobody"), "age"),
    ];
    for (variable, expected) in wrong {
        let (well, said) = examine(&[variable]);
        assert!(!well && said.contains("WRONG") && said.contains(expected), "{variable:?}: {said}");
    }
}
