//! A ZIP that is sent while it is made: no more of it is in memory than one file.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};
use time::OffsetDateTime;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Pieces that may wait for a browser that is slow.
const WAITING: usize = 2;

/// A ZIP on its way.
pub(super) struct ZipStream {
    zip: Box<ZipWriter<StreamWriter<Buffer>>>,
    made: Buffer,
    to: Sender<io::Result<Bytes>>,
    options: SimpleFileOptions,
}

impl ZipStream {
    /// A ZIP with files of this time, and where it comes out.
    pub(super) fn new(now: OffsetDateTime) -> (Self, impl Stream<Item = io::Result<Bytes>> + Send + 'static) {
        let (to, from) = channel(WAITING);
        let made = Buffer::default();
        let zip = Box::new(ZipWriter::new_stream(made.clone()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(date(now))
            .unix_permissions(0o644);
        (Self { zip, made, to, options }, pieces(from))
    }

    /// Adds a file.
    ///
    /// # Errors
    /// The browser went away.
    pub(super) async fn file(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        self.zip.start_file(path, self.options)?;
        self.zip.write_all(content)?;
        self.send().await
    }

    /// Writes the end.
    ///
    /// # Errors
    /// The browser went away.
    pub(super) async fn end(self) -> io::Result<()> {
        let Self { zip, made, to, .. } = self;
        zip.finish()?;
        send(&to, &made).await
    }

    /// Breaks off, such that nobody takes for whole what is not.
    pub(super) async fn break_off(self, error: io::Error) {
        // Nobody to be told is as good.
        let _ = self.to.send(Err(error)).await;
    }

    async fn send(&mut self) -> io::Result<()> {
        send(&self.to, &self.made).await
    }
}

async fn send(to: &Sender<io::Result<Bytes>>, made: &Buffer) -> io::Result<()> {
    let piece = made.take();
    if piece.is_empty() {
        return Ok(());
    }
    to.send(Ok(piece.into())).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

fn pieces(from: Receiver<io::Result<Bytes>>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let pieces = stream::unfold(from, |mut from| async move { from.recv().await.map(|piece| (piece, from)) });
    // Layers around may ask once more after the end, which an unfolded stream does not take.
    pieces.fuse()
}

fn date(at: OffsetDateTime) -> DateTime {
    let year = u16::try_from(at.year()).unwrap_or_default();
    DateTime::from_date_and_time(year, at.month().into(), at.day(), at.hour(), at.minute(), at.second())
        .unwrap_or_default()
}

/// What the ZIP is written into and taken out of.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
