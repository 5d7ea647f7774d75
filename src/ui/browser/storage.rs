//! Text kept in this browser until it is taken away. Does nothing where the browser keeps nothing.

/// The text under `key`.
#[cfg(feature = "hydrate")]
pub fn get(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// All keys that begin so.
#[cfg(feature = "hydrate")]
pub fn keys(beginning: &str) -> Vec<String> {
    let Some(storage) = local() else { return Vec::new() };
    let all = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok()?);
    all.filter(|key| key.starts_with(beginning)).collect()
}

/// Keeps `text` under `key`; answers whether it is kept.
#[cfg(feature = "hydrate")]
pub fn set(key: &str, text: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(key, text).is_ok())
}

/// Forgets what is under `key`.
#[cfg(feature = "hydrate")]
pub fn remove(key: &str) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
}

#[cfg(feature = "hydrate")]
fn local() -> Option<leptos::web_sys::Storage> {
    leptos::prelude::window().local_storage().ok()?
}

/// The text under `key`: on the server, none.
#[cfg(not(feature = "hydrate"))]
pub fn get(_key: &str) -> Option<String> {
    None
}

/// All keys that begin so: on the server, none.
#[cfg(not(feature = "hydrate"))]
pub fn keys(_beginning: &str) -> Vec<String> {
    Vec::new()
}

/// Keeps nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub fn set(_key: &str, _text: &str) -> bool {
    false
}

/// There is nothing to forget on the server.
#[cfg(not(feature = "hydrate"))]
pub fn remove(_key: &str) {}
