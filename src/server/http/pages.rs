//! How a page becomes an answer.

use super::super::{fault, state::AppState};
use crate::{
    api::ApiError,
    ui::pages::{
        error::{ErrorPage, Problem},
        frame::{Head, document},
    },
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use hydration_context::SsrSharedContext;
use leptos::{nonce::provide_nonce, nonce::use_nonce, prelude::*};
use std::sync::Arc;

/// Renders a page. All data is loaded before, so this is one synchronous pass that cannot fail.
pub fn render<V: IntoView>(state: &AppState, status: StatusCode, head: Head, body: impl FnOnce() -> V) -> Response {
    let scripts = if head.editor {
        Scripts::Island
    } else if head.comfort {
        Scripts::Comfort
    } else {
        Scripts::None
    };
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let (html, nonce) = owner.with(|| {
        provide_nonce();
        let html = document(state.leptos_options.clone(), head, body().into_any()).to_html();
        (html, use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default())
    });
    owner.unset_with_forced_cleanup();
    let mut response = (status, Html(html)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(scripts, &nonce)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// What runs on a page.
#[derive(Clone, Copy)]
enum Scripts {
    /// Nothing.
    None,
    /// A file of ours, which the page does without.
    Comfort,
    /// The editor.
    Island,
}

/// Only our own files; a script only where there is one.
fn content_security_policy(scripts: Scripts, nonce: &str) -> String {
    let scripts = match scripts {
        Scripts::None => "'none'".into(),
        Scripts::Comfort => "'self'".into(),
        Scripts::Island => format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
    };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// An error on its way to becoming a page.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: ApiError,
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self { error }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // The layer around the routes makes the page; it knows what the browser wants.
        let status = StatusCode::from_u16(self.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.error.to_string()).into_response();
        if self.error == ApiError::RateLimited {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

/// The page of a bare error.
pub fn error(state: &AppState, status: StatusCode) -> Response {
    let problem = Problem::of(status.as_u16());
    let request_id = status.is_server_error().then(fault::request_id);
    let mut response = render(state, status, problem.head(), || {
        let Problem { status, title, message } = problem;
        view! { <ErrorPage status title message request_id/> }
    });
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
