//! The schema: down to nothing and up again.

use sqlx::{PgPool, postgres::PgConnectOptions};
use std::process::Command;
use vitae::server::ops::migrate;

/// The schema as `pg_dump` writes it.
fn dump(pool: &PgPool) -> String {
    let options = pool.connect_options();
    let host = options.get_socket().map_or(options.get_host().to_owned(), |socket| socket.display().to_string());
    let output = Command::new("pg_dump")
        .args(["--schema-only", "--no-owner", "-h", &host, "-p", &options.get_port().to_string()])
        .args(["-U", options.get_username(), options.get_database().expect("a name")])
        .output()
        .expect("pg_dump is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Newer versions fence a dump with a random word.
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n")
}

fn options(pool: &PgPool) -> PgConnectOptions {
    (*pool.connect_options()).clone()
}

#[sqlx::test(migrations = false)]
async fn up_down_and_up_again_is_the_same(pool: PgPool) {
    let owner = options(&pool);
    assert_eq!(migrate::current(&owner).await.expect("answers"), None);
    migrate::apply(&owner).await.expect("applied");
    let up = dump(&pool);
    assert!(up.contains("CREATE TABLE public.resumes"));
    let count = migrate::MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration()).count();
    let gone = migrate::downgrade(&owner, count).await.expect("taken back");
    assert_eq!(gone.len(), count);
    assert!(!dump(&pool).contains("CREATE TABLE public.resumes"));
    migrate::apply(&owner).await.expect("applied again");
    assert_eq!(dump(&pool), up);
}

#[sqlx::test(migrations = false)]
async fn processes_that_start_together_migrate_one_after_the_other(pool: PgPool) {
    let owner = options(&pool);
    let starts = futures::future::join_all((0..8).map(|_| migrate::apply(&owner))).await;
    assert!(starts.iter().all(Result::is_ok), "{starts:?}");
}

#[sqlx::test]
async fn history_names_what_is_applied(pool: PgPool) {
    let owner = options(&pool);
    let newest = migrate::MIGRATOR.iter().rfind(|migration| migration.migration_type.is_up_migration()).expect("one");
    let current = migrate::current(&owner).await.expect("answers").expect("one");
    assert!(current.contains(&*newest.description), "{current}");
    let history = migrate::history(&owner).await.expect("answers");
    assert!(!history.contains("pending"), "{history}");
    migrate::downgrade(&owner, 1).await.expect("taken back");
    let history = migrate::history(&owner).await.expect("answers");
    assert_eq!(history.matches("pending").count(), 1, "{history}");
}

#[sqlx::test]
async fn the_two_tables_are_as_designed(pool: PgPool) {
    let columns = |table: &'static str| {
        let pool = pool.clone();
        async move {
            sqlx::query_scalar::<_, String>(
                "select column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
                        || case when is_nullable = 'NO' then ' not null' else '' end
                        || case when is_identity = 'YES' then ' identity' else coalesce(' default ' || column_default, '') end
                 from information_schema.columns where table_name = $1 order by ordinal_position",
            )
            .bind(table)
            .fetch_all(&pool)
            .await
            .expect("columns")
        }
    };
    let users = columns("users").await;
    assert_eq!(
        users[..6],
        [
            "id integer not null identity",
            "email character varying(255) not null",
            "password_hash character varying(255)",
            "google_id character varying(255)",
            "is_guest boolean not null default false",
            "created_at timestamp with time zone default now()",
        ]
    );
    let resumes = columns("resumes").await;
    assert_eq!(
        resumes[..6],
        [
            "id integer not null identity",
            "user_id integer not null",
            "name character varying(255) not null",
            "json_content jsonb",
            "s3_url text",
            "created_at timestamp with time zone not null default now()",
        ]
    );
}
