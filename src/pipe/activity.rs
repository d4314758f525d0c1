//! Tracks when data last passed in each direction, and decides when a timeout has expired.

use humantime::format_duration;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counters that the two threads update at each read and write. Atomic, so that no read takes a lock.
#[derive(Debug)]
pub(super) struct Activity {
    /// Start of the transfer; all other times count from it.
    start: Instant,
    up: DirectionActivity,
    down: DirectionActivity,
    /// Bytes passed to the socket so far, whether or not the system accepted them.
    offered: AtomicU64,
    /// Whether the server has closed its side; the uploader then stops waiting for input.
    is_closed: AtomicBool,
}

/// Activity in one direction.
#[derive(Debug, Default)]
struct DirectionActivity {
    bytes: AtomicU64,
    /// Time of the last read or write, in nanoseconds since the start.
    last: AtomicU64,
    /// Whether the thread waits in a read, rather than in a write.
    is_reading: AtomicBool,
}

/// Direction of data.
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
            start: Instant::now(),
            up: DirectionActivity::default(),
            down: DirectionActivity::default(),
            offered: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
        }
    }
}

impl Activity {
    const fn direction(&self, direction: Direction) -> &DirectionActivity {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn touch(&self, activity: &DirectionActivity) {
        let nanos = u64::try_from(self.now().as_nanos()).unwrap_or(u64::MAX);
        activity.last.store(nanos, Ordering::SeqCst);
    }

    /// Records that the thread of a direction starts a read.
    pub(super) fn mark_reading(&self, direction: Direction) {
        self.direction(direction).is_reading.store(true, Ordering::SeqCst);
    }

    /// Records that a read has returned.
    pub(super) fn mark_read(&self, direction: Direction) {
        let activity = self.direction(direction);
        activity.is_reading.store(false, Ordering::SeqCst);
        self.touch(activity);
    }

    /// Records that the system has accepted this number of bytes.
    pub(super) fn mark_written(&self, direction: Direction, bytes: usize) {
        let activity = self.direction(direction);
        activity.bytes.fetch_add(bytes as u64, Ordering::SeqCst);
        self.touch(activity);
    }

    /// Adds to the number of bytes passed to the socket.
    pub(super) fn add_offered(&self, bytes: usize) {
        self.offered.fetch_add(bytes as u64, Ordering::SeqCst);
    }

    /// Returns the number of bytes passed to the socket, whether or not the system accepted them.
    pub(super) fn offered(&self) -> u64 {
        self.offered.load(Ordering::SeqCst)
    }

    /// Records that the server has closed its side.
    pub(super) fn mark_closed(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Whether the server has closed its side.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Whether the uploader is in a read of the input. May be outdated at once.
    pub(super) fn is_reading_input(&self) -> bool {
        self.up.is_reading.load(Ordering::SeqCst)
    }

    /// Whether any bytes were sent.
    pub(super) fn has_sent(&self) -> bool {
        self.up.bytes.load(Ordering::SeqCst) > 0
    }

    /// Formats the number of bytes and the duration. `undelivered` is the number of bytes that were not acknowledged.
    pub(super) fn summary(&self, undelivered: u64) -> String {
        let [sent, received] = [&self.up, &self.down].map(|activity| activity.bytes.load(Ordering::SeqCst));
        let millis = u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX);
        let not_delivered = if undelivered > 0 { format!(" ({undelivered} not delivered)") } else { String::new() };
        format!(
            "{sent} bytes sent{not_delivered}, {received} received, in {}.",
            format_duration(Duration::from_millis(millis))
        )
    }

    fn snapshot(&self) -> ActivitySnapshot {
        let last = |activity: &DirectionActivity| Duration::from_nanos(activity.last.load(Ordering::SeqCst));
        let now = self.now();
        // While standard output blocks, the server is not silent. After it has closed, no more data can come.
        let is_output_blocked = !self.down.is_reading.load(Ordering::SeqCst) && !self.is_closed();
        ActivitySnapshot { now, up: last(&self.up), down: if is_output_blocked { now } else { last(&self.down) } }
    }
}

/// Activity at one moment. All times count from the start.
#[derive(Debug, Clone, Copy)]
struct ActivitySnapshot {
    now: Duration,
    /// Time of the last activity towards the server.
    up: Duration,
    /// Time of the last activity from the server.
    down: Duration,
}

/// Next action of the transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextAction {
    /// Wait for a report, at most for this time.
    Wait(Option<Duration>),
    /// End: the quiet timeout has expired after the end of input.
    Quiet,
    /// Fail: this idle timeout has expired.
    Idle(Duration),
}

/// The quiet and the idle timeout.
#[derive(Debug)]
pub(super) struct Timeouts {
    quiet: Option<Duration>,
    idle: Option<Duration>,
    /// Time at which the input ended; the quiet timeout counts from it.
    input_ended: Option<Duration>,
}

impl Timeouts {
    pub(super) const fn new(quiet: Option<Duration>, idle: Option<Duration>) -> Self {
        Self { quiet, idle, input_ended: None }
    }

    /// Starts the quiet timeout, or restarts it.
    pub(super) fn end_input(&mut self, activity: &Activity) {
        self.input_ended = Some(activity.now());
    }

    pub(super) const fn has_input_ended(&self) -> bool {
        self.input_ended.is_some()
    }

    /// Decides whether a timeout has expired. With both, the end without an error takes precedence.
    pub(super) fn next(&self, activity: &Activity) -> NextAction {
        self.decide(activity.snapshot())
    }

    fn decide(&self, snapshot: ActivitySnapshot) -> NextAction {
        let left = |limit: Duration, since: Duration| limit.saturating_sub(snapshot.now.saturating_sub(since));
        let quiet = self.quiet.zip(self.input_ended).map(|(quiet, ended)| left(quiet, ended.max(snapshot.down)));
        let idle = self.idle.map(|idle| (idle, left(idle, snapshot.up.max(snapshot.down))));
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

    const fn timeouts(quiet: Option<u64>, idle: Option<u64>, ended: Option<u64>) -> Timeouts {
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
    fn the_idle_timeout_runs_after_the_server_has_closed() {
        let (activity, timeouts) = (Activity::default(), Timeouts::new(None, Some(Duration::from_nanos(1))));
        activity.mark_read(Direction::Down);
        // Received data is being written.
        assert_eq!(timeouts.next(&activity), NextAction::Wait(Some(Duration::from_nanos(1))));
        activity.mark_closed();
        assert_eq!(timeouts.next(&activity), NextAction::Idle(Duration::from_nanos(1)));
    }

    #[test]
    fn timeouts_expire_as_configured() {
        let idle = NextAction::Idle(Duration::from_secs(5));
        for (quiet, limit, ended, snapshot, next) in [
            // No timeouts.
            (None, None, None, at(100, 0, 0), NextAction::Wait(None)),
            // The quiet timeout starts with the end of input, or with data received after it.
            (Some(3), None, None, at(100, 0, 0), NextAction::Wait(None)),
            (Some(3), None, Some(10), at(10, 9, 0), wait(3)),
            (Some(3), None, Some(10), at(12, 9, 11), wait(2)),
            (Some(3), None, Some(10), at(14, 9, 11), NextAction::Quiet),
            (Some(0), None, Some(10), at(10, 9, 0), NextAction::Quiet),
            (None, None, Some(10), at(100, 9, 11), NextAction::Wait(None)),
            // Data in either direction restarts the idle timeout.
            (None, Some(5), None, at(14, 10, 0), wait(1)),
            (None, Some(5), None, at(14, 0, 11), wait(2)),
            (None, Some(5), None, at(15, 10, 0), idle),
            // The shorter one counts, and an end without an error comes first.
            (Some(3), Some(5), Some(10), at(12, 10, 9), wait(1)),
            (Some(9), Some(5), Some(10), at(12, 10, 9), wait(3)),
            (Some(5), Some(5), Some(10), at(15, 10, 10), NextAction::Quiet),
        ] {
            assert_eq!(
                timeouts(quiet, limit, ended).decide(snapshot),
                next,
                "{quiet:?} {limit:?} {ended:?} {snapshot:?}"
            );
        }
    }

    #[test]
    fn the_quiet_timeout_stops_while_output_blocks() {
        let activity = Activity::default();
        let mut timeouts = Timeouts::new(Some(Duration::ZERO), None);
        activity.mark_read(Direction::Down);
        timeouts.end_input(&activity);
        // A timeout of zero has always expired; a longer one is left in full.
        let timeouts = Timeouts { quiet: Some(Duration::from_secs(60)), ..timeouts };
        assert_eq!(timeouts.next(&activity), NextAction::Wait(Some(Duration::from_secs(60))));
    }
}
