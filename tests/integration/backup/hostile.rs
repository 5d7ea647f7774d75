//! Dumps of others: those of a plain `pg_dump` are taken, those that bring something along are not.

use super::{Site, gzip, succeeded};
use sqlx::PgPool;
use std::{path::PathBuf, process::Command};

/// What `pg_dump | gzip` writes, with owners and rights in it, and with something put into it.
fn plain(site: &Site, options: &[&str], change: impl FnOnce(String) -> String) -> PathBuf {
    let output = Command::new("pg_dump").args(options).arg(&site.settings.database.url).output().expect("pg_dump runs");
    let dump = change(succeeded(&output));
    let file = site.data.path().join("plain.sql.gz");
    gzip(dump.as_bytes(), &file);
    file
}

/// Puts a statement at the end, before the last line.
fn with(statement: &'static str) -> impl FnOnce(String) -> String {
    move |dump| {
        let end = dump.rfind("--\n-- PostgreSQL database dump complete").expect("a whole dump");
        format!("{}{statement}\n\n{}", &dump[..end], &dump[end..])
    }
}

#[sqlx::test]
async fn a_plain_dump_is_restored_if_it_is_trusted(pool: PgPool) {
    let site = Site::new(pool).await;
    site.sql("grant select on users to public").await;
    let file = plain(&site, &[], |dump| {
        assert!(dump.contains(" OWNER TO ") && dump.contains("GRANT SELECT"));
        // Whoever owned it there does not exist here.
        dump.replace(&format!("OWNER TO {};", site.connection.owner.get_username()), "OWNER TO somebody_else;")
    });
    site.sql("delete from users").await;
    let error = site.restore(&file, false).await.expect_err("of unknown origin").to_string();
    assert!(error.contains("--trust"), "{error}");
    site.restore(&file, true).await.expect("restored");
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert_eq!(site.count("select count(*) from resumes where name like E'%\\r\\n\\\\\\\\.%'").await, 40);
    assert_eq!(site.count("select count(*) from sessions").await, 0, "everybody logs in again");
    site.tidy().await;
}

#[sqlx::test]
async fn nothing_in_a_dump_reaches_out_of_it(pool: PgPool) {
    let site = Site::new(pool).await;
    let witness = site.data.path().join("witness");
    let witnessed: &'static str = Box::leak(witness.display().to_string().into_boxed_str());
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let hostile = [
        (leak(format!("\\! touch {witnessed}")), "restricted"),
        (leak(format!("\\o {witnessed}")), "restricted"),
        (leak(format!("copy (select 1) to program 'touch {witnessed}';")), "pg_execute_server_program"),
        (leak(format!("copy (select 1) to '{witnessed}';")), "pg_write_server_files"),
        ("create role evil superuser;", "superuser"),
        ("alter role current_user superuser;", "superuser"),
        ("alter system set log_statement = 'all';", ""),
        ("set session authorization postgres;", ""),
        ("create extension plpython3u;", ""),
        (
            "create function public.evil() returns trigger language plpgsql as $$ begin return new; end $$;\ncreate trigger evil before insert on public.users for each row execute function public.evil();",
            "function public.evil",
        ),
        ("create table public.more ();", "table public.more"),
        ("alter table public.users add column evil text default 'x';", "column public.users.evil"),
        ("create view public.all_users as select * from public.users;", "public.all_users"),
        ("create rule evil as on insert to public.users do also select 1;", "rule"),
        ("drop trigger events_are_kept on public.events;", "no trigger"),
        ("alter table public.users disable trigger all;", ""),
        ("insert into public._sqlx_migrations values (20990101000000, 'later', now(), true, 'x', 1);", ""),
    ];
    for (statement, expected) in hostile {
        let file = plain(&site, &[], with(statement));
        let error = format!("{:#}", site.restore(&file, true).await.expect_err(statement));
        assert!(error.contains(expected), "{statement}: {error}");
        assert!(!witness.exists(), "{statement}");
        assert_eq!(site.left_behind().await, 0, "{statement}");
    }
    assert_eq!(site.count("select count(*) from users").await, 20);
    assert_eq!(site.count("select count(*) from pg_roles where rolname = 'evil'").await, 0);
}

#[sqlx::test]
async fn dumps_of_other_kinds_are_refused_with_how_to_make_them(pool: PgPool) {
    let site = Site::new(pool).await;
    for (options, expected) in [(&["--inserts"][..], "without: pg_dump"), (&["--create"][..], "of one database")] {
        let file = plain(&site, options, |dump| dump);
        let error = format!("{:#}", site.restore(&file, true).await.expect_err("refused"));
        assert!(error.contains(expected), "{error}");
    }
    let file =
        plain(&site, &[], |dump| dump.replace("-- Dumped from database version ", "-- Dumped from database version 9"));
    let error = site.restore(&file, true).await.expect_err("of a server of the future").to_string();
    assert!(error.contains("or newer"), "{error}");
    let file = site.data.path().join("other.sql.gz");
    gzip(b"--\n-- PostgreSQL database dump\n--\n\ncreate table a ();\n\n--\n-- PostgreSQL database dump complete\n--\n\n", &file);
    let error = site.restore(&file, true).await.expect_err("another application's").to_string();
    assert!(error.contains("not one of a database of Vitae"), "{error}");
    assert_eq!(site.left_behind().await, 0);
}
