//! The output queue of one client, with backpressure and a policy for clients that do not read.
//!
//! ```text
//!              over the limit              still full after BACKPRESSURE_TIME
//!   Flowing ──────────────────► Full ──────────────────────────────────► Behind: lines are counted, not queued
//!      ▲                         │ │                                         │  │
//!      │     below the limit     │ │       nothing written for STALL_TIMEOUT │  │ half of the limit is free:
//!      └─────────────────────────┘ └──────────► disconnected ◄───────────────┘  │ a notice tells how many
//!      └────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! While an outbox is *full*, senders wait: a reader that is only slower than the sender loses nothing. After
//! [`BACKPRESSURE_TIME`] they continue without it. So a client that has stopped reading delays the others by a tenth of a
//! second, at most every ten seconds ([`BACKPRESSURE_COOLDOWN`]), and a room in which waits fail too often does not wait
//! at all ([`OutputOrigin::OtherNoWait`]). A client that reads steadily never misses a line. The required speed depends on
//! the system, which reports progress in large steps: with the send buffer of the acceptor, on Linux over loopback, about
//! 400 KiB in a tenth of a second.

use super::room::ServerTime;
use bytes::{Buf as _, Bytes};
use memchr::memchr_iter;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::time::Duration;

/// How long senders wait for a client whose outbox is full.
pub(crate) const BACKPRESSURE_TIME: Duration = Duration::from_millis(100);

/// After a wait without success, how long senders do not wait for the same client again. Limits the cost of a client that
/// reads in bursts.
pub(crate) const BACKPRESSURE_COOLDOWN: Duration = Duration::from_secs(10);

/// How long an outbox may be full without a write before its client is disconnected.
pub(crate) const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// Memory of a queued buffer beside its bytes: the queue entry and the allocator's overhead. Without it, a limit of 1 MiB
/// would allow 50 MiB of two-byte lines.
const ENTRY_OVERHEAD: usize = 64;

/// Buffers in one vectored write. Linux accepts 1024; this many use 1 KiB of stack.
const MAX_SLICES: usize = 64;

/// Queued output of one client, within a limit.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: VecDeque<Bytes>,
    /// Total bytes in `queue`.
    bytes: usize,
    limit: usize,
    flow: Flow,
    /// Whether the last bytes added do not end with a newline.
    ends_mid_line: bool,
    /// Senders do not wait for this client before this time.
    backpressure_from: ServerTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Flowing,
    Full {
        since: ServerTime,
        /// Since when senders wait for it, if they do.
        waited_since: Option<ServerTime>,
    },
    Behind {
        /// Since when the queue has been full without a write, if it still is.
        full_since: Option<ServerTime>,
        /// Lines that were not queued.
        missed: u64,
    },
    /// The client does not read any more; output is discarded.
    Closed,
}

/// Whether an operation changes if senders wait for this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backpressure {
    /// No change.
    Unchanged,
    /// Senders wait from now on.
    Started,
    /// Senders do not wait any more.
    Ended,
}

/// Where output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputOrigin {
    /// An answer to the client itself. Its input is not read while its outbox is full, so nobody else has to wait.
    Itself,
    /// Another client or the room.
    Other,
    /// As `Other`, in a room that does not wait because too many waits have failed.
    OtherNoWait,
}

impl Outbox {
    /// Creates an empty outbox for `limit` bytes.
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            bytes: 0,
            limit,
            flow: Flow::Flowing,
            ends_mid_line: false,
            backpressure_from: ServerTime::ZERO,
        }
    }

    /// Queues bytes by reference, or counts their lines if the client is behind.
    pub(crate) fn enqueue(&mut self, now: ServerTime, bytes: &Bytes, origin: OutputOrigin) -> Backpressure {
        let (since, previous_wait) = match &mut self.flow {
            Flow::Full { since, waited_since } => (*since, *waited_since),
            Flow::Flowing => (now, None),
            Flow::Behind { missed, .. } => {
                *missed += count_lines(bytes);
                return Backpressure::Unchanged;
            }
            Flow::Closed => return Backpressure::Unchanged,
        };
        self.push(bytes.clone());
        if !self.is_full() {
            return Backpressure::Unchanged;
        }
        if origin == OutputOrigin::OtherNoWait || (origin == OutputOrigin::Other && now < self.backpressure_from) {
            self.flow = Flow::Behind { full_since: Some(since), missed: 0 };
            return Backpressure::Unchanged;
        }
        let waited_since = previous_wait.or((origin == OutputOrigin::Other).then_some(now));
        self.flow = Flow::Full { since, waited_since };
        if waited_since == previous_wait { Backpressure::Unchanged } else { Backpressure::Started }
    }

    /// Queues a notice of the server on its own line, regardless of the limit. Notices are rare.
    pub(crate) fn enqueue_notice(&mut self, notice: impl Into<Bytes>) {
        if self.ends_mid_line {
            self.push(Bytes::from_static(b"\n"));
        }
        self.push(notice.into());
    }

    /// Fills `slices` with the next bytes to write and returns how many are used; 0 only if the outbox is empty.
    pub(crate) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; MAX_SLICES]) -> usize {
        let mut used = 0;
        for (slice, bytes) in slices.iter_mut().zip(&self.queue) {
            *slice = IoSlice::new(bytes);
            used += 1;
        }
        used
    }

    /// Empty slices for [`Outbox::slices`] to fill.
    pub(crate) fn no_slices<'a>() -> [IoSlice<'a>; MAX_SLICES] {
        [IoSlice::new(&[]); MAX_SLICES]
    }

    /// Removes `count` bytes that have been written; `count` is at least 1.
    pub(crate) fn written(&mut self, now: ServerTime, mut count: usize) -> Backpressure {
        self.bytes = self.bytes.saturating_sub(count);
        while let Some(first) = self.queue.front_mut() {
            if first.len() > count {
                first.advance(count);
                break;
            }
            count -= first.len();
            self.queue.pop_front();
        }
        if self.queue.is_empty() && self.queue.capacity() > MAX_SLICES {
            // Releases the memory of a burst.
            self.queue = VecDeque::new();
        }
        self.after_writing(now)
    }

    /// When [`Outbox::tick`] must be called, if a timeout is running.
    pub(crate) fn due(&self) -> Option<ServerTime> {
        match self.flow {
            Flow::Full { waited_since: Some(waited_since), since } => {
                Some((waited_since + BACKPRESSURE_TIME).min(since + STALL_TIMEOUT))
            }
            Flow::Full { waited_since: None, since } | Flow::Behind { full_since: Some(since), .. } => {
                Some(since + STALL_TIMEOUT)
            }
            Flow::Flowing | Flow::Behind { full_since: None, .. } | Flow::Closed => None,
        }
    }

    /// Handles timeouts. Returns whether senders stop waiting; [`Outbox::is_stuck`] decides about disconnecting.
    pub(crate) fn tick(&mut self, now: ServerTime) -> Backpressure {
        match self.flow {
            Flow::Full { waited_since: Some(waited_since), since } if waited_since + BACKPRESSURE_TIME <= now => {
                self.flow = Flow::Behind { full_since: Some(since), missed: 0 };
                self.backpressure_from = now + BACKPRESSURE_COOLDOWN;
                Backpressure::Ended
            }
            _ => Backpressure::Unchanged,
        }
    }

    /// Whether the outbox has been full without a write for [`STALL_TIMEOUT`].
    pub(crate) fn is_stuck(&self, now: ServerTime) -> bool {
        match self.flow {
            Flow::Full { since, .. } | Flow::Behind { full_since: Some(since), .. } => since + STALL_TIMEOUT <= now,
            Flow::Flowing | Flow::Behind { full_since: None, .. } | Flow::Closed => false,
        }
    }

    /// Ends a wait for this client, because it leaves the room. Nothing must be queued from others afterwards.
    pub(crate) const fn release(&mut self) -> Backpressure {
        match self.flow {
            Flow::Full { waited_since: Some(_), since } => {
                self.flow = Flow::Full { waited_since: None, since };
                Backpressure::Ended
            }
            _ => Backpressure::Unchanged,
        }
    }

    /// Discards queued and future output, because the client does not read any more.
    pub(crate) fn close(&mut self) -> Backpressure {
        let backpressure = self.release();
        (self.queue, self.bytes, self.flow) = (VecDeque::new(), 0, Flow::Closed);
        backpressure
    }

    /// Replaces the queue by a final notice, except for the buffer that is partly written. Call [`Outbox::release`] first.
    pub(crate) fn truncate_with(&mut self, notice: Bytes) {
        self.queue.truncate(1);
        self.bytes = self.queue.iter().map(Bytes::len).sum();
        self.flow = Flow::Flowing;
        self.ends_mid_line = self.queue.back().map_or(self.ends_mid_line, |last| !last.ends_with(b"\n"));
        self.enqueue_notice(notice);
    }

    /// Whether nothing is queued.
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether the limit is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.memory_used() >= self.limit
    }

    /// Estimated memory of the queue in bytes. The buffers of one write count without [`ENTRY_OVERHEAD`].
    fn memory_used(&self) -> usize {
        self.bytes + self.queue.len().saturating_sub(MAX_SLICES) * ENTRY_OVERHEAD
    }

    fn push(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.ends_mid_line = !bytes.ends_with(b"\n");
            self.bytes += bytes.len();
            self.queue.push_back(bytes);
        }
    }

    fn after_writing(&mut self, now: ServerTime) -> Backpressure {
        let full_since = self.is_full().then_some(now);
        match (self.flow, full_since) {
            (Flow::Full { waited_since, .. }, None) => {
                self.flow = Flow::Flowing;
                return if waited_since.is_some() { Backpressure::Ended } else { Backpressure::Unchanged };
            }
            // The client reads: the stall timeout restarts.
            (Flow::Full { waited_since, .. }, Some(since)) => self.flow = Flow::Full { since, waited_since },
            (Flow::Behind { missed, .. }, None) if self.memory_used() <= self.limit / 2 => {
                self.flow = Flow::Flowing;
                self.enqueue_missed_notice(missed);
            }
            (Flow::Behind { missed, .. }, full_since) => self.flow = Flow::Behind { full_since, missed },
            (Flow::Flowing | Flow::Closed, _) => {}
        }
        Backpressure::Unchanged
    }

    fn enqueue_missed_notice(&mut self, missed: u64) {
        if missed > 0 {
            let unit = if missed == 1 { "line" } else { "lines" };
            self.enqueue_notice(format!("* You missed {missed} {unit}: you were reading too slowly.\n"));
        }
    }
}

/// Number of lines, including an incomplete last one.
fn count_lines(bytes: &[u8]) -> u64 {
    let has_partial = !bytes.is_empty() && !bytes.ends_with(b"\n");
    memchr_iter(b'\n', bytes).count() as u64 + u64::from(has_partial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KIB: usize = 1024;

    fn ms(ms: u64) -> ServerTime {
        Duration::from_millis(ms)
    }

    fn text(bytes: usize) -> Bytes {
        Bytes::from(b"123456789012345\n".repeat(bytes / 16))
    }

    fn queued(outbox: &Outbox) -> Vec<u8> {
        outbox.queue.iter().flatten().copied().collect()
    }

    #[test]
    fn senders_wait_for_a_slow_reader_which_loses_nothing() {
        let mut outbox = Outbox::new(4 * KIB);
        assert_eq!(outbox.enqueue(ms(0), &text(3 * KIB), OutputOrigin::Other), Backpressure::Unchanged);
        assert_eq!(outbox.enqueue(ms(0), &text(3 * KIB), OutputOrigin::Other), Backpressure::Started);
        assert!(outbox.is_full());
        assert_eq!(outbox.due(), Some(BACKPRESSURE_TIME));
        assert_eq!(outbox.tick(ms(99)), Backpressure::Unchanged);
        assert_eq!(outbox.written(ms(50), KIB), Backpressure::Unchanged);
        assert_eq!(outbox.written(ms(50), 2 * KIB), Backpressure::Ended);
        assert_eq!((outbox.due(), outbox.bytes), (None, 3 * KIB));
    }

    #[test]
    fn a_stopped_reader_delays_once_and_gets_a_count_of_misses() {
        let mut outbox = Outbox::new(4 * KIB);
        outbox.enqueue(ms(0), &text(4 * KIB), OutputOrigin::Other);
        assert_eq!(outbox.tick(ms(100)), Backpressure::Ended);
        assert_eq!(outbox.enqueue(ms(200), &text(32), OutputOrigin::Other), Backpressure::Unchanged);
        assert_eq!((outbox.bytes, outbox.due()), (4 * KIB, Some(STALL_TIMEOUT)));
        assert_eq!(outbox.written(ms(200), KIB), Backpressure::Unchanged);
        assert_eq!(outbox.due(), None, "it reads, so it is not disconnected");
        outbox.enqueue(ms(300), &text(16), OutputOrigin::Other);
        assert_eq!(outbox.bytes, 3 * KIB);
        outbox.written(ms(300), KIB);
        let read = String::from_utf8(queued(&outbox)).unwrap();
        assert!(read.ends_with("5\n* You missed 3 lines: you were reading too slowly.\n"), "{read}");
        outbox.enqueue(ms(400), &text(16), OutputOrigin::Other);
        assert!(queued(&outbox).ends_with(b"12345\n"));
    }

    #[test]
    fn a_client_that_never_reads_is_stuck_after_five_seconds() {
        for origin in [OutputOrigin::Other, OutputOrigin::Itself] {
            let mut outbox = Outbox::new(KIB);
            outbox.enqueue(ms(1000), &text(KIB), origin);
            outbox.tick(ms(1100));
            assert!(!outbox.is_stuck(ms(5999)));
            assert!(outbox.is_stuck(ms(6000)));
            outbox.written(ms(5999), 1);
            assert!(!outbox.is_stuck(ms(6000)));
        }
    }

    #[test]
    fn answers_to_the_client_itself_are_kept_without_a_wait() {
        let mut outbox = Outbox::new(KIB);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Itself), Backpressure::Unchanged);
        assert_eq!(outbox.tick(ms(200)), Backpressure::Unchanged);
        outbox.enqueue(ms(200), &text(16), OutputOrigin::Itself);
        assert_eq!(outbox.bytes, KIB + 16);
        assert_eq!(outbox.enqueue(ms(300), &text(16), OutputOrigin::Other), Backpressure::Started);
        assert_eq!(outbox.tick(ms(400)), Backpressure::Ended);
    }

    #[test]
    fn a_notice_is_on_its_own_line() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue_notice("* one\n");
        outbox.enqueue(ms(0), &Bytes::from("open"), OutputOrigin::Other);
        outbox.enqueue_notice("* two\n");
        outbox.enqueue(ms(0), &Bytes::from("open"), OutputOrigin::Other);
        outbox.written(ms(0), queued(&outbox).len() - 1);
        outbox.truncate_with(Bytes::from("* three\n"));
        assert_eq!(queued(&outbox), b"n\n* three\n");
        outbox.enqueue(ms(0), &Bytes::from("open"), OutputOrigin::Other);
        outbox.written(ms(0), queued(&outbox).len());
        outbox.enqueue_notice("* four\n");
        assert_eq!(queued(&outbox), b"\n* four\n");
    }

    #[test]
    fn truncation_keeps_the_partly_written_buffer_and_the_notice() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &Bytes::from("one\n"), OutputOrigin::Other);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        outbox.written(ms(0), 1);
        assert_eq!(outbox.release(), Backpressure::Ended);
        assert_eq!(outbox.release(), Backpressure::Unchanged);
        outbox.truncate_with(Bytes::from("* reason\n"));
        assert_eq!(queued(&outbox), b"ne\n* reason\n");
    }

    #[test]
    fn a_client_that_reads_a_little_is_not_stuck() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &text(64 * KIB), OutputOrigin::Other);
        for second in 0..20 {
            outbox.tick(ms(1000 * second));
            assert!(!outbox.is_stuck(ms(1000 * second)), "after {second} s");
            outbox.written(ms(1000 * second), KIB);
        }
        assert!(outbox.is_full());
        assert!(outbox.is_stuck(ms(24_000)), "it has stopped");
    }

    #[test]
    fn a_bursty_reader_is_waited_for_once_per_cooldown() {
        let mut outbox = Outbox::new(KIB);
        for (time, expected) in [
            (0, Backpressure::Started),
            (1000, Backpressure::Unchanged),
            (9000, Backpressure::Unchanged),
            (11_000, Backpressure::Started),
        ] {
            assert_eq!(outbox.enqueue(ms(time), &text(KIB), OutputOrigin::Other), expected, "at {time} ms");
            outbox.tick(ms(time + 100));
            outbox.enqueue(ms(time + 100), &text(16), OutputOrigin::Other);
            outbox.written(ms(time + 200), outbox.bytes);
            assert_eq!(queued(&outbox), b"* You missed 1 line: you were reading too slowly.\n", "at {time} ms");
            outbox.written(ms(time + 200), outbox.bytes);
        }
    }

    #[test]
    fn output_without_wait_puts_the_client_behind_at_once() {
        let mut outbox = Outbox::new(KIB);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::OtherNoWait), Backpressure::Unchanged);
        outbox.enqueue(ms(0), &text(16), OutputOrigin::Other);
        outbox.written(ms(0), KIB);
        assert_eq!(queued(&outbox), b"* You missed 1 line: you were reading too slowly.\n");
    }

    #[test]
    fn a_missed_line_without_a_newline_counts() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        outbox.tick(ms(100));
        outbox.enqueue(ms(200), &Bytes::from("no newline"), OutputOrigin::Other);
        outbox.written(ms(300), KIB);
        assert_eq!(queued(&outbox), b"* You missed 1 line: you were reading too slowly.\n");
    }

    #[test]
    fn small_buffers_count_with_their_overhead() {
        let mut outbox = Outbox::new(64 * KIB);
        let attempts = (0..).take_while(|_| {
            outbox.enqueue(ms(0), &Bytes::from("a\n"), OutputOrigin::Other);
            !outbox.is_full()
        });
        let count = attempts.count();
        assert!((900..1100).contains(&count), "{count}");
        assert!(outbox.queue.capacity() <= 2048);
    }

    #[test]
    fn a_closed_outbox_discards_output_and_delays_nobody() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        assert_eq!(outbox.close(), Backpressure::Ended);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other), Backpressure::Unchanged);
        assert!(outbox.is_empty() && !outbox.is_full() && outbox.due().is_none());
    }

    proptest! {
        #[test]
        fn the_bytes_written_are_the_bytes_queued(
            steps in proptest::collection::vec((0_usize..300, 0_usize..400), 0..50),
        ) {
            let (mut outbox, mut offered, mut written) = (Outbox::new(1 << 20), Vec::new(), Vec::new());
            for (n, (offer, write)) in steps.into_iter().enumerate() {
                let bytes = Bytes::from(vec![u8::try_from(n).unwrap(); offer]);
                offered.extend_from_slice(&bytes);
                outbox.enqueue(ms(0), &bytes, OutputOrigin::Other);
                let mut slices = Outbox::no_slices();
                let used = outbox.slices(&mut slices);
                let head: Vec<u8> = slices[..used].iter().flat_map(|slice| slice.iter().copied()).take(write).collect();
                prop_assert_eq!(used == 0, outbox.is_empty());
                outbox.written(ms(0), head.len());
                written.extend(head);
            }
            written.extend(queued(&outbox));
            prop_assert_eq!(written, offered);
        }
    }
}
