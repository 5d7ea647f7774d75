//! Where a request comes from: as much as its owner should see in the list of devices, and no more.

use crate::server::state::AppState;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, header::USER_AGENT, request::Parts},
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// What proxies say of where a request comes from.
const FORWARDED: &str = "x-forwarded-for";

/// Browsers by what their `User-Agent` has that those after them in the list have not.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, likewise.
const SYSTEMS: [(&str, &str); 6] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// Where a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// "Firefox on Linux".
    pub browser: String,
    /// The network: the first three numbers of an IPv4 address, the first three groups of an IPv6 one.
    pub network: Option<String>,
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state))
    }
}

impl Client {
    /// Where this request comes from.
    pub fn of(parts: &Parts, state: &AppState) -> Self {
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let address = address(&parts.headers, &parts.extensions, &state.settings.server.trusted_proxies);
        Self { browser: browser(agent), network: address.map(network) }
    }

    /// What stands for it in the count of tries.
    pub fn key(&self) -> &str {
        self.network.as_deref().unwrap_or_default()
    }
}

/// The address that a request comes from, as its headers and its connection tell; `trusted` are the proxies that are
/// believed.
pub fn address(headers: &HeaderMap, extensions: &Extensions, trusted: &[IpNet]) -> Option<IpAddr> {
    let forwarded = headers.get_all(FORWARDED).iter().filter_map(|list| list.to_str().ok());
    let forwarded = forwarded.flat_map(|list| list.split(',')).map(str::trim);
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    peer.map(|peer| origin(peer, forwarded, trusted))
}

/// The customer behind an address, whom limits are for: an IPv4 address, or the part of an IPv6 one that is a customer's.
pub fn customer(address: Option<IpAddr>) -> IpAddr {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        Some(address) => address,
        None => Ipv4Addr::UNSPECIFIED.into(),
    }
}

/// Whether an address is in one of these networks.
pub fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address.to_canonical()))
}

/// Whether a proxy that nobody trusts says where a request comes from.
pub fn is_forwarded_by_stranger(headers: &HeaderMap, extensions: &Extensions, trusted: &[IpNet]) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    headers.contains_key(FORWARDED) && peer.is_some_and(|peer| !is_in(trusted, peer))
}

/// Where a request comes from: the nearest address that is not that of a trusted proxy. Each proxy adds the address that
/// it was asked from at the end; what stands before that anybody may have written.
fn origin<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let mut origin = peer;
    for hop in forwarded.collect::<Vec<_>>().into_iter().rev() {
        if !is_in(trusted, origin) {
            break;
        }
        let Ok(address) = hop.parse() else { break };
        origin = address;
    }
    origin
}

fn browser(agent: &str) -> String {
    let find =
        |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.into(),
        (None, _) => "Another program".into(),
    }
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser(iphone), "Safari on iPhone");
        assert_eq!(
            browser("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"),
            "Firefox on Windows"
        );
        assert_eq!(browser("curl/8.5"), "Another program");
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_the_right() {
        let origin = |peer: &str, forwarded: &str, trusted: &[&str]| {
            let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
            origin(peer.parse().expect("an address"), forwarded.split(',').map(str::trim), &trusted).to_string()
        };
        assert_eq!(origin("203.0.113.9", "1.1.1.1", &[]), "203.0.113.9");
        assert_eq!(origin("203.0.113.9", "1.1.1.1", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(origin("10.0.0.1", "1.1.1.1, 198.51.100.7", &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(origin("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(origin("10.0.0.1", "nonsense", &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(origin("::ffff:10.0.0.1", "198.51.100.7", &["10.0.0.0/8"]), "198.51.100.7");
    }

    #[test]
    fn limits_are_for_customers() {
        let customer = |text: &str| customer(Some(text.parse().expect("an address"))).to_string();
        assert_eq!(customer("203.0.113.77"), "203.0.113.77");
        assert_eq!(customer("::ffff:203.0.113.77"), "203.0.113.77");
        assert_eq!(customer("2001:db8:aaaa:bbbb:cccc::1"), "2001:db8:aaaa:bbbb::");
    }

    #[test]
    fn addresses_are_kept_roughly() {
        let network = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(network("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:aaaa:bbbb::1"), "2001:db8:aaaa::/48");
    }
}
