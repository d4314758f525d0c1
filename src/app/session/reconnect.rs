//! The policy of reconnecting after a connection has dropped: whether, and when.
//!
//! A connection is restored only if it was useful: the user sent something, or it lasted 30 s. Attempts are counted from
//! its drop until another connection is useful, so that a server which accepts and hangs up is not hammered.
//!
//! A clean close counts as the regular end of a conversation if it comes within 10 s of the user's last line and within
//! 2 s of the answer; the answer ends with the first pause of 1 s. After a goodbye, every close is regular. TCP itself
//! cannot tell: the connections of a killed server are closed cleanly, too. In a chat, messages of others that arrive
//! later do not count as an answer, so a killed chat server is reconnected to.

use super::ReconnectWait;
use crate::app::{Now, Reconnect};
use crate::link::{CloseReason, LinkId};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::mem::discriminant;
use std::net::SocketAddr;
use std::time::Duration;

/// Seconds before each attempt; the last one repeats. A lab server is back within seconds, or after somebody has restarted it.
const BACKOFF: [u64; 5] = [1, 2, 4, 8, 15];

/// A delay is lengthened by up to 1/5 at random, so that the clients of a class do not all reconnect at once.
const JITTER: u64 = 5;

/// A connection that lasted this long was useful even if the user sent nothing.
const STABLE_AFTER: Duration = Duration::from_secs(30);

/// Reconnecting stops after this many connections in a row on which the server sent a greeting and hung up.
const MAX_HANGUPS: u32 = 3;

/// The longest time from the user's last line to a close that belongs to the answer.
const MAX_LINE_TO_CLOSE: Duration = Duration::from_secs(10);

/// The longest time from the end of the answer to a close that belongs to it. Servers that answer once close
/// immediately or after sleeping for a second.
const MAX_ANSWER_TO_CLOSE: Duration = Duration::from_secs(2);

/// A pause of this length ends the answer.
const ANSWER_PAUSE: Duration = Duration::from_secs(1);

/// Lines after which a close is expected, compared without case. `QUIT` may carry a message as in IRC (RFC 2812, 3.1.7).
const GOODBYES: [&[u8]; 6] = [b"quit", b"exit", b"logout", b"bye", b".quit", b"/quit"];

/// The user's last wish for the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Intent {
    /// Keep it, and restore it if it drops.
    #[default]
    StayConnected,
    /// The user has sent `/quit` to the server, so a close is expected.
    SentQuit,
    /// End it. An event that it has dropped may already be queued.
    Disconnect,
}

/// Whether the user has sent anything on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SentAnything {
    /// Nothing, apart from lines that are sent automatically.
    #[default]
    Nothing,
    /// At least one line of the user's.
    Ours,
}

/// The user's last line on a connection, and whether the server answers it.
#[derive(Debug, Clone, Copy)]
struct LastLine {
    /// When it was sent, on the clock of [`Now::elapsed`].
    sent_at: Duration,
    is_goodbye: bool,
    answer: Reply,
}

/// The server's answer to the user's last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Missing,
    /// The answer has begun without a pause since; the last bytes of it arrived at this time.
    Coming(Duration),
    /// The server paused after it had begun to answer.
    Over,
}

impl LastLine {
    fn new(now: Now, sent: &[u8]) -> Self {
        Self { sent_at: now.elapsed, is_goodbye: is_goodbye(sent), answer: Reply::Missing }
    }

    fn on_received(&mut self, now: Now) {
        self.answer = match self.answer {
            Reply::Coming(last) if now.elapsed >= last + ANSWER_PAUSE => Reply::Over,
            Reply::Missing | Reply::Coming(_) => Reply::Coming(now.elapsed),
            Reply::Over => Reply::Over,
        };
    }

    /// Returns whether a close at `now` belongs to the answer.
    fn is_being_answered(&self, now: Now) -> bool {
        now.elapsed < self.sent_at + MAX_LINE_TO_CLOSE
            && matches!(self.answer, Reply::Coming(last) if now.elapsed < last + MAX_ANSWER_TO_CLOSE)
    }
}

/// Returns whether the last line of `sent`, with or without its line ending, is a goodbye.
fn is_goodbye(sent: &[u8]) -> bool {
    let end = sent.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != 0).map_or(0, |last| last + 1);
    let sent = sent.get(..end).unwrap_or_default();
    let start = sent.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    let line = sent.get(start..).unwrap_or_default().trim_ascii_start();
    let has_message = line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"quit :"));
    has_message || GOODBYES.iter().any(|goodbye| line.eq_ignore_ascii_case(goodbye))
}

/// The circumstances under which a connection or attempt has ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct CloseInfo<'a> {
    pub(in crate::app) reason: &'a CloseReason,
    /// How long the connection lasted; `None` if the attempt failed.
    pub(in crate::app) lasted: Option<Duration>,
    /// Whether anything was received on the last connection.
    pub(in crate::app) has_spoken: bool,
    /// Whether the end was expected: we had half-closed, or are about to connect to another server.
    pub(in crate::app) was_expected: bool,
    /// Whether nothing was left in the send queue.
    pub(in crate::app) has_sent_all: bool,
}

impl CloseInfo<'_> {
    /// Returns whether the server sent something and then closed cleanly.
    fn is_final(self) -> bool {
        self.lasted.is_some() && self.has_spoken && *self.reason == CloseReason::ByPeer
    }
}

/// Decides whether a connection that ended is restored, and when.
#[derive(Debug, Default)]
pub(in crate::app) struct ReconnectPolicy {
    intent: Intent,
    sent: SentAnything,
    /// `None` until the user sends a line on this connection.
    last_line: Option<LastLine>,
    /// The next or current attempt, from 1; 0 if not reconnecting.
    attempt: u32,
    /// Connections in a row on which the server sent a greeting and hung up.
    hang_ups: u32,
    /// When the connection dropped that has not been restored, on the clock of [`Now::elapsed`].
    away_since: Option<Duration>,
    /// The reason reported last for having no connection.
    reported: Option<CloseReason>,
    /// The address of the last connection.
    peer: Option<SocketAddr>,
}

impl ReconnectPolicy {
    /// Returns the number of the next or current attempt; 0 if not reconnecting.
    pub(in crate::app) const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns whether the user wants to disconnect.
    pub(in crate::app) fn is_leaving(&self) -> bool {
        self.intent == Intent::Disconnect
    }

    /// Notes that the user wants a connection.
    pub(in crate::app) const fn stay(&mut self) {
        self.intent = Intent::StayConnected;
    }

    /// Notes that the user wants no connection.
    pub(in crate::app) const fn leave(&mut self) {
        self.intent = Intent::Disconnect;
    }

    /// Forgets the old server when the user connects to another one.
    pub(in crate::app) fn forget(&mut self) {
        *self = Self { intent: self.intent, ..Self::default() };
    }

    /// Stops reconnecting automatically.
    pub(in crate::app) fn give_up(&mut self) {
        self.attempt = 0;
        self.sent = SentAnything::Nothing;
        self.last_line = None;
        self.reported = None;
    }

    /// Notes that bytes were received.
    pub(in crate::app) fn on_received(&mut self, now: Now) {
        if let Some(line) = &mut self.last_line {
            line.on_received(now);
        }
    }

    /// Notes that a line of the user's is sent.
    pub(in crate::app) fn on_sent(&mut self, now: Now, bytes: &[u8]) {
        self.sent = SentAnything::Ours;
        self.last_line = Some(LastLine::new(now, bytes));
        if self.intent != Intent::Disconnect {
            let is_quit = bytes.trim_ascii().eq_ignore_ascii_case(b"/quit");
            self.intent = if is_quit { Intent::SentQuit } else { Intent::StayConnected };
        }
    }

    /// Notes a new connection. Returns how long the user was disconnected, if it replaces one that dropped, and whether
    /// it leads to the same address as the last one.
    pub(in crate::app) fn opened(&mut self, now: Now, peer: SocketAddr) -> (Option<Duration>, bool) {
        self.reported = None;
        let is_same = self.peer.replace(peer) == Some(peer);
        let away = self.away_since.take().map(|since| now.elapsed.saturating_sub(since));
        (away, is_same)
    }

    /// Notes the end of a connection or attempt. Returns the number of the attempt to make next, if there is to be one.
    pub(in crate::app) fn on_closed(&mut self, now: Now, end: CloseInfo<'_>, mode: Reconnect) -> Option<u32> {
        let was_closed_by_us = matches!(end.reason, CloseReason::ByUs | CloseReason::Cancelled);
        let line = self.last_line.take();
        let was_goodbye = mode == Reconnect::Auto && line.is_some_and(|line| line.is_goodbye);
        if was_closed_by_us || end.was_expected || was_goodbye || self.intent != Intent::StayConnected {
            self.give_up();
            // Time after an intended close is not reported as time away.
            self.away_since = self.away_since.filter(|_| end.lasted.is_none());
            return None;
        }
        let was_useful = end.lasted.is_some_and(|lasted| lasted >= STABLE_AFTER || self.sent == SentAnything::Ours);
        if end.lasted.is_some() {
            self.away_since = Some(now.elapsed);
        }
        self.sent = SentAnything::Nothing;
        self.hang_ups = if end.is_final() && !was_useful { self.hang_ups + 1 } else { 0 };
        let was_answer = end.is_final() && end.has_sent_all && line.is_some_and(|line| line.is_being_answered(now));
        self.attempt = match (mode, was_useful) {
            (Reconnect::Never, _) => 0,
            (Reconnect::Auto, true) if was_answer => 0,
            (_, true) => 1,
            (Reconnect::Always, false) => self.attempt.saturating_add(1),
            // Greeting and hanging up is how this server works; once or twice it may have been a restart. A close without
            // a greeting is not counted: it may come from a proxy whose server is not up yet.
            (Reconnect::Auto, false) if self.hang_ups >= MAX_HANGUPS => 0,
            // Still restoring the last useful connection, however short the ones in between were.
            (Reconnect::Auto, false) if self.attempt > 0 => self.attempt.saturating_add(1),
            (Reconnect::Auto, false) => 0,
        };
        Some(self.attempt).filter(|&attempt| attempt > 0)
    }

    /// Returns whether `reason` differs from the reason reported last, and remembers it as reported.
    pub(in crate::app) fn is_new_reason(&mut self, reason: &CloseReason) -> bool {
        let is_new = self.reported.as_ref().is_none_or(|reported| !is_alike(reported, reason));
        self.reported = Some(reason.clone());
        is_new
    }
}

/// Returns whether two reasons look the same to the user. Another address of the host, or another time limit, makes no
/// difference.
fn is_alike(a: &CloseReason, b: &CloseReason) -> bool {
    match (a, b) {
        (CloseReason::Failed(a), CloseReason::Failed(b)) => {
            a.op == b.op && discriminant(&a.cause) == discriminant(&b.cause)
        }
        (a, b) => discriminant(a) == discriminant(b),
    }
}

/// Returns the delay before attempt number `attempt` (from 1), random part included.
fn backoff(now: Now, id: LinkId, attempt: u32) -> Duration {
    let at = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
    let seconds = BACKOFF.get(at).or(BACKOFF.last()).copied().unwrap_or_default();
    // The app has no source of randomness. Clocks are different enough between clients.
    let mut hasher = DefaultHasher::new();
    (now.elapsed, now.wall, id, attempt).hash(&mut hasher);
    Duration::from_millis(seconds * 1000 + hasher.finish() % (seconds * 1000 / JITTER + 1))
}

/// Returns the seconds until `due` to display: rounded to the nearest, so that a delay of 2 s counts from 2; at least 1.
fn seconds(now: Now, due: Duration) -> u64 {
    let left = due.saturating_sub(now.elapsed).as_millis();
    u64::try_from((left + 499) / 1000).unwrap_or(u64::MAX).max(1)
}

impl ReconnectWait {
    /// Starts the delay before attempt number `attempt`.
    pub(in crate::app) fn begin(now: Now, id: LinkId, attempt: u32, reason: CloseReason) -> Self {
        let due = now.elapsed + backoff(now, id, attempt);
        Self { reason, at: now.wall, attempt, retry_at: due, seconds_left: seconds(now, due) }
    }

    /// Returns when to wake up: for the attempt, or to display another second.
    pub(in crate::app) fn deadline(&self) -> Duration {
        let half = Duration::from_millis(500);
        let next = Duration::from_secs(self.seconds_left).saturating_sub(half);
        if self.seconds_left > 1 { self.retry_at.saturating_sub(next) } else { self.retry_at }
    }

    /// Counts down. Returns whether the seconds to display have changed.
    pub(in crate::app) fn tick(&mut self, now: Now) -> bool {
        let left = seconds(now, self.retry_at);
        std::mem::replace(&mut self.seconds_left, left) != left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::LocalTime;
    use proptest::prelude::*;

    fn at(millis: u64) -> Now {
        Now { elapsed: Duration::from_millis(millis), wall: LocalTime(millis) }
    }

    #[test]
    fn countdown_wakes_once_for_each_second() {
        let mut waiting =
            ReconnectWait { retry_at: Duration::from_millis(10_300), seconds_left: 0, ..waiting(at(0), 1) };
        waiting.tick(at(0));
        let mut seconds = vec![waiting.seconds_left];
        while waiting.deadline() < waiting.retry_at {
            let now = Now { elapsed: waiting.deadline(), wall: LocalTime(0) };
            assert!(waiting.tick(now), "woken for nothing at {now:?}");
            seconds.push(waiting.seconds_left);
        }
        assert_eq!(seconds, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    fn waiting(now: Now, attempt: u32) -> ReconnectWait {
        ReconnectWait::begin(now, LinkId(0), attempt, CloseReason::ByPeer)
    }

    #[test]
    fn delays_differ_between_clients() {
        let mut times: Vec<_> = (0..20).map(|millis| waiting(at(millis), 5).retry_at).collect();
        times.sort_unstable();
        times.dedup();
        assert!(times.len() > 15, "{times:?}");
    }

    proptest! {
        #[test]
        fn a_delay_is_its_nominal_value_plus_at_most_a_fifth(
            now in 0..1_000_000_u64, attempt in 1..1000_u32,
        ) {
            let nominal = [1000, 2000, 4000, 8000].get(attempt as usize - 1).copied().unwrap_or(15_000);
            let span = waiting(at(now), attempt).retry_at.saturating_sub(at(now).elapsed).as_millis();
            prop_assert!((nominal..=nominal + nominal / 5).contains(&span), "{span}");
        }
    }
}
