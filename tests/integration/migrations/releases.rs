//! What a release asks the database still has an answer on this schema.
//!
//! While a new release starts, the previous one still runs, on the new schema. Its recorded queries (`.sqlx`) are kept
//! in `tests/fixtures/releases/<version>` when it is made, and each must be understood, with the same columns, by the
//! schema of today. This release's own are the first.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Column, Executor, PgPool, SqlSafeStr, Statement, TypeInfo};
use std::{fs, path::PathBuf};

/// Folders of recorded queries: this release's, and those that were kept.
fn recorded() -> Vec<PathBuf> {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let kept = fs::read_dir(project.join("tests/fixtures/releases")).into_iter().flatten();
    let kept = kept.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir());
    [project.join(".sqlx")].into_iter().chain(kept).collect()
}

/// Names and types of columns, as recorded.
fn columns(query: &Value) -> Vec<(String, String)> {
    let columns = query["describe"]["columns"].as_array().expect("columns").iter();
    let text = |value: &Value| match value {
        Value::String(text) => text.to_lowercase(),
        other => other.to_string().to_lowercase(),
    };
    columns.map(|column| (text(&column["name"]), text(&column["type_info"]))).collect()
}

#[sqlx::test]
async fn every_query_of_the_releases_in_use_is_understood(pool: PgPool) {
    let mut queries = 0;
    for folder in recorded() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            let query: Value = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
            let sql = AssertSqlSafe(query["query"].as_str().expect("a query").to_owned()).into_sql_str();
            let mut connection = pool.acquire().await.expect("a connection");
            let statement = connection
                .prepare(sql)
                .await
                .unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), query["query"]));
            let now: Vec<(String, String)> = statement
                .columns()
                .iter()
                .map(|column| (column.name().to_lowercase(), recorded_name(column.type_info().name())))
                .collect();
            assert_eq!(now, columns(&query), "{}:\n{}", path.display(), query["query"]);
            queries += 1;
        }
    }
    assert!(queries > 20, "{queries} queries were looked at");
}

/// The name of a type as it is recorded: `TEXT[]` is `TextArray` there.
fn recorded_name(name: &str) -> String {
    match name.strip_suffix("[]") {
        Some(element) => format!("{}array", element.to_lowercase()),
        None => name.trim_matches('"').to_lowercase(),
    }
}
