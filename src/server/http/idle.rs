//! A connection that ends when nothing happens on it: nothing is read and nothing can be written.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// How long nothing may happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Before the first byte: whoever connects has something to say.
    pub(super) first: Duration,
    /// After that.
    pub(super) later: Duration,
}

/// A connection with limited patience.
pub(super) struct Idle<S> {
    stream: S,
    later: Duration,
    until: Pin<Box<Sleep>>,
}

impl<S> Idle<S> {
    /// A connection that has just begun.
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        Self { stream, later: patience.later, until: Box::pin(sleep(patience.first)) }
    }

    /// What came of reading or writing, unless that has been waited for long enough.
    fn watch<T>(&mut self, context: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.until.as_mut().reset(Instant::now() + self.later);
            return done;
        }
        ready!(self.until.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Idle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Idle<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const PATIENCE: Patience = Patience { first: Duration::from_millis(50), later: Duration::from_secs(1) };

    #[tokio::test]
    async fn who_says_nothing_is_left_soon_and_who_has_spoken_later() {
        let (_other, here) = duplex(64);
        let mut silent = Idle::new(here, PATIENCE);
        assert_eq!(silent.read_u8().await.expect_err("left").kind(), io::ErrorKind::TimedOut);

        let (mut other, here) = duplex(64);
        let mut spoken = Idle::new(here, PATIENCE);
        other.write_u8(1).await.expect("written");
        spoken.read_u8().await.expect("read");
        let began = Instant::now();
        assert_eq!(spoken.read_u8().await.expect_err("left").kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= PATIENCE.later);
    }

    #[tokio::test]
    async fn who_does_not_read_is_left_and_who_reads_slowly_is_not() {
        let (mut other, here) = duplex(64);
        let mut slow = Idle::new(here, PATIENCE);
        let began = Instant::now();
        let sending = tokio::spawn(async move {
            let sent = slow.write_all(&[7; 640]).await;
            (sent, slow.write_all(&[7; 640]).await)
        });
        for _ in 0..10 {
            tokio::time::sleep(PATIENCE.later / 5).await;
            other.read_exact(&mut [0; 64]).await.expect("read");
        }
        assert!(began.elapsed() > PATIENCE.later, "longer than anything may be stuck");
        let (sent, stuck) = sending.await.expect("no panic");
        sent.expect("all of it");
        assert_eq!(stuck.expect_err("left").kind(), io::ErrorKind::TimedOut);
    }
}
