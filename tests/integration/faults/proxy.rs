//! Stands between an application and PostgreSQL, and cuts one connection after so many messages of the server's.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, copy, sink, split},
    net::{TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// What a message begins with: its kind, and its length without the kind.
const HEADER: usize = 5;

/// The proxy. It has a socket of its own, because options that name a socket cannot be made to name a port again.
pub(super) struct Proxy {
    folder: tempfile::TempDir,
    inside: Arc<Inside>,
    accepting: JoinHandle<()>,
}

struct Inside {
    /// Messages that still come through; nothing after the cut, when all do.
    left: Mutex<Option<usize>>,
    /// Connections to the server.
    open: watch::Sender<usize>,
}

impl Proxy {
    /// A proxy in front of the server of these options.
    pub(super) fn start(options: &PgConnectOptions, after: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = socket_in(folder.path().into(), options.get_port());
        let listener = UnixListener::bind(path).expect("a socket");
        let inside = Arc::new(Inside { left: Mutex::new(Some(after)), open: watch::Sender::new(0) });
        let accepting = tokio::spawn(accept(listener, Server::of(options), Arc::clone(&inside)));
        Self { folder, inside, accepting }
    }

    /// Where its socket is.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The options with which one comes through the proxy.
    pub(super) fn options(&self, options: &PgConnectOptions) -> PgConnectOptions {
        options.clone().socket(self.folder.path()).ssl_mode(PgSslMode::Disable)
    }

    /// Waits until the server has let go of all connections: what it was doing for them is done, or undone.
    pub(super) async fn settled(&self) {
        let mut open = self.inside.open.subscribe();
        let settled = tokio::time::timeout(Duration::from_secs(20), open.wait_for(|open| *open == 0)).await;
        settled.expect("the server lets go of who is gone").expect("somebody counts");
    }

    /// Whether a connection was cut.
    pub(super) fn has_cut(&self) -> bool {
        self.inside.left.lock().expect("not poisoned").is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Inside {
    /// Counts a message; answers whether the connection is cut after it.
    fn is_last(&self) -> bool {
        let mut left = self.left.lock().expect("not poisoned");
        let last = *left == Some(1);
        *left = left.and_then(|left| left.checked_sub(1)).filter(|left| *left > 0);
        last
    }
}

/// Where PostgreSQL is.
#[derive(Clone)]
enum Server {
    Socket(PathBuf),
    Port(String, u16),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Server {
    fn of(options: &PgConnectOptions) -> Self {
        let (host, port) = (options.get_host(), options.get_port());
        match options.get_socket() {
            Some(folder) => Self::Socket(socket_in(folder.clone(), port)),
            None if host.starts_with('/') => Self::Socket(socket_in(host.into(), port)),
            None => Self::Port(host.into(), port),
        }
    }

    async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Socket(path) => Box::new(UnixStream::connect(path).await?),
            Self::Port(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
        })
    }
}

fn socket_in(folder: PathBuf, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

async fn accept(listener: UnixListener, server: Server, inside: Arc<Inside>) {
    while let Ok((client, _)) = listener.accept().await {
        inside.open.send_modify(|open| *open += 1);
        let (server, inside) = (server.clone(), Arc::clone(&inside));
        tokio::spawn(async move {
            pass(client, server.connect().await.expect("PostgreSQL is there"), &inside).await;
            inside.open.send_modify(|open| *open -= 1);
        });
    }
}

/// Passes on what both say until one of them is gone, or the connection is cut.
async fn pass(client: UnixStream, server: Box<dyn Stream>, inside: &Inside) {
    let (from_server, mut to_server) = split(server);
    let mut from_server = BufReader::new(from_server);
    let (mut from_client, mut to_client) = client.into_split();
    // When the last message is out nothing is awaited any more: what the client says to it goes nowhere.
    tokio::select! {
        biased;
        _ = deliver(&mut from_server, &mut to_client, inside) => {}
        _ = copy(&mut from_client, &mut to_server) => {}
    }
    drop((from_client, to_client));
    // The server notices, and closes its end when it has undone what was not finished. If it is gone already, so be it.
    let _ = to_server.shutdown().await;
    let _ = copy(&mut from_server, &mut sink()).await;
}

/// Passes on the messages of the server, up to the last one.
async fn deliver(
    server: &mut (impl AsyncRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
    inside: &Inside,
) -> io::Result<()> {
    loop {
        let message = read_message(server).await?;
        let is_last = inside.is_last();
        client.write_all(&message).await?;
        if is_last {
            return Ok(());
        }
    }
}

async fn read_message(server: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut message = vec![0; HEADER];
    server.read_exact(&mut message).await?;
    let length = u32::from_be_bytes([message[1], message[2], message[3], message[4]]);
    message.resize(1 + usize::try_from(length).expect("it fits into memory"), 0);
    server.read_exact(&mut message[HEADER..]).await?;
    Ok(message)
}
