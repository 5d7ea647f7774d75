//! The files of the site, carried in the binary (in release builds) with their compressed twins.

use super::super::storage::sha256_hex;
use axum::{
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use std::collections::HashMap;

use super::super::state::AppState;

/// What cargo-leptos built: `pkg/` and the copy of `public/`.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/target/site"]
#[allow_missing = true]
struct Site;

/// The styles of all pages but the editor.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/style/site"]
struct PageStyles;

/// Where they are in the site.
const PAGES_CSS: &str = "pkg/pages.css";

/// All files of the site, ready to be sent.
pub struct Assets {
    files: HashMap<String, Asset>,
    pkg_hash: String,
}

struct Asset {
    content_type: &'static str,
    etag: HeaderValue,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    /// Reads the files that the binary carries.
    pub fn load() -> Self {
        let built = Site::iter()
            .filter(|path| !path.ends_with(".br") && !path.ends_with(".gz"))
            .filter_map(|path| Some((address(&path), Asset::read(&path)?)));
        let styles = Asset::new(PAGES_CSS, page_styles(), None, None).map(|styles| (PAGES_CSS.to_owned(), styles));
        let files: HashMap<String, Asset> = built.chain(styles).collect();
        let mut packed: Vec<&String> = files.keys().filter(|path| path.starts_with("pkg/")).collect();
        packed.sort_unstable();
        let hashes: String = packed.iter().map(|path| files[*path].etag.to_str().unwrap_or_default()).collect();
        let mut pkg_hash = sha256_hex(hashes.as_bytes());
        pkg_hash.truncate(16);
        Self { files, pkg_hash }
    }

    /// Where the compiled half of the site is, without slashes around: its address changes with its content, so that
    /// it can be cached for ever.
    pub fn pkg_url(&self) -> String {
        format!("pkg/{}", self.pkg_hash)
    }
}

/// Where a file is served. The script for comfort goes with what was compiled: its address changes with its content.
fn address(path: &str) -> String {
    if path == "comfort.js" { format!("pkg/{path}") } else { path.to_owned() }
}

impl Asset {
    fn read(path: &str) -> Option<Self> {
        let plain = Bytes::from(Site::get(path)?.data.into_owned());
        let twin =
            |ending: &str| Site::get(&format!("{path}.{ending}")).map(|file| Bytes::from(file.data.into_owned()));
        Self::new(path, plain, twin("br"), twin("gz"))
    }

    /// A file and its compressed twins; without them it is compressed when it is sent.
    fn new(path: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Option<Self> {
        let etag = HeaderValue::from_str(&format!("\"{}\"", &sha256_hex(&plain)[..32])).ok()?;
        Some(Self { content_type: content_type(path), etag, brotli, gzip, plain })
    }

    fn respond(&self, request: &HeaderMap, cache_control: &'static str) -> Response {
        let accepted = request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepts =
            |coding: &str| accepted.split(',').any(|item| item.split(';').next().map(str::trim) == Some(coding));
        let (content, coding) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts("br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts("gzip") => (gzip, Some("gzip")),
            _ => (&self.plain, None),
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
        headers.insert(ETAG, self.etag.clone());
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if request.get(IF_NONE_MATCH) == Some(&self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        (headers, content.clone()).into_response()
    }
}

/// `style/site/*/*.css`, each in the layer of `style/main.css` that its folder is named after.
fn page_styles() -> Bytes {
    let mut names: Vec<_> = PageStyles::iter().collect();
    names.sort_unstable();
    let mut styles = Vec::new();
    for name in names {
        if let (Some((layer, _)), Some(file)) = (name.split_once('/'), PageStyles::get(&name)) {
            styles.extend_from_slice(&[b"@layer ", layer.as_bytes(), b" {\n", &file.data, b"}\n"].concat());
        }
    }
    styles.into()
}

/// `/pkg/{hash}/{file}`.
pub async fn packed(
    State(state): State<AppState>,
    Path((hash, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let asset = state.assets.files.get(&format!("pkg/{file}")).filter(|_| hash == state.assets.pkg_hash);
    match asset {
        Some(asset) => asset.respond(&headers, "public, max-age=31536000, immutable"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A font: its name changes with its content.
pub async fn font(State(state): State<AppState>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    public(&state, &format!("fonts/{file}"), &headers, "public, max-age=31536000, immutable")
}

/// Any other public file, at the top level of `public/`.
pub async fn top_level(State(state): State<AppState>, uri: axum::http::Uri, headers: HeaderMap) -> Response {
    public(&state, uri.path().trim_start_matches('/'), &headers, "public, max-age=3600")
}

fn public(state: &AppState, path: &str, headers: &HeaderMap, cache_control: &'static str) -> Response {
    match state.assets.files.get(path).filter(|_| !path.starts_with("pkg/")) {
        Some(asset) => asset.respond(headers, cache_control),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
