//! Files with a dump in them: made, read to the end, thrown away.

use super::super::{
    programs::Running,
    progress::{Progress, size},
};
use anyhow::{Context, bail, ensure};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Between two words about how far it is.
const WORDS: Duration = Duration::from_secs(5);

/// The last line of every whole dump (after it, only the end of the fence that newer versions put around it).
const LAST_LINE: &[u8] = b"\n-- PostgreSQL database dump complete\n";

/// So much of the beginning and of the end is looked at.
const LOOK: usize = 8192;

/// A file that is removed when it is no longer needed, whatever happens.
#[derive(Debug)]
pub struct Temporary(pub PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Runs `pg_dump` and compresses what it writes into a new file. Blocks.
///
/// # Errors
/// `pg_dump` fails, or the disk is full.
pub(super) fn dump(mut pg_dump: Command, to: &Path, progress: &Progress) -> anyhow::Result<()> {
    let mut file = super::place::create(to)?;
    pg_dump.stdout(Stdio::piped());
    let mut running = Running::start("pg_dump", pg_dump)?;
    let mut source = running.child.stdout.take().context("pg_dump has no output.")?;
    let mut said = Instant::now();
    let compressed = super::gzip::compress(&mut source, &mut file, |sum| {
        if said.elapsed() > WORDS {
            progress.say(format!("… {} dumped", size(sum)));
            said = Instant::now();
        }
    });
    drop(source);
    if let Err(error) = compressed.and_then(|_| file.sync_all()) {
        running.stop();
        return Err(error).with_context(|| {
            format!("The backup cannot be written to {}. Is there room on that disk?", folder_of(to).display())
        });
    }
    running.finish()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// What a dump says about itself, once it was read to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Of the file, hexadecimal.
    pub sha256: String,
    /// Of the file, in bytes.
    pub size: u64,
    /// The server it was dumped from, if it says.
    pub server: Option<super::super::programs::Version>,
}

/// Reads a dump to its end: every checksum in it, and whether it is whole. Blocks.
///
/// # Errors
/// It is damaged, cut off, or no dump; the error says which.
pub fn inspect(path: &Path) -> anyhow::Result<Inspected> {
    let file = File::open(path).with_context(|| format!("{} cannot be read.", path.display()))?;
    let mut hashing = Hashing { source: BufReader::with_capacity(1 << 18, file), hash: Sha256::new(), size: 0 };
    let (head, tail) = {
        let mut reader = reader(&mut hashing)?;
        ends(&mut reader).context("The file is damaged or cut off. Take another backup.")?
    };
    io::copy(&mut hashing, &mut io::sink())?;
    let text = String::from_utf8_lossy(&head);
    ensure!(
        text.contains("PostgreSQL database dump"),
        "The file is no dump of a PostgreSQL database. Give one made by 'vitae backup create' or 'pg_dump | gzip'."
    );
    ensure!(
        tail.windows(LAST_LINE.len()).any(|window| window == LAST_LINE),
        "The dump is cut off: its last line is missing. Take another backup."
    );
    let server = text.lines().find_map(|line| line.strip_prefix("-- Dumped from database version "));
    Ok(Inspected {
        sha256: super::super::super::hex::encode(&hashing.hash.finalize()),
        size: hashing.size,
        server: server.and_then(super::super::programs::Version::find),
    })
}

/// The SHA-256 of a file, hexadecimal. Blocks.
///
/// # Errors
/// It cannot be read.
pub fn sha256_of(path: &Path) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("{} cannot be read.", path.display()))?;
    let mut hashing = Hashing { source: BufReader::with_capacity(1 << 18, file), hash: Sha256::new(), size: 0 };
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(super::super::super::hex::encode(&hashing.hash.finalize()))
}

/// The statements of a dump, compressed or not.
///
/// # Errors
/// The file is empty, or of another kind.
pub fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead + Send>> {
    reader(BufReader::with_capacity(1 << 18, File::open(path)?))
}

fn reader<'r>(mut source: impl BufRead + Send + 'r) -> anyhow::Result<Box<dyn BufRead + Send + 'r>> {
    let beginning = source.fill_buf()?;
    match beginning {
        [] => bail!("The file is empty. Take another backup."),
        [0x1f, 0x8b, ..] => Ok(Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(source)))),
        [b'P', b'G', b'D', b'M', b'P', ..] => bail!(
            "The file is a dump in PostgreSQL's custom format. Turn it into a plain one first: \
             pg_restore --no-owner --file=dump.sql FILE"
        ),
        _ if beginning.starts_with(b"age-encryption.org/") => {
            bail!("The file is encrypted, but its name does not end with .age.")
        }
        _ => Ok(Box::new(source)),
    }
}

/// The beginning and the end of what can be read.
fn ends(reader: &mut impl Read) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut head = Vec::new();
    reader.take(u64::try_from(LOOK).unwrap_or(0)).read_to_end(&mut head)?;
    let mut tail = head.clone();
    let mut block = vec![0; 1 << 18];
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok((head, tail)),
            Ok(length) => {
                tail.extend_from_slice(&block[length.saturating_sub(LOOK)..length]);
                tail.drain(..tail.len().saturating_sub(LOOK));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Hashes what is read through it.
struct Hashing<R> {
    source: R,
    hash: Sha256,
    size: u64,
}

impl<R: BufRead> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Hashing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        // What was seen is still in the buffer.
        if let Ok(seen) = self.source.fill_buf() {
            let seen = &seen[..length.min(seen.len())];
            self.hash.update(seen);
            self.size += u64::try_from(seen.len()).unwrap_or(0);
        }
        self.source.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] =
        b"--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20 (Debian)\n\nselect 1;\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

    fn inspected(content: &[u8]) -> anyhow::Result<Inspected> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dump");
        fs::write(&path, content).expect("written");
        inspect(&path)
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        super::super::gzip::compress(&mut &*content, &mut packed, |_| {}).expect("packed");
        packed
    }

    #[test]
    fn a_whole_dump_is_read_to_its_end() {
        for content in [WHOLE.to_vec(), packed(WHOLE)] {
            let found = inspected(&content).expect("a dump");
            assert_eq!(found.size, u64::try_from(content.len()).expect("small"));
            assert_eq!(found.sha256, super::super::super::super::storage::sha256_hex(&content));
            assert_eq!(found.server.map(|version| version.minor), Some(20));
        }
    }

    #[test]
    fn whatever_is_no_whole_dump_is_refused() {
        let error = |content: &[u8]| format!("{:#}", inspected(content).expect_err("refused"));
        assert!(error(b"").contains("empty"));
        assert!(error(&packed(b"")).contains("no dump"));
        assert!(error(b"hello").contains("no dump"));
        assert!(error(b"PGDMP\x01").contains("pg_restore"));
        let packed = packed(WHOLE);
        for length in 1..packed.len() {
            error(&packed[..length]);
        }
        for length in 1..WHOLE.len() - 5 {
            error(&WHOLE[..length]);
        }
    }
}
