//! Backups that are not what they were: every damage is found.

use super::{Site, gunzip, refused};
use sqlx::PgPool;
use std::path::{Path, PathBuf};

/// A copy of a backup with its companions, to be damaged.
fn copy(file: &Path, folder: &Path) -> PathBuf {
    let name = file.file_name().expect("a name").to_str().expect("UTF-8");
    for ending in ["", ".sha256", ".json"] {
        let from = file.with_file_name(format!("{name}{ending}"));
        std::fs::copy(from, folder.join(format!("{name}{ending}"))).expect("copied");
    }
    folder.join(name)
}

/// Two hundred places spread over so many bytes.
fn places(length: usize) -> impl Iterator<Item = usize> {
    (0..200).map(move |n| n * (length - 1) / 199)
}

#[sqlx::test]
async fn a_flipped_bit_is_found_wherever_it_is(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let folder = tempfile::tempdir().expect("a folder");
    let damaged = copy(&file, folder.path());
    let whole = std::fs::read(&damaged).expect("readable");
    for place in places(whole.len()) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        std::fs::write(&damaged, &bytes).expect("written");
        let error = site.open(&damaged, false).await.expect_err("damaged").to_string();
        assert!(error.contains("checksum") && error.contains("Take another backup"), "at {place}: {error}");
    }
    let words =
        refused(&site.vitae(&["backup", "verify", damaged.to_str().expect("UTF-8")]).output().expect("it runs"));
    assert!(words.contains("Take another backup"), "{words}");
}

#[sqlx::test]
async fn a_backup_that_is_cut_off_is_found_wherever_it_is(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let folder = tempfile::tempdir().expect("a folder");
    let damaged = copy(&file, folder.path());
    let whole = std::fs::read(&damaged).expect("readable");
    for place in places(whole.len()) {
        std::fs::write(&damaged, &whole[..place]).expect("written");
        site.open(&damaged, false).await.expect_err("cut off");
    }
    let words =
        refused(&site.vitae(&["restore", "--yes", damaged.to_str().expect("UTF-8")]).output().expect("it runs"));
    assert!(words.contains("Take another backup"), "{words}");
}

#[sqlx::test]
async fn without_its_checksum_damage_is_found_by_the_file_itself(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let folder = tempfile::tempdir().expect("a folder");
    let damaged = folder.path().join("dump.sql.gz");
    let (whole, content) = (std::fs::read(&file).expect("readable"), gunzip(&file));
    let mut found = 0;
    for place in places(whole.len()) {
        std::fs::write(&damaged, &whole[..place]).expect("written");
        site.open(&damaged, true).await.expect_err("cut off");
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        std::fs::write(&damaged, &bytes).expect("written");
        match site.open(&damaged, true).await {
            Err(_) => found += 1,
            // The time in the head of a gzip file is part of no checksum; nor of the content.
            Ok(_) => assert!(gunzip(&damaged) == content, "at {place}"),
        }
    }
    assert!(found > 190, "{found} found");
}

#[sqlx::test]
async fn a_manifest_that_was_changed_is_found(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let manifest = file.with_file_name(format!("{}.json", file.file_name().expect("a name").to_str().expect("UTF-8")));
    let whole = std::fs::read_to_string(&manifest).expect("readable");
    let changes = [
        (whole.replace("\"rows\": 40", "\"rows\": 41"), "resumes has 40 rows and not 41"),
        (whole.replacen("\"sha256\": \"", "\"sha256\": \"0", 1), "another backup"),
        (whole[..whole.len() / 2].into(), "damaged"),
        (whole.replace("\"format\": 1", "\"format\": 2"), "newer Vitae"),
    ];
    for (changed, expected) in changes {
        assert_ne!(changed, whole);
        std::fs::write(&manifest, changed).expect("written");
        let error = format!("{:#}", site.verify(&file).await.expect_err("changed"));
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(site.left_behind().await, 0);
    std::fs::write(&manifest, whole).expect("written");
    site.verify(&file).await.expect("as it was");
}

#[sqlx::test]
async fn what_is_no_backup_is_refused_with_what_to_do(pool: PgPool) {
    let site = Site::new(pool).await;
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.sql.gz", b"", "Take another backup"),
        ("text.sql.gz", b"hello", "pg_dump | gzip"),
        ("custom.dump", b"PGDMP\x01\x0e", "pg_restore --no-owner"),
        ("broken.sql.gz", b"\x1f\x8b\x08\x00\x00", "Take another backup"),
        ("secret.sql.gz", b"age-encryption.org/v1\n", "does not end with .age"),
    ];
    for (name, content, expected) in cases {
        let file = folder.path().join(name);
        std::fs::write(&file, content).expect("written");
        let file = file.to_str().expect("UTF-8");
        let words = refused(&site.vitae(&["restore", "--yes", "--trust", file]).output().expect("it runs"));
        assert!(words.contains(expected), "{name}: {words}");
        let words = refused(&site.vitae(&["restore", "--yes", file]).output().expect("it runs"));
        assert!(words.contains("--trust"), "{name}: {words}");
    }
    let words = refused(&site.vitae(&["restore", "--yes", "nowhere.sql.gz"]).output().expect("it runs"));
    assert!(words.contains("vitae backup list"), "{words}");
}

#[sqlx::test]
async fn an_object_that_is_lost_is_found_by_verifying(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, manifest) = site.backup().await;
    site.verify(&file).await.expect("everything is there");
    let key = &manifest.objects[1].key;
    site.storage().delete(key).await.expect("removed");
    site.verify(&file).await.expect("there is a copy");
    std::fs::write(site.data.path().join("backups/objects").join(key), "%PDF other").expect("written");
    let error = site.verify(&file).await.expect_err("neither is right").to_string();
    assert!(error.contains(key.as_str()), "{error}");
}

#[sqlx::test]
async fn client_programs_that_do_not_fit_are_refused(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new(pool).await;
    let (file, _) = site.backup().await;
    let folder = tempfile::tempdir().expect("a folder");
    for version in ["15.13", "14.99", "17.5"] {
        for program in ["pg_dump", "psql"] {
            let path = folder.path().join(program);
            std::fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n")).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("changed");
        }
        for arguments in [&["backup", "create"][..], &["restore", "--yes", file.to_str().expect("UTF-8")]] {
            let output = site.vitae(arguments).env("PGBIN", folder.path()).output().expect("it runs");
            let words = refused(&output);
            assert!(words.contains(&format!("found: {version}")) && words.contains("apt-get install"), "{words}");
        }
    }
}
