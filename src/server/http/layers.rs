//! What happens to every request and every answer.

use super::{
    super::{auth::client, fault, state::AppState},
    bodies, host,
    pages::{self, Failure},
};
use crate::api::{ApiError, MAX_REQUEST_BYTES};
use axum::{
    Json, Router,
    body::HttpBody,
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderName, HeaderValue, Method, StatusCode,
        header::{self, ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, RETRY_AFTER},
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tower_governor::GovernorLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use uuid::Uuid;

use super::super::auth::{session, session_store::PostgresSessionStore};

/// The largest upload: what was taken out in one file, and the form around it.
pub(super) const UPLOAD: usize = 66 * 1024 * 1024;

/// The longest that an answer to an upload may take: the file comes over a line that is slower one way.
const UPLOAD_PATIENCE: Duration = Duration::from_mins(5);

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The routes, by what may come to them.
pub(super) struct Parts {
    /// What needs neither a database nor a session.
    pub(super) free: Router<AppState>,
    /// Small requests.
    pub(super) plain: Router<AppState>,
    /// Small requests that cost much: not too many from one address.
    pub(super) costly: Router<AppState>,
    /// Those that take files: not too many from one address either.
    pub(super) uploads: Router<AppState>,
}

/// Puts the layers around the routes.
pub(super) fn wrap(parts: Parts, state: &AppState) -> anyhow::Result<Router> {
    let Parts { free, plain, costly, uploads } = parts;
    let paced = |routes: Router<AppState>| routes.route_layer(GovernorLayer::new(Arc::clone(&state.pace)));
    let collected =
        |routes: Router<AppState>| routes.route_layer(middleware::from_fn_with_state(state.clone(), bodies::collected));
    let sized = |routes: Router<AppState>, most, patience| {
        let in_time = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience);
        routes.layer(DefaultBodyLimit::max(most)).layer(RequestBodyLimitLayer::new(most)).layer(in_time)
    };
    let store = PostgresSessionStore::new(state.db.clone(), state.clock.clone());
    // Both are compressed already.
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/zip"));
    let routes = sized(collected(plain).merge(paced(collected(costly))), MAX_REQUEST_BYTES, PATIENCE)
        .merge(sized(paced(uploads), UPLOAD, UPLOAD_PATIENCE))
        .layer(session::layer(store, state.settings.is_https()))
        .layer(middleware::from_fn(unsaved_session))
        .layer(CsrfLayer::new().add_trusted_origin(state.settings.public_url())?)
        .layer(middleware::from_fn(origin_is_named))
        .layer(middleware::from_fn_with_state(state.clone(), when_ready))
        .merge(sized(free, MAX_REQUEST_BYTES, PATIENCE))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), host::is_ours))
        .layer(middleware::from_fn_with_state(state.clone(), error_pages))
        .layer(middleware::map_response(says_when))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(compressible))
        .layer(middleware::from_fn_with_state(state.clone(), secure_headers))
        .layer(middleware::from_fn_with_state(state.clone(), proxy_is_trusted))
        .layer(middleware::from_fn(log));
    Ok(routes.with_state(state.clone()))
}

/// tower-http lets requests through that name neither their origin nor their site, or with no word. Browsers name one of
/// them; what does not is no browser of a user of ours.
async fn origin_is_named(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let is_named = [SEC_FETCH_SITE, ORIGIN].iter().any(|name| headers.get(name).is_some_and(|value| !value.is_empty()));
    if safe || is_named { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

/// A session that could not be stored is answered by its layer with a 500 that says nothing; no other one is without a
/// body. It is no fault of ours: the database does not answer, and it helps to try again.
async fn unsaved_session(request: Request, next: Next) -> Response {
    let unavailable = unavailable(&request);
    let response = next.run(request).await;
    let bare = response.body().size_hint().exact() == Some(0);
    if bare && response.status() == StatusCode::INTERNAL_SERVER_ERROR { unavailable } else { response }
}

/// Until the database is up to date, there is nothing to answer with.
async fn when_ready(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if state.ready.is_set() { next.run(request).await } else { unavailable(&request) }
}

/// That the database does not answer, as whoever asks expects it.
fn unavailable(request: &Request) -> Response {
    let error = ApiError::Unavailable;
    if request.uri().path().starts_with("/api/") {
        (StatusCode::SERVICE_UNAVAILABLE, Json(error)).into_response()
    } else {
        Failure::from(error).into_response()
    }
}

/// Gives a bare error (a wrong method, a body that is too large, a panic) its page, for those who want a page.
async fn error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let response = next.run(request).await;
    let status = response.status();
    let bare = response.headers().get(CONTENT_TYPE).is_none_or(|content| content.as_bytes().starts_with(b"text/plain"));
    if wants_page && bare && (status.is_client_error() || status.is_server_error()) {
        let mut page = pages::error(&state, status);
        // What the error says of when to try again holds for its page, too.
        if let Some(seconds) = response.headers().get(RETRY_AFTER) {
            page.headers_mut().insert(RETRY_AFTER, seconds.clone());
        }
        page
    } else {
        response
    }
}

/// What cannot be answered just now can be asked for again, in a moment.
async fn says_when(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
    response
}

/// Says once that requests come by a proxy that is not named in the settings: its word is not taken for where they come
/// from, so everybody behind it counts as one. On plain http there is none to be expected.
async fn proxy_is_trusted(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let trusted = &state.settings.server.trusted_proxies;
    let by_stranger = client::is_forwarded_by_stranger(request.headers(), request.extensions(), trusted);
    if by_stranger && state.settings.is_https() && state.told_of_proxy.set() {
        tracing::warn!(
            "a request has X-Forwarded-For and came from an address that TRUSTED_PROXIES does not name: if that is the proxy, \
             everybody behind it counts as one for the limits on guessing and signing up. Name it there; vitae doctor tells \
             when it is right"
        );
    }
    next.run(request).await
}

async fn secure_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    // Pages bring their own; anything else may do nothing at all.
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if state.settings.is_https() {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    response
}

/// One line a request. Addresses hold no personal data; queries, headers, bodies and who asked are not written.
async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::new_v4().simple().to_string();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = fault::with_request_id(id.clone(), next.run(request)).await;
    let (status, duration_ms) = (response.status().as_u16(), started.elapsed().as_secs_f64() * 1000.0);
    if response.status().is_server_error() {
        tracing::warn!(request.id = id, http.method = %method, http.path = path, http.status = status, duration_ms, "{method} {path} {status}");
    } else if path != "/livez" && path != "/readyz" {
        tracing::info!(request.id = id, http.method = %method, http.path = path, http.status = status, duration_ms, "{method} {path} {status}");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
