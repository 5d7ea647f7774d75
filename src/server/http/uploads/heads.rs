//! The bytes of a form on their way to its reader, which keeps all of them until it finds a field: what stands before the
//! first one, and the head of each. So of these only so many are let through, before the reader sees them.

use axum::BoxError;
use bytes::Bytes;
use futures::Stream;
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

/// Most bytes that may stand before a field: what no form has before its first one, and a head.
pub(super) const MOST: usize = 8 * 1024;

/// What the reader is looking for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looking {
    /// What is in a field, of which it keeps nothing.
    Content,
    /// A field; so many bytes may still be let through.
    Field(usize),
    /// A field, and it looks through the last bytes that are let through.
    LastBytes,
    /// A field that is not there.
    TooMuch,
}

/// How much the reader of a form may take; shared with the [`Bounded`] that it reads from.
#[derive(Clone, Debug)]
pub(super) struct Allowance(Arc<Mutex<Looking>>);

impl Allowance {
    /// That of a reader which begins.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Looking::Field(MOST))))
    }

    /// The reader looks for the next field.
    pub(super) fn for_a_field(&self) {
        self.set(Looking::Field(MOST));
    }

    /// The reader has found one and reads what is in it.
    pub(super) fn for_content(&self) {
        self.set(Looking::Content);
    }

    /// Whether there was no field in as much as may stand before one.
    pub(super) fn is_used_up(&self) -> bool {
        self.get() == Looking::TooMuch
    }

    fn get(&self) -> Looking {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, looking: Looking) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = looking;
    }
}

/// More stood before a field than may.
#[derive(Debug, thiserror::Error)]
#[error("more than {MOST} bytes stand before a field")]
struct TooMuch;

/// The bytes of a form, as many at a time as its reader may take.
pub(super) struct Bounded<S> {
    bytes: S,
    /// What came and may not be taken yet.
    rest: Bytes,
    /// Whether the last thing that the reader got was a piece of what is in a field.
    gave: bool,
    allowance: Allowance,
}

impl<S> Bounded<S> {
    /// These bytes, for a reader with this allowance.
    pub(super) fn new(bytes: S, allowance: Allowance) -> Self {
        Self { bytes, rest: Bytes::new(), gave: false, allowance }
    }
}

impl<S, E> Bounded<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<BoxError>,
{
    /// The next piece, of `most` bytes at most.
    fn piece(&mut self, context: &mut Context<'_>, most: usize) -> Poll<Option<Result<Bytes, BoxError>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.bytes).poll_next(context)) {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(most));
        Poll::Ready(Some(Ok(piece)))
    }
}

impl<S, E> Stream for Bounded<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.allowance.get() {
            // The reader takes all that there is before it looks at any of it, so it is made to look after each piece.
            Looking::Content if self.gave => {
                self.gave = false;
                look(context)
            }
            Looking::Content => {
                let piece = ready!(self.piece(context, usize::MAX));
                self.gave = true;
                Poll::Ready(piece)
            }
            Looking::Field(0) => {
                self.allowance.set(Looking::LastBytes);
                look(context)
            }
            Looking::Field(most) => {
                let piece = ready!(self.piece(context, most));
                if let Some(Ok(piece)) = &piece {
                    self.allowance.set(Looking::Field(most - piece.len()));
                }
                Poll::Ready(piece)
            }
            // It has looked, and asks for more.
            Looking::LastBytes | Looking::TooMuch => {
                self.allowance.set(Looking::TooMuch);
                Poll::Ready(Some(Err(TooMuch.into())))
            }
        }
    }
}

/// Has the reader look at what it has; it asks again at once.
fn look<T>(context: &Context<'_>) -> Poll<T> {
    context.waker().wake_by_ref();
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        body::Body,
        extract::{FromRequest, Multipart},
        http::{Request, header::CONTENT_TYPE},
    };
    use futures::{StreamExt, stream};

    /// A form whose bytes come in pieces of a size, and how much of them was taken.
    async fn form(bytes: Vec<u8>, size: usize) -> (Multipart, Allowance, Arc<Mutex<usize>>) {
        let (allowance, taken) = (Allowance::new(), Arc::new(Mutex::new(0)));
        let counter = Arc::clone(&taken);
        let pieces: Vec<Bytes> = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces).map(move |piece| {
            *counter.lock().expect("not poisoned") += piece.len();
            Ok::<_, std::io::Error>(piece)
        });
        let body = Body::from_stream(Bounded::new(pieces, allowance.clone()));
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=limit").body(body);
        let form = Multipart::from_request(request.expect("a request"), &()).await.expect("a form");
        (form, allowance, taken)
    }

    fn head(length: usize) -> Vec<u8> {
        let (begin, end) = ("content-disposition: form-data; name=\"file\"\r\nx: ", "\r\n\r\n");
        let filling = length - "--limit\r\n".len() - begin.len() - end.len();
        format!("--limit\r\n{begin}{}{end}", "x".repeat(filling)).into_bytes()
    }

    #[tokio::test]
    async fn a_head_that_is_long_enough_for_anybody_is_read_however_it_comes() {
        for size in [1, 100, MOST, 1024 * 1024] {
            let content = vec![b'y'; 100_000];
            let bytes = [head(MOST), content.clone(), b"\r\n--limit--\r\n".to_vec()].concat();
            let (mut form, allowance, _) = form(bytes, size).await;
            let field = form.next_field().await.expect("a head").expect("a field");
            assert_eq!(field.name(), Some("file"), "{size}");
            allowance.for_content();
            assert_eq!(field.bytes().await.expect("whole"), content, "{size}");
            allowance.for_a_field();
            assert!(form.next_field().await.expect("an end").is_none(), "{size}");
            assert!(!allowance.is_used_up(), "{size}");
        }
    }

    #[tokio::test]
    async fn of_what_stands_before_a_field_no_more_is_taken_than_may() {
        let endless = 20 * 1024 * 1024;
        let before_the_first = vec![b'x'; endless];
        let in_the_first = head(endless);
        let after_a_field = [head(100), b"y\r\n".to_vec(), head(endless)].concat();
        let without_an_end_of_its_line = [b"--limit".to_vec(), vec![b' '; endless]].concat();
        for bytes in [before_the_first, in_the_first, after_a_field, without_an_end_of_its_line] {
            let begin = String::from_utf8_lossy(&bytes[..20]).into_owned();
            let size = 4096;
            let (mut form, allowance, taken) = form(bytes, size).await;
            let mut fields = 0;
            loop {
                allowance.for_a_field();
                match form.next_field().await {
                    Ok(Some(field)) => {
                        allowance.for_content();
                        assert_eq!(field.bytes().await.expect("whole"), "y");
                        fields += 1;
                    }
                    Ok(None) => panic!("{begin} has an end"),
                    Err(_) => break,
                }
            }
            assert!(allowance.is_used_up(), "{begin}");
            let taken = *taken.lock().expect("not poisoned");
            // What came with the field before, and what may be taken while the next one is looked for.
            assert!(taken <= (fields + 1) * (MOST + size), "{begin}: {taken} bytes were taken");
        }
    }
}
