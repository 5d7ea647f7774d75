//! Databases that are not only what our migrations make: what is kept, what is proven, and what is said.

use super::{NOW, Site, refused, succeeded};
use sqlx::PgPool;
use std::process::Command;
use time::Duration;
use vitae::server::{
    ops::{
        backup::{self, daily},
        restore,
    },
    storage::sha256_hex,
};

/// What an operator puts beside ours: to look for CVs by name, to count, and notes of their own.
const ADDED: &str = "
    create index cvs_by_name on resumes (name);
    create view people as select email from users;
    create schema tools;
    create table tools.notes (note varchar(20) primary key check (note in ('one', 'two')));
    insert into tools.notes values ('one');
    create function tools.shout(text) returns text language sql as 'select upper($1)';
    create view tools.loud as select tools.shout(note) as note from tools.notes";

#[sqlx::test]
async fn what_an_operator_added_is_proven_restored_and_named(pool: PgPool) {
    let site = Site::new(pool).await;
    site.sql(ADDED).await;
    site.sql("create extension pg_stat_statements").await;
    let output = site.vitae(&["backup", "create", "--verify"]).output().expect("it runs");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let name = succeeded(&output);
    let name = name.trim().rsplit('/').next().expect("a name");
    assert!(words.contains(&format!("{name} is verified")), "{words}");
    let warning = words.lines().find(|line| line.starts_with("Warning: ")).expect("a warning");
    let doctor = site.vitae(&["doctor"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let schema = said.lines().find(|line| line.starts_with("ok     schema ")).unwrap_or_else(|| panic!("{said}"));
    for added in ["index public.cvs_by_name", "view public.people", "schema tools", "table tools.notes"] {
        assert!(warning.contains(added) && schema.contains(added), "{added}: {warning}\n{said}");
    }
    assert!(schema.contains("not in backups: extension pg_stat_statements"), "{said}");
    assert!(!words.contains("applied "), "scratch databases are nobody's concern: {words}");

    site.sql("drop schema tools cascade; drop view people").await;
    let file = site.data.path().join("backups").join(name);
    site.verify(&file).await.expect("it is proven once more");
    site.restore(&file, false).await.expect("restored");
    assert_eq!(site.count("select count(*) from tools.loud where note = 'ONE'").await, 1);
    assert_eq!(site.count("select count(*) from people").await, 20);
    site.tidy().await;
}

#[sqlx::test]
async fn after_a_rollback_backups_are_proven(pool: PgPool) {
    let site = Site::new(pool).await;
    site.sql(
        "insert into _sqlx_migrations values (20990101000000, 'later', now(), true, 'x', 1);
         alter table users add column of_later text not null default 'x';
         create index of_later_idx on users (of_later);
         create function of_later() returns trigger language plpgsql as $$ begin return new; end $$;
         create trigger of_later before update on users for each row execute function of_later()",
    )
    .await;
    let (file, manifest) = site.backup().await;
    assert!(manifest.structure.contains("column public.users.of_later"), "{:?}", manifest.structure);
    // Though this release does not know what there should be, it knows what there was.
    let path = file.with_file_name(format!("{}.json", file.file_name().expect("a name").to_str().expect("UTF-8")));
    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(path, text.replace("index public.of_later_idx", "index public.of_later_too")).expect("written");
    let error = site.verify(&file).await.expect_err("the index is another").to_string();
    assert!(error.contains("it has no index public.of_later_too"), "{error}");
}

#[sqlx::test]
async fn what_cannot_be_proven_is_kept_and_said(pool: PgPool) {
    let site = Site::new(pool).await;
    let faults = [
        ("drop index resumes_user_id_idx", "it has no index public.resumes_user_id_idx"),
        ("alter table users add column nickname text", "column public.users.nickname"),
        ("alter table users add constraint short check (length(email) < 999)", "constraint short on public.users"),
        ("create function length(varchar) returns integer language sql as 'select 1'", "function public.length"),
        (
            "create function tools.evil() returns trigger language plpgsql as $$ begin return new; end $$;
             create trigger evil before insert on users for each row execute function tools.evil()",
            "trigger evil on public.users",
        ),
        (
            "create function tools.bad(text) returns text language sql immutable as 'select $1'; create index bad on users (tools.bad(email))",
            "index public.bad",
        ),
    ];
    site.sql("create schema tools").await;
    for (statement, _) in faults {
        site.sql(statement).await;
    }
    let error = format!("{:#}", site.create(NOW, true).await.expect_err("it is not ours"));
    assert!(error.contains("is kept in") && error.contains("not proven"), "{error}");
    for (_, fault) in faults {
        assert!(error.contains(fault), "{fault}: {error}");
    }
    let backups = backup::list(&site.place()).await.expect("a list");
    assert!(backups.len() == 1 && backups[0].verified_at.is_none(), "{backups:?}");
    assert_eq!(site.left_behind().await, 0);
    let words = refused(&site.vitae(&["backup", "create", "--verify"]).output().expect("it runs"));
    assert!(words.contains("is kept in") && !words.contains("is verified"), "{words}");
    refused(&site.vitae(&["backup", "status"]).output().expect("it runs"));
    let doctor = site.vitae(&["doctor"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("WRONG  schema") && said.contains("it has no index"), "{said}");
}

#[sqlx::test]
async fn on_a_full_disk_a_dump_that_fits_stays(pool: PgPool) {
    let site = Site::new(pool).await;
    let content = vec![b'%'; 4_000_000];
    let hash = sha256_hex(&content);
    let key = format!("pdf/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000009/{hash}.pdf");
    site.storage().put_verified(&key, content.into(), &hash).await.expect("stored");
    sqlx::query(
        "insert into archives (uuid, user_id, resume_id, resume_name, revision, sha256, size, object_key, state, ready_at)
         values (gen_random_uuid(), 1, 1, 'CV', 1, $1, 4000000, $2, 'ready', now())",
    )
    .bind(&hash)
    .bind(&key)
    .execute(&site.pool)
    .await
    .expect("a row");
    // So many kilobytes a file may have; the program hears of it as of a full disk.
    let vitae = site.vitae(&["backup", "create", "--verify"]);
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$@\"", "bash"]).arg(vitae.get_program());
    limited.args(vitae.get_args()).current_dir(site.data.path());
    limited.envs(vitae.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let words = refused(&limited.output().expect("bash runs"));
    assert!(words.contains("is kept in") && words.contains("not all archived PDFs"), "{words}");
    let backups = backup::list(&site.place()).await.expect("a list");
    assert!(backups.len() == 1 && backups[0].verified_at.is_some(), "{backups:?}");
    let file = site.data.path().join("backups").join(backups[0].name.to_string());
    site.restore(&file, false).await.expect("restored");
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert!(!restore::old_databases(&site.connection.owner).await.expect("a list").is_empty());
    site.tidy().await;
}

#[sqlx::test]
async fn a_daily_backup_that_is_not_proven_is_made_again_and_replaced(pool: PgPool) {
    let site = Site::new(pool).await;
    let at = site.settings.backup.at.expect("a time");
    site.sql("update users set created_at = '2026-11-22 12:00Z'; drop index resumes_user_id_idx").await;
    let three = NOW + Duration::hours(15);
    let made = async |now| daily::when_due(&site.settings, at, now).await;
    let count = async || backup::list(&site.place()).await.expect("a list").len();
    made(three).await.expect_err("it cannot be proven");
    assert_eq!(count().await, 1);
    assert!(!made(three + Duration::minutes(10)).await.expect("it waits"), "it fills no disk");
    made(three + Duration::hours(1)).await.expect_err("it still cannot be proven");
    assert_eq!(count().await, 1, "the newer one takes its place");
    site.sql("create index resumes_user_id_idx on resumes (user_id)").await;
    assert!(made(three + Duration::hours(2)).await.expect("it is proven"));
    let backups = backup::list(&site.place()).await.expect("a list");
    assert!(backups.len() == 1 && backups[0].verified_at.is_some(), "{backups:?}");
    assert!(!made(three + Duration::hours(9)).await.expect("it is there"));
    // Every process looks at the same moment.
    let tomorrow = three + Duration::DAY;
    let both = Box::pin(futures::future::join(made(tomorrow), made(tomorrow))).await;
    let both = (both.0.expect("one of them does it"), both.1.expect("and the other sees that"));
    assert!(both.0 != both.1, "{both:?}");
    assert_eq!(count().await, 2);
}
