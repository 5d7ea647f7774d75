//! A migration whose connection dies after any of its statements leaves the old schema, and can be done afterwards.

use super::databases::{dump, options};
use sqlx::PgPool;
use std::fs;
use vitae::server::ops::{
    migrate::{self, Backup, Source, downgrade},
    schema::script::statements,
};

const DEATH: &str = "select pg_terminate_backend(pg_backend_pid());";

/// A folder with our migrations, of which one dies after so many of its statements.
async fn dying(file: &str, sql: &str, after: usize) -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).expect("the folder is there") {
        let path = entry.expect("readable").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    let statements = statements(sql);
    let texts = statements.iter().take(after).map(|statement| format!("{};\n", statement.text));
    assert!(folder.path().join(file).exists(), "{file} is not one of ours");
    fs::write(folder.path().join(file), texts.collect::<String>() + DEATH).expect("written");
    let source = Source::folder(folder.path()).await.expect("a folder of migrations");
    (folder, source)
}

fn file(version: i64, description: &str, ending: &str) -> String {
    format!("{version}_{}.{ending}.sql", description.replace(' ', "_"))
}

#[sqlx::test(migrations = false)]
async fn after_any_statement(pool: PgPool) {
    let (owner, source) = (options(&pool), Source::embedded());
    let mut kills = 0;
    for up in source.ups() {
        let name = file(up.version, &up.description, "up");
        let before = dump(&owner);
        for after in 0..=statements(up.sql.as_str()).len() {
            let (_folder, dying) = dying(&name, up.sql.as_str(), after).await;
            let error = migrate::apply(&owner, &dying, Some(up.version), Backup::Skip).await.expect_err("it died");
            assert!(error.to_string().contains(&name), "{error}");
            assert_eq!(dump(&owner), before, "{name}, killed after {after} statements");
            kills += 1;
        }
        migrate::apply(&owner, &source, Some(up.version), Backup::Skip).await.expect("applied after all");

        let down = source.down(up.version).expect("a way back");
        let name = file(up.version, &up.description, "down");
        let before = dump(&owner);
        for after in 0..=statements(down.sql.as_str()).len() {
            let (_folder, dying) = dying(&name, down.sql.as_str(), after).await;
            let plan = downgrade::plan(&owner, &dying, 1).await.expect("a plan");
            downgrade::run(&owner, &dying, &plan, Backup::Skip).await.expect_err("it died");
            assert_eq!(dump(&owner), before, "{name}, killed after {after} statements");
            kills += 1;
        }
    }
    assert!(kills > 3 * source.ups().count(), "{kills}");
}
