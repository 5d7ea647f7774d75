//! Whoever Vitae asks must show a certificate that the machine trusts.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// Shows a certificate that nobody trusts, and tells how far each client went.
const IMPOSTOR: &str = r#"
import socket, ssl, sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
while True:
    connection, _ = listener.accept()
    connection.settimeout(10)
    try:
        if connection.recv(4, socket.MSG_PEEK) == b"stop":
            break
        if sys.argv[3] == "postgres":
            connection.recv(8)
            connection.sendall(b"S")
        context.wrap_socket(connection, server_side=True)
        print("believed", flush=True)
    except ssl.SSLError as error:
        print("refused:", error.reason, flush=True)
    except OSError as error:
        print("gone:", error, flush=True)
"#;

struct Impostor {
    process: Child,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Impostor {
    fn start(folder: &Path, kind: &str) -> Self {
        let mut process = Command::new("/usr/bin/python3")
            .args(["-c", IMPOSTOR])
            .args([folder.join("cert.pem"), folder.join("key.pem")])
            .arg(kind)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut port = String::new();
        output.read_line(&mut port).expect("the port");
        let port = port.trim().parse().expect("a port");
        Self { process, output, port }
    }

    /// What became of each client.
    fn told(mut self) -> String {
        let mut last = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        last.write_all(b"stop").expect("sent");
        let mut told = String::new();
        self.output.read_to_string(&mut told).expect("its output");
        self.process.wait().expect("it ends");
        told
    }
}

/// The object store, the mail server, Google and PostgreSQL, asked as the server asks them.
#[test]
fn nobody_is_believed_whose_certificate_nobody_vouches_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder.path())
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Where no server has ever started the doctor looks at nothing.
    std::fs::create_dir(folder.path().join("data")).expect("a data directory");
    let start = |kind| Impostor::start(folder.path(), kind);
    let (store, mail, google, postgres) = (start("https"), start("smtps"), start("https"), start("postgres"));
    let output = Command::new(env!("CARGO_BIN_EXE_vitae"))
        .arg("doctor")
        .current_dir(folder.path())
        .env("VITAE_DATA_DIR", folder.path().join("data"))
        .env("OBJECT_STORE_URL", "s3://bucket")
        .env("OBJECT_STORE_TIMEOUT_SECONDS", "5")
        .env("AWS_ENDPOINT_URL", format!("https://127.0.0.1:{}", store.port))
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-central-1")
        .env("SMTP_URL", format!("smtps://127.0.0.1:{}", mail.port))
        .env("GOOGLE_CLIENT_ID", "id")
        .env("GOOGLE_CLIENT_SECRET", "secret")
        .env("GOOGLE_ISSUER_URL", format!("https://127.0.0.1:{}", google.port))
        .env("DATABASE_URL", format!("postgres://vitae@127.0.0.1:{}/vitae?sslmode=verify-full", postgres.port))
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{said}");
    for (what, impostor) in [("object store", store), ("mail", mail), ("Google", google), ("database", postgres)] {
        assert!(said.contains(&format!("WRONG  {what} ")), "{what}: {said}");
        let told = impostor.told();
        assert!(!told.is_empty() && !told.contains("believed") && !told.contains("timed out"), "{what}: {told}{said}");
        assert!(!told.contains("WRONG_VERSION") && !told.contains("HTTP_REQUEST"), "{what} is asked by TLS: {told}");
    }
}
