//! Test data, and a check that it arrives unchanged.

use anyhow::{Context as _, ensure};
use std::io::{Read, Write};

/// Bytes after which it begins again: no multiple of any buffer, so that a piece out of place is seen.
const PERIOD: usize = 1_000_003;

/// Bytes of one read or write of ours.
const CHUNK: usize = 256 * 1024;

/// Random bytes, as many as anybody wants.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    /// One period, and as much of the next that a chunk may begin anywhere.
    bytes: Vec<u8>,
}

impl Data {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bytes = vec![0; PERIOD];
        random.fill(&mut bytes);
        bytes.extend_from_within(..CHUNK);
        Self { bytes }
    }

    fn at(&self, place: u64, most: u64) -> &[u8] {
        let from = usize::try_from(place % PERIOD as u64).unwrap_or_default();
        let count = usize::try_from(most).unwrap_or(CHUNK).min(CHUNK);
        self.bytes.get(from..from + count).unwrap_or_default()
    }

    /// Writes so much of it.
    pub(crate) fn send(&self, to: &mut impl Write, count: u64) -> anyhow::Result<()> {
        let mut place = 0;
        while place < count {
            let chunk = self.at(place, count - place);
            to.write_all(chunk).with_context(|| format!("writing at byte {place}"))?;
            place += chunk.len() as u64;
        }
        Ok(())
    }

    /// Reads so much, which has to be it.
    pub(crate) fn expect(&self, from: &mut impl Read, count: u64) -> anyhow::Result<()> {
        let mut buffer = vec![0; CHUNK];
        let mut place = 0;
        while place < count {
            let read = from.read(&mut buffer).with_context(|| format!("reading at byte {place}"))?;
            ensure!(read > 0, "it ends at byte {place} of {count}");
            let got = buffer.get(..read).unwrap_or_default();
            ensure!(place + read as u64 <= count, "there is more than {count} bytes");
            ensure!(got == self.at(place, read as u64), "other bytes than were sent from {place} on");
            place += read as u64;
        }
        Ok(())
    }
}
