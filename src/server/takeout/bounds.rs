//! How much is read out of a file that anybody may have made: counted as it comes out, whatever the file says of itself.

use std::io::{self, Read, Seek, SeekFrom};

/// Most files in a ZIP.
pub(super) const FILES: usize = 20_000;

/// Most bytes out of one, all files together.
const TOTAL: u64 = 256 * 1024 * 1024;

/// Most bytes of a file of JSON: a document, written with blanks and line ends.
pub(super) const JSON: u64 = 2 * 1024 * 1024;

/// Most bytes of a PDF.
pub(super) const PDF: u64 = 16 * 1024 * 1024;

/// Most earlier versions of one CV.
pub(super) const VERSIONS: usize = 500;

/// Most bytes of the earlier versions of one CV: as they are in the file, or as they are stored, whichever is more.
pub(super) const HISTORY: u64 = 16 * 1024 * 1024;

/// Bytes that may still come out.
pub(super) struct Budget(u64);

impl Budget {
    /// For a whole ZIP.
    pub(super) fn new() -> Self {
        Self(TOTAL)
    }

    /// What is left.
    pub(super) fn left(&self) -> u64 {
        self.0
    }

    /// Reads a file of at most `most` bytes; nothing if it has more, or all files together have.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn read(&mut self, file: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
        let most = most.min(self.0);
        let mut content = Vec::new();
        let read = file.take(most.saturating_add(1)).read_to_end(&mut content)?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.0 = self.0.saturating_sub(read);
        Ok((read <= most).then_some(content))
    }
}

/// Whether a ZIP has the records of ZIP64, which ours never need: they could announce any number of files, and their
/// list is read before it can be counted.
///
/// # Errors
/// The file cannot be read.
pub(super) fn is_zip64(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    const LOCATOR: &[u8] = b"PK\x06\x07";
    const END: &[u8] = b"PK\x05\x06";
    /// Bytes from one to the other.
    const APART: usize = 20;
    let mut piece = vec![0; 1024 * 1024];
    let mut kept = 0;
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = file.read(&mut piece[kept..])?;
        let filled = &piece[..kept + read];
        if filled.windows(APART + END.len()).any(|window| window.starts_with(LOCATOR) && window.ends_with(END)) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        let keep = filled.len().min(APART + END.len() - 1);
        let from = filled.len() - keep;
        let end = filled.len();
        piece.copy_within(from..end, 0);
        kept = keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn what_comes_out_is_counted() {
        let mut budget = Budget(10);
        assert_eq!(budget.read(&b"abc"[..], 3).expect("readable"), Some(b"abc".to_vec()));
        assert_eq!(budget.read(&b"abcd"[..], 3).expect("readable"), None, "more than one file may have");
        assert_eq!(budget.read(&b"abcd"[..], 100).expect("readable"), None, "more than is left");
        assert_eq!(budget.read(io::repeat(0), u64::MAX).expect("readable"), None);
    }

    #[test]
    fn records_of_zip64_are_found_wherever_they_are() {
        let record =
            |before: usize| [&vec![b'x'; before][..], b"PK\x06\x07", &[0; 16], b"PK\x05\x06", &[0; 18]].concat();
        for before in [0, 1, 1024 * 1024 - 30, 1024 * 1024 - 10, 1024 * 1024, 3_000_000] {
            assert!(is_zip64(&mut Cursor::new(record(before))).expect("readable"), "{before}");
        }
        assert!(!is_zip64(&mut Cursor::new(b"PK\x06\x07 PK\x05\x06".repeat(100_000))).expect("readable"));
        assert!(!is_zip64(&mut Cursor::new(b"")).expect("readable"));
    }
}
