//! How often one address may ask for what costs much. Counted in each process, so that a flood is turned away before it
//! comes to the database; what is counted for all processes together is in `auth::limits`.

use crate::server::{auth::client, config::Settings};
use axum::http::{Method, Request};
use governor::middleware::NoOpMiddleware;
use ipnet::IpNet;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tower_governor::{
    GovernorError,
    governor::{GovernorConfig, GovernorConfigBuilder},
    key_extractor::KeyExtractor,
};

/// How long until one request of those at once may be made again.
const AGAIN: Duration = Duration::from_secs(2);

/// The pace of every address.
pub type Pace = GovernorConfig<Address, NoOpMiddleware>;

/// The pace of these settings.
///
/// # Errors
/// None may be made at once.
pub fn pace(settings: &Settings) -> anyhow::Result<Pace> {
    GovernorConfigBuilder::default()
        .key_extractor(Address { trusted: settings.server.trusted_proxies.clone().into() })
        .methods(vec![Method::POST])
        .period(AGAIN)
        .burst_size(settings.limits.requests)
        .finish()
        .ok_or_else(|| anyhow::anyhow!("LIMIT_REQUESTS is at least 1."))
}

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Address {
    trusted: Arc<[IpNet]>,
}

impl KeyExtractor for Address {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(client::customer(client::address(request.headers(), request.extensions(), &self.trusted)))
    }
}
