//! The one way in which Vitae asks Google something.

use futures::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, Request, StatusCode, redirect::Policy};
use std::time::Duration;

/// The longest that an answer may take, connecting to it included.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest answer; Google's keys are some 2 KB.
const MOST: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpFault {
    /// Nothing came back, or not in time.
    #[error("no answer")]
    Nothing(#[from] reqwest::Error),
    /// It is more than any answer of use.
    #[error("an answer of more than {MOST} bytes")]
    TooLarge,
    /// It leads elsewhere, which nobody follows: what Google names could be an address inside. Or it failed.
    #[error("status {0}")]
    Status(StatusCode),
}

/// A client that follows nowhere and waits for nobody.
pub(super) struct Http(Client);

impl Http {
    /// A client; plain http only if the provider is on the machine itself.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub(super) fn new(is_here: bool) -> reqwest::Result<Self> {
        // Several TLS libraries could be linked in one day; this says which is meant, if nobody did.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().redirect(Policy::none()).timeout(PATIENCE).https_only(!is_here);
        let builder = if is_here { builder.no_proxy() } else { builder };
        Ok(Self(builder.build()?))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let mut answer = self.0.execute(Request::try_from(request)?).await?;
        let status = answer.status();
        if status.is_redirection() || status.is_server_error() {
            return Err(HttpFault::Status(status));
        }
        let headers = answer.headers().clone();
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await? {
            if body.len() + part.len() > MOST {
                return Err(HttpFault::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpFault;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpFault>>;

    /// Asks. A refusal (4xx) is an answer.
    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
