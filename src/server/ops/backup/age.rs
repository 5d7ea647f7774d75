//! Encryption by the program `age`: for a public key that the settings name, so that the server itself cannot read its
//! old backups.

use super::{
    super::programs::Running,
    file::Temporary,
    place::{PARTIAL, create},
};
use anyhow::{Context, ensure};
use bytes::Bytes;
use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
};
use uuid::Uuid;

/// Encrypts a file for a public key into a new one.
///
/// # Errors
/// `age` is missing, does not understand the key, or the disk is full.
pub(super) fn encrypt(plain: &Path, to: &Path, recipient: &str) -> anyhow::Result<()> {
    run(encrypting(recipient)?, plain, to)
}

/// Encrypts something small for a public key.
///
/// # Errors
/// `age` is missing, or does not understand the key.
pub(super) fn seal(content: Bytes, recipient: &str) -> anyhow::Result<Vec<u8>> {
    pipe(encrypting(recipient)?, content)
}

fn encrypting(recipient: &str) -> anyhow::Result<Command> {
    ensure!(recipient.starts_with("age1"), "BACKUP_AGE_RECIPIENT must be a public key of age (age1…).");
    let mut command = Command::new("age");
    command.args(["--encrypt", "--recipient", recipient]);
    Ok(command)
}

/// Decrypts something small with the secret key in a file.
///
/// # Errors
/// As [`decrypt`].
pub(super) fn open(encrypted: Bytes, identity: &str) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new("age");
    command.args(["--decrypt", "--identity", identity]);
    pipe(command, encrypted)
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

/// What a program makes of its input. It is written while the output is read: neither waits for the other.
fn pipe(mut command: Command, input: Bytes) -> anyhow::Result<Vec<u8>> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut age = Running::start("age", command).context(INSTALL)?;
    let (stdin, stdout) = (age.child.stdin.take(), age.child.stdout.take());
    let mut stdin = stdin.context("age takes no input.")?;
    // If it does not take all of it, what it says is why.
    let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let mut output = Vec::new();
    let read = stdout.context("age has no output.")?.read_to_end(&mut output);
    let _ = writing.join();
    age.finish()?;
    read?;
    Ok(output)
}

const INSTALL: &str = "Install age (Debian: apt-get install age).";

fn run(mut command: Command, from: &Path, to: &Path) -> anyhow::Result<()> {
    command.stdin(Stdio::from(File::open(from)?)).stdout(Stdio::from(create(to)?));
    let age = Running::start("age", command).context(INSTALL)?;
    age.finish()
}
