//! What is sent with a request is collected before anybody works on it. A slow or endless one takes memory all that time,
//! so of one address so many are collected at once, and nothing of the next one is read before.

use super::super::{auth::client, state::AppState};
use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Bodies that are collected of one address at once; each may have [`MAX_REQUEST_BYTES`](crate::api::MAX_REQUEST_BYTES).
pub const AT_ONCE: usize = 16;

/// What says that it is no larger than this needs no place: the head of the request took as much.
const SMALL: u64 = 16 * 1024;

/// Collects the body of a request, when there is a place for it.
pub(super) async fn collected(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.body().size_hint().upper().is_some_and(|most| most <= SMALL) {
        return next.run(request).await;
    }
    let address = client::address(request.headers(), request.extensions(), &state.settings.server.trusted_proxies);
    let (parts, body) = request.into_parts();
    let place = state.body_places.take(client::customer(address)).await;
    let collected = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await;
    drop(place);
    match collected {
        Ok(bytes) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(refused) => refused.into_response(),
    }
}
