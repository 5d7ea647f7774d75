//! Compression by several threads: blocks of a megabyte become gzip members of their own, written in order, which any
//! gunzip reads as one file. Memory stays flat whatever is compressed.

use flate2::{Compression, write::GzEncoder};
use std::{
    io::{self, Read, Write},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// What one thread compresses at a time.
const BLOCK: u64 = 1024 * 1024;

/// Like `gzip` itself.
const LEVEL: u32 = 6;

/// A block, and where its member is waited for.
type Job = (Vec<u8>, SyncSender<io::Result<Vec<u8>>>);

/// Compresses all of `source` into `target`; answers how many bytes there were. `read` hears of the sum after each block.
///
/// # Errors
/// Those of `source` and `target`.
pub(super) fn compress(
    source: &mut impl Read,
    target: &mut (impl Write + Send),
    read: impl FnMut(u64),
) -> io::Result<u64> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (jobs, queue) = sync_channel::<Job>(threads);
    let (order, members) = sync_channel(threads * 2);
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&queue));
        }
        let writer = scope.spawn(move || write(&members, target));
        let fed = feed(source, &jobs, &order, read);
        drop((jobs, order));
        // What the writer found is why feeding it stopped.
        writer.join().unwrap_or_else(|_| Err(io::Error::other("the thread that writes panicked")))?;
        fed
    })
}

fn feed(
    source: &mut impl Read,
    jobs: &SyncSender<Job>,
    order: &SyncSender<Receiver<io::Result<Vec<u8>>>>,
    mut read: impl FnMut(u64),
) -> io::Result<u64> {
    let mut sum = 0;
    loop {
        let mut block = Vec::new();
        let length = source.take(BLOCK).read_to_end(&mut block)?;
        // Nothing at all is compressed, too: an empty file is no gzip.
        if length == 0 && sum > 0 {
            return Ok(sum);
        }
        sum += u64::try_from(length).unwrap_or(BLOCK);
        let (sender, member) = sync_channel(1);
        if order.send(member).is_err() || jobs.send((block, sender)).is_err() || length == 0 {
            return Ok(sum);
        }
        read(sum);
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((block, member)) = job else { return };
        let mut encoder = GzEncoder::new(Vec::with_capacity(block.len() / 3), Compression::new(LEVEL));
        let _ = member.send(encoder.write_all(&block).and_then(|()| encoder.finish()));
    }
}

fn write(members: &Receiver<Receiver<io::Result<Vec<u8>>>>, target: &mut impl Write) -> io::Result<()> {
    for member in members {
        let member = member.recv().unwrap_or_else(|_| Err(io::Error::other("a thread that compresses panicked")))?;
        target.write_all(&member)?;
    }
    target.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;

    fn there_and_back(content: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let length = compress(&mut &*content, &mut packed, |_| {}).expect("compressed");
        assert_eq!(length, u64::try_from(content.len()).expect("small"));
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(&*packed).read_to_end(&mut unpacked).expect("a gzip file");
        unpacked
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let long: Vec<u8> = (0..3_500_000_u32).flat_map(u32::to_le_bytes).collect();
        for content in [&b""[..], b"a", &long[..1024 * 1024], &long] {
            assert!(there_and_back(content) == content, "{} bytes", content.len());
        }
    }

    #[test]
    fn a_full_disk_is_an_error_and_not_a_hang() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = bytes.len().min(self.0);
                self.0 -= taken;
                if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        // The high bits of a linear congruential generator (Knuth, TAOCP 2, 3.3.4): nothing that could be compressed.
        let next = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        let noise: Vec<u8> =
            std::iter::successors(Some(1_u64), next).map(|state| state.to_be_bytes()[0]).take(8_000_000).collect();
        for room in [0, 1, 1000, 300_000] {
            let error = compress(&mut &*noise, &mut Full(room), |_| {}).expect_err("no room");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
