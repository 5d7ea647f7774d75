//! Requests to the server.

/// Up to this size a browser finishes a request of a page that is being left (Fetch Standard, "keepalive").
#[cfg(feature = "hydrate")]
const OUTLIVES_THE_PAGE: usize = 60_000;

/// Nothing is waited for longer than this, in milliseconds. The server answers earlier, if only that it takes too long;
/// a connection that died in a tunnel may never say so.
#[cfg(feature = "hydrate")]
const PATIENCE: i32 = 40_000;

/// The header that names the build of the server that answers.
pub const BUILD: &str = "vitae-build";

/// Posts JSON to a path of this server; answers whether it succeeded and the body. Nothing if none came.
#[cfg(feature = "hydrate")]
pub async fn post(path: &str, json: &str) -> Option<(bool, String)> {
    use leptos::{
        prelude::window,
        wasm_bindgen::JsCast,
        web_sys::js_sys::{Object, Reflect},
    };
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortController, RequestInit, Response};

    let headers = Object::new();
    Reflect::set(&headers, &"Content-Type".into(), &"application/json".into()).ok()?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&json.into());
    if super::is_hidden() && json.len() < OUTLIVES_THE_PAGE {
        Reflect::set(&request, &"keepalive".into(), &true.into()).ok()?;
    }
    let waiting = AbortController::new().ok()?;
    request.set_signal(Some(&waiting.signal()));
    let timer = super::after(PATIENCE, move || waiting.abort());
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await.ok()?;
    let response: Response = response.unchecked_into();
    // Not all who answer are this server.
    let build = response.headers().get(BUILD).ok()?;
    if build.is_some() && build != super::build() {
        super::show("outdated");
    }
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    if let Some(timer) = timer {
        timer.clear();
    }
    Some((response.ok(), body))
}

/// The server asks nobody.
#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_async, reason = "the browser's waits")]
pub async fn post(_path: &str, _json: &str) -> Option<(bool, String)> {
    None
}
