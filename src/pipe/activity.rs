//! When something last went which way, and what silence means.

use humantime::format_duration;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What the two threads let know while they work. Written with each read, so that it has no lock.
#[derive(Debug)]
pub(super) struct Activity {
    begun: Instant,
    up: DirectionActivity,
    down: DirectionActivity,
    /// Bytes that were to go to the server so far, whether they were taken or not.
    offered: AtomicU64,
    /// The server has closed: up is not to wait for input any more.
    is_closed: AtomicBool,
}

/// One direction.
#[derive(Debug, Default)]
struct DirectionActivity {
    bytes: AtomicU64,
    /// Nanoseconds since the beginning.
    last: AtomicU64,
    /// Whether the thread waits for something to come, rather than for it to be taken.
    waits: AtomicBool,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From standard input to the server.
    Up,
    /// From the server to standard output.
    Down,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            up: DirectionActivity::default(),
            down: DirectionActivity::default(),
            offered: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
        }
    }
}

impl Activity {
    const fn way(&self, direction: Direction) -> &DirectionActivity {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }

    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn touch(&self, way: &DirectionActivity) {
        let nanos = u64::try_from(self.now().as_nanos()).unwrap_or(u64::MAX);
        way.last.store(nanos, Ordering::SeqCst);
    }

    /// A thread is about to wait for something to come.
    pub(super) fn mark_waiting(&self, direction: Direction) {
        self.way(direction).waits.store(true, Ordering::SeqCst);
    }

    /// Something has come, and is to be passed on.
    pub(super) fn mark_data(&self, direction: Direction) {
        let way = self.way(direction);
        way.waits.store(false, Ordering::SeqCst);
        self.touch(way);
    }

    /// So much was taken.
    pub(super) fn mark_sent(&self, direction: Direction, bytes: usize) {
        let way = self.way(direction);
        way.bytes.fetch_add(bytes as u64, Ordering::SeqCst);
        self.touch(way);
    }

    /// So much is to go to the server.
    pub(super) fn offers(&self, bytes: usize) {
        self.offered.fetch_add(bytes as u64, Ordering::SeqCst);
    }

    /// Bytes that were to go to the server so far, in all.
    pub(super) fn offered(&self) -> u64 {
        self.offered.load(Ordering::SeqCst)
    }

    /// The server has closed.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Whether it has.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Whether up waits for input, as far as can be known from outside.
    pub(super) fn waits_for_input(&self) -> bool {
        self.up.waits.load(Ordering::SeqCst)
    }

    /// Whether something went to the server.
    pub(super) fn has_sent(&self) -> bool {
        self.up.bytes.load(Ordering::SeqCst) > 0
    }

    /// Says what went. `undelivered` is how many bytes the other machine is known not to have.
    pub(super) fn summary(&self, undelivered: u64) -> String {
        let [sent, received] = [&self.up, &self.down].map(|way| way.bytes.load(Ordering::SeqCst));
        let millis = u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX);
        let lost = if undelivered > 0 { format!(" ({undelivered} not delivered)") } else { String::new() };
        format!("{sent} bytes sent{lost}, {received} received, in {}.", format_duration(Duration::from_millis(millis)))
    }

    fn snapshot(&self) -> ActivitySnapshot {
        let last = |way: &DirectionActivity| Duration::from_nanos(way.last.load(Ordering::SeqCst));
        let now = self.now();
        // Who cannot get rid of what came is not kept waiting by the server. Once it has closed, nothing more comes.
        let is_held_up = !self.down.waits.load(Ordering::SeqCst) && !self.is_closed();
        ActivitySnapshot { now, up: last(&self.up), down: if is_held_up { now } else { last(&self.down) } }
    }
}

/// The same at one time, all since the beginning.
#[derive(Debug, Clone, Copy)]
struct ActivitySnapshot {
    now: Duration,
    /// When something last went to the server.
    up: Duration,
    /// When something last came from it.
    down: Duration,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextAction {
    /// Wait for news, and at most this long.
    Wait(Option<Duration>),
    /// Leave: input has ended and the server has said all.
    Quiet,
    /// Leave: nothing went for so long.
    Idle(Duration),
}

/// The limits to silence.
#[derive(Debug)]
pub(super) struct Timeouts {
    quiet: Option<Duration>,
    idle: Option<Duration>,
    input_ended: Option<Duration>,
}

impl Timeouts {
    pub(super) const fn new(quiet: Option<Duration>, idle: Option<Duration>) -> Self {
        Self { quiet, idle, input_ended: None }
    }

    /// Input has ended, and all of it was sent.
    pub(super) fn end_input(&mut self, pulse: &Activity) {
        self.input_ended = Some(pulse.now());
    }

    pub(super) const fn has_input_ended(&self) -> bool {
        self.input_ended.is_some()
    }

    pub(super) fn next(&self, pulse: &Activity) -> NextAction {
        self.decide(pulse.snapshot())
    }

    fn decide(&self, at: ActivitySnapshot) -> NextAction {
        let left = |limit: Duration, since: Duration| limit.saturating_sub(at.now.saturating_sub(since));
        let quiet = self.quiet.zip(self.input_ended).map(|(quiet, ended)| left(quiet, ended.max(at.down)));
        let idle = self.idle.map(|idle| (idle, left(idle, at.up.max(at.down))));
        match (quiet, idle) {
            (Some(Duration::ZERO), _) => NextAction::Quiet,
            (_, Some((idle, Duration::ZERO))) => NextAction::Idle(idle),
            (quiet, idle) => NextAction::Wait(quiet.into_iter().chain(idle.map(|(_, left)| left)).min()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(now: u64, up: u64, down: u64) -> ActivitySnapshot {
        ActivitySnapshot { now: Duration::from_secs(now), up: Duration::from_secs(up), down: Duration::from_secs(down) }
    }

    const fn clock(quiet: Option<u64>, idle: Option<u64>, ended: Option<u64>) -> Timeouts {
        const fn seconds(time: Option<u64>) -> Option<Duration> {
            match time {
                Some(time) => Some(Duration::from_secs(time)),
                None => None,
            }
        }
        Timeouts { quiet: seconds(quiet), idle: seconds(idle), input_ended: seconds(ended) }
    }

    fn wait(seconds: u64) -> NextAction {
        NextAction::Wait(Some(Duration::from_secs(seconds)))
    }

    #[test]
    fn idle_counts_again_once_the_server_has_closed() {
        let (pulse, clock) = (Activity::default(), Timeouts::new(None, Some(Duration::from_nanos(1))));
        pulse.mark_data(Direction::Down);
        // What came is being passed on.
        assert_eq!(clock.next(&pulse), NextAction::Wait(Some(Duration::from_nanos(1))));
        pulse.close();
        assert_eq!(clock.next(&pulse), NextAction::Idle(Duration::from_nanos(1)));
    }

    #[test]
    fn silence_means_what_was_said_it_means() {
        let idle = NextAction::Idle(Duration::from_secs(5));
        for (quiet, limit, ended, snapshot, next) in [
            // Nothing was asked for.
            (None, None, None, at(100, 0, 0), NextAction::Wait(None)),
            // Quiet does not count before the end of input, and begins with it or with what came since.
            (Some(3), None, None, at(100, 0, 0), NextAction::Wait(None)),
            (Some(3), None, Some(10), at(10, 9, 0), wait(3)),
            (Some(3), None, Some(10), at(12, 9, 11), wait(2)),
            (Some(3), None, Some(10), at(14, 9, 11), NextAction::Quiet),
            (Some(0), None, Some(10), at(10, 9, 0), NextAction::Quiet),
            (None, None, Some(10), at(100, 9, 11), NextAction::Wait(None)),
            // Either way keeps it from being idle.
            (None, Some(5), None, at(14, 10, 0), wait(1)),
            (None, Some(5), None, at(14, 0, 11), wait(2)),
            (None, Some(5), None, at(15, 10, 0), idle),
            // The nearer one counts, and an end in good order before one that is not.
            (Some(3), Some(5), Some(10), at(12, 10, 9), wait(1)),
            (Some(9), Some(5), Some(10), at(12, 10, 9), wait(3)),
            (Some(5), Some(5), Some(10), at(15, 10, 10), NextAction::Quiet),
        ] {
            assert_eq!(clock(quiet, limit, ended).decide(snapshot), next, "{quiet:?} {limit:?} {ended:?} {snapshot:?}");
        }
    }

    #[test]
    fn who_cannot_get_rid_of_what_came_is_not_kept_waiting() {
        let pulse = Activity::default();
        let mut clock = Timeouts::new(Some(Duration::ZERO), None);
        pulse.mark_data(Direction::Down);
        clock.end_input(&pulse);
        // Of a quiet of zero nothing is left in any case; of a longer one all.
        let clock = Timeouts { quiet: Some(Duration::from_secs(60)), ..clock };
        assert_eq!(clock.next(&pulse), NextAction::Wait(Some(Duration::from_secs(60))));
    }
}
