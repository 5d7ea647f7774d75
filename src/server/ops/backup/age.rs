//! Encryption by the program `age`: for a public key that the settings name, so that the server itself cannot read its
//! old backups.

use super::{
    super::programs::Running,
    file::Temporary,
    place::{PARTIAL, create},
};
use anyhow::{Context, ensure};
use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
};
use uuid::Uuid;

/// Encrypts a file for a public key into a new one.
///
/// # Errors
/// `age` is missing, does not understand the key, or the disk is full.
pub(super) fn encrypt(plain: &Path, to: &Path, recipient: &str) -> anyhow::Result<()> {
    ensure!(recipient.starts_with("age1"), "BACKUP_AGE_RECIPIENT must be a public key of age (age1…).");
    let mut command = Command::new("age");
    command.args(["--encrypt", "--recipient", recipient]);
    run(command, plain, to)
}

/// Decrypts a file with the secret key in another into a new one.
///
/// # Errors
/// `age` is missing, the key is not the one, the file is damaged, or the disk is full.
pub(in super::super) fn decrypt(encrypted: &Path, to: &Path, identity: &str) -> anyhow::Result<()> {
    ensure!(
        !identity.is_empty(),
        "The backup is encrypted. Name the file with the secret key (AGE-SECRET-KEY-…) with --identity or \
         BACKUP_AGE_IDENTITY."
    );
    let mut command = Command::new("age");
    command.args(["--decrypt", "--identity", identity]);
    run(command, encrypted, to)
        .context("The backup cannot be decrypted: the key is not the one it was made for, or the file is damaged.")
}

/// Encrypts something for a public key and, if there is a secret one, decrypts it again, in a folder.
///
/// # Errors
/// As [`encrypt`] and [`decrypt`]; or the keys are not a pair.
pub(in super::super) fn try_keys(folder: &Path, recipient: &str, identity: &str) -> anyhow::Result<()> {
    let file = || Temporary(folder.join(format!("{}{PARTIAL}", Uuid::new_v4())));
    let (plain, encrypted, again) = (file(), file(), file());
    std::fs::write(&plain.0, recipient)?;
    encrypt(&plain.0, &encrypted.0, recipient)?;
    if !identity.is_empty() {
        decrypt(&encrypted.0, &again.0, identity)?;
        ensure!(std::fs::read(&again.0)? == recipient.as_bytes(), "What was encrypted is not what is decrypted.");
    }
    Ok(())
}

fn run(mut command: Command, from: &Path, to: &Path) -> anyhow::Result<()> {
    command.stdin(Stdio::from(File::open(from)?)).stdout(Stdio::from(create(to)?));
    let age = Running::start("age", command).context("Install age (Debian: apt-get install age).")?;
    age.finish()
}
