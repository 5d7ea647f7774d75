//! Under which name a request came. A page elsewhere can have its own name lead to this machine (DNS rebinding), and would
//! be taken for one of ours; so only the name of `PUBLIC_URL` is answered, and this machine's own.

use super::super::state::AppState;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header::HOST, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::IpAddr;

/// What is told to programs; for people there is a page.
const ELSEWHERE: &str = "This address is not that of this installation. Set PUBLIC_URL to it, or have the proxy pass Host \
                         on as it is.\n";

/// Answers only under names that are ours; what asks for health may call us anything.
pub(super) async fn is_ours(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_for_health = matches!(request.uri().path(), "/livez" | "/readyz");
    if is_for_health || host(&request).is_none_or(|host| is_known(host, &state.settings.public_url())) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, ELSEWHERE).into_response()
    }
}

/// What the request calls this server; nothing if it does not (HTTP/1.0), which no browser does.
fn host(request: &Request) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        // What is no text is no name of ours.
        None => request.headers().get(HOST).map(|host| host.to_str().unwrap_or("?")),
    }
}

/// Whether a host is that of the public address, or this machine. Ports do not matter: proxies leave them out.
fn is_known(host: &str, public_url: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = name(&authority);
    let public = public_url.split_once("://").map_or(public_url, |(_, authority)| authority);
    is_loopback(name) || public.parse::<Authority>().is_ok_and(|public| self::name(&public).eq_ignore_ascii_case(name))
}

/// The name without the dot that may end it.
fn name(authority: &Authority) -> &str {
    let host = authority.host();
    host.strip_suffix('.').unwrap_or(host)
}

fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_name_and_this_machine_are_known() {
        let public = "https://cv.example.org";
        for host in [
            "cv.example.org",
            "CV.Example.org:443",
            "cv.example.org.",
            "localhost:3000",
            "127.0.0.1",
            "127.0.0.7:80",
            "[::1]:3000",
        ] {
            assert!(is_known(host, public), "{host}");
        }
        for host in [
            "",
            "?",
            "evil.example",
            "cv.example.org.evil.example",
            "evilcv.example.org",
            "10.0.0.1:3000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "cv.example.org@evil.example",
            "[::2]",
        ] {
            assert!(!is_known(host, public), "{host}");
        }
        assert!(is_known("[2001:db8::1]:3000", "http://[2001:DB8::1]:3000"));
        assert!(is_known("192.168.1.5:3000", "http://192.168.1.5:3000"));
    }
}
