//! Restoring a connection that dropped: whether, and when.
//!
//! What is restored is a connection that was of use: it carried something of ours, or lasted. From its drop on attempts
//! are counted until another one has been of use, so that a server which accepts and hangs up is not hammered.
//!
//! Only a connection that was lost is restored. A clean close ends a conversation if it comes within 10 s of the user's
//! last line and within 2 s of the answer to it; after a pause of 1 s the answer is over. After a goodbye every end is
//! final. TCP tells no difference: a server that is killed closes cleanly, too. So what others say later, in a chat whose
//! server is then killed, does not count as an answer.

use super::ReconnectWait;
use crate::app::{Now, Reconnect};
use crate::link::{CloseReason, LinkId};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::mem::discriminant;
use std::net::SocketAddr;
use std::time::Duration;

/// Seconds before each attempt, the last for all that follow: a lab's server is back soon, or after somebody has looked.
const BACKOFF: [u64; 5] = [1, 2, 4, 8, 15];

/// A backoff is longer by up to one part in so many: a class that lost its server together shall not come back together.
const JITTER: u64 = 5;

/// A connection that lasted so long was no refusal, even if nothing was said on it.
const STABLE_AFTER: Duration = Duration::from_secs(30);

/// After so many connections in a row on which the server greeted and hung up, nothing is left to restore.
const MAX_HANGUPS: u32 = 3;

/// A close later than this after the user's last line is not its answer.
const MAX_LINE_TO_CLOSE: Duration = Duration::from_secs(10);

/// A close later than this after the answer does not belong to it. Servers that answer once close at the same time, or
/// sleep for a second first.
const MAX_ANSWER_TO_CLOSE: Duration = Duration::from_secs(2);

/// After a pause of this length in what the server says the conversation has gone on.
const ANSWER_PAUSE: Duration = Duration::from_secs(1);

/// Lines after which a server closes the connection, in any case. `QUIT` may carry a message as in IRC (RFC 2812, 3.1.7).
const GOODBYES: [&[u8]; 6] = [b"quit", b"exit", b"logout", b"bye", b".quit", b"/quit"];

/// What the user last wanted of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Intent {
    /// It is to stand.
    #[default]
    StayConnected,
    /// The server was told `/quit`: should it close now, it does as it was asked to.
    SentQuit,
    /// It is to end. The news that it has dropped may already be on its way.
    Disconnect,
}

/// What has gone out on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum SentAnything {
    /// Nothing but what goes out by itself.
    #[default]
    Nothing,
    /// A line of the user's.
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

/// What the server has said since the user's last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Missing,
    /// It began to answer and has not paused; it spoke last at this time.
    Coming(Duration),
    /// It paused after it had begun to answer.
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

    /// Whether a close that comes now belongs to the answer.
    fn is_being_answered(&self, now: Now) -> bool {
        now.elapsed < self.sent_at + MAX_LINE_TO_CLOSE
            && matches!(self.answer, Reply::Coming(last) if now.elapsed < last + MAX_ANSWER_TO_CLOSE)
    }
}

/// Whether the last line of what is sent, its end included, says goodbye to a server.
fn is_goodbye(sent: &[u8]) -> bool {
    let end = sent.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != 0).map_or(0, |last| last + 1);
    let sent = sent.get(..end).unwrap_or_default();
    let start = sent.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    let line = sent.get(start..).unwrap_or_default().trim_ascii_start();
    let has_message = line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"quit :"));
    has_message || GOODBYES.iter().any(|goodbye| line.eq_ignore_ascii_case(goodbye))
}

/// How a link has ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct CloseInfo<'a> {
    /// Why.
    pub(in crate::app) reason: &'a CloseReason,
    /// How long there was a connection, if there was one.
    pub(in crate::app) lasted: Option<Duration>,
    /// Whether the server said anything on the last connection.
    pub(in crate::app) has_spoken: bool,
    /// Whether the way leads on, or our side had ended: then it was to be.
    pub(in crate::app) was_to_be: bool,
    /// Whether everything of ours had left this machine.
    pub(in crate::app) has_sent_all: bool,
}

impl CloseInfo<'_> {
    /// Whether the server said what it had to say, and closed in good order.
    fn is_final(self) -> bool {
        self.lasted.is_some() && self.has_spoken && *self.reason == CloseReason::ByPeer
    }
}

/// Decides whether a connection that ended is restored, and when.
#[derive(Debug, Default)]
pub(in crate::app) struct ReconnectPolicy {
    wish: Intent,
    carried: SentAnything,
    /// Nothing while the user has said nothing on this connection.
    last_line: Option<LastLine>,
    /// The attempt that comes next, or is under way, from 1; 0 if nothing is being restored.
    attempt: u32,
    /// How often in a row the server has greeted and hung up since, and nothing else came between.
    hang_ups: u32,
    /// When the connection dropped that has not been restored, on the clock of [`Now::elapsed`].
    away_since: Option<Duration>,
    /// Why there is none, as it was told last.
    told: Option<CloseReason>,
    /// Who answered last.
    peer: Option<SocketAddr>,
}

impl ReconnectPolicy {
    /// The attempt that comes next, or is under way; 0 if nothing is being restored.
    pub(in crate::app) const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the link is to end, and has not yet.
    pub(in crate::app) fn is_leaving(&self) -> bool {
        self.wish == Intent::Disconnect
    }

    /// The user wants a connection.
    pub(in crate::app) const fn stay(&mut self) {
        self.wish = Intent::StayConnected;
    }

    /// The user wants none, or none any more.
    pub(in crate::app) const fn leave(&mut self) {
        self.wish = Intent::Disconnect;
    }

    /// One has gone to another server: there is nothing to come back to.
    pub(in crate::app) fn forget(&mut self) {
        *self = Self { wish: self.wish, ..Self::default() };
    }

    /// Nothing is to be restored by itself.
    pub(in crate::app) fn give_up(&mut self) {
        self.attempt = 0;
        self.carried = SentAnything::Nothing;
        self.last_line = None;
        self.told = None;
    }

    /// Notes that the server has said something.
    pub(in crate::app) fn on_received(&mut self, now: Now) {
        if let Some(line) = &mut self.last_line {
            line.on_received(now);
        }
    }

    /// Notes that a line of the user's goes out.
    pub(in crate::app) fn on_sent(&mut self, now: Now, bytes: &[u8]) {
        self.carried = SentAnything::Ours;
        self.last_line = Some(LastLine::new(now, bytes));
        if self.wish != Intent::Disconnect {
            let says_goodbye = bytes.trim_ascii().eq_ignore_ascii_case(b"/quit");
            self.wish = if says_goodbye { Intent::SentQuit } else { Intent::StayConnected };
        }
    }

    /// A connection stands. How long there was none, if this one takes the place of one that dropped, and whether it leads
    /// to the same address.
    pub(in crate::app) fn opened(&mut self, now: Now, peer: SocketAddr) -> (Option<Duration>, bool) {
        self.told = None;
        let is_same = self.peer.replace(peer) == Some(peer);
        let away = self.away_since.take().map(|since| now.elapsed.saturating_sub(since));
        (away, is_same)
    }

    /// The link has ended. The number of the attempt to make next, or nothing if it is over.
    pub(in crate::app) fn on_closed(&mut self, now: Now, end: CloseInfo<'_>, mode: Reconnect) -> Option<u32> {
        let was_our_wish = matches!(end.reason, CloseReason::ByUs | CloseReason::Cancelled);
        let line = self.last_line.take();
        let was_goodbye = mode == Reconnect::Auto && line.is_some_and(|line| line.is_goodbye);
        if was_our_wish || end.was_to_be || was_goodbye || self.wish != Intent::StayConnected {
            self.give_up();
            // What one has closed oneself one was not away from.
            self.away_since = self.away_since.filter(|_| end.lasted.is_none());
            return None;
        }
        let was_of_use = end.lasted.is_some_and(|lasted| lasted >= STABLE_AFTER || self.carried == SentAnything::Ours);
        if end.lasted.is_some() {
            self.away_since = Some(now.elapsed);
        }
        self.carried = SentAnything::Nothing;
        self.hang_ups = if end.is_final() && !was_of_use { self.hang_ups + 1 } else { 0 };
        let was_answer = end.is_final() && end.has_sent_all && line.is_some_and(|line| line.is_being_answered(now));
        self.attempt = match (mode, was_of_use) {
            (Reconnect::Never, _) => 0,
            (Reconnect::Auto, true) if was_answer => 0,
            (_, true) => 1,
            (Reconnect::Always, false) => self.attempt.saturating_add(1),
            // It greets and hangs up: that is how it serves. Once or twice may have been a restart; and who hangs up
            // without a word may be a proxy, and the server behind it not be up yet.
            (Reconnect::Auto, false) if self.hang_ups >= MAX_HANGUPS => 0,
            // What is being restored is the connection that was of use, however short those are that come between.
            (Reconnect::Auto, false) if self.attempt > 0 => self.attempt.saturating_add(1),
            (Reconnect::Auto, false) => 0,
        };
        Some(self.attempt).filter(|&attempt| attempt > 0)
    }

    /// Whether this reason is another than the one told last; it is told now.
    pub(in crate::app) fn is_new_reason(&mut self, reason: &CloseReason) -> bool {
        let is_news = self.told.as_ref().is_none_or(|told| !is_alike(told, reason));
        self.told = Some(reason.clone());
        is_news
    }
}

/// Whether two reasons are one to the user: another address of the same host, or another limit, is no news.
fn is_alike(a: &CloseReason, b: &CloseReason) -> bool {
    match (a, b) {
        (CloseReason::Failed(a), CloseReason::Failed(b)) => {
            a.op == b.op && discriminant(&a.cause) == discriminant(&b.cause)
        }
        (a, b) => discriminant(a) == discriminant(b),
    }
}

/// How long to wait before an attempt, from 1: never less than the backoff.
fn backoff(now: Now, id: LinkId, attempt: u32) -> Duration {
    let at = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
    let seconds = BACKOFF.get(at).or(BACKOFF.last()).copied().unwrap_or_default();
    // Chance enough: no two programs were started in the same nanosecond. The core has no other.
    let mut hasher = DefaultHasher::new();
    (now.elapsed, now.wall, id, attempt).hash(&mut hasher);
    Duration::from_millis(seconds * 1000 + hasher.finish() % (seconds * 1000 / JITTER + 1))
}

/// Whole seconds until `due` as they are told, at least 1: to the nearest, so that a backoff of 2 s counts from 2.
fn seconds(now: Now, due: Duration) -> u64 {
    let left = due.saturating_sub(now.elapsed).as_millis();
    u64::try_from((left + 499) / 1000).unwrap_or(u64::MAX).max(1)
}

impl ReconnectWait {
    /// Begins to wait for an attempt.
    pub(in crate::app) fn begin(now: Now, id: LinkId, attempt: u32, reason: CloseReason) -> Self {
        let due = now.elapsed + backoff(now, id, attempt);
        Self { reason, at: now.wall, attempt, retry_at: due, seconds_left: seconds(now, due) }
    }

    /// When there is something to do: the attempt, or the next second to be told.
    pub(in crate::app) fn deadline(&self) -> Duration {
        let half = Duration::from_millis(500);
        let next = Duration::from_secs(self.seconds_left).saturating_sub(half);
        if self.seconds_left > 1 { self.retry_at.saturating_sub(next) } else { self.retry_at }
    }

    /// Counts down. Says whether the seconds to be told have changed.
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
    fn seconds_are_counted_down_one_by_one_to_1_and_each_wakes_once() {
        let mut waiting =
            ReconnectWait { retry_at: Duration::from_millis(10_300), seconds_left: 0, ..waiting(at(0), 1) };
        waiting.tick(at(0));
        let mut told = vec![waiting.seconds_left];
        while waiting.deadline() < waiting.retry_at {
            let now = Now { elapsed: waiting.deadline(), wall: LocalTime(0) };
            assert!(waiting.tick(now), "woken for nothing at {now:?}");
            told.push(waiting.seconds_left);
        }
        assert_eq!(told, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    fn waiting(now: Now, attempt: u32) -> ReconnectWait {
        ReconnectWait::begin(now, LinkId(0), attempt, CloseReason::ByPeer)
    }

    #[test]
    fn a_class_does_not_come_back_at_once() {
        let mut dues: Vec<_> = (0..20).map(|n| waiting(at(n), 5).retry_at).collect();
        dues.sort_unstable();
        dues.dedup();
        assert!(dues.len() > 15, "{dues:?}");
    }

    proptest! {
        #[test]
        fn no_backoff_is_shorter_than_it_is_called_or_longer_by_more_than_a_fifth(
            now in 0..1_000_000_u64, attempt in 1..1000_u32,
        ) {
            let nominal = [1000, 2000, 4000, 8000].get(attempt as usize - 1).copied().unwrap_or(15_000);
            let span = waiting(at(now), attempt).retry_at.saturating_sub(at(now).elapsed).as_millis();
            prop_assert!((nominal..=nominal + nominal / 5).contains(&span), "{span}");
        }
    }
}
