//! Copies of archived PDFs: encrypted as the backups are, proven, mended, and loud when something is lost.

use super::{NOW, Site, refused, succeeded};
use crate::{erasure::files, support::ending};
use sqlx::PgPool;
use std::path::{Path, PathBuf};
use time::Duration;
use vitae::server::ops::{
    backup::{
        self,
        care::{self, Found, Order, Part},
        daily,
    },
    progress::Progress,
    restore::{Open, Source},
};

impl Site {
    fn copy_of(&self, key: &str) -> PathBuf {
        self.data.path().join("backups/objects").join(key)
    }

    fn object(&self, key: &str) -> PathBuf {
        self.data.path().join("objects").join(key)
    }

    async fn look_after(&self, part: Part, mend: bool, identity: &str) -> Found {
        let order = Order { part, mend, identity: identity.into() };
        care::look_after(&self.settings, &self.connection, &self.place(), &order).await.expect("everything answers")
    }

    async fn verify_with(&self, file: &Path, identity: &str) -> anyhow::Result<()> {
        let open = Open { identity: identity.into(), trust: false };
        let name = file.to_str().expect("UTF-8");
        let source = Source::open(&self.settings, &self.place(), name, &open, &Progress::silent()).await?;
        backup::verify(&self.settings, &self.connection, &source, NOW, &Progress::silent()).await
    }
}

/// Other bytes, as many of them.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).expect("it is there");
    bytes[0] ^= 1;
    std::fs::write(path, bytes).expect("written");
}

#[sqlx::test]
async fn copies_are_encrypted_too_and_those_of_before_are_replaced(pool: PgPool) {
    let mut site = Site::new(pool).await;
    let (_, manifest) = site.backup().await;
    let keys: Vec<String> = manifest.objects.iter().map(|object| object.key.clone()).collect();
    // Of the third one only the older backup knows.
    site.sql("delete from archives where object_key like '%0003/%'").await;
    site.storage().delete(&keys[2]).await.expect("deleted");
    let backups = site.data.path().join("backups");
    let copies = || {
        let mut found = files(&backups.join("objects"));
        found.retain(|path| Path::new(path).is_file());
        found.sort();
        found
    };
    assert_eq!(ending(&copies(), "pdf"), 3, "in clear, because nothing was said");

    let identity = site.encrypt("key.txt");
    let identity = identity.to_str().expect("UTF-8");
    let (name, manifest) = site.create(NOW + Duration::HOUR, true).await.expect("a backup");
    let file = backups.join(name.to_string());
    assert_eq!((manifest.objects.len(), manifest.lost.len()), (2, 0));
    assert_eq!(copies().len(), 3);
    for path in files(&backups) {
        let path = Path::new(&path);
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "gz") {
            continue;
        }
        let bytes = std::fs::read(path).expect("readable");
        if path.extension().is_some_and(|ending| ending == "age") {
            assert!(bytes.starts_with(b"age-encryption.org/v1"), "{}", path.display());
        }
        for personal in ["%PDF", "example.org", "CV\tof", "CV\\tof", "person"] {
            let found = bytes.windows(personal.len()).any(|window| window == personal.as_bytes());
            assert!(!found, "{personal} in {}", path.display());
        }
    }
    let before = copies();
    site.create(NOW + Duration::HOUR * 2, false).await.expect("a backup");
    assert_eq!(copies(), before, "what is there is not made anew");

    // The copies are proven without the secret key, and what is in them with it.
    let doctor = String::from_utf8(site.vitae(&["doctor"]).output().expect("it runs").stdout).expect("UTF-8");
    assert!(doctor.contains("not encrypted"), "its settings name no key: {doctor}");
    let told = site.vitae(&["doctor"]).env("BACKUP_AGE_RECIPIENT", &site.settings.backup.age_recipient).output();
    let told = String::from_utf8(told.expect("it runs").stdout).expect("UTF-8");
    assert!(told.contains("and the copies of archived PDFs in") && told.contains("1 backups of before"), "{told}");
    site.verify_with(&file, identity).await.expect("whole");
    let found = site.look_after(Part::All, false, "").await;
    assert_eq!((found.objects, found.copies, found.faults().len()), (2, 3, 0), "{found:?}");
    let folder = keys[0].rsplit_once('/').expect("folders").0;
    let first = before.iter().find(|path| path.contains(folder)).expect("a copy");
    damage(Path::new(first));
    let error = site.verify_with(&file, identity).await.expect_err("damaged").to_string();
    assert!(error.contains(&keys[0]), "{error}");
    let found = site.look_after(Part::All, false, "").await;
    assert_eq!(found.faults().len(), 1, "{found:?}");
    site.create(NOW + Duration::HOUR * 3, false).await.expect("a backup");
    site.verify_with(&file, identity).await.expect("mended");

    // Without the key, what only an encrypted copy has is told and not made up.
    std::fs::remove_dir_all(site.data.path().join("objects/pdf")).expect("the archive is lost");
    let found = site.look_after(Part::All, true, "").await;
    assert_eq!((found.sealed.count(), found.mended.count()), (2, 0), "{found:?}");
    let found = site.look_after(Part::All, true, identity).await;
    assert_eq!((found.mended.count(), found.faults().len()), (2, 0), "{found:?}");
    std::fs::remove_dir_all(site.data.path().join("objects/pdf")).expect("the archive is lost");
    let name = file.to_str().expect("UTF-8");
    succeeded(&site.vitae(&["restore", "--yes", "--identity", identity, name]).output().expect("it runs"));
    assert_eq!(site.storage().get(&keys[0]).await.expect("brought back"), "%PDF 1");
    site.tidy().await;

    // Another key: what the store has is encrypted for that one.
    site.encrypt("other.txt");
    site.create(NOW + Duration::HOUR * 4, false).await.expect("a backup");
    let after = copies();
    assert_eq!(after.len(), 3);
    assert_eq!(after.iter().filter(|path| before.contains(path)).count(), 1, "what only an older backup names stays");
}

#[sqlx::test]
async fn a_bad_copy_is_found_by_verifying_and_mended_by_the_next_backup(pool: PgPool) {
    let site = Site::new(pool).await;
    let (file, manifest) = site.backup().await;
    let key = &manifest.objects[1].key;
    backup::status(&site.place(), NOW).await.expect("proven");
    damage(&site.copy_of(key));
    let error = site.verify(&file).await.expect_err("the store has it, but not the backup").to_string();
    assert!(error.contains(key.as_str()) && error.contains("vitae backup create"), "{error}");
    assert!(!site.files().iter().any(|name| name.ends_with(".verified")), "{:?}", site.files());
    backup::status(&site.place(), NOW).await.expect_err("it is proven no longer");
    let (_, again) = site.create(NOW + Duration::HOUR, true).await.expect("a backup");
    assert_eq!(again.lost, Vec::<String>::new());
    site.verify(&file).await.expect("mended");
    // Cut off, or gone.
    std::fs::write(site.copy_of(key), "%P").expect("written");
    std::fs::remove_file(site.copy_of(&manifest.objects[0].key)).expect("removed");
    let error = site.verify(&file).await.expect_err("two of them").to_string();
    assert!(error.contains("copies of 2 archived PDFs"), "{error}");
}

#[sqlx::test]
async fn what_is_nowhere_whole_is_loud_and_nothing_is_pruned(pool: PgPool) {
    let site = Site::new(pool).await;
    site.create(NOW - Duration::days(40), true).await.expect("an old one");
    let (_, manifest) = site.backup().await;
    let key = &manifest.objects[0].key;
    let whole = std::fs::read(site.object(key)).expect("readable");
    damage(&site.object(key));
    std::fs::remove_file(site.copy_of(key)).expect("removed");

    let words = refused(&site.vitae(&["backup", "create", "--verify"]).output().expect("it runs"));
    assert!(words.contains("incomplete") && words.contains(key.as_str()), "{words}");
    let backups = backup::list(&site.place()).await.expect("a list");
    assert_eq!(backups.len(), 3, "the dump is kept");
    let now = backups[0].name.at;
    assert!(backup::status(&site.place(), now).await.expect_err("incomplete").to_string().contains(key.as_str()));
    let name = backups[0].name.to_string();
    assert!(refused(&site.vitae(&["backup", "verify", &name]).output().expect("it runs")).contains("incomplete"));
    let keep = ["backup", "prune", "--daily", "1", "--weekly", "0", "--monthly", "0"];
    assert!(refused(&site.vitae(&keep).output().expect("it runs")).contains("Nothing is removed."));
    assert_eq!(backup::list(&site.place()).await.expect("a list").len(), 3);
    let doctor = String::from_utf8(site.vitae(&["doctor"]).output().expect("it runs").stdout).expect("UTF-8");
    let last = doctor.lines().find(|line| line.contains("last backup")).expect("a line");
    assert!(last.starts_with("WRONG") && last.contains(key.as_str()), "{last}");

    std::fs::write(site.object(key), whole).expect("found in an older state of the disk");
    let made = site.vitae(&["backup", "create", "--verify"]).output().expect("it runs");
    succeeded(&made);
    succeeded(&site.vitae(&keep).output().expect("it runs"));
    succeeded(&site.vitae(&["backup", "status"]).output().expect("it runs"));
}

#[sqlx::test]
async fn the_daily_job_reads_a_part_and_mends_either_side(pool: PgPool) {
    let site = Site::new(pool).await;
    let (_, manifest) = site.backup().await;
    let keys: Vec<&String> = manifest.objects.iter().map(|object| &object.key).collect();
    // Each object belongs to one part of seven.
    let mut read = 0;
    for part in 0..7 {
        read += site.look_after(Part::Of(part), false, "").await.objects;
    }
    assert_eq!(read, 3);

    damage(&site.object(keys[0]));
    std::fs::remove_file(site.object(keys[1])).expect("removed");
    damage(&site.copy_of(keys[2]));
    let found = site.look_after(Part::All, false, "").await;
    assert_eq!((found.damaged.count(), found.mended.count()), (3, 0), "{found:?}");
    let mut mended = 0;
    for part in 0..7 {
        mended += site.look_after(Part::Of(part), true, "").await.mended.count();
    }
    assert_eq!(mended, 3);
    let found = site.look_after(Part::All, false, "").await;
    assert!(found.faults().is_empty() && found.copies == 3, "{found:?}");

    // As the server does it: within a week.
    std::fs::remove_file(site.object(keys[1])).expect("removed");
    let at = site.settings.backup.at.expect("a time");
    site.sql("update users set created_at = '2026-11-22 12:00Z'").await;
    for day in 1..=7 {
        assert!(daily::when_due(&site.settings, at, NOW + Duration::days(day)).await.expect("it works"));
    }
    assert_eq!(site.storage().get(keys[1]).await.expect("brought back"), "%PDF 2");

    // In neither: it stays noted until it is whole again, or nobody's.
    for path in [site.object(keys[0]), site.copy_of(keys[0]), site.object(keys[1]), site.copy_of(keys[1])] {
        damage(&path);
    }
    let found = site.look_after(Part::All, true, "").await;
    assert_eq!((found.lost.count(), found.mended.count()), (2, 0), "{found:?}");
    let status = async || backup::status(&site.place(), NOW + Duration::days(7)).await;
    let error = status().await.expect_err("lost").to_string();
    assert!(error.contains(keys[0].as_str()) && error.contains("vitae doctor --archive"), "{error}");
    damage(&site.object(keys[0]));
    site.sql("delete from archives where object_key like '%0002/%'").await;
    std::fs::remove_file(site.copy_of(keys[1])).expect("removed");
    let words =
        String::from_utf8(site.vitae(&["doctor", "--archive"]).output().expect("it runs").stdout).expect("UTF-8");
    let line = words.lines().find(|line| line.contains(" archive ")).expect("a line");
    assert!(line.starts_with("WRONG") && line.contains("--mend") && line.contains("named by no row"), "{line}");
    site.storage().delete(keys[1]).await.expect("removed");
    let mend = ["doctor", "--archive", "--mend"];
    let words = String::from_utf8(site.vitae(&mend).output().expect("it runs").stdout).expect("UTF-8");
    let line = words.lines().find(|line| line.contains(" archive ")).expect("a line");
    assert!(line.starts_with("ok") && line.contains("mended"), "{line}");
    status().await.expect("all is well");
}

#[sqlx::test]
async fn what_somebody_deletes_meanwhile_does_not_come_back(pool: PgPool) {
    let site = Site::new(pool).await;
    let (_, manifest) = site.backup().await;
    // On the way out: the objects go before the rows.
    site.sql("update users set leaving_at = now(), disabled_at = now() where id = 1").await;
    for object in &manifest.objects {
        site.storage().delete(&object.key).await.expect("deleted");
    }
    let found = site.look_after(Part::All, true, "").await;
    assert_eq!((found.objects, found.mended.count(), found.faults().len()), (0, 0, 0), "{found:?}");
    assert_eq!(files(&site.data.path().join("objects/pdf")), Vec::<String>::new());
    let (_, manifest) = site.create(NOW + Duration::HOUR, false).await.expect("a backup");
    assert_eq!(manifest.lost, Vec::<String>::new());
}
