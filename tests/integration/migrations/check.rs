//! `migrate check`: model, migrations and database agree.

use super::databases::{dump, options, run};
use sqlx::PgPool;
use vitae::server::ops::migrate::{self, Backup, Source, check};

/// If this fails after new migrations: add to `migrations/schema.sql` what it says.
#[sqlx::test]
async fn our_model_is_what_our_migrations_make(pool: PgPool) {
    let report = check::check(&options(&pool), &Source::embedded()).await.expect("compared");
    assert!(report.agrees(), "schema.sql is not what the migrations make:\n{}{}", report.model, report.database);
}

#[sqlx::test(migrations = false)]
async fn a_database_that_somebody_changed_is_told(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    migrate::apply(&owner, &source, None, Backup::Skip).await.expect("applied");
    let schema = dump(&owner);
    let mut connection = pool.acquire().await.expect("a connection");
    run(&mut connection, "drop index resumes_user_id_idx; alter table users alter column email type text").await;
    let report = check::check(&owner, &source).await.expect("compared");
    assert!(!report.agrees());
    assert_eq!((report.model.as_str(), report.pending.len(), report.edited.len()), ("", 0, 0));
    assert!(report.database.contains("create index resumes_user_id_idx on resumes (user_id);"), "{}", report.database);

    // What it says is what it takes.
    run(&mut connection, &report.database).await;
    assert!(check::check(&owner, &source).await.expect("compared").agrees());
    assert_eq!(dump(&owner), schema);

    // What an operator puts beside it is no matter.
    run(&mut connection, "create extension pg_trgm; create schema tools; create table tools.notes (note text)").await;
    assert!(check::check(&owner, &source).await.expect("compared").agrees());
}

#[sqlx::test(migrations = false)]
async fn what_is_not_applied_is_told(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let first = source.ups().next().expect("there are some").version;
    migrate::apply(&owner, &source, Some(first), Backup::Skip).await.expect("applied");
    let report = check::check(&owner, &source).await.expect("compared");
    assert_eq!(report.pending.len(), source.ups().count() - 1);
    assert_eq!(report.database, "");
}
