//! The accept loop: like axum's own, with limits on how long a browser may take to say what it wants and to hear the
//! answer, and on how many there are at once, in all and of one address.

use super::{
    door::Door,
    idle::{Idle, Patience},
};
use axum::{Router, extract::ConnectInfo, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceExt;

/// The longest that the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);

/// How long nothing may happen on a connection.
const IDLE: Patience = Patience { first: HEAD, later: Duration::from_mins(2) };

/// After the signal to stop, how long requests under way may take.
const DRAIN: Duration = Duration::from_secs(30);

/// Connections at once, however many files may be open: each takes some memory.
const MOST: usize = 20_000;

/// Most bytes that a connection keeps of what came and was not asked for yet, the head of a request among them.
const READ_AHEAD: usize = 64 * 1024;

/// Likewise, of all streams of an HTTP/2 connection together.
const READ_AHEAD_OF_ALL: u32 = 256 * 1024;

/// Likewise, of one of them: what HTTP/2 begins with.
const READ_AHEAD_OF_ONE: u32 = 65_535;

/// Answers requests of those whom the door lets in until `stop` is done, then finishes those under way.
pub async fn serve(listener: TcpListener, app: Router, door: Door, stop: impl Future<Output = ()>) {
    let builder = builder();
    let open = GracefulShutdown::new();
    let mut was_full = false;
    let mut stop = std::pin::pin!(stop);
    let places = Arc::new(Semaphore::new(most_connections()));
    loop {
        let accept = async {
            // It is never closed, so there is a place some day.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            listener.accept().await.map(|(stream, peer)| (stream, peer, place))
        };
        let (stream, peer, place) = tokio::select! {
            accepted = accept => match accepted {
                Ok(accepted) => accepted,
                // Out of file descriptors, or the browser was gone already: nothing to do but to go on.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Some(inside) = door.let_in(peer.ip()) else {
            if !was_full {
                tracing::warn!(
                    "an address has as many connections as it may have; if it is that of a proxy, name it in TRUSTED_PROXIES"
                );
            }
            was_full = true;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(app.clone().map_request(move |mut request: Request<_>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        }));
        let stream = TokioIo::new(Idle::new(stream, IDLE));
        let connection = builder.serve_connection_with_upgrades(stream, service).into_owned();
        let connection = open.watch(connection);
        tokio::spawn(async move {
            let _places = (place, inside);
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection broke off");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, open.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// How connections are spoken on.
fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(READ_AHEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD)
        .initial_connection_window_size(READ_AHEAD_OF_ALL)
        .initial_stream_window_size(READ_AHEAD_OF_ONE);
    builder
}

/// Connections at once: three quarters of the files that the process may have open, after asking for as many as it may
/// ask for. The rest is for the database, the workers and the files themselves.
fn most_connections() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let files = if raised { maximum } else { current }.and_then(|files| usize::try_from(files).ok());
    files.map_or(MOST, |files| (files / 4 * 3).min(MOST))
}
