//! Is it up, and can it work?

use super::super::state::AppState;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    database: &'static str,
    object_store: &'static str,
    schema: &'static str,
}

/// The process is up.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// The database and the object store answer, and the schema is up to date: 200, else 503.
pub(super) async fn readyz(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let database = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(state.db.pool());
    let (database, object_store) = futures::future::join(database, state.storage.answers()).await;
    let word = |ok| if ok { "ok" } else { "unavailable" };
    let (database, object_store, schema) = (database.is_ok(), object_store.is_ok(), state.ready.is_set());
    let status = if database && object_store && schema { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let schema = if schema { "ok" } else { "behind" };
    (status, Json(Readiness { database: word(database), object_store: word(object_store), schema }))
}
