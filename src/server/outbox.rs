//! What waits to be written to one client, and what happens when that client does not read.
//!
//! ```text
//!              over the limit                 still full after PATIENCE
//!   Flowing ──────────────────► Full ──────────────────────────────────► Behind: what comes is counted, not kept
//!      ▲                         │ │                                         │  │
//!      │     below the limit     │ │         nothing written for CUT_AFTER   │  │ half of the limit is free:
//!      └─────────────────────────┘ └────────────► cut off ◄──────────────────┘  │ told how much it missed
//!      └────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! While an outbox is *full*, those who would fill it further wait: a reader that is merely slower than the sender
//! loses nothing, the sender is slowed down. But only for so long (`PASTE_TIMEOUT`); then the others go on without it.
//! So a client that has stopped reading holds everybody up for a tenth of a second, once in ten seconds ([`BACKPRESSURE_COOLDOWN`]; and a
//! room that has waited in vain too often waits for nobody, `Origin::Hurried`), and one that reads at all decently
//! never misses a line. How decently is up to the system, too, which tells of progress in lumps only: with the
//! buffers of `server::prepare`, on Linux over loopback, some 400 KiB in a tenth of a second.

use super::room::ServerTime;
use bytes::{Buf as _, Bytes};
use memchr::memchr_iter;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::IoSlice;
use std::time::Duration;

/// How long others wait for a client whose outbox is full.
pub const BACKPRESSURE_TIME: Duration = Duration::from_millis(100);

/// After having waited in vain, how long others do not wait for the same client again: once in a while is what one that
/// reads by fits and starts may cost them.
pub const BACKPRESSURE_COOLDOWN: Duration = Duration::from_secs(10);

/// How long an outbox may be full before its client is cut off.
pub const STALL_TIMEOUT: Duration = Duration::from_secs(5);

/// What a buffer that waits takes beside its bytes: a place in the queue, and what the allocator adds. Without it a
/// megabyte of lines of two bytes, each a buffer of its own, would be fifty.
const ENTRY: usize = 64;

/// Buffers handed to one vectored write. Linux takes 1024; this many on the stack are 1 KiB.
const SLICES: usize = 64;

/// Output that waits for one client, within a limit.
#[derive(Debug)]
pub struct Outbox {
    queue: VecDeque<Bytes>,
    /// In `queue`.
    bytes: usize,
    limit: usize,
    flow: Flow,
    /// What was added last has no newline at its end.
    is_open: bool,
    /// Nobody waits for this client before then.
    patience_from: ServerTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Flowing,
    Full {
        since: ServerTime,
        /// Since when others wait for it, if any do.
        holding: Option<ServerTime>,
    },
    Behind {
        /// Since when the queue has been full, if it still is.
        full_since: Option<ServerTime>,
        /// Lines that were not kept.
        missed: u64,
    },
    /// Nothing reaches it any more.
    Closed,
}

/// Whether others have to wait for this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backpressure {
    /// As before.
    Unchanged,
    /// From now on.
    Started,
    /// No longer.
    Ended,
}

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputOrigin {
    /// The client itself, which is answered; it is not read from while its outbox is full, so nobody has to wait.
    Itself,
    /// Somebody else.
    Other,
    /// Somebody else, in a room that has waited in vain too often.
    Hurried,
}

impl Outbox {
    /// Empty, for `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            bytes: 0,
            limit,
            flow: Flow::Flowing,
            is_open: false,
            patience_from: ServerTime::ZERO,
        }
    }

    /// Adds bytes, by reference.
    pub fn enqueue(&mut self, now: ServerTime, bytes: &Bytes, author: OutputOrigin) -> Backpressure {
        let (since, was_holding) = match &mut self.flow {
            Flow::Full { since, holding } => (*since, *holding),
            Flow::Flowing => (now, None),
            Flow::Behind { missed, .. } => {
                *missed += lines(bytes);
                return Backpressure::Unchanged;
            }
            Flow::Closed => return Backpressure::Unchanged,
        };
        self.push(bytes.clone());
        if !self.is_full() {
            return Backpressure::Unchanged;
        }
        if author == OutputOrigin::Hurried || (author == OutputOrigin::Other && now < self.patience_from) {
            self.flow = Flow::Behind { full_since: Some(since), missed: 0 };
            return Backpressure::Unchanged;
        }
        let holding = was_holding.or((author == OutputOrigin::Other).then_some(now));
        self.flow = Flow::Full { since, holding };
        if holding == was_holding { Backpressure::Unchanged } else { Backpressure::Started }
    }

    /// Adds words of the server's own, on a line of their own, whatever state it is in: there are few of them.
    pub fn enqueue_notice(&mut self, words: impl Into<Bytes>) {
        if self.is_open {
            self.push(Bytes::from_static(b"\n"));
        }
        self.push(words.into());
    }

    /// What to write next. Never empty unless the outbox is.
    pub fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; SLICES]) -> usize {
        let mut used = 0;
        for (slice, bytes) in slices.iter_mut().zip(&self.queue) {
            *slice = IoSlice::new(bytes);
            used += 1;
        }
        used
    }

    /// Room for [`Outbox::slices`].
    pub fn no_slices<'a>() -> [IoSlice<'a>; SLICES] {
        [IoSlice::new(&[]); SLICES]
    }

    /// So many bytes, at least one, have been written.
    pub fn written(&mut self, now: ServerTime, mut count: usize) -> Backpressure {
        self.bytes = self.bytes.saturating_sub(count);
        while let Some(first) = self.queue.front_mut() {
            if first.len() > count {
                first.advance(count);
                break;
            }
            count -= first.len();
            self.queue.pop_front();
        }
        if self.queue.is_empty() && self.queue.capacity() > SLICES {
            // What a flood needed is not kept for the quiet time after it.
            self.queue = VecDeque::new();
        }
        self.after_writing(now)
    }

    /// The moment [`Outbox::tick`] is to be called, if any.
    pub fn due(&self) -> Option<ServerTime> {
        match self.flow {
            Flow::Full { holding: Some(holding), since } => {
                Some((holding + BACKPRESSURE_TIME).min(since + STALL_TIMEOUT))
            }
            Flow::Full { holding: None, since } | Flow::Behind { full_since: Some(since), .. } => {
                Some(since + STALL_TIMEOUT)
            }
            Flow::Flowing | Flow::Behind { full_since: None, .. } | Flow::Closed => None,
        }
    }

    /// Time has passed. Whether others go on without this client; [`Outbox::is_stuck`] says whether it is to be cut.
    pub fn tick(&mut self, now: ServerTime) -> Backpressure {
        match self.flow {
            Flow::Full { holding: Some(holding), since } if holding + BACKPRESSURE_TIME <= now => {
                self.flow = Flow::Behind { full_since: Some(since), missed: 0 };
                self.patience_from = now + BACKPRESSURE_COOLDOWN;
                Backpressure::Ended
            }
            _ => Backpressure::Unchanged,
        }
    }

    /// Whether it has been full, and nothing written of it, for as long as can be put up with.
    pub fn is_stuck(&self, now: ServerTime) -> bool {
        match self.flow {
            Flow::Full { since, .. } | Flow::Behind { full_since: Some(since), .. } => since + STALL_TIMEOUT <= now,
            Flow::Flowing | Flow::Behind { full_since: None, .. } | Flow::Closed => false,
        }
    }

    /// The client is to be gone; nobody waits for it any more, and nothing more will be offered.
    pub const fn release(&mut self) -> Backpressure {
        match self.flow {
            Flow::Full { holding: Some(_), since } => {
                self.flow = Flow::Full { holding: None, since };
                Backpressure::Ended
            }
            _ => Backpressure::Unchanged,
        }
    }

    /// Nothing reaches the client any more. What waits is thrown away, and so is what will be offered.
    pub fn close(&mut self) -> Backpressure {
        let holding = self.release();
        (self.queue, self.bytes, self.flow) = (VecDeque::new(), 0, Flow::Closed);
        holding
    }

    /// Throws away what waits, but for the rest of what is under way, and adds last words. After `SendQueue::release`.
    pub fn truncate_with(&mut self, words: Bytes) {
        self.queue.truncate(1);
        self.bytes = self.queue.iter().map(Bytes::len).sum();
        self.flow = Flow::Flowing;
        self.is_open = self.queue.back().map_or(self.is_open, |last| !last.ends_with(b"\n"));
        self.enqueue_notice(words);
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether the client should take some of this before it says more.
    pub fn is_full(&self) -> bool {
        self.memory_used() >= self.limit
    }

    /// What waits, as memory. What fits into one write counts by its bytes alone.
    fn memory_used(&self) -> usize {
        self.bytes + self.queue.len().saturating_sub(SLICES) * ENTRY
    }

    fn push(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.is_open = !bytes.ends_with(b"\n");
            self.bytes += bytes.len();
            self.queue.push_back(bytes);
        }
    }

    fn after_writing(&mut self, now: ServerTime) -> Backpressure {
        let full_since = self.is_full().then_some(now);
        match (self.flow, full_since) {
            (Flow::Full { holding, .. }, None) => {
                self.flow = Flow::Flowing;
                return if holding.is_some() { Backpressure::Ended } else { Backpressure::Unchanged };
            }
            // It reads: the time after which it would be cut off begins anew.
            (Flow::Full { holding, .. }, Some(since)) => self.flow = Flow::Full { since, holding },
            (Flow::Behind { missed, .. }, None) if self.memory_used() <= self.limit / 2 => {
                self.flow = Flow::Flowing;
                self.tell_missed(missed);
            }
            (Flow::Behind { missed, .. }, full_since) => self.flow = Flow::Behind { full_since, missed },
            (Flow::Flowing | Flow::Closed, _) => {}
        }
        Backpressure::Unchanged
    }

    fn tell_missed(&mut self, missed: u64) {
        if missed > 0 {
            let mut words = String::new();
            let lines = if missed == 1 { "line" } else { "lines" };
            // A `String` takes everything.
            let _ = writeln!(words, "* You missed {missed} {lines}: you were reading too slowly.");
            self.enqueue_notice(words);
        }
    }
}

/// Lines in these bytes, a last one without an end among them.
fn lines(bytes: &[u8]) -> u64 {
    let open = !bytes.is_empty() && !bytes.ends_with(b"\n");
    memchr_iter(b'\n', bytes).count() as u64 + u64::from(open)
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
    fn a_reader_that_is_merely_slow_makes_others_wait_and_loses_nothing() {
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
    fn one_that_has_stopped_holds_others_up_once_and_is_told_what_it_missed() {
        let mut outbox = Outbox::new(4 * KIB);
        outbox.enqueue(ms(0), &text(4 * KIB), OutputOrigin::Other);
        assert_eq!(outbox.tick(ms(100)), Backpressure::Ended);
        assert_eq!(outbox.enqueue(ms(200), &text(32), OutputOrigin::Other), Backpressure::Unchanged);
        assert_eq!((outbox.bytes, outbox.due()), (4 * KIB, Some(STALL_TIMEOUT)));
        assert_eq!(outbox.written(ms(200), KIB), Backpressure::Unchanged);
        assert_eq!(outbox.due(), None, "it reads: it is not cut off");
        outbox.enqueue(ms(300), &text(16), OutputOrigin::Other);
        assert_eq!(outbox.bytes, 3 * KIB);
        outbox.written(ms(300), KIB);
        let read = String::from_utf8(queued(&outbox)).unwrap();
        assert!(read.ends_with("5\n* You missed 3 lines: you were reading too slowly.\n"), "{read}");
        outbox.enqueue(ms(400), &text(16), OutputOrigin::Other);
        assert!(queued(&outbox).ends_with(b"12345\n"));
    }

    #[test]
    fn one_that_never_reads_is_stuck_after_five_seconds() {
        for author in [OutputOrigin::Other, OutputOrigin::Itself] {
            let mut outbox = Outbox::new(KIB);
            outbox.enqueue(ms(1000), &text(KIB), author);
            outbox.tick(ms(1100));
            assert!(!outbox.is_stuck(ms(5999)));
            assert!(outbox.is_stuck(ms(6000)));
            outbox.written(ms(5999), 1);
            assert!(!outbox.is_stuck(ms(6000)));
        }
    }

    #[test]
    fn nobody_waits_for_one_that_does_not_read_its_own_answers_and_none_is_lost() {
        let mut outbox = Outbox::new(KIB);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Itself), Backpressure::Unchanged);
        assert_eq!(outbox.tick(ms(200)), Backpressure::Unchanged);
        outbox.enqueue(ms(200), &text(16), OutputOrigin::Itself);
        assert_eq!(outbox.bytes, KIB + 16);
        assert_eq!(outbox.enqueue(ms(300), &text(16), OutputOrigin::Other), Backpressure::Started);
        assert_eq!(outbox.tick(ms(400)), Backpressure::Ended);
    }

    #[test]
    fn what_the_server_says_has_a_line_of_its_own() {
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
    fn cutting_keeps_only_what_is_under_way_and_the_reason() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &Bytes::from("one\n"), OutputOrigin::Other);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        outbox.written(ms(0), 1);
        assert_eq!(outbox.release(), Backpressure::Ended);
        assert_eq!(outbox.release(), Backpressure::Unchanged);
        outbox.truncate_with(Bytes::from("* why\n"));
        assert_eq!(queued(&outbox), b"ne\n* why\n");
    }

    #[test]
    fn one_that_reads_however_little_is_not_cut_off() {
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
    fn others_wait_for_one_that_reads_by_fits_and_starts_only_once_in_a_while() {
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
    fn a_hurried_room_waits_for_nobody() {
        let mut outbox = Outbox::new(KIB);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Hurried), Backpressure::Unchanged);
        outbox.enqueue(ms(0), &text(16), OutputOrigin::Other);
        outbox.written(ms(0), KIB);
        assert_eq!(queued(&outbox), b"* You missed 1 line: you were reading too slowly.\n");
    }

    #[test]
    fn what_is_missed_without_a_newline_is_told_too() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        outbox.tick(ms(100));
        outbox.enqueue(ms(200), &Bytes::from("no newline"), OutputOrigin::Other);
        outbox.written(ms(300), KIB);
        assert_eq!(queued(&outbox), b"* You missed 1 line: you were reading too slowly.\n");
    }

    #[test]
    fn many_small_buffers_count_as_the_memory_they_take() {
        let mut outbox = Outbox::new(64 * KIB);
        let offers = (0..).take_while(|_| {
            outbox.enqueue(ms(0), &Bytes::from("a\n"), OutputOrigin::Other);
            !outbox.is_full()
        });
        let count = offers.count();
        assert!((900..1100).contains(&count), "{count}");
        assert!(outbox.queue.capacity() <= 2048);
    }

    #[test]
    fn a_closed_one_takes_nothing_and_holds_nobody_up() {
        let mut outbox = Outbox::new(KIB);
        outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other);
        assert_eq!(outbox.close(), Backpressure::Ended);
        assert_eq!(outbox.enqueue(ms(0), &text(KIB), OutputOrigin::Other), Backpressure::Unchanged);
        assert!(outbox.is_empty() && !outbox.is_full() && outbox.due().is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_offered(
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
