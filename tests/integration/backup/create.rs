//! Making backups, and looking after them.

use super::{NOW, Site, gunzip, headline, mode, refused, succeeded, until};
use sqlx::{Connection, PgPool};
use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use time::Duration;
use vitae::server::ops::{
    backup::{
        self, Keep, daily,
        manifest::{LEFT_OUT, Reason},
    },
    programs::database,
    sql,
};

#[sqlx::test]
async fn a_backup_is_whole_named_after_its_time_and_proven(pool: PgPool) {
    let site = Site::new(pool).await;
    // What an operator has added is not in the way.
    site.sql("create extension pg_stat_statements").await;
    let (file, manifest) = site.backup().await;
    let name = "cv_database_2026-11-22_12-00-00.sql.gz";
    assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(name));
    let expected = [name, &format!("{name}.json"), &format!("{name}.sha256"), &format!("{name}.verified"), "objects"];
    assert_eq!(site.files(), expected);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    assert_eq!(manifest.contents.tables["public.resumes"].rows, 40);
    assert_eq!(manifest.objects.len(), 3);
    assert!(!manifest.contents.tables.contains_key("public.sessions"));

    let mut check = Command::new("sha256sum");
    check.arg("-c").arg(format!("{name}.sha256")).current_dir(file.parent().expect("a folder"));
    succeeded(&check.output().expect("sha256sum runs"));
    let dump = String::from_utf8(gunzip(&file)).expect("UTF-8");
    assert!(dump.contains("person7@example.org"));
    assert!(!dump.contains("session-of-somebody"), "sessions open accounts");
    assert_eq!(site.left_behind().await, 0);

    let status = backup::status(&site.place(), NOW + Duration::hours(26)).await.expect("new enough");
    assert!(status.contains(name), "{status}");
    let error = backup::status(&site.place(), NOW + Duration::hours(27)).await.expect_err("too old").to_string();
    assert!(error.contains("27 hours old") && error.contains("vitae backup create"), "{error}");
}

#[sqlx::test]
async fn backups_at_random_moments_under_load_are_exact(pool: PgPool) {
    let site = Site::new(pool).await;
    let going = Arc::new(AtomicBool::new(true));
    let writers: Vec<_> = (1..=4)
        .map(|id| {
            let (pool, going) = (site.pool.clone(), Arc::clone(&going));
            tokio::spawn(async move {
                let mut saves = 0;
                while going.load(Ordering::Relaxed) {
                    saves += 1;
                    let document = headline(&format!("{id} {saves}"));
                    let save = "with saved as (update resumes set json_content = $2, revision = revision + 1 where id = $1 returning id, revision)
                                insert into resume_revisions (resume_id, revision, document, kind) select id, revision, $2, 'autosave' from saved";
                    sqlx::query(save).bind(id).bind(document).execute(&pool).await.expect("saved");
                    let old = "delete from resume_revisions where resume_id = $1 and revision < (select max(revision) - 5 from resume_revisions where resume_id = $1)";
                    sqlx::query(old).bind(id).execute(&pool).await.expect("thinned out");
                    let guest = "with guest as (insert into users (email, is_guest) values (gen_random_uuid() || '@guest.invalid', true) returning id)
                                 insert into resumes (user_id, name) select id, 'CV' from guest";
                    sqlx::query(guest).execute(&pool).await.expect("a guest");
                    sqlx::query("delete from users where is_guest and id % 3 = 0").execute(&pool).await.expect("gone");
                }
                saves
            })
        })
        .collect();
    for round in 0..10 {
        site.create(NOW + Duration::minutes(round), true).await.expect("exactly what the snapshot has");
    }
    going.store(false, Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.expect("it wrote") > 10, "there was load");
    }
    assert_eq!(backup::list(&site.place()).await.expect("a list").len(), 10);
}

#[sqlx::test]
async fn one_backup_at_a_time(pool: PgPool) {
    let site = Site::new(pool).await;
    let owner = &site.connection.owner;
    let mut other = sql::connect_beside(owner).await.expect("connected");
    sql::lock(&mut other, &database(owner)).await.expect("nobody has it");
    let error = site.create(NOW, true).await.expect_err("another one is running").to_string();
    assert!(error.contains("Another backup") && error.contains("try again"), "{error}");
    assert_eq!(site.files(), Vec::<String>::new());
    other.close().await.expect("closed");
    site.create(NOW, true).await.expect("it has its turn");
}

#[sqlx::test]
async fn when_postgresql_breaks_off_nothing_is_left_and_older_backups_stay(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let before = site.files();
    let mut holding = site.pool.acquire().await.expect("a connection");
    sqlx::raw_sql("begin; lock table resumes in access exclusive mode").execute(&mut *holding).await.expect("locked");
    let breaking = async {
        let waiting = "select exists (select from pg_stat_activity where datname = current_database()
                       and application_name = 'vitae backup' and wait_event_type = 'Lock')";
        until(&site.pool, "waiting for the lock", waiting).await;
        site.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'vitae backup'").await;
    };
    let (made, ()) = futures::future::join(site.create(NOW + Duration::HOUR, false), breaking).await;
    made.expect_err("PostgreSQL broke off");
    drop(holding.detach());
    assert_eq!(site.files(), before);
    site.verify(&file).await.expect("the older one is as it was");
}

#[sqlx::test]
async fn a_disk_that_is_full_at_any_moment_leaves_nothing(pool: PgPool) {
    let site = Site::new(pool).await;
    let mut failures = 0;
    // Kilobytes that a file may have; the program hears of it as of a full disk.
    for room in [0, 1, 2, 4, 8, 1000] {
        let script = format!("trap '' XFSZ; ulimit -f {room}; exec \"$@\"");
        let vitae = site.vitae(&["backup", "create"]);
        let mut limited = Command::new("bash");
        limited.args(["-c", &script, "bash"]).arg(vitae.get_program()).args(vitae.get_args());
        limited.current_dir(site.data.path());
        limited.envs(vitae.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = limited.output().expect("bash runs");
        if output.status.success() {
            assert!(room == 1000, "{room} kB cannot be enough");
            continue;
        }
        failures += 1;
        let words = refused(&output);
        assert!(words.contains("cannot be written") || words.contains("too large"), "{room} kB: {words}");
        let left: Vec<String> = site.files().into_iter().filter(|name| name.contains("cv_database")).collect();
        assert_eq!(left, Vec::<String>::new(), "{room} kB");
    }
    assert!(failures >= 3, "{failures} failures: the limit was not felt");
}

#[sqlx::test]
async fn without_rights_there_is_no_backup(pool: PgPool) {
    let mut site = Site::new(pool).await;
    site.sql("do $$ begin execute format('create role %I login', 'reader_of_' || md5(current_database())); end $$")
        .await;
    let reader = sqlx::query_scalar::<_, String>("select 'reader_of_' || md5(current_database())");
    let reader = reader.fetch_one(&site.pool).await.expect("a name");
    site.connection.owner = site.connection.owner.clone().username(&reader);
    let error = format!("{:#}", site.create(NOW, false).await.expect_err("it may read nothing"));
    assert!(error.contains("permission denied"), "{error}");
    assert!(!site.files().iter().any(|name| name.contains("cv_database")));
    site.sql("do $$ begin execute format('drop role %I', 'reader_of_' || md5(current_database())); end $$").await;
}

#[sqlx::test]
async fn what_a_killed_backup_left_is_removed_by_the_next(pool: PgPool) {
    let site = Site::new(pool).await;
    let folder = site.place().as_folder().expect("a folder").to_owned();
    for name in [".cv_database_2026-11-21_03-00-00.sql.gz.partial", "cv_database_2026-11-21_03-00-00.sql.gz.json"] {
        std::fs::write(folder.join(name), "half").expect("written");
    }
    site.backup().await;
    assert!(!site.files().iter().any(|name| name.contains("2026-11-21")), "{:?}", site.files());
}

#[sqlx::test]
async fn the_server_makes_one_a_day_and_prunes(pool: PgPool) {
    let site = Site::new(pool).await;
    let at = site.settings.backup.at.expect("a time");
    site.sql("update users set created_at = '2026-11-22 12:00Z'").await;
    let made = async |now| daily::when_due(&site.settings, at, now).await.expect("it works");
    assert!(!made(NOW).await, "at three there was nothing yet");
    let tomorrow = NOW + Duration::hours(15);
    assert!(made(tomorrow).await);
    assert!(!made(tomorrow + Duration::hours(23)).await, "once a day");
    assert!(made(tomorrow + Duration::hours(24)).await);
    let backups = backup::list(&site.place()).await.expect("a list");
    assert_eq!(backups.len(), 2);
    assert!(backups.iter().all(|backup| backup.verified_at.is_some()));
    let much_later = tomorrow + Duration::days(300);
    assert!(made(much_later).await);
    backup::status(&site.place(), much_later).await.expect("verified");
    assert!(made(tomorrow + Duration::hours(48)).await, "a clock that was ahead keeps nothing from being made");
}

#[sqlx::test]
async fn pruning_says_first_and_takes_companions_and_copies_along(pool: PgPool) {
    let site = Site::new(pool).await;
    for day in 0..3 {
        site.create_for(Reason::Daily, NOW - Duration::days(day), day == 1).await.expect("a backup");
    }
    site.sql("delete from archives").await;
    let keep = ["backup", "prune", "--daily", "1", "--weekly", "0", "--monthly", "0"];
    let dry = succeeded(&site.vitae(&[&keep[..], &["--dry-run"]].concat()).output().expect("it runs"));
    assert!(dry.contains("Would remove cv_database_2026-11-20_12-00-00.sql.gz"), "{dry}");
    assert!(dry.contains("Would remove 1 backup."), "the newest verified one stays: {dry}");
    assert_eq!(backup::list(&site.place()).await.expect("a list").len(), 3);
    succeeded(&site.vitae(&keep).output().expect("it runs"));
    assert_eq!(backup::list(&site.place()).await.expect("a list").len(), 2);
    assert!(!site.files().iter().any(|name| name.contains("2026-11-20")));

    let copies = || site.place();
    assert_eq!(copies().list("objects").await.expect("a list").len(), 3);
    site.create_for(Reason::Daily, NOW + Duration::DAY, true).await.expect("a backup without archives");
    succeeded(&site.vitae(&keep).output().expect("it runs"));
    assert_eq!(copies().list("objects").await.expect("a list").len(), 0, "no backup names them any more");
}

#[sqlx::test]
async fn what_was_made_by_hand_stays_for_a_week_whatever_else_there_is(pool: PgPool) {
    let site = Site::new(pool).await;
    for (hour, reason) in [(1, Reason::Manual), (2, Reason::BeforeMigration), (3, Reason::Daily), (4, Reason::Daily)] {
        site.create_for(reason, NOW + Duration::hours(hour), hour == 4).await.expect("a backup");
    }
    let keep = Keep { daily: 1, weekly: 0, monthly: 0 };
    let pruned = async |now| {
        let names = backup::prune(&site.connection, &site.place(), keep, now, false).await.expect("pruned");
        names.iter().map(|name| name.at.hour() - 12).collect::<Vec<_>>()
    };
    assert_eq!(pruned(NOW + Duration::hours(5)).await, [3], "the older daily one");
    assert_eq!(pruned(NOW + Duration::days(7)).await, Vec::<u8>::new());
    assert_eq!(pruned(NOW + Duration::days(7) + Duration::hours(1)).await, [1]);
    assert_eq!(pruned(NOW + Duration::days(7) + Duration::hours(2)).await, [2]);
}

#[test]
fn all_that_a_backup_leaves_out_is_in_the_documents() {
    let text = include_str!("../../../docs/operations.md");
    let section =
        text.split_once("### What is left out").and_then(|(_, rest)| rest.split_once("\n### ")).expect("it").0;
    for table in LEFT_OUT {
        assert!(section.contains(&format!("`{table}`")), "{table}");
    }
}
